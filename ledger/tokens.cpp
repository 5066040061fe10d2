#include "ledger/tokens.hpp"

#include <cstring>

namespace kartei::ledger {

namespace {

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::array<unsigned char, crypto_auth_hmacsha256_BYTES> derived(const BusinessKey& key, std::string_view use) {
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> out{};
    crypto_auth_hmacsha256(out.data(), bytes(use), use.size(), key.data());
    return out;
}

}  // namespace

Tokens::Keyed Tokens::keyed(const BusinessKey& key, std::string_view use) {
    const auto own = derived(key, use);
    Keyed state;
    crypto_auth_hmacsha256_init(&state, own.data(), own.size());
    return state;
}

Tokens::ShortKey Tokens::shortKey(const BusinessKey& key, std::string_view use) {
    ShortKey own{};
    std::memcpy(own.data(), derived(key, use).data(), own.size());
    return own;
}

Tokens::Tokens(const BusinessKey& key)
    : eventIds_(keyed(key, "kartei event id")),
      recordIds_(keyed(key, "kartei record id")),
      contents_(shortKey(key, "kartei content")),
      streams_(shortKey(key, "kartei stream")) {}

events::Token Tokens::finish(Keyed state, std::string_view first, std::string_view second) {
    constexpr unsigned char separator = 0;  // in neither a source's name nor an id
    crypto_auth_hmacsha256_update(&state, bytes(first), first.size());
    crypto_auth_hmacsha256_update(&state, &separator, 1);
    crypto_auth_hmacsha256_update(&state, bytes(second), second.size());
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> full{};
    crypto_auth_hmacsha256_final(&state, full.data());
    events::Token token;
    std::memcpy(token.bytes.data(), full.data(), token.bytes.size());
    return token;
}

events::Token Tokens::eventId(std::string_view source, std::string_view id) const {
    return finish(eventIds_, source, id);
}

events::Token Tokens::content(std::initializer_list<std::string_view> parts) const {
    thread_local std::string all;
    all.clear();
    for (const auto part : parts) {
        const std::uint64_t length = part.size();  // keeps the parts apart
        all.append(reinterpret_cast<const char*>(&length), sizeof(length)).append(part);
    }
    return sipHash(contents_, all);
}

std::string Tokens::recordId(std::string_view source, std::string_view naturalKey) const {
    return "~" + events::toHex(finish(recordIds_, source, naturalKey));
}

events::Token Tokens::sipHash(const ShortKey& key, std::string_view text) {
    events::Token token;
    static_assert(sizeof(token.bytes) == crypto_shorthash_siphashx24_BYTES);
    crypto_shorthash_siphashx24(token.bytes.data(), bytes(text), text.size(), key.data());
    return token;
}

events::Token Tokens::stream(char kind, std::string_view name) const {
    // Kind and name in one piece; names are short, but for some e-mail addresses.
    std::array<char, 192> piece{};
    if (name.size() >= piece.size()) return sipHash(streams_, kind + std::string(name));
    piece[0] = kind;
    name.copy(piece.data() + 1, name.size());
    return sipHash(streams_, {piece.data(), name.size() + 1});
}

}  // namespace kartei::ledger
