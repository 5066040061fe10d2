#include "adapters/square.hpp"

#include <map>

#include "adapters/square_objects.hpp"
#include "adapters/webhook_signature.hpp"
#include "events/base64.hpp"

namespace kartei::adapters {

namespace {

using Reader = void (*)(SquareDelivery&);

// Null for what says nothing about a customer.
Reader readerOf(const std::string& type) {
    static const std::map<std::string, Reader> readers = {{"customer.created", readSquareCustomer},
                                                          {"customer.updated", readSquareCustomer},
                                                          {"customer.deleted", readDeletedSquareCustomer},
                                                          {"booking.created", readSquareBooking},
                                                          {"booking.updated", readSquareBooking},
                                                          {"payment.created", readSquarePayment},
                                                          {"payment.updated", readSquarePayment},
                                                          {"refund.created", readSquareRefund},
                                                          {"refund.updated", readSquareRefund}};
    const auto known = readers.find(type);
    return known == readers.end() ? nullptr : known->second;
}

}  // namespace

std::optional<WebhookProblem> checkSquare(const WebhookSettings& settings, const WebhookMessage& message,
                                          events::Time /*now*/) {
    const auto signature = events::fromBase64(message.header("x-square-hmacsha256-signature"));
    if (!signature || signature->empty()) return notSigned("x-square-hmacsha256-signature");
    const auto sign = [&](std::string_view key) { return hmacSha256(key, {settings.url, message.body}); };
    if (!isOfOneKey(settings.keys, *signature, sign)) return badSignature();
    return std::nullopt;
}

Result<Delivery, WebhookProblem> translateSquare(const WebhookSettings& settings, std::string_view body,
                                                 const Lookups& lookups) {
    const auto document = parseForeign(body);
    if (!document) return failed(document.error());
    ForeignTrouble trouble;
    const Foreign root(&*document, "", trouble);
    const auto reader = readerOf(root["type"].requiredText());
    Delivery events;
    if (reader != nullptr) {
        SquareDelivery delivery{settings, lookups, root["event_id"].requiredText(), root["created_at"].requiredTime(),
                                root["data"]["object"]};
        if (!trouble.text()) reader(delivery);
        events = std::move(delivery.events);
    }
    if (trouble.text()) return failed(WebhookProblem{WebhookProblemKind::malformed, *trouble.text()});
    return events;
}

std::optional<std::string> wrongSquareSetting(const WebhookSettings& settings) {
    if (settings.url.empty()) return "needs the url that Square delivers to, as it was told to Square";
    if (!settings.declaration) return "needs a declaration: Square's customers are imported by it";
    return std::nullopt;
}

}  // namespace kartei::adapters
