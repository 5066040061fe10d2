#pragma once
// A customer's consents with their proof, and the answer to "may I contact them?" (DESIGN §5).

#include <string>

#include "events/json.hpp"
#include "ledger/consents.hpp"

namespace kartei::projections {

// {"customer":…,"consents":[…]}: what is in force for each purpose, channel and address. `at`: when; what was valid
// until before then has expired.
std::string consentsOf(const ledger::Customer& customer, events::Time at);

// The record that a customer's statement was made for. A refusal that was stated for two who were joined stays with
// both when they come apart: whose it was is told of neither's any more.
void writeRecordOf(events::JsonWriter& out, const ledger::Statement& statement, const ledger::Customer& customer);

// The members of an object that tells of a customer's statement: what it says, and its proof.
void writeProof(events::JsonWriter& out, const ledger::Statement& statement, const ledger::Customer& customer,
                events::Time at);

// {"customer","purpose","channel","mayContact","state","decidedBy","reason"}
std::string contactAnswer(const ledger::Customer& customer, events::Purpose purpose, events::Channel channel,
                          const std::optional<std::string>& address, events::Time at);

}  // namespace kartei::projections
