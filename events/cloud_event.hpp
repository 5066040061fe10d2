#pragma once
// Events on the wire: CloudEvents 1.0 in JSON (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/
// json-format.md), as DESIGN §6 narrows them.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "events/codec.hpp"
#include "events/event_types.hpp"
#include "events/json.hpp"

namespace kartei::events {

// An event as its sender made it: checked for form, not yet by any rule.
struct SentEvent {
    std::string id;
    SourceName source;
    std::optional<RecordName> subject;
    std::optional<Time> time;  // when it happened; absent: when it is recorded
    std::string cursor;
    Body data;
};

// Whether events of this type come from senders. The others are made by decisions.
bool isReported(const Body& data);

// Whether there is a type of event with this name.
bool isEventType(std::string_view type);

// Reads one CloudEvent. Unknown members, wrong types, malformed names and impossible values (an appointment that
// ends before it starts) are problems, and so is what is longer than limits::eventJson; the text of a problem holds no
// value of the event.
Result<SentEvent, JsonProblem> readCloudEvent(std::string_view json);
Result<SentEvent, JsonProblem> readCloudEvent(const rapidjson::Value& json);

// The form rules that need more than one member: what the event is about, what ends before it starts.
std::optional<JsonProblem> findMalformation(const SentEvent& event);

// Writes an event of the log with what the ledger added: `position`, `recordedtime`, `actor`. The `id` is the
// token under which the sender's id is kept, in hexadecimal.
void writeCloudEvent(JsonWriter& out, const Event& event);

}  // namespace kartei::events
