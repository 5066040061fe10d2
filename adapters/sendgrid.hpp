#pragma once
// `sendgrid`: what became of messages, as Twilio SendGrid's Event Webhook tells
// (https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event): a list of events, signed with ECDSA over
// the time in `X-Twilio-Email-Event-Webhook-Timestamp` and the body, with its line breaks as they came
// (https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features).
//
// Which message an event is about says the sender's own argument `message` (`m-17`, or in full `terminbuch/m-17`);
// failing that, SendGrid's own id of it, the part of `sg_message_id` before the first dot, as the answer to the sending
// had it in `X-Message-Id`. The address that stands in an event is not taken: it is no name of a message, and a
// reason that repeats it loses it.

#include "adapters/webhook.hpp"

namespace kartei::adapters {

std::optional<WebhookProblem> checkSendgrid(const WebhookSettings& settings, const WebhookMessage& message,
                                            events::Time now);
Result<Delivery, WebhookProblem> translateSendgrid(const WebhookSettings& settings, std::string_view body,
                                                   const Lookups& lookups);
std::optional<std::string> wrongSendgridSetting(const WebhookSettings& settings);

}  // namespace kartei::adapters
