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
Failure unknownBusiness();
// Who may write for one source alone has written for another.
Failure foreignSource();
// An import that whoever watched it has ended, or whose server has.
Failure interrupted();
// What must say something says nothing. `name`: that of the member of a body; an option of the command line is looked
// at before.
Failure blank(const std::string& name);

// {"position"}, or {"unchanged":true} where there was nothing to change.
Answer outcomeOf(const Result<ledger::DecisionOutcome, ledger::Refusal>& outcome);

// One entry of `results`.
void writeOutcome(events::JsonWriter& out, const ledger::Outcome& outcome);

// An event of the log as a CloudEvent.
std::string cloudEventOf(const events::Event& event);

// A value in its one form, without white space.
std::string jsonOf(const rapidjson::Value& value);

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
