#include "ledger/staged_log.hpp"

namespace kartei::ledger {

SharedEvent StagedLog::entry(Position position) const {
    if (entries_.empty() || position < entries_.front()->position) return durable_.entry(position);
    return entries_.at(position.value() - entries_.front()->position.value());
}

std::vector<Position> StagedLog::stream(Stream stream, std::string_view name, Position upTo) const {
    const Token token = tokens_.stream(static_cast<char>(stream), name);
    if (ahead_ != nullptr && ahead_->lacksStream(token)) return index_.recentStream(token, upTo);
    return index_.stream(token, upTo);
}

void StagedLog::release(Position durable) {
    while (!entries_.empty() && entries_.front()->position <= durable) entries_.pop_front();
}

}  // namespace kartei::ledger
