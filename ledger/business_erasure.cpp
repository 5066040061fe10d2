// A business that forgets a person: the keys go in the same synced batch as the entries that say so.

#include "ledger/erasure.hpp"
#include "ledger/ledger.hpp"

namespace kartei::ledger {

namespace {

bool isMentioned(const Reading& reading, const RecordName& name) {
    for (const auto stream : {Stream::file, Stream::visits, Stream::messages}) {
        if (!reading.positions(stream, name.text()).empty()) return true;
    }
    return false;
}

}  // namespace

Result<DecisionOutcome, Refusal> Business::decide(const Erase& command, const Caller& caller) {
    std::unique_lock<std::mutex> lock(deciding_);
    const Reading reading = staged();
    EraseState state;
    for (const auto& name : command.records) {
        state.named.try_emplace(name, EraseState::Named{reading.customer(name), isMentioned(reading, name)});
    }
    auto decided = ledger::decide(state, command);
    CommitUnit unit;
    if (decided && !decided->events.empty()) {
        std::vector<AnchorEntry> entries;
        Position position = stagedHead_;
        for (const auto& event : decided->events) {
            position = position.next();
            entries.emplace_back(ErasureEntry{identity_.incarnation, position, *event.subject,
                                              destroyKeys(reading, *event.subject, unit)});
        }
        unit.rows.push_back(directory_.pendingPurge(number_, stagedHead_.next(), entries));
    }
    auto outcome = record(std::move(decided), caller, lock, std::move(unit));
    if (!outcome) return outcome;
    if (lock.owns_lock()) lock.unlock();
    keys_.forgetAll();
    // Of an erasure that was made before too: it may have been cut short.
    anchorErasures(directory_.pendingForAnchor(number_));
    directory_.purge();
    lock.lock();
    stagedLog_.release(head());
    return outcome;
}

// Returns which facts had a key of their own.
std::vector<Position> Business::destroyKeys(const Reading& reading, const RecordName& record, CommitUnit& unit) const {
    std::vector<Position> facts;
    keys_.destroy(keys_.rowOf(record), unit.rows);
    for (const auto position : factsGoingWith(reading, record)) {
        const auto row = keys_.rowOf(position);
        // Most facts are under the record's key.
        if (!keys_.isStored(row)) continue;
        keys_.destroy(row, unit.rows);
        facts.push_back(position);
    }
    return facts;
}

}  // namespace kartei::ledger
