// The rules for taking a join back: DESIGN §4, Undo.

#include <algorithm>
#include <set>

#include "events/normal_forms.hpp"
#include "ledger/decide.hpp"

namespace kartei::ledger {

namespace {

// The record's fields as they stood at a position.
Record upTo(const Record& record, Position position) {
    auto then = std::make_shared<RecordFacts>(*record);
    std::erase_if(then->changes, [&](const FieldChange& change) { return change.position > position; });
    std::erase_if(then->resolutions, [&](const Resolution& resolution) { return resolution.position > position; });
    if (then->deletedAt && *then->deletedAt > position) then->deletedAt.reset();
    for (const auto& [deleted, returned] : then->absences) {
        if (deleted <= position && returned > position) then->deletedAt = deleted;
    }
    if (then->since > position) then->origin.reset();
    return then;
}

// The records that the join put together, as they stood just before it, under the older joins.
Customer justBefore(const Customer& customer, const Join& join) {
    Customer then;
    for (const auto& start : {join.a, join.b}) {
        for (const auto& name : sideOf(customer, join, start))
            then.records.emplace(name, upTo(customer.records.at(name), join.position));
    }
    for (const auto& other : customer.joins) {
        if (other.position < join.position && then.has(other.a)) then.joins.push_back(other);
    }
    return then;
}

// The customer's parts as they stood just before the join, which is not one of theirs, without the joins left out.
std::vector<Customer> partsBefore(const Customer& customer, const Join& join, const std::set<Position>& leftOut) {
    Customer then;
    for (const auto& [name, record] : customer.records) then.records.emplace(name, upTo(record, join.position));
    for (const auto& other : customer.joins) {
        if (other.position < join.position) then.joins.push_back(other);
    }
    return without(then, leftOut, then.records.begin()->first);
}

class Dependence {
public:
    // `customer`: that the joins asked about are part of; `all`: everybody who may be concerned.
    Dependence(const Customer& customer, const std::vector<const Customer*>& all, const std::set<Position>& leftOut)
        : customer_(customer), all_(all), leftOut_(leftOut) {}

    [[nodiscard]] bool depends(const Join& join) const {
        const Customer then = justBefore(customer_, join);
        if (join.kind == JoinKind::merge) return losesSource(then, join);
        return join.automatic && losesCondition(then, join);
    }

private:
    // A merge took a field, or carried an account over, from a record that would not be on its side any more.
    [[nodiscard]] bool losesSource(const Customer& then, const Join& merge) const {
        const Customer with = without(then, {}, merge.a).front();
        const Customer left = without(then, leftOut_, merge.a).front();
        const auto fields = foldFields(with);
        for (const Field field : merge.take) {
            const Candidate* source = fields.find(field);
            if (source != nullptr && !left.has(source->record)) return true;
        }
        return std::any_of(with.records.begin(), with.records.end(), [&](const auto& entry) {
            const auto& account = entry.second->account;
            return account && account->since < merge.position && !left.has(entry.first) &&
                   contains(merge.take, Field::USERNAME);
        });
    }

    // An automatic link needs exactly one other customer with the address.
    [[nodiscard]] bool losesCondition(const Customer& then, const Join& link) const {
        const auto* email = then.record(link.b).own(Field::EMAIL);
        const auto* text = email == nullptr ? nullptr : std::get_if<std::string>(email);
        if (text == nullptr) return false;
        const auto parts = without(then, leftOut_, link.a);
        const std::string address = events::normalEmail(*text);
        const auto carries = [&](const Customer& part) { return carrierOf(part, address).has_value(); };
        auto carriers = std::count_if(parts.begin() + 1, parts.end(), carries);
        for (const auto* other : all_) {
            if (other == &customer_) continue;
            const auto others = partsBefore(*other, link, leftOut_);
            carriers += std::count_if(others.begin(), others.end(), carries);
        }
        return carriers != 1;
    }

    static bool contains(const std::vector<Field>& fields, Field field) {
        return std::find(fields.begin(), fields.end(), field) != fields.end();
    }

    const Customer& customer_;
    const std::vector<const Customer*>& all_;
    const std::set<Position>& leftOut_;
};

bool sameUndo(const events::JoinUndone& before, const Undoing& command) {
    std::vector<std::pair<Position, RecordName>> assigned;
    for (const auto& assignment : before.assign) assigned.emplace_back(assignment.position, assignment.record);
    auto wanted = command.assign;
    std::sort(assigned.begin(), assigned.end());
    assigned.erase(std::unique(assigned.begin(), assigned.end()),
                   assigned.end());  // as of an appointment, once, for each record that it named
    std::sort(wanted.begin(), wanted.end());
    return before.reason.value_or("") == command.reason && before.rejoinable == command.rejoinable &&
           before.withDependents == command.withDependents && !before.dependentOf && assigned == wanted;
}

std::size_t partWith(const std::vector<Customer>& parts, const RecordName& record) {
    const auto found = std::find_if(parts.begin(), parts.end(), [&](const Customer& part) { return part.has(record); });
    return static_cast<std::size_t>(found - parts.begin());
}

Result<std::vector<events::Assignment>, Refusal> assignments(const UndoState& state, const Undoing& command,
                                                             const std::vector<Customer>& parts) {
    std::vector<events::Assignment> result;
    std::set<Thing> things;
    const auto refusal = [](Position position, const std::string& why) {
        return failed(
            Refusal{RefusalCode::notAssignable, "Position " + std::to_string(position.value()) + " " + why, {}});
    };
    for (const auto& [position, record] : command.assign) {
        const auto fact = std::find_if(state.facts.begin(), state.facts.end(),
                                       [&, at = position](const FactSince& known) { return known.position == at; });
        if (fact == state.facts.end() || !fact->isAssignable) {
            return refusal(position, "is no fact that staff recorded while the join was in force.");
        }
        const auto target = partWith(parts, record);
        if (target == parts.size() || target == partWith(parts, fact->holder)) {
            return refusal(position, "can only go to a record of the other side.");
        }
        if (!things.insert(fact->thing).second) return refusal(position, "is assigned twice.");
        const bool isAppointment = fact->thing.kind == Stream::appointment;
        result.push_back({position, fact->reportedFor, fact->holder, record,
                          isAppointment ? std::optional(events::ItemName::trusted(fact->thing.name)) : std::nullopt});
    }
    return result;
}

events::JoinUndone undoOf(const Join& join, const Undoing& command) {
    events::JoinUndone undone;
    undone.join = join.position;
    undone.a = join.a;
    undone.b = join.b;
    undone.reason = command.reason;
    return undone;
}

std::string listed(const std::vector<Join>& joins) {
    std::string text;
    for (const auto& join : joins) text += (text.empty() ? "" : ", ") + std::to_string(join.position.value());
    return text;
}

std::vector<Position> positionsOf(const std::vector<Join>& joins) {
    std::vector<Position> positions;
    for (const auto& join : joins) positions.push_back(join.position);
    return positions;
}

}  // namespace

std::vector<Join> dependentsOf(const UndoState& state) {
    std::set<Position> leftOut{state.join->position};
    std::vector<const Customer*> all{&state.customer};
    for (const auto& other : state.others) all.push_back(&other);
    std::vector<Join> dependents;
    bool grew = true;
    while (grew) {
        grew = false;
        for (const auto* customer : all) {
            for (const auto& later : customer->joins) {
                if (later.position <= state.join->position || leftOut.count(later.position) != 0) continue;
                if (!Dependence(*customer, all, leftOut).depends(later)) continue;
                leftOut.insert(later.position);
                dependents.push_back(later);
                grew = true;
            }
        }
    }
    std::sort(dependents.begin(), dependents.end(),
              [](const Join& a, const Join& b) { return a.position < b.position; });
    return dependents;
}

Decided decide(const UndoState& state, const Undoing& command) {
    if (!state.join) return failed(Refusal{RefusalCode::notAJoin, "There is no join at this position.", {}});
    const Join& join = *state.join;
    if (state.undone) {
        if (sameUndo(state.undone->data, command)) return Decision{{}, state.undone->position};
        return failed(
            Refusal{RefusalCode::alreadyUndone, "The join was undone before, in another way.", {join.position}});
    }
    auto dependents = dependentsOf(state);
    if (!dependents.empty() && !command.withDependents) {
        return failed(Refusal{RefusalCode::dependentJoins,
                              "Later joins depend on this one: " + listed(dependents) + ". Undo them too, or first.",
                              positionsOf(dependents)});
    }
    std::set<Position> leftOut{join.position};
    for (const auto& dependent : dependents) leftOut.insert(dependent.position);
    auto assigned = assignments(state, command, without(state.customer, leftOut, join.a));
    if (!assigned) return failed(assigned.error());

    Decision decision;
    std::reverse(dependents.begin(), dependents.end());  // the youngest first
    for (const auto& dependent : dependents) {
        auto undone = undoOf(dependent, command);
        undone.rejoinable = true;
        undone.dependentOf = join.position;
        decision.events.push_back({dependent.a, std::move(undone)});
    }
    auto undone = undoOf(join, command);
    undone.rejoinable = command.rejoinable;
    undone.withDependents = command.withDependents;
    undone.assign = std::move(*assigned);
    decision.events.push_back({join.a, std::move(undone)});
    return decision;
}

}  // namespace kartei::ledger
