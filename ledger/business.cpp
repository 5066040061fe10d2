// A business at work: recording facts and decisions.

#include <algorithm>

#include "events/limits.hpp"
#include "events/normal_forms.hpp"
#include "ledger/failure.hpp"
#include "ledger/in_parallel.hpp"
#include "ledger/indexing.hpp"
#include "ledger/ledger.hpp"
#include "ledger/stored_keys.hpp"
#include "ledger/things.hpp"

namespace kartei::ledger {

namespace {

// Facts that one thread makes ready in one go.
constexpr std::size_t preparedAtOnce = 64;

// What comes from the desk was recorded by staff, whoever brings it.
events::Role roleOf(const events::SentEvent& fact, const Caller& caller) {
    return fact.source.text() == "desk" && caller.role == events::Role::ADAPTER ? events::Role::DESK : caller.role;
}

Time whenItHappened(const events::SentEvent& fact, Time now) {
    if (!fact.time) return now;
    return fact.time->microseconds() <= now.microseconds() + limits::microsecondsAhead ? *fact.time : now;
}

// Before what a caller has named a decision.
const std::string keyPrefix = "key:";

// Puts what the decision leaves of a fact in its place. False where that is all of it.
bool takeWhatCounts(FactDecision& decided, events::Body& data) {
    auto* news = std::get_if<events::RecordImported>(&decided);
    auto* reversed = std::get_if<events::VisitCheckoutReversed>(&decided);
    if (news != nullptr) data = std::move(*news);
    if (reversed != nullptr) data = std::move(*reversed);
    return news != nullptr || reversed != nullptr;
}

}  // namespace

// A fact with everything about it that can be made before its turn comes: without the lock, by several threads.
struct Business::Prepared {
    events::SentEvent fact;
    events::Token id;
    events::Token content;
    SealedBody sealed;
    LookedAhead ahead;
};

struct Business::Made {
    events::Event event;
    SealedBody sealed;
};

void Business::prepare(std::span<Prepared> facts, const Caller& caller) const {
    std::vector<Index::Question> questions;
    for (auto& ready : facts) {
        const auto& fact = ready.fact;
        auto body = events::encodeBody(fact.data);
        const auto time = fact.time ? std::to_string(fact.time->microseconds()) : std::string();
        ready.content = tokens_.content({typeName(fact.data), body.clear, body.sealed, body.fiscal,
                                         fact.subject ? std::string_view(fact.subject->text()) : "", time});
        ready.id = tokens_.eventId(fact.source.text(), fact.id);
        ready.sealed = sealing_.seal({fact.data, fact.subject, ready.id, roleOf(fact, caller)}, std::move(body),
                                     fiscalYearOf(fact.time.value_or(Time())));
        questions.push_back({ready.id, {}});
        const auto ask = [&](Stream stream, const std::string& name) {
            questions.back().streams.push_back(tokens_.stream(static_cast<char>(stream), name));
        };
        if (const auto* out = std::get_if<events::VisitCheckedOut>(&fact.data)) {
            ask(Stream::receipt, out->receipt.text());
            if (out->appointment) ask(Stream::checkouts, out->appointment->text());
        } else if (std::holds_alternative<events::RecordImported>(fact.data)) {
            ask(Stream::file, fact.subject->text());
        }
    }
    auto ahead = index_.lookAhead(questions);
    for (std::size_t i = 0; i < facts.size(); ++i) facts[i].ahead = std::move(ahead[i]);
}

Business::Business(DataDirectory& directory, Committer& committer, const BusinessIdentity& identity, Anchor anchor,
                   Clock clock, const ForgetInViews& forgetInViews)
    : directory_(directory),
      committer_(committer),
      identity_(identity),
      number_(identity.number),
      tokens_(identity.key),
      keys_(directory, identity),
      accessTokens_(directory, identity.number),
      sealing_(keys_, identity.number),
      clock_(std::move(clock)),
      forgetInViews_(forgetInViews),
      index_(directory, identity.number),
      anchor_(std::move(anchor)),
      stagedLog_(*this, index_, tokens_) {
    complete();
}

Business::~Business() {
    if (!directory_.isHeld()) return;
    try {
        committer_.wait(lastUnit_);
        anchorHead();
        index_.endSpill(Index::Patience::wait);
        if (index_.spilledTo() < stagedHead_) index_.spill(stagedHead_);
    } catch (const std::exception&) {
        return;  // the index is completed from the log when it is opened again
    }
}

std::unique_lock<std::mutex> Business::turn() const {
    requireWritable();
    return std::unique_lock<std::mutex>(deciding_);
}

Time Business::recordingTime() {
    lastRecorded_ = std::max(lastRecorded_, clock_());
    return lastRecorded_;
}

std::vector<Outcome> Business::append(std::vector<events::SentEvent> facts, const Caller& caller) {
    if (facts.size() > limits::batchEvents) throw std::invalid_argument("more events than one batch may hold");
    requireSound();
    if (facts.empty()) return {};
    std::vector<Prepared> ready(facts.size());
    std::vector<Outcome> outcomes;
    outcomes.reserve(facts.size());
    CommitUnit unit;
    unit.rows.reserve(facts.size());
    std::unique_lock<std::mutex> lock;
    const auto prepareRange = [&](std::size_t from, std::size_t to) {
        for (auto i = from; i < to; ++i) ready[i].fact = std::move(facts[i]);
        prepare(std::span(ready).subspan(from, to - from), caller);
    };
    const auto appendRange = [&](std::size_t from, std::size_t to) {
        if (!lock.owns_lock()) {
            lock = turn();
            spillWhenFull();
        }
        for (auto i = from; i < to; ++i) {
            stagedLog_.lookedAhead(index_.holds(ready[i].ahead) ? &ready[i].ahead : nullptr);
            count(outcomes.emplace_back(appendOne(unit, ready[i], caller)));
        }
        stagedLog_.lookedAhead(nullptr);
    };
    inOrder(facts.size(), preparedAtOnce, prepareRange, appendRange);
    commit(unit, lock);
    return outcomes;
}

void Business::count(const Outcome& outcome) {
    if (const auto* refusal = std::get_if<Refusal>(&outcome)) return counts_.refused(refusal->code);
    const auto* recorded = std::get_if<Recorded>(&outcome);
    if (recorded != nullptr && recorded->isNew) return counts_.recorded();
    counts_.unchanged();
}

Outcome Business::appendOne(CommitUnit& unit, Prepared& ready, const Caller& caller) {
    if (auto known = knownOutcome(ready)) return *known;
    events::SentEvent& fact = ready.fact;
    const auto addressed = redirect(fact);
    auto decided = ledger::decide(factState(staged(), fact), Report{fact});
    if (!decided) return decided.error();
    if (std::holds_alternative<Unchanged>(*decided)) {
        index_.addUnchanged(ready.id, ready.content);
        unit.rows.push_back(
            {directory_.index(), keys::indexed(number_, 'e', ready.id.view()), std::string(ready.content.view())});
        return Unchanged{};
    }
    const Time now = recordingTime();
    const auto role = roleOf(fact, caller);
    const Time time = whenItHappened(fact, now);
    const auto year = fiscalYearOf(std::min(time, now));
    const bool saysLess = takeWhatCounts(*decided, fact.data);
    const SealingContext context{fact.data, fact.subject, ready.id, role};
    if (saysLess || addressed) ready.sealed = sealing_.seal(context, events::encodeBody(fact.data), year);
    sealing_.moveToYear(ready.sealed, context, year);
    events::Event event{{},
                        now,
                        time,
                        ready.id,
                        ready.content,
                        std::move(fact.source),
                        std::move(fact.subject),
                        caller.actor,
                        role,
                        std::move(fact.cursor),
                        std::move(fact.data)};
    event.addressed = addressed;
    const auto position = stage(unit, std::move(event), ready.sealed);
    if (!position) {
        return Refusal{RefusalCode::eventTooLarge,
                       "The stored entry would be larger than " + std::to_string(limits::storedEntry) + " bytes.",
                       {}};
    }
    react(unit, *stagedLog_.last());
    return Recorded{*position};
}

std::optional<Outcome> Business::knownOutcome(const Prepared& ready) const {
    const bool isNew = ready.ahead.lacksEvent && index_.holds(ready.ahead);
    const auto known = isNew ? index_.recentEvent(ready.id) : index_.event(ready.id);
    if (!known) return std::nullopt;
    const events::Token before =
        known->unchangedContent ? *known->unchangedContent : stagedLog_.entry(known->position)->digest;
    if (before != ready.content) {
        return Refusal{RefusalCode::duplicateEventMismatch, "Another event was recorded under this id.", {}};
    }
    if (known->unchangedContent) return Unchanged{};
    return Recorded{known->position, false};
}

FactState Business::factState(const Reading& reading, const events::SentEvent& fact) const {
    FactState state{facts_, nullptr, std::nullopt, std::nullopt, std::nullopt, {}};
    if (std::holds_alternative<events::RecordImported>(fact.data)) {
        state.record = reading.record(*fact.subject);
        const bool alone = state.record->joins.empty();
        state.customer = alone ? Customer{{{*fact.subject, state.record}}, {}} : reading.customer(*fact.subject);
    }
    const auto checkouts = [&](Stream stream, const events::ItemName& name) {
        const auto known = reading.events(stream, name.text());
        std::vector<const events::Event*> events;
        for (const auto& event : known) events.push_back(event.get());
        auto inForce = checkoutsInForce(events);
        return inForce.empty() ? std::nullopt : std::optional(std::move(inForce.back()));
    };
    // It may be another's than the record that the fact names. Only where somebody was erased does it matter.
    const bool isAboutAnother = std::holds_alternative<events::MessageStatusChanged>(fact.data) ||
                                std::holds_alternative<events::VisitCheckoutReversed>(fact.data);
    if (!facts_.erased.empty() && (isAboutAnother || reading.hasAssignments())) {
        events::Event asked;
        asked.position = stagedHead_.next();
        asked.subject = fact.subject;
        asked.data = fact.data;
        state.holder = holderOf(reading, asked);
    }
    if (const auto* out = std::get_if<events::VisitCheckedOut>(&fact.data)) {
        if (out->appointment) state.appointmentCheckout = checkouts(Stream::checkouts, *out->appointment);
        state.receiptCheckout = checkouts(Stream::receipt, out->receipt);
    } else if (const auto* reversed = std::get_if<events::VisitCheckoutReversed>(&fact.data)) {
        state.receiptCheckout = checkouts(Stream::receipt, reversed->receipt);
    }
    return state;
}

// Gives the event its position and puts it on its way. Nothing where its entry would be too large.
std::optional<Position> Business::stage(CommitUnit& unit, events::Event event, const SealedBody& sealed) {
    std::string bytes = events::encode(event, sealed.body);
    if (bytes.size() > limits::storedEntry) return std::nullopt;
    event.position = stagedHead_.next();
    note(event, staged());
    sealing_.save(sealed, event.position, unit.rows);
    unit.rows.push_back({directory_.log(), keys::entry(number_, event.position), std::move(bytes)});
    stagedLog_.add(std::make_shared<const events::Event>(std::move(event)));
    return stagedHead_;
}

// Takes an entry into everything that follows from the log. `before`: the log up to it.
void Business::note(const events::Event& event, const Reading& before) {
    for (const auto& entry : streamsOf(event, before)) {
        index_.addToStream(tokens_.stream(static_cast<char>(entry.stream), entry.name), event.position);
    }
    index_.addEvent(event.id, event.position);
    if (!event.cursor.empty()) index_.setCursor(event.source, event.cursor);
    const auto* undone = std::get_if<events::JoinUndone>(&event.data);
    if (undone != nullptr && !undone->assign.empty()) hasAssignments_.store(true, std::memory_order_release);
    evolve(facts_, event);
    stagedHead_ = event.position;
}

// What the ledger does by itself once a fact is recorded: the automatic link.
void Business::react(CommitUnit& unit, const events::Event& event) {
    const bool verifies = std::holds_alternative<events::RecordRegistered>(event.data) ||
                          std::holds_alternative<events::RecordEmailVerified>(event.data) ||
                          std::holds_alternative<events::AccountChanged>(event.data);
    if (!verifies || !facts_.policy.isOn(events::Rule::AUTOMATIC_LINK)) return;
    const Reading reading = staged();
    AutomaticLinkState state{facts_, reading.customer(*event.subject), {}};
    const std::string email = verifiedAddress(state.customer.record(*event.subject));
    if (email.empty()) return;
    for (auto& other : reading.customersThatSaid(email)) {
        if (!state.customer.has(other.records.begin()->first) && carrierOf(other, email))
            state.hits.push_back(std::move(other));
    }
    auto decided = ledger::decide(state, LinkAutomatically{*event.subject});
    if (!decided) return;
    for (const auto& made : decided->events) {
        auto linked = decidedEvent(recordingTime(), made, {"kartei", events::Role::LEDGER}, stagedHead_.next());
        if (!stage(unit, std::move(linked.event), linked.sealed)) return;
    }
}

Business::Made Business::decidedEvent(Time now, const NewEvent& next, const Caller& caller, Position position) {
    const auto source = caller.role == events::Role::LEDGER ? "kartei" : "desk";
    // A decision has no sender's id; its position names it, or its caller's key, under no source, so that no sender
    // can.
    const auto id = caller.repeatable ? tokens_.eventId("", keyPrefix + caller.repeatable->key)
                                      : tokens_.eventId("", std::to_string(position.value()));
    auto body = events::encodeBody(next.data);
    const auto content = caller.repeatable
                             ? tokens_.content({caller.repeatable->request})
                             : tokens_.content({typeName(next.data), body.clear, body.sealed, body.fiscal});
    auto sealed = sealing_.seal({next.data, next.subject, id, caller.role}, std::move(body), fiscalYearOf(now));
    return {{{},
             now,
             now,
             id,
             content,
             events::SourceName::trusted(source),
             next.subject,
             caller.actor,
             caller.role,
             "",
             next.data,
             false,
             false,
             std::nullopt,
             caller.onBehalfOf},
            std::move(sealed)};
}

void Business::waitForStaged(std::unique_lock<std::mutex>& lock) {
    const auto number = lastUnit_;
    lock.unlock();
    committer_.wait(number);
}

Result<DecisionOutcome, Refusal> Business::refused(Refusal refusal, std::unique_lock<std::mutex>& lock) {
    counts_.refused(refusal.code);
    waitForStaged(lock);
    return failed(std::move(refusal));
}

std::optional<Result<DecisionOutcome, Refusal>> Business::settled(const Caller& caller,
                                                                  std::unique_lock<std::mutex>& lock) {
    if (!caller.repeatable) return std::nullopt;
    const auto known = index_.event(tokens_.eventId("", keyPrefix + caller.repeatable->key));
    if (!known) return std::nullopt;
    if (stagedLog_.entry(known->position)->digest != tokens_.content({caller.repeatable->request})) {
        return refused({RefusalCode::duplicateEventMismatch, "The key was used for another request.", {}}, lock);
    }
    waitForStaged(lock);
    return DecisionOutcome{known->position};
}

std::optional<Refusal> Business::changedSince(const Caller& caller, const Reading& reading,
                                              const std::vector<RecordName>& records) {
    if (!caller.unchangedSince) return std::nullopt;
    for (const auto& name : records) {
        if (reading.lastPosition(reading.customer(name)) > *caller.unchangedSince)
            return Refusal{RefusalCode::changedSince, "The people concerned have changed since: look again.", {}};
    }
    return std::nullopt;
}

// `decide`: from the log as it is staged to what is to be recorded. The caller has its turn meanwhile.
template <class Decide>
Result<DecisionOutcome, Refusal> Business::decideOn(const Caller& caller, const Decide& decide) {
    auto lock = turn();
    if (auto before = settled(caller, lock)) return *before;
    return record(decide(staged()), caller, lock);
}

Result<DecisionOutcome, Refusal> Business::record(Decided decided, const Caller& caller,
                                                  std::unique_lock<std::mutex>& lock) {
    return recordAt(recordingTime(), std::move(decided), caller, lock, {});
}

Result<DecisionOutcome, Refusal> Business::recordAt(Time now, Decided decided, const Caller& caller,
                                                    std::unique_lock<std::mutex>& lock, CommitUnit unit) {
    if (!decided) return refused(std::move(decided.error()), lock);
    if (decided->already) {
        // It may be on its way yet.
        waitForStaged(lock);
        return DecisionOutcome{*decided->already};
    }
    requireSound();
    // Nothing of a decision is staged before all of it is known to fit.
    std::vector<Made> made;
    auto position = stagedHead_;
    auto nameless = caller;  // the key names the last of the events, whose position is the answer
    nameless.repeatable.reset();
    for (const auto& next : decided->events) {
        position = position.next();
        const bool isLast = &next == &decided->events.back();
        made.push_back(decidedEvent(now, next, isLast ? caller : nameless, position));
        if (events::encode(made.back().event, made.back().sealed.body).size() > limits::storedEntry) {
            return refused({RefusalCode::eventTooLarge, "The stored entry would be too large.", {}}, lock);
        }
    }
    DecisionOutcome outcome;
    for (auto& [event, sealed] : made) outcome.position = *stage(unit, std::move(event), sealed);
    commit(unit, lock);
    return outcome;
}

void Business::commit(CommitUnit& unit, std::unique_lock<std::mutex>& lock) {
    if (!unit.rows.empty()) {
        unit.tree = tree_.get();
        unit.head = &head_;
        unit.newHead = stagedHead_.value();
        lastUnit_ = committer_.queue(std::move(unit));
        stagedLog_.release(head());
        keys_.release(head());
    }
    // Where nothing is new, what this call answers may still rest on entries that are on their way.
    waitForStaged(lock);
}

void Business::spillWhenFull() {
    index_.endSpill(Index::Patience::onlyIfDone);
    if (!index_.isFull()) return;
    index_.beginSpill(stagedHead_, [this, number = lastUnit_] { committer_.wait(number); });
}

Result<DecisionOutcome, Refusal> Business::decide(const Link& command, const Caller& caller) {
    return decideOn(caller, [&](const Reading& reading) -> Decided {
        if (auto refusal = changedSince(caller, reading, {command.a, command.b})) return failed(*refusal);
        return ledger::decide(joinState(reading, facts_, command.a, command.b), command);
    });
}

Result<DecisionOutcome, Refusal> Business::decide(const Merge& command, const Caller& caller) {
    return decideOn(caller, [&](const Reading& reading) -> Decided {
        if (auto refusal = changedSince(caller, reading, {command.from, command.into})) return failed(*refusal);
        return ledger::decide(joinState(reading, facts_, command.from, command.into), command);
    });
}

Result<DecisionOutcome, Refusal> Business::decide(const Undoing& command, const Caller& caller) {
    return decideOn(caller, [&](const Reading& reading) -> Decided {
        const auto state = undoState(reading, command.join);
        if (state.join) {
            if (auto refusal = changedSince(caller, reading, {state.join->a, state.join->b})) return failed(*refusal);
        }
        return ledger::decide(state, command);
    });
}

Result<DecisionOutcome, Refusal> Business::decide(const RecordName& record, const ResolveChanges& command,
                                                  const Caller& caller) {
    return decideOn(caller, [&](const Reading& reading) -> Decided {
        if (auto refusal = changedSince(caller, reading, {record})) return failed(*refusal);
        ResolveState state{reading.customer(record)};
        if (!state.customer.record(record).exists()) {
            return failed(Refusal{RefusalCode::notFound, "There is no record " + record.text() + ".", {}});
        }
        return ledger::decide(state, command);
    });
}

Result<DecisionOutcome, Refusal> Business::decide(const MarkDistinct& command, const Caller& caller) {
    return decideOn(caller, [&](const Reading& reading) -> Decided {
        if (auto refusal = changedSince(caller, reading, {command.a, command.b})) return failed(*refusal);
        const bool joinedNow = reading.customer(command.a).has(command.b);
        return ledger::decide(DistinctState{reading.record(command.a), reading.record(command.b), joinedNow}, command);
    });
}

Result<DecisionOutcome, Refusal> Business::decide(const ClearDistinct& command, const Caller& caller) {
    return decideOn(caller, [&](const Reading& reading) -> Decided {
        if (auto refusal = changedSince(caller, reading, {command.a, command.b})) return failed(*refusal);
        return ledger::decide(DistinctState{reading.record(command.a), reading.record(command.b), false}, command);
    });
}

Result<DecisionOutcome, Refusal> Business::decide(const Export& command, const Caller& caller) {
    return decideOn(caller, [&](const Reading& reading) {
        return ledger::decide(ExportState{reading.customer(command.record)}, command);
    });
}

Result<DecisionOutcome, Refusal> Business::decide(const SetPolicy& command, const Caller& caller) {
    return decideOn(caller, [&](const Reading&) -> Decided {
        if (caller.unchangedSince && facts_.policySetAt > *caller.unchangedSince)
            return failed(Refusal{RefusalCode::changedSince, "The rules have changed since: look again.", {}});
        return ledger::decide(facts_, command);
    });
}

}  // namespace kartei::ledger
