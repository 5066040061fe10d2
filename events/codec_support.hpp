#pragma once
// How the generated codec maps strong types to Cap'n Proto's own, and the parts an event's data is stored in.

#include <capnp/blob.h>
#include <capnp/common.h>
#include <capnp/list.h>

#include <limits>
#include <optional>
#include <string>

#include "events/event.capnp.h"
#include "events/names.hpp"
#include "events/time.hpp"

namespace kartei::events {

// An event's data is stored in parts, because each has a key of its own or none (DESIGN §7): `clear` holds ids,
// times and references; `sealed` all that tells of the person; `fiscal` what a receipt must keep for the tax office;
// `whole` is all of it at once, as a sender hands it over.
enum class Part { clear, sealed, fiscal, whole };
inline bool covers(Part part, Part field) { return part == field || part == Part::whole; }

// The stored form of a time that is not there.
inline constexpr std::int64_t noTime = std::numeric_limits<std::int64_t>::min();

inline capnp::Text::Reader toWire(const std::string& text) { return {text.c_str(), text.size()}; }
template <class Tag, bool (*wellFormed)(std::string_view)>
capnp::Text::Reader toWire(const Name<Tag, wellFormed>& name) {
    return toWire(name.text());
}
inline std::int64_t toWire(Time time) { return time.microseconds(); }
inline std::uint64_t toWire(Position position) { return position.value(); }
inline wire::Switch toWire(bool on, wire::Switch) { return on ? wire::Switch::ON : wire::Switch::OFF; }
template <class T>
requires std::is_arithmetic_v<T> || std::is_enum_v<T> T toWire(T value) { return value; }

inline void fromWire(capnp::Text::Reader in, std::string& out) { out.assign(in.begin(), in.size()); }
inline void fromWire(capnp::Text::Reader in, std::optional<std::string>& out) {
    if (in.size() != 0) out.emplace(in.begin(), in.size());
}
template <class Tag, bool (*wellFormed)(std::string_view)>
void fromWire(capnp::Text::Reader in, Name<Tag, wellFormed>& out) {
    out = Name<Tag, wellFormed>::trusted({in.begin(), in.size()});
}
template <class Tag, bool (*wellFormed)(std::string_view)>
void fromWire(capnp::Text::Reader in, std::optional<Name<Tag, wellFormed>>& out) {
    if (in.size() != 0) out = Name<Tag, wellFormed>::trusted({in.begin(), in.size()});
}
inline void fromWire(std::int64_t in, Time& out) { out = Time(in); }
inline void fromWire(std::int64_t in, std::optional<Time>& out) {
    if (in != noTime) out = Time(in);
}
inline void fromWire(std::uint64_t in, Position& out) { out = Position(in); }
inline void fromWire(std::uint64_t in, std::optional<Position>& out) {
    if (in != 0) out = Position(in);
}
inline void fromWire(wire::Switch in, std::optional<bool>& out) {
    if (in != wire::Switch::UNSET) out = in == wire::Switch::ON;
}
template <class T>
requires std::is_arithmetic_v<T> || std::is_enum_v<T>
void fromWire(T in, T& out) { out = in; }

}  // namespace kartei::events
