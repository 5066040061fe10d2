#pragma once
// Every limit of Kartei's data in one place. Sizes are bytes unless the name says otherwise.

#include <cstddef>
#include <cstdint>

namespace kartei::limits {

// A stored entry. C2SP tlog-tiles gives an entry's length 16 bits (https://c2sp.org/tlog-tiles, "Log entries").
inline constexpr std::size_t storedEntry = 65'535;

// One event as JSON: as it came, or in a list without the white space.
inline constexpr std::size_t eventJson = std::size_t{1} * 1024 * 1024;

// One append: whichever is reached first.
inline constexpr std::size_t batchBytes = std::size_t{16} * 1024 * 1024;
inline constexpr std::size_t batchEvents = 10'000;

// Names. A record's name is a key in many places, so it is short; see names.hpp for the letters.
inline constexpr std::size_t businessName = 32;
inline constexpr std::size_t sourceName = 32;
inline constexpr std::size_t localId = 128;

// A sender's own event id and upstream cursor, in bytes of UTF-8.
inline constexpr std::size_t eventId = 256;
inline constexpr std::size_t cursor = 1'024;

// One text of an event: an attribute, a comment, an address.
inline constexpr std::size_t text = 16'384;

// Values in a list (tags, taken fields, items) and pairs in a map (custom, settings).
inline constexpr std::size_t listItems = 1'000;

// How far ahead of ours a sender's clock may be: what claims to have happened later than that, happened when it came.
inline constexpr std::int64_t microsecondsAhead = std::int64_t{24} * 3600 * 1'000'000;

// How deep JSON may nest. The deepest event needs five.
inline constexpr std::size_t jsonDepth = 32;

}  // namespace kartei::limits
