#pragma once
// The keys under which everything is stored in RocksDB. None of them says anything about a person: RocksDB copies
// keys into its MANIFEST, where nothing can be erased (DESIGN §7). Numbers are big-endian, so that keys sort.
//
// Column family "default": the data directory's own.
//     "format"              → "1": the version of everything stored here
//     "master key"          → a known text, wrapped: tells whether the master key is the right one
//     "business/" name      → be32 number, be32 incarnation, length of the origin in a byte, its log's origin; wrapped:
//                             32 bytes each of the key of its tokens, the seed of its signing key, the key of what
//                             belongs to no record
//     "purge/" be32 business, be64 position → what that entry destroyed may be in files still; what must be anchored
//                             before (anchor_entries.hpp). Of business 0: what was wrapped under a master key that was
//                             replaced
//     "token/" be32 business, 32 bytes SHA-256 → who may talk to a server (access_tokens.hpp)
//     "token request/" be32 business, 16 bytes token of a caller's key → 16 bytes digest of the request under it
// Column family "log": the entries, nothing else.
//     be32 business, be64 position                          → entry (codec.hpp)
// Column family "index": what follows from the log, to find events by. Not synced: it is completed from the log.
//     be32 business, 'p'                                    → be64 position up to which the index is complete
//     be32 business, 'c', source                            → the sender's upstream cursor
//     be32 business, 'e', 16 bytes token of an event's id   → be64 position; or 16 bytes digest of an event that was
//                                                             acknowledged as unchanged (synced: no entry tells of it)
//     be32 business, 's', 16 bytes token of a stream        → runs of positions, merged (position_runs.hpp)
// Column family "tree": the Merkle tree of the log (log_tree.hpp).
//     be32 business, 't', level, be64 index                 → 256 hashes: a complete tile
//     be32 business, 's'                                    → be64 size, 32 bytes root: in the batch of the entries
//     be32 business, 'c', be32 incarnation, be64 size       → the checkpoint of that size that it signed
// Column family "keys": each key wrapped under the master key (master_key.hpp); empty where it was destroyed.
//     be32 business, 'r', record                            → of the record
//     be32 business, 'f', be64 position                     → of that one fact
//     be32 business, 'y', be64 year                         → of that year's receipts
// Column family "views": the projections' (projections/stored_views.hpp).
//
// History: 1, the first.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/codec.hpp"

namespace kartei::ledger::keys {

inline constexpr std::string_view masterKey = "master key";
inline constexpr std::string_view businessPrefix = "business/";
inline constexpr std::string_view tokenPrefix = "token/";
inline constexpr std::string_view tokenRequestPrefix = "token request/";
inline constexpr std::string_view revokedTokenPrefix = "token revoked/";

inline void appendNumber32(std::string& key, std::uint32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8)
        key += static_cast<char>((number >> static_cast<unsigned>(shift)) & 0xFFU);
}
inline void appendNumber64(std::string& key, std::uint64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8)
        key += static_cast<char>((number >> static_cast<unsigned>(shift)) & 0xFFU);
}
inline std::uint64_t readNumber(std::string_view bytes) {
    std::uint64_t number = 0;
    for (const char byte : bytes) number = (number << 8U) | static_cast<unsigned char>(byte);
    return number;
}
inline std::string number64(std::uint64_t number) {
    std::string text;
    appendNumber64(text, number);
    return text;
}

inline std::string business(std::uint32_t number) {
    std::string key;
    appendNumber32(key, number);
    return key;
}
// Where the origin stands in the value of a business's row, behind number, incarnation and its length.
inline constexpr std::size_t originAt = 2 * sizeof(std::uint32_t) + 1;
// How much of the value is not wrapped. Nothing where the row is damaged.
inline std::optional<std::size_t> plainPartOfBusiness(std::string_view value) {
    if (value.size() < originAt) return std::nullopt;
    const auto plain = originAt + static_cast<unsigned char>(value[originAt - 1]);
    return plain > value.size() ? std::nullopt : std::optional(plain);
}
inline std::string entry(std::uint32_t businessNumber, events::Position position) {
    std::string key = business(businessNumber);
    appendNumber64(key, position.value());
    return key;
}
inline std::string indexed(std::uint32_t businessNumber, char kind, std::string_view rest = {}) {
    std::string key = business(businessNumber);
    key += kind;
    key += rest;
    return key;
}

}  // namespace kartei::ledger::keys
