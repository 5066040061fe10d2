#pragma once
// How what the ledger says becomes an answer (operations.hpp).

#include <string>

#include "events/json.hpp"
#include "ledger/ledger.hpp"
#include "tools/kartei/operations.hpp"

namespace kartei::tools {

Failure failureOf(const ledger::Refusal& refusal);
Failure failureOf(const ledger::Failure& failure);
Failure notFound();
// An option that must say something says nothing.
Failure blank(const std::string& name);

// {"position"}, or {"unchanged":true} where there was nothing to change.
Answer outcomeOf(const Result<ledger::DecisionOutcome, ledger::Refusal>& outcome);

// One entry of `results`.
void writeOutcome(events::JsonWriter& out, const ledger::Outcome& outcome);

// A JSON object whose members `write` writes.
template <class Write>
std::string object(Write&& write) {
    rapidjson::StringBuffer buffer;
    events::JsonWriter out(buffer);
    out.StartObject();
    write(out);
    out.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace kartei::tools
