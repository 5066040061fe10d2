// A business that forgets: persons, and receipts that need no longer be kept. The keys go in the same synced batch as
// the entries that say so.

#include <algorithm>
#include <utility>

#include "ledger/erasure.hpp"
#include "ledger/ledger.hpp"
#include "ledger/succession.hpp"

namespace kartei::ledger {

namespace {

bool isMentioned(const Reading& reading, const RecordName& name) {
    for (const auto stream : recordStreams) {
        if (!reading.positions(stream, name.text()).empty()) return true;
    }
    return false;
}

// Null for what is no fact of a contract.
const events::ItemName* contractOf(const events::Body& data) {
    if (const auto* contract = std::get_if<events::ContractSigned>(&data)) return &contract->contract;
    const auto* ended = std::get_if<events::ContractEnded>(&data);
    return ended == nullptr ? nullptr : &ended->contract;
}

// The record that the appointment, the receipt or the contract which a fact is about was reported for. `line`: who
// can be meant.
std::optional<RecordName> recordOfItem(const Reading& reading, const events::Body& data,
                                       const std::vector<RecordName>& line) {
    if (const auto* contract = contractOf(data)) {
        for (const auto& known : reading.events(Stream::contract, contract->text())) {
            const bool isSigned = std::holds_alternative<events::ContractSigned>(known->data);
            if (isSigned && std::find(line.begin(), line.end(), *known->subject) != line.end()) return known->subject;
        }
        return std::nullopt;
    }
    if (const auto* reversed = std::get_if<events::VisitCheckoutReversed>(&data)) {
        for (const auto& known : reading.events(Stream::receipt, reversed->receipt.text())) {
            if (std::holds_alternative<events::VisitCheckedOut>(known->data)) return known->subject;
        }
    }
    if (const auto* appointment = appointmentOf(data)) {
        for (const auto& known : reading.events(Stream::appointment, appointment->text())) {
            if (std::holds_alternative<events::AppointmentBooked>(known->data)) return known->subject;
        }
    }
    return std::nullopt;
}

}  // namespace

// Where a fact names a record that was erased, and is about a successor: lets it name that one instead, and returns the
// one that it named.
std::optional<RecordName> Business::redirect(events::SentEvent& fact) const {
    if (!fact.subject || facts_.erased.count(*fact.subject) == 0) return std::nullopt;
    const Reading reading = staged();
    AddressState state{facts_, recordOfItem(reading, fact.data, lineOf(facts_, *fact.subject)), std::nullopt};
    if (std::holds_alternative<events::RecordRegistered>(fact.data)) {
        state.next =
            nameForSuccessor(facts_, *fact.subject, [&](const RecordName& name) { return isMentioned(reading, name); });
    }
    auto addressee = addresseeOf(state, fact);
    if (addressee == *fact.subject) return std::nullopt;
    return std::exchange(fact.subject, std::move(addressee));
}

Result<DecisionOutcome, Refusal> Business::decide(const Erase& command, const Caller& caller) {
    // Nobody makes rows of the person meanwhile, or compares those that are stored.
    const std::lock_guard<std::mutex> building(projecting_.building);
    auto lock = turn();
    // Where the request was the same, what was erased then is looked after again.
    if (auto before = settled(caller, lock); before && !*before) return *before;
    if (!lock.owns_lock()) lock.lock();
    committer_.wait(lastUnit_);  // a key that is on its way is not found yet, and would stay
    const Reading reading = staged();
    if (auto refusal = changedSince(caller, reading, command.records)) return refused(std::move(*refusal), lock);
    EraseState state;
    for (const auto& name : command.records) {
        state.named.try_emplace(name, EraseState::Named{reading.customer(name), isMentioned(reading, name)});
    }
    const Time now = recordingTime();
    auto decided = ledger::decide(state, command);
    CommitUnit unit;
    std::vector<AnchorEntry> entries;
    if (decided && !decided->events.empty()) {
        index_.spill(stagedHead_);
        std::vector<std::pair<Token, Position>> testable;
        Position position = stagedHead_;
        for (const auto& event : decided->events) {
            position = position.next();
            entries.emplace_back(ErasureEntry{identity_.incarnation, position, now, *event.subject,
                                              destroyKeys(reading, *event.subject, unit)});
            for (const auto& [stream, known] : testableStreams(reading, *event.subject)) {
                testable.emplace_back(tokens_.stream(static_cast<char>(stream.stream), stream.name), known);
            }
        }
        index_.forget(testable, unit.rows);
    }
    return recordErasure(now, std::move(decided), caller, lock, std::move(unit), entries);
}

Result<DecisionOutcome, Refusal> Business::decide(const EraseReceipts& command, const Caller& caller) {
    const std::lock_guard<std::mutex> building(projecting_.building);
    auto lock = turn();
    if (auto before = settled(caller, lock); before && !*before) return *before;
    if (!lock.owns_lock()) lock.lock();
    committer_.wait(lastUnit_);
    const auto row = keys_.rowOfYear(command.year);
    const Time now = recordingTime();
    auto decided = ledger::decide(ReceiptsState{facts_, keys_.isStored(row), now}, command);
    CommitUnit unit;
    if (decided && !decided->events.empty()) keys_.destroy(row, unit.rows);
    return recordErasure(now, std::move(decided), caller, lock, std::move(unit),
                         {ReceiptsEntry{identity_.incarnation, stagedHead_.next(), command.year}});
}

Result<DecisionOutcome, Refusal> Business::recordErasure(Time now, Decided decided, const Caller& caller,
                                                         std::unique_lock<std::mutex>& lock, CommitUnit keys,
                                                         const std::vector<AnchorEntry>& entries) {
    if (!keys.rows.empty()) keys.rows.push_back(directory_.pendingPurge(number_, stagedHead_.next(), entries));
    auto outcome = recordAt(now, std::move(decided), caller, lock, std::move(keys));
    if (!outcome) return outcome;
    if (lock.owns_lock()) lock.unlock();
    keys_.forgetAll();
    // Of an erasure that was made before too: it may have been cut short.
    anchor(directory_.pendingForAnchor(number_));
    if (forgetInViews_) {
        forgetInViews_(*this);
    } else {
        directory_.dropViews(number_);
    }
    directory_.purge(number_);
    lock.lock();
    stagedLog_.release(head());
    keys_.release(head());
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
