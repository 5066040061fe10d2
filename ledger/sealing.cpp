#include "ledger/sealing.hpp"

#include <sodium.h>

#include <algorithm>

namespace kartei::ledger {

namespace {

constexpr std::size_t nonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(sizeof(SecretKey) == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// Random bytes, fetched from the system many at a time: one call each would cost as much as the sealing.
void takeRandom(unsigned char* out, std::size_t count) {
    struct Pool {
        std::array<unsigned char, 2048> bytes{};
        std::size_t used = sizeof(bytes);
    };
    thread_local Pool pool;
    if (pool.bytes.size() - pool.used < count) {
        randombytes_buf(pool.bytes.data(), pool.bytes.size());
        pool.used = 0;
    }
    const auto from = pool.bytes.begin() + static_cast<std::ptrdiff_t>(pool.used);
    std::copy_n(from, count, out);
    sodium_memzero(&*from, count);
    pool.used += count;
}

}  // namespace

SecretKey randomKey() {
    SecretKey key{};
    takeRandom(key.data(), key.size());
    return key;
}

std::string seal(const SecretKey& key, std::string_view text, std::string_view associated) {
    std::string sealed(nonceBytes + text.size() + tagBytes, '\0');
    takeRandom(bytes(sealed), nonceBytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(bytes(sealed) + nonceBytes, nullptr, bytes(text), text.size(),
                                               bytes(associated), associated.size(), nullptr, bytes(sealed),
                                               key.data());
    return sealed;
}

std::optional<std::string> unseal(const SecretKey& key, std::string_view sealed, std::string_view associated) {
    if (sealed.size() < nonceBytes + tagBytes) return std::nullopt;
    std::string text(sealed.size() - nonceBytes - tagBytes, '\0');
    const auto rest = sealed.substr(nonceBytes);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(bytes(text), nullptr, nullptr, bytes(rest), rest.size(),
                                                   bytes(associated), associated.size(), bytes(sealed),
                                                   key.data()) != 0) {
        return std::nullopt;
    }
    return text;
}

SecretKey derivedKey(const SecretKey& secret, std::string_view use) {
    SecretKey key{};
    crypto_generichash(key.data(), key.size(), bytes(use), use.size(), secret.data(), secret.size());
    return key;
}

}  // namespace kartei::ledger
