#pragma once
// An event as the ledger holds it, and its stored bytes.
//
// Format of an entry (version 1): one Cap'n Proto message, `Entry` of event.capnp, in the flat form of a stream of
// segments (https://capnproto.org/encoding.html#serialization-over-a-stream). `Entry.clear`, `Entry.sealed` and
// `Entry.fiscal` hold further flat messages, each a `Body` with one part of the data. Example: an appointment's ids and
// times stand in `clear`; its service, staff and note in `sealed`. The ledger seals `sealed` and `fiscal` (DESIGN §7);
// the entry says under which keys, and this room leaves the keys to it.
//
// History: 1, the first.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "events/event_types.hpp"
#include "events/names.hpp"
#include "events/result.hpp"
#include "events/time.hpp"

namespace kartei::events {

// 16 bytes of a keyed hash: names something without telling what it is.
struct Token {
    std::array<unsigned char, 16> bytes{};
    auto operator<=>(const Token&) const = default;
    [[nodiscard]] std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
};
std::string toHex(const Token& token);

// An immutable fact with its place in the log.
struct Event {
    Position position;
    Time recordedTime;
    Time time;
    Token id;      // of the sender's source and event id
    Token digest;  // of the content as it was sent
    SourceName source;
    std::optional<RecordName> subject;
    std::string actor;
    Role role{};
    std::string cursor;
    Body data;
    // The part that tells of the person cannot be read any more: its key was destroyed. What it held is absent here.
    bool destroyed = false;
    // The same of the part that is kept for the receipt: total and items.
    bool fiscalDestroyed = false;
    // The record that the sender named, where that one was erased and the event is about its successor, the subject.
    std::optional<RecordName> addressed = std::nullopt;
    // For whom the actor decided it; empty where nobody was named.
    std::string onBehalfOf = {};
};

enum class DecodeProblem {
    damaged,       // not an entry, or not a whole one
    newerVersion,  // an event type that this version does not know
};

// Under which key an entry's sealed part is.
using PartKey = wire::Entry::Key;

// The data of an event, encoded part by part. The same data gives the same bytes. Made before an event has its place in
// the log, by as many threads as there are senders.
struct EncodedBody {
    std::string clear;
    std::string sealed;  // empty where there is nothing in it
    std::string fiscal;  // empty where the type has no such part
    // What the ledger has sealed, and under which key; until then nothing.
    PartKey key = PartKey::NONE;
    std::uint16_t fiscalYear = 0;
};
EncodedBody encodeBody(const Body& body);

// The entry's bytes; `body` is the event's data. The position is not among them: it is the entry's key.
std::string encode(const Event& event, const EncodedBody& body);
inline std::string encode(const Event& event) { return encode(event, encodeBody(event.data)); }

// Opens sealed parts. `event` has everything but what is in them. Nothing: the key was destroyed, and the part is gone
// with it. A part that does not open though its key is there is damage: throw.
class PartOpener {
public:
    virtual ~PartOpener() = default;
    [[nodiscard]] virtual std::optional<std::string> sealed(const Event& event, PartKey key,
                                                            std::string_view part) const = 0;
    [[nodiscard]] virtual std::optional<std::string> fiscal(const Event& event, std::uint16_t year,
                                                            std::string_view part) const = 0;
};

// The event that `bytes` hold. The bytes are copied; they need no alignment.
Result<Event, DecodeProblem> decode(std::string_view bytes, Position position, const PartOpener& opener);
// The same without keys: parts that are sealed stay closed, as if their keys were destroyed.
Result<Event, DecodeProblem> decodeClear(std::string_view bytes, Position position);

}  // namespace kartei::events

template <>
struct std::hash<kartei::events::Token> {
    std::size_t operator()(const kartei::events::Token& token) const noexcept {
        std::size_t value = 0;
        static_assert(sizeof(value) <= sizeof(token.bytes));
        __builtin_memcpy(&value, token.bytes.data(), sizeof(value));
        return value;  // already as good as random
    }
};
