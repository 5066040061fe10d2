#pragma once
// Who is meant when a sender names a record that was erased (DESIGN §7, Erasure).
//
// A sender knows a person by a key of its own, which stays when the person is erased and comes back. What it says of
// `X` from then on is about a new record, `X~2`, which a registration opens; after the erasure of that one, about
// `X~3`, and so on. Whom a fact is about follows from when it happened: what happened before the erasure of a record is
// about that one, be it delivered ever so late, and so refused (receipts excepted). A fact of an appointment, a receipt
// or a contract is about whom that is of. `X` itself keeps naming the record that was erased.

#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "events/cloud_event.hpp"
#include "ledger/business_facts.hpp"

namespace kartei::ledger {

struct AddressState {
    const BusinessFacts& business;
    // The record that the fact's appointment was booked for, its receipt checked out or its contract signed; nothing
    // where it is of none.
    std::optional<events::RecordName> ofItem;
    // What one more successor would be named; nothing where there can be none.
    std::optional<events::RecordName> next;
};

// A record that was erased, and those who came after it, in order.
std::vector<events::RecordName> lineOf(const BusinessFacts& business, const events::RecordName& record);

// Who came after one of these records, or after who that one came after, and is not erased.
std::set<events::RecordName> livingSuccessors(const BusinessFacts& business,
                                              const std::vector<events::RecordName>& records);

// The record that the fact is about: the one that it names, which was erased, or a successor. It is `next` where the
// fact opens that one.
events::RecordName addresseeOf(const AddressState& state, const events::SentEvent& fact);

// A name for one more successor of the record. Nothing where it would be longer than a name may be, and for a record
// that is a successor itself: only what a sender called it by itself has successors. `isTaken`: whether anything in the
// log is about a record, for a sender is free to name one `X~2` itself.
std::optional<events::RecordName> nameForSuccessor(const BusinessFacts& business, const events::RecordName& record,
                                                   const std::function<bool(const events::RecordName&)>& isTaken);

}  // namespace kartei::ledger
