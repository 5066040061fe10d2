// The rules for pending changes, marks, erasures and switches.

#include <algorithm>
#include <map>
#include <set>

#include "ledger/decide.hpp"
#include "ledger/fiscal_years.hpp"

namespace kartei::ledger {

namespace {

bool isMarked(const RecordFacts& record, const RecordName& other) {
    return std::find(record.distinctFrom.begin(), record.distinctFrom.end(), other) != record.distinctFrom.end();
}

std::optional<Refusal> pairRefusal(const DistinctState& state) {
    for (const auto* record : {state.a.get(), state.b.get()}) {
        if (!record->exists()) {
            return Refusal{RefusalCode::notFound, "There is no record " + record->name.text() + ".", {}};
        }
    }
    if (state.a->name == state.b->name) return Refusal{RefusalCode::sameRecord, "Both names are the same record.", {}};
    return std::nullopt;
}

}  // namespace

Decided decide(const ResolveState& state, const ResolveChanges& command) {
    const auto pending = foldFields(state.customer).pending;
    std::map<RecordName, events::ChangesResolved> resolved;
    const auto note = [&](Position position, auto member) -> std::optional<Refusal> {
        bool found = false;
        for (const auto& change : pending) {
            if (change.position != position) continue;
            auto& positions = resolved[change.record].*member;
            if (std::find(positions.begin(), positions.end(), position) == positions.end())
                positions.push_back(position);
            found = true;
        }
        if (found) return std::nullopt;
        return Refusal{
            RefusalCode::notPending, "No change at position " + std::to_string(position.value()) + " is pending.", {}};
    };
    for (const auto position : command.take) {
        if (auto no = note(position, &events::ChangesResolved::take)) return failed(*no);
    }
    for (const auto position : command.dismiss) {
        if (std::find(command.take.begin(), command.take.end(), position) != command.take.end()) {
            return failed(Refusal{RefusalCode::notPending, "A change cannot be taken and dismissed at once.", {}});
        }
        if (auto no = note(position, &events::ChangesResolved::dismiss)) return failed(*no);
    }
    Decision decision;
    for (auto& [record, data] : resolved) decision.events.push_back({record, std::move(data)});
    return decision;
}

Decided decide(const DistinctState& state, const MarkDistinct& command) {
    if (auto no = pairRefusal(state)) return failed(*no);
    if (state.joined) {
        return failed(Refusal{RefusalCode::alreadyJoined, "Both records are one customer: undo the join first.", {}});
    }
    if (isMarked(*state.a, command.b)) return Decision{};
    return Decision{{{command.a, events::RecordsMarkedDistinct{command.a, command.b}}}, std::nullopt};
}

Decided decide(const DistinctState& state, const ClearDistinct& command) {
    if (auto no = pairRefusal(state)) return failed(*no);
    if (!isMarked(*state.a, command.b)) return Decision{};
    return Decision{{{command.a, events::RecordsDistinctCleared{command.a, command.b}}}, std::nullopt};
}

Decided decide(const EraseState& state, const Erase& command) {
    std::set<RecordName> alsoJoined;
    for (const auto& [name, named] : state.named) {
        if (!named.isMentioned) {
            return failed(Refusal{RefusalCode::notFound, "There is no record " + name.text() + ".", {}});
        }
        for (const auto& [other, record] : named.customer.records) {
            if (state.named.count(other) == 0 && !record->isErased()) alsoJoined.insert(other);
        }
    }
    // Where nobody is left to be erased there is nothing to warn of.
    const bool isDone = std::all_of(state.named.begin(), state.named.end(), [](const auto& each) {
        return each.second.customer.record(each.first).erasedAt.has_value();
    });
    if (!isDone && !alsoJoined.empty() && command.joined == Erase::Joined::refuse) {
        std::string detail = "Joined with these, which were not named:";
        for (const auto& name : alsoJoined) detail += " " + name.text();
        return failed(Refusal{RefusalCode::joinedRecords, detail + ".", {}});
    }
    Decision decision;
    for (const auto& [name, named] : state.named) {
        const auto& record = named.customer.record(name);
        if (record.erasedAt) {
            decision.already = std::max(decision.already.value_or(Position()), *record.erasedAt);
        } else {
            decision.events.push_back({name, events::RecordErased{command.reason}});
        }
    }
    if (!decision.events.empty()) decision.already.reset();
    return decision;
}

Decided decide(const ReceiptsState& state, const EraseReceipts& command) {
    const auto before = state.business.erasedReceipts.find(command.year);
    if (before != state.business.erasedReceipts.end()) return Decision{{}, before->second};
    const auto year = std::to_string(command.year);
    if (mustBeKept(command.year, state.now)) {
        return failed(Refusal{
            RefusalCode::mustBeKept,
            "Receipts of " + year + " must be kept until the end of " + std::to_string(command.year + yearsKept) + ".",
            {}});
    }
    if (!state.any) return failed(Refusal{RefusalCode::notFound, "There is no receipt of " + year + ".", {}});
    return Decision{{{std::nullopt, events::ReceiptsErased{command.year, command.reason}}}, std::nullopt};
}

std::set<RecordName> exportedRecords(const Customer& customer) {
    std::set<RecordName> records;
    for (const auto& [name, record] : customer.records) {
        if (!record->isErased()) records.insert(name);
    }
    return records;
}

Decided decide(const ExportState& state, const Export& command) {
    const auto& record = state.customer.record(command.record);
    if (record.isErased()) {
        return failed(Refusal{RefusalCode::erased, "The record " + record.name.text() + " is erased.", {}});
    }
    if (!record.exists()) {
        return failed(Refusal{RefusalCode::notFound, "There is no record " + record.name.text() + ".", {}});
    }
    if (exportedRecords(state.customer) != command.records) {
        return failed(Refusal{RefusalCode::customerChanged,
                              "The customer was joined, taken apart or erased in the meantime: start again.",
                              {}});
    }
    Decision decision;
    for (const auto& name : command.records) {
        decision.events.push_back({name, events::DataExported{command.what}});
    }
    return decision;
}

Decided decide(const BusinessFacts& state, const SetPolicy& command) {
    if (state.policy.isOn(command.rule) == command.on) return Decision{};
    return Decision{{{std::nullopt, events::PolicySet{command.rule, command.on}}}, std::nullopt};
}

}  // namespace kartei::ledger
