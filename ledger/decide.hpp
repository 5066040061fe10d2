#pragma once
// The rules of DESIGN §4 to §6 as pure functions: a state and a command in, new events or a refusal out.
//
// A command says what somebody wants. Its state is plain data that was read for it, no more than it needs; who reads it
// is in business.cpp and business_reading.cpp. Time, ids and positions come from outside. Deciding changes nothing: the
// caller records the new events, all of one decision together.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "events/cloud_event.hpp"
#include "ledger/business_facts.hpp"
#include "ledger/customer.hpp"
#include "ledger/refusal.hpp"
#include "ledger/things.hpp"
#include "ledger/visit_facts.hpp"

namespace kartei::ledger {

// -------------------------------------------------------------------------------------------------------------
// What comes out

struct NewEvent {
    std::optional<RecordName> subject;
    events::Body data;
};

struct Decision {
    std::vector<NewEvent> events;     // empty: nothing changes
    std::optional<Position> already;  // the same was decided before, at this position
};

using Decided = Result<Decision, Refusal>;

// -------------------------------------------------------------------------------------------------------------
// Facts that a sender reports

struct Report {
    const events::SentEvent& event;
};

struct FactState {
    const BusinessFacts& business;
    Record record;                                // the subject's own facts; null for everything but an import
    std::optional<Customer> customer;             // the subject's; only for an import
    std::optional<Checkout> appointmentCheckout;  // in force, of the appointment that a checkout names
    std::optional<Checkout> receiptCheckout;      // in force, under the receipt
    RecordName holder;                            // who holds what the fact is about; empty where it does not matter
};

struct AsReported {};  // the event is the fact, as it was sent
struct Unchanged {};   // it says nothing that the record has not said already: there is no event
// Of an import, what it says that is new; of a reversal whose receipt is kept without a name, the receipt alone.
using FactDecision = std::variant<AsReported, events::RecordImported, events::VisitCheckoutReversed, Unchanged>;

Result<FactDecision, Refusal> decide(const FactState& state, const Report& command);

// -------------------------------------------------------------------------------------------------------------
// Joins

struct Link {
    RecordName a;
    RecordName b;
    std::string comment;
};

struct Merge {
    RecordName from;
    RecordName into;
    std::vector<Field> take;
    std::string comment;
    bool mailCredentials = false;
};

struct JoinState {
    const BusinessFacts& business;
    Customer a;  // that the first record belongs to, or would
    Customer b;
};

Decided decide(const JoinState& state, const Link& command);
Decided decide(const JoinState& state, const Merge& command);

// A record with an online account has had its e-mail address verified.
struct LinkAutomatically {
    RecordName record;
};

struct AutomaticLinkState {
    const BusinessFacts& business;
    Customer customer;           // the record's own
    std::vector<Customer> hits;  // others that carry the verified address; each once
};

Decided decide(const AutomaticLinkState& state, const LinkAutomatically& command);

// The verified address, in its normal form, that the record can be linked by: it has an account, and the address is not
// one that it has changed since. Empty where there is none.
std::string verifiedAddress(const RecordFacts& record);

// The oldest of the customer's records that carry the address, in a field that counts; nothing where none does.
std::optional<RecordName> carrierOf(const Customer& customer, const std::string& normalEmail);

// -------------------------------------------------------------------------------------------------------------
// Undo

struct Undoing {
    Position join;
    std::string reason;
    std::vector<std::pair<Position, RecordName>> assign;
    bool withDependents = false;
    bool rejoinable = false;
};

// A fact that was recorded since the join and that a record of its customer holds.
struct FactSince {
    Position position;
    std::string type;
    RecordName reportedFor;  // whose it would be if nobody had assigned it
    RecordName holder;       // whose it is
    Thing thing;             // that it is about, and goes with
    bool isAssignable = false;
};

struct UndoState {
    std::optional<Join> join;      // the one at the position; nothing: no join is there
    std::optional<Undo> undone;    // how it was undone before
    Customer customer;             // that the join is part of
    std::vector<Customer> others;  // with later automatic links by an address that somebody in `customer` carried
    std::vector<FactSince> facts;
};

Decided decide(const UndoState& state, const Undoing& command);

// The later joins that cannot stay when the state's join is left out, by position, those that depend on them in turn
// included.
std::vector<Join> dependentsOf(const UndoState& state);

// -------------------------------------------------------------------------------------------------------------
// Everything else that people decide

struct ResolveChanges {
    std::vector<Position> take;
    std::vector<Position> dismiss;
};
struct ResolveState {
    Customer customer;
};
Decided decide(const ResolveState& state, const ResolveChanges& command);

struct MarkDistinct {
    RecordName a;
    RecordName b;
};
struct ClearDistinct {
    RecordName a;
    RecordName b;
};
struct DistinctState {
    Record a;
    Record b;
    bool joined = false;  // both are one customer
};
Decided decide(const DistinctState& state, const MarkDistinct& command);
Decided decide(const DistinctState& state, const ClearDistinct& command);

// Forgets persons. A record that is erased already stays so.
struct Erase {
    std::vector<RecordName> records;
    std::string reason;
    // A record that is joined with a named one, and not named itself, may be a stranger's.
    enum class Joined { refuse, leaveAsTheyAre } joined = Joined::refuse;
};
struct EraseState {
    struct Named {
        Customer customer;         // that the record belongs to
        bool isMentioned = false;  // anything is in the log about the record, be it too early
    };
    std::map<RecordName, Named> named;
};
Decided decide(const EraseState& state, const Erase& command);

// Destroys what receipts of a year say: total and items. They must have been kept as long as the law wants.
struct EraseReceipts {
    std::uint16_t year = 0;
    std::string reason;
};
struct ReceiptsState {
    const BusinessFacts& business;
    bool any = false;  // there is a receipt of that year
    Time now;
};
Decided decide(const ReceiptsState& state, const EraseReceipts& command);

// Hands out what is known of a person: what was handed out is `what`, and it told of `records`.
struct Export {
    RecordName record;  // the person's; any of them
    std::set<RecordName> records;
    std::string what;
};
struct ExportState {
    Customer customer;  // that the record belongs to
};
// An event for each of the records, so that an export is found from either side of a join that is undone later. Refused
// where the customer is not those records any more: then what was made ready tells of a stranger, or not of all.
Decided decide(const ExportState& state, const Export& command);

// The records that an export of the customer tells of: those that are not erased.
std::set<RecordName> exportedRecords(const Customer& customer);

struct SetPolicy {
    events::Rule rule{};
    bool on = true;
};
Decided decide(const BusinessFacts& state, const SetPolicy& command);

}  // namespace kartei::ledger
