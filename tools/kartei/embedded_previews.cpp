#include "tools/kartei/embedded_previews.hpp"

#include "projections/previews.hpp"
#include "tools/kartei/answers.hpp"

namespace kartei::tools {

namespace {

template <class Command>
Answer joinPreview(const ledger::Business& business, const Command& command, const events::RecordName& a,
                   const events::RecordName& b, const ledger::Caller& caller) {
    const auto now = business.now();
    if (const auto refusal = ledger::Business::changedSince(caller, now, {a, b})) return failed(failureOf(*refusal));
    const auto facts = business.facts();
    const auto state = ledger::Business::joinState(now, facts, a, b);
    const auto decision = ledger::decide(state, command);
    if (!decision) return failed(failureOf(decision.error()));
    // What the ledger would record, read back as the join it would be.
    events::Event event;
    event.position = now.upTo().next();
    event.actor = caller.actor;
    event.data = decision->events.front().data;
    ledger::RecordFacts factsOfA;
    factsOfA.name = a;
    evolve(factsOfA, event);
    return projections::joinPreview(now, state, factsOfA.joins.front());
}

}  // namespace

Answer previewOf(const ledger::Business& business, const ledger::Link& command, const ledger::Caller& caller) {
    return joinPreview(business, command, command.a, command.b, caller);
}

Answer previewOf(const ledger::Business& business, const ledger::Merge& command, const ledger::Caller& caller) {
    return joinPreview(business, command, command.from, command.into, caller);
}

Answer previewOf(const ledger::Business& business, ledger::Undoing command, const ledger::Caller& caller) {
    const auto now = business.now();
    const auto state = ledger::Business::undoState(now, command.join);
    if (state.join) {
        const auto refusal = ledger::Business::changedSince(caller, now, {state.join->a, state.join->b});
        if (refusal) return failed(failureOf(*refusal));
    }
    if (state.undone) {
        return failed(Failure{Failure::Kind::refused, "already_undone", "The join was undone before.", {command.join}});
    }
    command.withDependents = true;
    const auto decision = ledger::decide(state, command);
    if (!decision) return failed(failureOf(decision.error()));
    return projections::undoPreview(now, state, command);
}

}  // namespace kartei::tools
