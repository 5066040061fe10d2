#include "events/codec.hpp"

#include <capnp/message.h>
#include <capnp/serialize.h>

#include <cstring>
#include <vector>

namespace kartei::events {

namespace {

constexpr std::size_t scratchWords = 512;  // most events fit, so that encoding does not allocate segments

class Message {
public:
    Message() : builder_(kj::arrayPtr(scratch_.data(), scratch_.size())) {}
    capnp::MallocMessageBuilder& builder() { return builder_; }
    kj::Array<capnp::word> flat() { return capnp::messageToFlatArray(builder_); }

private:
    std::array<capnp::word, scratchWords> scratch_{};
    capnp::MallocMessageBuilder builder_;
};

kj::Array<capnp::word> encodePart(const Body& body, Part part) {
    Message message;
    encode(body, message.builder().initRoot<wire::Body>(), part);
    return message.flat();
}

bool hasFiscalPart(const Body& body) { return std::holds_alternative<VisitCheckedOut>(body); }

capnp::Data::Reader dataOf(const Token& token) { return {token.bytes.data(), token.bytes.size()}; }

bool readToken(capnp::Data::Reader data, Token& out) {
    if (data.size() != out.bytes.size()) return false;
    std::memcpy(out.bytes.data(), data.begin(), data.size());
    return true;
}

bool decodePart(capnp::Data::Reader data, Body& out, Part part) {
    if (data.size() == 0) return true;
    const auto words = kj::arrayPtr(reinterpret_cast<const capnp::word*>(data.begin()), data.size() / sizeof(capnp::word));
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
    if (!decode(entry.getBody(), event.data, Part::clear) || !decodePart(entry.getSealed(), event.data, Part::sealed) ||
        !decodePart(entry.getFiscal(), event.data, Part::fiscal)) {
        return failed(DecodeProblem::newerVersion);
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

std::string encode(const Event& event) {
    const auto sealed = encodePart(event.data, Part::sealed);
    Message message;
    auto entry = message.builder().initRoot<wire::Entry>();
    entry.setRecordedTime(event.recordedTime.microseconds());
    entry.setTime(event.time.microseconds());
    entry.setId(dataOf(event.id));
    entry.setDigest(dataOf(event.digest));
    entry.setSource(toWire(event.source));
    if (event.subject) entry.setSubject(toWire(*event.subject));
    entry.setActor(toWire(event.actor));
    entry.setRole(event.role);
    if (!event.cursor.empty()) entry.setCursor(toWire(event.cursor));
    encode(event.data, entry.initBody(), Part::clear);
    entry.setSealed(sealed.asBytes());
    if (hasFiscalPart(event.data)) entry.setFiscal(encodePart(event.data, Part::fiscal).asBytes());
    const auto flat = message.flat();
    const auto bytes = flat.asChars();
    return {bytes.begin(), bytes.size()};
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

std::string canonicalBytes(const Body& body) {
    std::string bytes(typeName(body));
    for (const Part part : {Part::clear, Part::sealed, Part::fiscal}) {
        const auto words = encodePart(body, part);
        const auto chars = words.asChars();
        bytes.append(chars.begin(), chars.size());
    }
    return bytes;
}

}  // namespace kartei::events
