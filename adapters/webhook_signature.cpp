#include "adapters/webhook_signature.hpp"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <sodium.h>

#include <array>
#include <charconv>
#include <memory>

#include "events/base64.hpp"

namespace kartei::adapters {

namespace {

constexpr std::int64_t microsecondsOfSecond = 1'000'000;

const unsigned char* bytesOf(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());  // NOLINT(*-reinterpret-cast)
}

struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeDigest {
    void operator()(EVP_MD_CTX* digest) const { EVP_MD_CTX_free(digest); }
};
using PublicKey = std::unique_ptr<EVP_PKEY, FreeKey>;

// Null where it is no such key.
PublicKey publicKeyOf(std::string_view text) {
    const auto der = events::fromBase64(text);
    if (!der) return nullptr;
    const unsigned char* at = bytesOf(*der);
    PublicKey key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der->size())));
    if (key == nullptr || EVP_PKEY_base_id(key.get()) != EVP_PKEY_EC) return nullptr;
    constexpr std::size_t longestName = 80;
    std::array<char, longestName> group{};
    std::size_t length = 0;
    if (EVP_PKEY_get_group_name(key.get(), group.data(), group.size(), &length) != 1) return nullptr;
    return std::string_view(group.data(), length) == "prime256v1" ? std::move(key) : nullptr;
}

}  // namespace

std::string hmacSha256(std::string_view key, std::initializer_list<std::string_view> parts) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytesOf(key), key.size());
    for (const auto part : parts) crypto_auth_hmacsha256_update(&state, bytesOf(part), part.size());
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> sum{};
    crypto_auth_hmacsha256_final(&state, sum.data());
    return {sum.begin(), sum.end()};
}

bool isSame(std::string_view left, std::string_view right) {
    return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::optional<std::string> fromHex(std::string_view text) {
    std::string bytes(text.size() / 2, '\0');
    std::size_t length = 0;
    const char* end = nullptr;
    const int failure =
        sodium_hex2bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(),  // NOLINT(*-reinterpret-cast)
                       text.data(), text.size(), nullptr, &length, &end);
    if (failure != 0 || end != text.data() + text.size()) return std::nullopt;
    bytes.resize(length);
    return bytes;
}

bool isOfOneKey(const std::vector<std::string>& keys, std::string_view signature,
                const std::function<std::string(std::string_view key)>& sign) {
    bool isOne = false;
    for (const auto& key : keys) {
        const bool isThis = isSame(sign(key), signature);
        isOne = isOne || isThis;
    }
    return isOne;
}

bool isPublicKey(std::string_view key) { return publicKeyOf(key) != nullptr; }

bool isSignedByEcdsa(std::string_view key, std::string_view signature, std::initializer_list<std::string_view> parts) {
    const auto publicKey = publicKeyOf(key);
    if (publicKey == nullptr) return false;
    const std::unique_ptr<EVP_MD_CTX, FreeDigest> digest(EVP_MD_CTX_new());
    if (EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, publicKey.get()) != 1) return false;
    for (const auto part : parts) {
        if (EVP_DigestVerifyUpdate(digest.get(), part.data(), part.size()) != 1) return false;
    }
    return EVP_DigestVerifyFinal(digest.get(), bytesOf(signature), signature.size()) == 1;
}

std::optional<WebhookProblem> findStale(std::string_view seconds, std::int64_t tolerance, events::Time now) {
    std::int64_t signedAt = 0;
    const auto [end, error] = std::from_chars(seconds.data(), seconds.data() + seconds.size(), signedAt);
    const bool isNumber = error == std::errc() && end == seconds.data() + seconds.size() && signedAt >= 0;
    if (!isNumber) return WebhookProblem{WebhookProblemKind::notSigned, "The signed time is no number of seconds."};
    const auto here = now.microseconds() / microsecondsOfSecond;
    if (signedAt <= here + tolerance && signedAt >= here - tolerance) return std::nullopt;
    return WebhookProblem{WebhookProblemKind::stale, "The delivery was signed too long ago, or in the future."};
}

WebhookProblem notSigned(std::string_view headers) {
    return {WebhookProblemKind::notSigned, "The delivery carries no signature in " + std::string(headers) + "."};
}

WebhookProblem badSignature() {
    return {WebhookProblemKind::badSignature, "The signature is not one of this sender's over this body."};
}

}  // namespace kartei::adapters
