#include "events/codec.hpp"

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <kj/io.h>

#include <cstring>
#include <vector>

namespace kartei::events {

namespace {

// A message being built. Its first segment is the thread's own memory, so that most events are encoded without
// allocating any; a builder leaves it zeroed, as it must find it. So there is one at a time in a thread.
class Message {
public:
    Message() : builder_(kj::arrayPtr(scratch.data(), scratch.size())) {}
    capnp::MallocMessageBuilder& builder() { return builder_; }
    std::string flat() {
        std::string bytes(capnp::computeSerializedSizeInWords(builder_) * sizeof(capnp::word), '\0');
        kj::ArrayOutputStream out(kj::arrayPtr(reinterpret_cast<kj::byte*>(bytes.data()), bytes.size()));
        capnp::writeMessage(out, builder_);
        return bytes;
    }

private:
    static constexpr std::size_t scratchWords = 1024;
    static thread_local std::array<capnp::word, scratchWords> scratch;
    capnp::MallocMessageBuilder builder_;
};
thread_local std::array<capnp::word, Message::scratchWords> Message::scratch{};

std::string encodePart(const Body& body, Part part) {
    Message message;
    encode(body, message.builder().initRoot<wire::Body>(), part);
    return message.flat();
}

bool hasFiscalPart(const Body& body) { return std::holds_alternative<VisitCheckedOut>(body); }

capnp::Data::Reader dataOf(std::string_view bytes) {
    return {reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()};
}

bool readToken(capnp::Data::Reader data, Token& out) {
    if (data.size() != out.bytes.size()) return false;
    std::memcpy(out.bytes.data(), data.begin(), data.size());
    return true;
}

bool decodePart(capnp::Data::Reader data, Body& out, Part part) {
    if (data.size() == 0) return true;
    const auto words =
        kj::arrayPtr(reinterpret_cast<const capnp::word*>(data.begin()), data.size() / sizeof(capnp::word));
    capnp::FlatArrayMessageReader message(words);
    return decode(message.getRoot<wire::Body>(), out, part);
}

Result<Event, DecodeProblem> decodeEntry(wire::Entry::Reader entry, Position position) {
    Event event;
    event.position = position;
    event.recordedTime = Time(entry.getRecordedTime());
    event.time = Time(entry.getTime());
    if (!readToken(entry.getId(), event.id) || !readToken(entry.getDigest(), event.digest)) {
        return failed(DecodeProblem::damaged);
    }
    fromWire(entry.getSource(), event.source);
    fromWire(entry.getSubject(), event.subject);
    fromWire(entry.getActor(), event.actor);
    event.role = entry.getRole();
    fromWire(entry.getCursor(), event.cursor);
    if (!decodePart(entry.getClear(), event.data, Part::clear)) return failed(DecodeProblem::newerVersion);
    const auto type = event.data.index();
    for (const auto& [part, bytes] :
         {std::pair(Part::sealed, entry.getSealed()), std::pair(Part::fiscal, entry.getFiscal())}) {
        if (!decodePart(bytes, event.data, part)) return failed(DecodeProblem::newerVersion);
        if (event.data.index() != type) return failed(DecodeProblem::damaged);  // parts of two different events
    }
    return event;
}

}  // namespace

std::string toHex(const Token& token) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const unsigned char byte : token.bytes) {
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

EncodedBody encodeBody(const Body& body) {
    return {encodePart(body, Part::clear), encodePart(body, Part::sealed),
            hasFiscalPart(body) ? encodePart(body, Part::fiscal) : std::string()};
}

std::string encode(const Event& event, const EncodedBody& body) {
    Message message;
    auto entry = message.builder().initRoot<wire::Entry>();
    entry.setRecordedTime(event.recordedTime.microseconds());
    entry.setTime(event.time.microseconds());
    entry.setId(dataOf(event.id.view()));
    entry.setDigest(dataOf(event.digest.view()));
    entry.setSource(toWire(event.source));
    if (event.subject) entry.setSubject(toWire(*event.subject));
    entry.setActor(toWire(event.actor));
    entry.setRole(event.role);
    if (!event.cursor.empty()) entry.setCursor(toWire(event.cursor));
    entry.setClear(dataOf(body.clear));
    entry.setSealed(dataOf(body.sealed));
    if (!body.fiscal.empty()) entry.setFiscal(dataOf(body.fiscal));
    return message.flat();
}

Result<Event, DecodeProblem> decode(std::string_view bytes, Position position) {
    std::vector<capnp::word> words(bytes.size() / sizeof(capnp::word));
    if (words.empty()) return failed(DecodeProblem::damaged);
    std::memcpy(words.data(), bytes.data(), words.size() * sizeof(capnp::word));
    try {
        capnp::FlatArrayMessageReader message(kj::arrayPtr(words.data(), words.size()));
        return decodeEntry(message.getRoot<wire::Entry>(), position);
    } catch (const kj::Exception&) {
        return failed(DecodeProblem::damaged);
    }
}

}  // namespace kartei::events
