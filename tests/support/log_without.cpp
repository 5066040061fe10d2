#include "tests/support/log_without.hpp"

#include <algorithm>
#include <stdexcept>

#include "ledger/indexing.hpp"

namespace kartei::testing {

using events::Position;
using ledger::SharedEvent;

namespace {

std::vector<Position> beginning(const std::vector<Position>& positions, Position upTo) {
    return {positions.begin(), std::upper_bound(positions.begin(), positions.end(), upTo)};
}

}  // namespace

SharedEvent RememberedLog::entry(Position position) const {
    auto& known = entries_[position];
    if (!known) known = business_.entry(position);
    return known;
}

std::vector<Position> RememberedLog::stream(ledger::Stream stream, std::string_view name, Position upTo) const {
    const std::pair key(stream, std::string(name));
    auto known = streams_.find(key);
    if (known == streams_.end()) known = streams_.emplace(key, business_.stream(stream, name, head_)).first;
    return beginning(known->second, upTo);
}

LogWithout::LogWithout(const RememberedLog& log, Refusals refusals) : log_(log), refusals_(refusals) {
    leaveOut();
    for (Position position(1); position <= log.head(); position = position.next()) {
        if (leftOut_.count(position) == 0 || assignments_.count(position) != 0) index(*entry(position));
    }
}

void LogWithout::leaveOut() {
    for (Position position(1); position <= log_.head(); position = position.next()) {
        const auto event = log_.entry(position);
        if (event->subject) records_.insert(*event->subject);
        const auto* undone = std::get_if<events::JoinUndone>(&event->data);
        if (undone == nullptr) continue;
        leftOut_.insert({undone->join, position});
        if (undone->assign.empty()) continue;
        auto rest = std::make_shared<events::Event>(*event);
        std::get<events::JoinUndone>(rest->data).rejoinable = true;  // no mark of the pair either
        assignments_.emplace(position, std::move(rest));
    }
}

void LogWithout::index(const events::Event& event) {
    for (const auto& place : ledger::streamsOf(event, {*this, event.position.previous()})) {
        streams_[{place.stream, place.name}].push_back(event.position);
    }
    if (refusals_ == Refusals::followTheJoins || !ledger::isRefusal(event.data)) return;
    for (const auto& name : records_) {
        const auto then = log_.stream(ledger::Stream::file, name.text(), event.position);
        auto& positions = streams_[{ledger::Stream::file, name.text()}];
        const bool covered = !then.empty() && then.back() == event.position;
        const bool known = !positions.empty() && positions.back() == event.position;
        if (covered && !known) positions.push_back(event.position);
    }
}

SharedEvent LogWithout::entry(Position position) const {
    const auto assignment = assignments_.find(position);
    if (assignment != assignments_.end()) return assignment->second;
    if (leftOut_.count(position) != 0) throw std::logic_error("an entry was asked for that was never made");
    return log_.entry(position);
}

std::vector<Position> LogWithout::stream(ledger::Stream stream, std::string_view name, Position upTo) const {
    const auto known = streams_.find({stream, std::string(name)});
    return known == streams_.end() ? std::vector<Position>() : beginning(known->second, upTo);
}

}  // namespace kartei::testing
