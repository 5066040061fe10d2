#include "events/sent_binary.hpp"

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <kj/io.h>

#include <cstring>
#include <vector>

namespace kartei::events {

namespace {

void writeText(JsonWriter& out, const char* name, capnp::Text::Reader text) {
    if (text.size() != 0) writeMember(out, name, std::string_view(text.begin(), text.size()));
}

// Nothing where the event is of a type that this version does not know.
std::optional<std::string> toJson(wire::Sent::Reader sent) {
    Body data;
    if (!decode(sent.getData(), data, Part::whole)) return std::nullopt;
    std::optional<Time> time;
    fromWire(sent.getTime(), time);
    rapidjson::StringBuffer buffer;
    JsonWriter out(buffer);
    out.StartObject();
    writeMember(out, "specversion", "1.0");
    writeText(out, "id", sent.getId());
    writeText(out, "source", sent.getSource());
    writeText(out, "subject", sent.getSubject());
    writeMember(out, "time", time);
    writeText(out, "cursor", sent.getCursor());
    writeMember(out, "type", typeName(data));
    out.Key("data");
    writeJson(out, data, Part::whole);
    out.EndObject();
    return std::string(buffer.GetString(), buffer.GetSize());
}

}  // namespace

std::optional<UnreadableMessage> readSentStream(std::string_view stream,
                                                const std::function<bool(std::string json)>& take) {
    std::size_t number = 1;
    // Cap'n Proto reads words in place, so they must be aligned.
    std::vector<capnp::word> words(stream.size() / sizeof(capnp::word));
    if (stream.size() % sizeof(capnp::word) != 0) return UnreadableMessage{number, "the stream ends within a word"};
    if (words.empty()) return std::nullopt;
    std::memcpy(words.data(), stream.data(), words.size() * sizeof(capnp::word));
    auto rest = kj::arrayPtr(static_cast<const capnp::word*>(words.data()), words.size());
    try {
        for (; rest.size() != 0; ++number) {
            capnp::FlatArrayMessageReader message(rest);
            const auto sent = message.getRoot<wire::Sent>();
            if (!sent.hasData()) return UnreadableMessage{number, "holds no data, so it is of no type"};
            auto json = toJson(sent);
            if (!json) return UnreadableMessage{number, "is of a type that Kartei does not know"};
            if (!take(std::move(*json))) return std::nullopt;
            rest = kj::arrayPtr(message.getEnd(), rest.end());
        }
    } catch (const kj::Exception&) {
        return UnreadableMessage{number, "is no message of the schema, or is cut short"};
    }
    return std::nullopt;
}

std::string writeSent(const SentEvent& event) {
    capnp::MallocMessageBuilder message;
    auto sent = message.initRoot<wire::Sent>();
    sent.setId(event.id);
    sent.setSource(event.source.text());
    if (event.subject) sent.setSubject(event.subject->text());
    if (event.time) sent.setTime(event.time->microseconds());
    if (!event.cursor.empty()) sent.setCursor(event.cursor);
    encode(event.data, sent.initData(), Part::whole);
    const auto words = capnp::messageToFlatArray(message);
    const auto bytes = words.asBytes();
    return {reinterpret_cast<const char*>(bytes.begin()), bytes.size()};
}

}  // namespace kartei::events
