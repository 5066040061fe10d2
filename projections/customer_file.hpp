#pragma once
// The customer file: who a person is, as DESIGN §9 shows it. Now, as of a position, and what if: the same function of
// the same kind of customer.

#include <string>

#include "events/json.hpp"
#include "ledger/customer.hpp"
#include "ledger/reading.hpp"

namespace kartei::projections {

// Writes the file of a customer whose last event is at `position`. The same customer gives the same bytes.
void writeFile(events::JsonWriter& out, const ledger::Customer& customer, events::Position position);
std::string fileOf(const ledger::Customer& customer, events::Position position);
// The same, for who has folded the fields already.
std::string fileOf(const ledger::Customer& customer, const ledger::JoinedFields& fields, events::Position position);

// The file of the customer that the record belongs to, at the reading's position.
std::string fileOf(const ledger::Reading& reading, const events::RecordName& record);

void writeJoin(events::JsonWriter& out, const ledger::Join& join);
// The same without the braces around it.
void writeJoinMembers(events::JsonWriter& out, const ledger::Join& join);

// "active", "retired", "deleted" or "erased".
std::string_view statusOf(const ledger::RecordFacts& record, const std::set<events::RecordName>& retired);

}  // namespace kartei::projections
