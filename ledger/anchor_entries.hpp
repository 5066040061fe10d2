#pragma once
// What the anchor (anchor.hpp) remembers for ever, as lines of text.
//
//     journal := line*
//     line    := text " " check "\n"
//     text    := "erased " incarnation " " position " " time " " record [" " fact *("," fact)]
//              | "receipts " incarnation " " position " " year
//              | "began " incarnation " " position
//              | "revoked " incarnation " " position " " token
//     time    := microseconds since 1970-01-01T00:00:00Z
//     token   := SHA-256 of an access token, as 64 hexadecimal digits
//     check   := the first 8 bytes of SHA-256 of text, as 16 hexadecimal digits
//
// For example:
//
//     erased 1 36 1767225600000000 comcash/1004 12,15 1f0c3a5be77a90d2
//     began 2 30 77e1a09cd1f5b6e4
//
// A line without its end was cut short in writing and does not count.
//
// History: 1, the first.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "events/names.hpp"
#include "events/time.hpp"
#include "ledger/merkle.hpp"

namespace kartei::ledger {

// How often a log was begun anew after an older one had been put in its place; 1 for most.
using Incarnation = std::uint32_t;

// A record was erased: its key is gone, and those of the facts.
struct ErasureEntry {
    Incarnation incarnation = 1;  // of the log, to which the positions belong
    events::Position position;    // of the entry that says so
    events::Time time;            // of the erasure
    events::RecordName record;
    std::vector<events::Position> facts;  // of entries with a key of their own
    bool operator==(const ErasureEntry&) const = default;
};

// Receipts of a year were erased: the year's key is gone.
struct ReceiptsEntry {
    Incarnation incarnation = 1;
    events::Position position;
    std::uint16_t year = 0;
    bool operator==(const ReceiptsEntry&) const = default;
};

// An incarnation goes on from what the log was up to there, whatever came behind before.
struct BeginningEntry {
    Incarnation incarnation = 1;
    events::Position after;  // may be none
    bool operator==(const BeginningEntry&) const = default;
};

// An access token was revoked.
struct RevocationEntry {
    Incarnation incarnation = 1;
    events::Position position;  // where the log stood; may be none
    Hash token;                 // what is kept of it (access_tokens.hpp)
    bool operator==(const RevocationEntry&) const = default;
};

using AnchorEntry = std::variant<ErasureEntry, ReceiptsEntry, BeginningEntry, RevocationEntry>;

std::string toLines(const std::vector<AnchorEntry>& entries);

struct ReadEntries {
    std::vector<AnchorEntry> entries;
    std::size_t wholeBytes = 0;  // up to where there are whole lines
};
// Nothing where a whole line is damaged.
std::optional<ReadEntries> anchorEntriesIn(std::string_view lines);

// The last position up to which the logs of two incarnations are the same.
events::Position sharedBy(Incarnation one, Incarnation other, const std::vector<AnchorEntry>& entries);

}  // namespace kartei::ledger
