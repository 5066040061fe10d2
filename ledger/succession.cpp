#include "ledger/succession.hpp"

#include <algorithm>

namespace kartei::ledger {

namespace {

using events::RecordName;

constexpr char separator = '~';

const std::vector<RecordName>& successorsOf(const BusinessFacts& business, const RecordName& record) {
    static const std::vector<RecordName> none;
    const auto found = business.successors.find(record);
    return found == business.successors.end() ? none : found->second;
}

bool isSuccessor(const BusinessFacts& business, const RecordName& record) {
    const auto& text = record.text();
    const auto end = text.rfind(separator);
    if (end == std::string::npos) return false;
    const auto& all = successorsOf(business, RecordName::trusted(std::string_view(text).substr(0, end)));
    return std::find(all.begin(), all.end(), record) != all.end();
}

}  // namespace

RecordName addresseeOf(const AddressState& state, const events::SentEvent& fact) {
    std::vector<RecordName> line = {*fact.subject};
    const auto& successors = successorsOf(state.business, line.front());
    line.insert(line.end(), successors.begin(), successors.end());
    if (state.ofItem && std::find(line.begin(), line.end(), *state.ofItem) != line.end()) return *state.ofItem;
    for (const auto& record : line) {
        const auto erased = state.business.erased.find(record);
        // A fact without a time of its own is of now.
        const bool before = erased == state.business.erased.end() || (fact.time && *fact.time <= erased->second);
        if (before) return record;
    }
    const bool opens = state.next && std::holds_alternative<events::RecordRegistered>(fact.data);
    return opens ? *state.next : line.back();
}

std::optional<RecordName> nameForSuccessor(const BusinessFacts& business, const RecordName& record,
                                           const std::function<bool(const RecordName&)>& isTaken) {
    if (isSuccessor(business, record)) return std::nullopt;
    for (auto number = successorsOf(business, record).size() + 2;; ++number) {
        auto name = RecordName::parse(record.text() + separator + std::to_string(number));
        if (!name || !isTaken(*name)) return name;
    }
}

}  // namespace kartei::ledger
