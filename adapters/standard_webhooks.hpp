#pragma once
// `standard`: our own CloudEvents, one or a list of them, delivered and signed as Standard Webhooks has it
// (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md): the headers
// `webhook-id`, `webhook-timestamp` and `webhook-signature`, which holds one signature or several, `v1,` and base64,
// with spaces between them. A secret is the base64 of its bytes, with or without `whsec_` before it. Signatures of
// other versions (`v1a`) are passed over.
//
// The events are the body, never headers: those are not signed. Their own ids make a repeated delivery harmless.

#include "adapters/webhook.hpp"

namespace kartei::adapters {

std::optional<WebhookProblem> checkStandard(const WebhookSettings& settings, const WebhookMessage& message,
                                            events::Time now);
Result<Delivery, WebhookProblem> translateStandard(const WebhookSettings& settings, std::string_view body,
                                                   const Lookups& lookups);
std::optional<std::string> wrongStandardSetting(const WebhookSettings& settings);

}  // namespace kartei::adapters
