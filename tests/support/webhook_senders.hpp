#pragma once
// Webhooks as their senders sign them, with OpenSSL alone, so that nothing of what is tested takes part.

#include <memory>
#include <string>

namespace kartei::testing {

// The base64 of an HMAC-SHA-256 over where it is sent to and the body.
std::string squareSignature(const std::string& key, const std::string& url, const std::string& body);
// The HMAC-SHA-256 of the body, in hexadecimal digits.
std::string calcomSignature(const std::string& secret, const std::string& body);
// `v1,` and base64. `secret`: whsec_…
std::string standardSignature(const std::string& secret, const std::string& id, const std::string& seconds,
                              const std::string& body);

// Signs with a key of its own, on the curve P-256.
class SendgridSender {
public:
    SendgridSender();
    ~SendgridSender();
    SendgridSender(const SendgridSender&) = delete;
    SendgridSender& operator=(const SendgridSender&) = delete;
    [[nodiscard]] std::string publicKey() const;
    [[nodiscard]] std::string signature(const std::string& seconds, const std::string& body) const;

private:
    struct Key;
    std::unique_ptr<Key> key_;
};

std::string base64(const std::string& bytes);

}  // namespace kartei::testing
