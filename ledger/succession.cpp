#include "ledger/succession.hpp"

#include <algorithm>
#include <iterator>

namespace kartei::ledger {

namespace {

using events::RecordName;

constexpr char separator = '~';

const std::vector<RecordName>& successorsOf(const BusinessFacts& business, const RecordName& record) {
    static const std::vector<RecordName> none;
    const auto found = business.successors.find(record);
    return found == business.successors.end() ? none : found->second;
}

// Whom it came after; nothing for what is no successor.
std::optional<RecordName> predecessorOf(const BusinessFacts& business, const RecordName& record) {
    const auto& text = record.text();
    const auto end = text.rfind(separator);
    if (end == std::string::npos) return std::nullopt;
    auto first = RecordName::trusted(std::string_view(text).substr(0, end));
    const auto& all = successorsOf(business, first);
    if (std::find(all.begin(), all.end(), record) == all.end()) return std::nullopt;
    return first;
}

}  // namespace

std::vector<RecordName> lineOf(const BusinessFacts& business, const RecordName& record) {
    std::vector<RecordName> line = {record};
    const auto& successors = successorsOf(business, record);
    line.insert(line.end(), successors.begin(), successors.end());
    return line;
}

std::set<RecordName> livingSuccessors(const BusinessFacts& business, const std::vector<RecordName>& records) {
    std::set<RecordName> living;
    for (const auto& record : records) {
        const auto& all = successorsOf(business, predecessorOf(business, record).value_or(record));
        std::copy_if(all.begin(), all.end(), std::inserter(living, living.end()),
                     [&](const RecordName& one) { return business.erased.count(one) == 0; });
    }
    return living;
}

RecordName addresseeOf(const AddressState& state, const events::SentEvent& fact) {
    const auto line = lineOf(state.business, *fact.subject);
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
    if (predecessorOf(business, record)) return std::nullopt;
    for (auto number = successorsOf(business, record).size() + 2;; ++number) {
        auto name = RecordName::parse(record.text() + separator + std::to_string(number));
        if (!name || !isTaken(*name)) return name;
    }
}

}  // namespace kartei::ledger
