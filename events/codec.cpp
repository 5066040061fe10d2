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

std::string_view bytesOf(capnp::Data::Reader data) {
    return {reinterpret_cast<const char*>(data.begin()), data.size()};
}

// Cap'n Proto reads words in place, so they must be aligned; in an entry, they are.
bool decodePart(std::string_view bytes, Body& out, Part part) {
    if (bytes.empty()) return true;
    const auto words =
        kj::arrayPtr(reinterpret_cast<const capnp::word*>(bytes.data()), bytes.size() / sizeof(capnp::word));
    capnp::FlatArrayMessageReader message(words);
    return decode(message.getRoot<wire::Body>(), out, part);
}

// The part with nothing in it, of an event of the same type.
const std::string& emptyPart(const Body& body) {
    static const auto all = []<std::size_t... types>(std::index_sequence<types...> /*types*/) {
        return std::array{encodePart(Body(std::in_place_index<types>), Part::sealed)...};
    }
    (std::make_index_sequence<std::variant_size_v<Body>>());
    return all.at(body.index());
}

class LeavesClosed final : public PartOpener {
public:
    [[nodiscard]] std::optional<std::string> sealed(const Event& /*event*/, PartKey /*key*/,
                                                    std::string_view /*part*/) const override {
        return std::nullopt;
    }
    [[nodiscard]] std::optional<std::string> fiscal(const Event& /*event*/, std::uint16_t /*year*/,
                                                    std::string_view /*part*/) const override {
        return std::nullopt;
    }
};

// The two parts that may be sealed.
std::optional<DecodeProblem> decodeSealable(wire::Entry::Reader entry, Event& event, const PartOpener& opener) {
    const auto type = event.data.index();
    const auto read = [&](Part part, std::string_view bytes) -> std::optional<DecodeProblem> {
        if (!decodePart(bytes, event.data, part)) return DecodeProblem::newerVersion;
        if (event.data.index() != type) return DecodeProblem::damaged;  // parts of two different events
        return std::nullopt;
    };
    const auto sealed = bytesOf(entry.getSealed());
    if (sealed.empty() || entry.getKey() == PartKey::NONE) {
        if (const auto problem = read(Part::sealed, sealed)) return problem;
    } else if (const auto opened = opener.sealed(event, entry.getKey(), sealed)) {
        if (const auto problem = read(Part::sealed, *opened)) return problem;
    } else {
        event.destroyed = true;
    }
    const auto fiscal = bytesOf(entry.getFiscal());
    if (fiscal.empty() || entry.getFiscalYear() == 0) return read(Part::fiscal, fiscal);
    const auto opened = opener.fiscal(event, entry.getFiscalYear(), fiscal);
    if (opened) return read(Part::fiscal, *opened);
    event.fiscalDestroyed = true;
    return std::nullopt;
}

Result<Event, DecodeProblem> decodeEntry(wire::Entry::Reader entry, Position position, const PartOpener& opener) {
    Event event;
    event.position = position;
    event.recordedTime = Time(entry.getRecordedTime());
    event.time = Time(entry.getTime());
    if (!readToken(entry.getId(), event.id) || !readToken(entry.getDigest(), event.digest)) {
        return failed(DecodeProblem::damaged);
    }
    fromWire(entry.getSource(), event.source);
    fromWire(entry.getSubject(), event.subject);
    fromWire(entry.getAddressed(), event.addressed);
    fromWire(entry.getActor(), event.actor);
    fromWire(entry.getOnBehalfOf(), event.onBehalfOf);
    event.role = entry.getRole();
    fromWire(entry.getCursor(), event.cursor);
    if (!decodePart(bytesOf(entry.getClear()), event.data, Part::clear)) return failed(DecodeProblem::newerVersion);
    if (const auto problem = decodeSealable(entry, event, opener)) return failed(*problem);
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
    EncodedBody encoded;
    encoded.clear = encodePart(body, Part::clear);
    encoded.sealed = encodePart(body, Part::sealed);
    if (encoded.sealed == emptyPart(body)) encoded.sealed.clear();
    if (hasFiscalPart(body)) encoded.fiscal = encodePart(body, Part::fiscal);
    return encoded;
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
    if (event.addressed) entry.setAddressed(toWire(*event.addressed));
    entry.setActor(toWire(event.actor));
    if (!event.onBehalfOf.empty()) entry.setOnBehalfOf(toWire(event.onBehalfOf));
    entry.setRole(event.role);
    if (!event.cursor.empty()) entry.setCursor(toWire(event.cursor));
    entry.setClear(dataOf(body.clear));
    if (!body.sealed.empty()) entry.setSealed(dataOf(body.sealed));
    if (!body.fiscal.empty()) entry.setFiscal(dataOf(body.fiscal));
    entry.setKey(body.key);
    entry.setFiscalYear(body.fiscalYear);
    return message.flat();
}

Result<Event, DecodeProblem> decode(std::string_view bytes, Position position, const PartOpener& opener) {
    std::vector<capnp::word> words(bytes.size() / sizeof(capnp::word));
    if (words.empty()) return failed(DecodeProblem::damaged);
    std::memcpy(words.data(), bytes.data(), words.size() * sizeof(capnp::word));
    try {
        capnp::FlatArrayMessageReader message(kj::arrayPtr(words.data(), words.size()));
        return decodeEntry(message.getRoot<wire::Entry>(), position, opener);
    } catch (const kj::Exception&) {
        return failed(DecodeProblem::damaged);
    }
}

Result<Event, DecodeProblem> decodeClear(std::string_view bytes, Position position) {
    return decode(bytes, position, LeavesClosed());
}

}  // namespace kartei::events
