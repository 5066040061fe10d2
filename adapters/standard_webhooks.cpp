#include "adapters/standard_webhooks.hpp"

#include "adapters/webhook_signature.hpp"
#include "events/base64.hpp"
#include "events/limits.hpp"

namespace kartei::adapters {

namespace {

// The bytes of a secret; nothing where it is none.
std::optional<std::string> keyOf(std::string_view secret) {
    constexpr std::string_view prefix = "whsec_";
    if (secret.starts_with(prefix)) secret.remove_prefix(prefix.size());
    auto key = events::fromBase64(secret);
    if (key && key->empty()) return std::nullopt;
    return key;
}

// The signatures of the version that we know.
std::vector<std::string> signaturesIn(std::string_view header) {
    constexpr std::string_view version = "v1,";
    std::vector<std::string> signatures;
    while (!header.empty()) {
        const auto end = header.find(' ');
        const auto one = header.substr(0, end);
        header.remove_prefix(end == std::string_view::npos ? header.size() : end + 1);
        if (!one.starts_with(version)) continue;
        if (auto bytes = events::fromBase64(one.substr(version.size()))) signatures.push_back(std::move(*bytes));
    }
    return signatures;
}

Result<events::SentEvent, WebhookProblem> eventIn(const rapidjson::Value& value, const std::string& place) {
    auto event = events::readCloudEvent(value);
    if (!event) return failed(WebhookProblem{WebhookProblemKind::malformed, place + event.error().text()});
    return std::move(*event);
}

}  // namespace

std::optional<WebhookProblem> checkStandard(const WebhookSettings& settings, const WebhookMessage& message,
                                            events::Time now) {
    const auto id = message.header("webhook-id");
    const auto seconds = message.header("webhook-timestamp");
    const auto signatures = signaturesIn(message.header("webhook-signature"));
    if (id.empty() || seconds.empty() || signatures.empty())
        return notSigned("webhook-id, webhook-timestamp and webhook-signature");
    const auto sign = [&](std::string_view secret) {
        return hmacSha256(keyOf(secret).value_or(""), {id, ".", seconds, ".", message.body});
    };
    bool isSigned = false;
    for (const auto& signature : signatures) isSigned = isOfOneKey(settings.keys, signature, sign) || isSigned;
    if (!isSigned) return badSignature();
    return findStale(seconds, settings.tolerance, now);
}

Result<Delivery, WebhookProblem> translateStandard(const WebhookSettings&, std::string_view body, const Lookups&) {
    const auto document = events::parseJson(body);
    if (!document) return failed(WebhookProblem{WebhookProblemKind::malformed, document.error().text()});
    Delivery delivery;
    if (!document->IsArray()) {
        auto event = eventIn(*document, "");
        if (!event) return failed(std::move(event.error()));
        delivery.push_back(std::move(*event));
        return delivery;
    }
    if (document->Size() > limits::batchEvents)
        return failed(WebhookProblem{WebhookProblemKind::malformed, "the list has too many events"});
    for (const auto& value : document->GetArray()) {
        auto event = eventIn(value, "event " + std::to_string(delivery.size() + 1) + ": ");
        if (!event) return failed(std::move(event.error()));
        delivery.push_back(std::move(*event));
    }
    return delivery;
}

std::optional<std::string> wrongStandardSetting(const WebhookSettings& settings) {
    for (const auto& secret : settings.keys) {
        if (!keyOf(secret)) return "has a secret that is no whsec_ and base64";
    }
    return std::nullopt;
}

}  // namespace kartei::adapters
