#pragma once
// Sealing: authenticated encryption under a secret key, XChaCha20-Poly1305
// (https://doc.libsodium.org/secret-key_cryptography/aead/chacha20-poly1305/xchacha20-poly1305_construction).
//
// A sealed text is 24 bytes of random nonce, the ciphertext, 16 bytes of tag: 40 bytes more than what is in it. What it
// belongs to is associated data: it is not in the sealed text, but the text opens only with the same.
//
// Threads: functions; any thread at any time.

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace kartei::ledger {

using SecretKey = std::array<unsigned char, 32>;

SecretKey randomKey();

std::string seal(const SecretKey& key, std::string_view text, std::string_view associated);

// Nothing where the text was not sealed with this key and this associated data, or was changed since.
std::optional<std::string> unseal(const SecretKey& key, std::string_view sealed, std::string_view associated);

// The key that serves one use among several of the same secret. Different uses, or different secrets, give unrelated
// keys (BLAKE2b, keyed).
SecretKey derivedKey(const SecretKey& secret, std::string_view use);

}  // namespace kartei::ledger
