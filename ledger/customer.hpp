#pragma once
// Records put together under the joins in force: the second half of the one fold of DESIGN §3.
//
// Joins in force form a forest over records: each joined two customers that were not one yet. Undoing any of
// them, in any order, takes an edge out of the forest. Everything here is computed from the facts of the records and
// from that forest; nothing of it is stored. So "as of" is the same with facts and joins up to a position, and
// "what if" the same with one join added (`joined`) or left out (`without`).

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "ledger/record_facts.hpp"

namespace kartei::ledger {

using Record = std::shared_ptr<const RecordFacts>;
using Records = std::map<RecordName, Record>;

// One person: records joined to one another, alone or many.
struct Customer {
    Records records;
    std::vector<Join> joins;  // those in force, by position

    [[nodiscard]] const RecordFacts& record(const RecordName& name) const { return *records.at(name); }
    [[nodiscard]] bool has(const RecordName& name) const { return records.count(name) != 0; }
};

// The customer that `start` belongs to. `load` gives a record's facts, of a record that does not exist too.
Customer gather(const RecordName& start, const std::function<Record(const RecordName&)>& load);

// What the two would be with one more join between a record of each.
Customer joined(const Customer& one, const Customer& other, const Join& join);

// What the customer falls apart into without these joins; the one with `first` comes first, the others follow by
// their oldest record.
std::vector<Customer> without(const Customer& customer, const std::set<Position>& joins, const RecordName& first);

// The joins on the way from one record to another, by position. Empty where there is no way.
std::vector<Position> joinsBetween(const Customer& customer, const RecordName& a, const RecordName& b);

// All records on `start`'s side of the join: those that joins older than it tie to `start`.
std::set<RecordName> sideOf(const Customer& customer, const Join& join, const RecordName& start);

// A value that counts for a field of the joined file.
struct Candidate {
    events::FieldValue value;
    RecordName record;   // that said it
    Position position;   // at which it was said
    Position effective;  // from which it counts: for a taken value, not before the merge
    bool operator==(const Candidate&) const = default;
};

// A change on a retired record that nobody has taken or dismissed yet. No value: the field was cleared.
struct PendingChange {
    RecordName record;
    Position position;
    Field field{};
    std::optional<events::FieldValue> value;
    bool operator==(const PendingChange&) const = default;
};

struct JoinedFields {
    std::map<Field, std::vector<Candidate>> shown;  // the first is shown, the others stand beside it
    std::vector<PendingChange> pending;             // by position, record, field
    std::set<RecordName> retired;

    [[nodiscard]] const Candidate* find(Field field) const;
};
JoinedFields foldFields(const Customer& customer);

// The record that names the customer: the oldest that is not retired, deleted or erased; failing that, the oldest.
RecordName leadOf(const Customer& customer, const std::set<RecordName>& retired);

// Whether anybody's online account belongs to the customer.
bool hasAccount(const Customer& customer);

}  // namespace kartei::ledger
