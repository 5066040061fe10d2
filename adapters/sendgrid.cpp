#include "adapters/sendgrid.hpp"

#include <algorithm>
#include <map>

#include "adapters/foreign_json.hpp"
#include "adapters/webhook_signature.hpp"
#include "events/base64.hpp"

namespace kartei::adapters {

namespace {

constexpr std::int64_t microsecondsOfSecond = 1'000'000;
constexpr std::int64_t lastSecond = 253'402'300'799;  // of the year 9999

std::optional<events::MessageStatus> statusOf(const std::string& event) {
    static const std::map<std::string, events::MessageStatus> statuses = {
        {"delivered", events::MessageStatus::DELIVERED},
        {"bounce", events::MessageStatus::BOUNCED},
        {"dropped", events::MessageStatus::FAILED},
        {"open", events::MessageStatus::READ}};
    const auto known = statuses.find(event);
    return known == statuses.end() ? std::nullopt : std::optional(known->second);
}

std::optional<events::ItemName> messageOf(const Foreign& event) {
    // The sender's own argument, which another program of the sender's may use for something else.
    if (const auto own = event["message"].textOrNothing()) {
        if (auto name = events::ItemName::parse(*own)) return name;
    }
    const auto theirs = event["sg_message_id"].text().value_or("");
    return events::ItemName::parse(std::string_view(theirs).substr(0, theirs.find('.')));
}

// A status that finds no message is no record's, so no erasure would find an address in it.
std::string withoutAddresses(std::string_view reason) {
    std::string out;
    while (!reason.empty()) {
        const auto end = reason.find(' ');
        const auto word = reason.substr(0, end);
        reason.remove_prefix(end == std::string_view::npos ? reason.size() : end);
        out += word.find('@') == std::string_view::npos ? word : "(address)";
        const auto spaces = std::min(reason.find_first_not_of(' '), reason.size());
        out += reason.substr(0, spaces);
        reason.remove_prefix(spaces);
    }
    return out;
}

}  // namespace

std::optional<WebhookProblem> checkSendgrid(const WebhookSettings& settings, const WebhookMessage& message,
                                            events::Time now) {
    const auto seconds = message.header("x-twilio-email-event-webhook-timestamp");
    const auto signature = events::fromBase64(message.header("x-twilio-email-event-webhook-signature"));
    if (seconds.empty() || !signature || signature->empty())
        return notSigned("X-Twilio-Email-Event-Webhook-Signature and -Timestamp");
    bool isSigned = false;
    for (const auto& key : settings.keys)
        isSigned = isSignedByEcdsa(key, *signature, {seconds, message.body}) || isSigned;
    if (!isSigned) return badSignature();
    return findStale(seconds, settings.tolerance, now);
}

Result<Delivery, WebhookProblem> translateSendgrid(const WebhookSettings& settings, std::string_view body,
                                                   const Lookups&) {
    const auto document = parseForeign(body);
    if (!document) return failed(document.error());
    ForeignTrouble trouble;
    Delivery delivery;
    for (const auto& event : Foreign(&*document, "", trouble).items()) {
        const auto status = statusOf(event["event"].requiredText());
        if (!status) continue;
        const auto message = messageOf(event);
        if (!message) continue;
        const auto seconds = event["timestamp"].requiredNumber(0, lastSecond);
        events::MessageStatusChanged data{*message, *status, std::nullopt};
        if (const auto reason = event["reason"].text()) data.reason = withoutAddresses(*reason);
        delivery.push_back({event["sg_event_id"].requiredText(), settings.source, std::nullopt,
                            events::Time(seconds * microsecondsOfSecond), "", std::move(data)});
    }
    if (!document->IsArray()) trouble.fail("", "must be a list");
    if (trouble.text()) return failed(WebhookProblem{WebhookProblemKind::malformed, *trouble.text()});
    return delivery;
}

std::optional<std::string> wrongSendgridSetting(const WebhookSettings& settings) {
    for (const auto& key : settings.keys) {
        if (!isPublicKey(key)) return "has a public key that is none of the curve P-256 in base64";
    }
    return std::nullopt;
}

}  // namespace kartei::adapters
