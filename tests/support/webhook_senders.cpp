#include "tests/support/webhook_senders.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/x509.h>

#include <array>
#include <stdexcept>
#include <string_view>

namespace kartei::testing {

namespace {

unsigned char* bytesOf(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytesOf(const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string hmac(const std::string& key, const std::string& text) {
    std::string sum(EVP_MAX_MD_SIZE, '\0');
    unsigned length = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytesOf(text), text.size(), bytesOf(sum), &length);
    sum.resize(length);
    return sum;
}

std::string decoded(const std::string& text) {
    std::string bytes(text.size(), '\0');
    const int length = EVP_DecodeBlock(bytesOf(bytes), bytesOf(text), static_cast<int>(text.size()));
    if (length < 0) throw std::invalid_argument("no base64");
    const auto padding = text.size() - (text.find_last_not_of('=') + 1);
    bytes.resize(static_cast<std::size_t>(length) - padding);
    return bytes;
}

}  // namespace

std::string base64(const std::string& bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int length = EVP_EncodeBlock(bytesOf(text), bytesOf(bytes), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

std::string squareSignature(const std::string& key, const std::string& url, const std::string& body) {
    return base64(hmac(key, url + body));
}

std::string calcomSignature(const std::string& secret, const std::string& body) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char byte : hmac(secret, body)) {
        const auto value = static_cast<unsigned char>(byte);
        text += digits[value >> 4U];
        text += digits[value & 15U];
    }
    return text;
}

std::string standardSignature(const std::string& secret, const std::string& id, const std::string& seconds,
                              const std::string& body) {
    constexpr std::string_view prefix = "whsec_";
    return "v1," + base64(hmac(decoded(secret.substr(prefix.size())), id + "." + seconds + "." + body));
}

struct SendgridSender::Key {
    EVP_PKEY* pair = EVP_EC_gen("P-256");
};

SendgridSender::SendgridSender() : key_(std::make_unique<Key>()) {}
SendgridSender::~SendgridSender() { EVP_PKEY_free(key_->pair); }

std::string SendgridSender::publicKey() const {
    std::string der(static_cast<std::size_t>(i2d_PUBKEY(key_->pair, nullptr)), '\0');
    unsigned char* at = bytesOf(der);
    i2d_PUBKEY(key_->pair, &at);
    return base64(der);
}

std::string SendgridSender::signature(const std::string& seconds, const std::string& body) const {
    const std::string text = seconds + body;
    EVP_MD_CTX* digest = EVP_MD_CTX_new();
    std::size_t length = 0;
    EVP_DigestSignInit(digest, nullptr, EVP_sha256(), nullptr, key_->pair);
    EVP_DigestSign(digest, nullptr, &length, bytesOf(text), text.size());
    std::string der(length, '\0');
    EVP_DigestSign(digest, bytesOf(der), &length, bytesOf(text), text.size());
    EVP_MD_CTX_free(digest);
    der.resize(length);
    return base64(der);
}

}  // namespace kartei::testing
