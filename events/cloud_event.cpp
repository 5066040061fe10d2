#include "events/cloud_event.hpp"

#include "events/limits.hpp"

namespace kartei::events {

namespace {

enum class Subject { required, optional, none };

template <class... Types>
bool isOneOf(const Body& data) {
    return (std::holds_alternative<Types>(data) || ...);
}

Subject subjectRule(const Body& data) {
    if (isOneOf<SourceConnected, SourceDisconnected, SourceSettings, ImportStarted, ImportCompleted>(data)) {
        return Subject::none;
    }
    return isOneOf<MessageStatusChanged>(data) ? Subject::optional : Subject::required;
}

std::optional<JsonProblem> checkTimes(Time startsAt, const std::optional<Time>& endsAt) {
    if (endsAt && *endsAt < startsAt) return JsonProblem{"data.endsAt", "is before startsAt"};
    return std::nullopt;
}

std::optional<JsonProblem> findDataMalformation(const Body& data) {
    if (const auto* booked = std::get_if<AppointmentBooked>(&data)) return checkTimes(booked->startsAt, booked->endsAt);
    if (const auto* moved = std::get_if<AppointmentRescheduled>(&data))
        return checkTimes(moved->startsAt, moved->endsAt);
    if (const auto* consent = std::get_if<ConsentStated>(&data)) {
        if (consent->wording && consent->wording->sha256) {
            const auto& sum = *consent->wording->sha256;
            if (sum.size() != 64 || sum.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) {
                return JsonProblem{"data.wording.sha256", "must be 64 hexadecimal digits"};
            }
        }
    }
    return std::nullopt;
}

void readLimited(const JsonValue& in, std::string& out, std::size_t limit) {
    readJson(in, out);
    if (out.empty()) return in.fail("must not be empty");
    if (out.size() > limit) return in.fail("is longer than " + std::to_string(limit) + " bytes");
}

void readEnvelope(JsonObject& object, const JsonValue& document, SentEvent& event) {
    std::string specversion;
    object.required("specversion", specversion);
    if (specversion != "1.0") {
        document.reading.enter("specversion");
        document.fail("must be \"1.0\"");
        document.reading.leave();
    }
    const auto limited = [&](std::string_view name, std::string& out, std::size_t limit,
                             const rapidjson::Value* value) {
        document.reading.enter(name);
        if (value == nullptr) {
            document.fail("is missing");
        } else {
            readLimited(JsonValue{*value, document.reading}, out, limit);
        }
        document.reading.leave();
    };
    limited("id", event.id, limits::eventId, object.take("id"));
    object.required("source", event.source);
    object.optional("subject", event.subject);
    object.optional("time", event.time);
    if (const auto* cursor = object.take("cursor")) limited("cursor", event.cursor, limits::cursor, cursor);
    std::string contentType = "application/json";
    object.optional("datacontenttype", contentType);
    if (!contentType.starts_with("application/json")) document.fail("datacontenttype must be application/json");
    std::string schema;
    object.optional("dataschema", schema);
}

}  // namespace

bool isReported(const Body& data) {
    return !isOneOf<RecordsLinked, RecordsMerged, JoinUndone, ChangesResolved, RecordsMarkedDistinct,
                    RecordsDistinctCleared, RecordErased, ReceiptsErased, DataExported, PolicySet>(data);
}

bool isEventType(std::string_view type) {
    const rapidjson::Value nothing;
    JsonReading reading;
    Body body;
    return readBody(type, JsonValue{nothing, reading}, body);
}

std::optional<JsonProblem> findMalformation(const SentEvent& event) {
    const Subject rule = subjectRule(event.data);
    if (rule == Subject::required && !event.subject) return JsonProblem{"subject", "is missing"};
    if (rule == Subject::none && event.subject) return JsonProblem{"subject", "has no place in an event of this type"};
    return findDataMalformation(event.data);
}

Result<SentEvent, JsonProblem> readCloudEvent(std::string_view json) {
    // A document takes many times its bytes in memory.
    if (json.size() > limits::eventJson) return failed(JsonProblem{"", "is longer than 1 MiB"});
    const auto document = parseJson(json);
    if (!document) return failed(document.error());
    return readCloudEvent(*document);
}

Result<SentEvent, JsonProblem> readCloudEvent(const rapidjson::Value& json) {
    JsonReading reading;
    const JsonValue root{json, reading};
    SentEvent event;
    JsonObject object(root);
    readEnvelope(object, root, event);
    std::string type;
    object.required("type", type);
    static const rapidjson::Value noData(rapidjson::kObjectType);
    const rapidjson::Value* data = object.take("data");
    if (!reading.problem()) {
        reading.enter("data");
        const JsonValue value{data == nullptr ? noData : *data, reading};
        const bool known = readBody(type, value, event.data);
        reading.leave();
        if (!known) return failed(JsonProblem{"type", "is not a type of event that Kartei knows"});
    }
    object.finish();
    if (reading.problem()) return failed(*reading.problem());
    if (!isReported(event.data)) return failed(JsonProblem{"type", "is made by decisions and not taken from a sender"});
    if (auto problem = findMalformation(event)) return failed(*problem);
    qualify(event.data, event.source);
    return event;
}

void writeCloudEvent(JsonWriter& out, const Event& event) {
    out.StartObject();
    writeMember(out, "specversion", "1.0");
    writeMember(out, "id", toHex(event.id));
    writeMember(out, "source", event.source);
    writeMember(out, "type", typeName(event.data));
    writeMember(out, "subject", event.subject);
    writeMember(out, "addressed", event.addressed);
    writeMember(out, "time", event.time);
    writeMember(out, "position", event.position);
    writeMember(out, "recordedtime", event.recordedTime);
    writeMember(out, "actor", event.actor);
    if (!event.onBehalfOf.empty()) writeMember(out, "onbehalfof", event.onBehalfOf);
    if (!event.cursor.empty()) writeMember(out, "cursor", event.cursor);
    const bool erased = event.destroyed || event.fiscalDestroyed;
    if (erased) writeMember(out, "erased", true);
    out.Key("data");
    // What is gone must not read as if it had been nothing, or no: a checkout's total, a message's channel.
    writeJson(out, event.data, erased ? Part::clear : Part::whole);
    out.EndObject();
}

}  // namespace kartei::events
