#pragma once
// Tokens: what a business's key makes of an id, an address or a name, so that it can be looked up and compared
// without being stored.

#include <sodium.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "events/codec.hpp"
#include "ledger/data_directory.hpp"

namespace kartei::ledger {

// HMAC-SHA-256 (RFC 2104), where nothing else is said, with keys derived from the business's key, one for each use, cut
// to 16 bytes. Immutable after construction, so threads share it freely.
class Tokens {
public:
    explicit Tokens(const BusinessKey& key);

    // Of a sender's event, from its source and id.
    [[nodiscard]] events::Token eventId(std::string_view source, std::string_view id) const;
    // Of an event's content, to tell whether a second one under the same id says the same. SipHash-2-4 with 128 bits:
    // contents are long, and it is many times as fast as HMAC-SHA-256.
    [[nodiscard]] events::Token content(std::initializer_list<std::string_view> parts) const;
    // The id of a record whose natural key is personal or whose system has none: `~` and 32 letters.
    [[nodiscard]] std::string recordId(std::string_view source, std::string_view naturalKey) const;
    // The name of a list of positions; SipHash-2-4 with 128 bits, because it is asked for very often.
    [[nodiscard]] events::Token stream(char kind, std::string_view name) const;

private:
    using Keyed = crypto_auth_hmacsha256_state;  // with the key taken in already
    static Keyed keyed(const BusinessKey& key, std::string_view use);
    using ShortKey = std::array<unsigned char, crypto_shorthash_siphashx24_KEYBYTES>;
    static ShortKey shortKey(const BusinessKey& key, std::string_view use);
    static events::Token sipHash(const ShortKey& key, std::string_view text);
    static events::Token finish(Keyed state, std::string_view first, std::string_view second);

    Keyed eventIds_;
    Keyed recordIds_;
    ShortKey contents_;
    ShortKey streams_;
};

}  // namespace kartei::ledger
