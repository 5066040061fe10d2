#pragma once
// How senders of webhooks sign: HMAC-SHA-256 with a shared secret (RFC 2104), or ECDSA on the curve P-256 over SHA-256
// (FIPS 186-5). Signatures are compared in constant time.

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/webhook.hpp"

namespace kartei::adapters {

// 32 bytes, of the parts one behind the other.
std::string hmacSha256(std::string_view key, std::initializer_list<std::string_view> parts);

// Whether both are the same bytes. How long it takes depends on their number alone.
bool isSame(std::string_view left, std::string_view right);

// Hexadecimal digits of either case, two a byte.
std::optional<std::string> fromHex(std::string_view text);

// Whether one of the keys makes this signature; every key is tried, so that the time does not tell which.
bool isOfOneKey(const std::vector<std::string>& keys, std::string_view signature,
                const std::function<std::string(std::string_view key)>& sign);

// `key`: the base64 of a public key's DER (SubjectPublicKeyInfo, RFC 5480).
bool isPublicKey(std::string_view key);
// `signature`: its DER (Ecdsa-Sig-Value, RFC 3279 §2.2.3). No where the key is none.
bool isSignedByEcdsa(std::string_view key, std::string_view signature, std::initializer_list<std::string_view> parts);

// Whether the seconds since 1970 in a header are within the tolerance of now; the problem where they are not.
std::optional<WebhookProblem> findStale(std::string_view seconds, std::int64_t tolerance, events::Time now);

WebhookProblem notSigned(std::string_view headers);
WebhookProblem badSignature();

}  // namespace kartei::adapters
