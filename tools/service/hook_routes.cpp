// What other systems send by themselves: signed webhooks, of which adapters/webhook.hpp makes events.

#include <algorithm>

#include "adapters/webhook.hpp"
#include "events/sent_binary.hpp"
#include "tools/kartei/answers.hpp"
#include "tools/kartei/event_lines.hpp"
#include "tools/kartei/first_connection.hpp"
#include "tools/service/exchange.hpp"
#include "tools/service/hook_lookups.hpp"
#include "tools/service/hooks.hpp"

namespace kartei::tools::service {

namespace {

using adapters::WebhookProblemKind;
using Pace = Route::Pace;

Response responseTo(const adapters::WebhookProblem& problem) {
    switch (problem.kind) {
        case WebhookProblemKind::notSigned:
        case WebhookProblemKind::badSignature: return service::problem(401, "bad_signature", problem.text);
        case WebhookProblemKind::stale: return service::problem(401, "stale_signature", problem.text);
        case WebhookProblemKind::unknownAdapter:
        case WebhookProblemKind::malformed: break;
    }
    return badRequest(problem.text);
}

// As anybody else would send them, so that the same limits hold.
std::string linesOf(const adapters::Delivery& delivery) {
    std::string messages;
    for (const auto& event : delivery) messages += events::writeSent(event);
    std::string lines;
    // What writeSent has made can be read.
    static_cast<void>(toLines(messages, lines));
    return lines;
}

// Null where none is set up.
const Hook* hookOf(const Call& call) {
    const auto& hooks = call.surroundings.hooks;
    return hooks == nullptr ? nullptr : hooks->find(call.session.business, call.name("adapter"));
}

std::optional<Response> notSetUp(const Call& call) {
    if (hookOf(call) != nullptr) return std::nullopt;
    return problem(404, "no_such_route", "No webhook of this adapter is set up here.");
}

Response deliver(const Call& call) {
    if (auto refused = notSetUp(call)) return std::move(*refused);
    const auto& adapter = call.name("adapter");
    const auto* hook = hookOf(call);
    const auto webhook = adapters::checkWebhook(adapter, hook->settings, {call.request.headers, call.request.body},
                                                call.surroundings.clock());
    if (!webhook) return responseTo(webhook.error());
    const std::lock_guard turn(hook->turn);
    const auto delivery = webhook->read(hookLookups(call.business, hook->settings.source));
    if (!delivery) return responseTo(delivery.error());
    const auto lines = linesOf(*delivery);
    // Before the source is connected: what is malformed changes nothing.
    if (const auto wrong = findMalformedLine(lines, "event", [](const events::SentEvent&) {}))
        return badRequest(*wrong);
    const bool isOwn = std::all_of(delivery->begin(), delivery->end(), [&](const events::SentEvent& event) {
        return event.source == hook->settings.source;
    });
    if (!isOwn) return problem(403, "forbidden", "This webhook brings events of its own source alone.");
    Session session{call.session.business, {"hook:" + adapter, events::Role::ADAPTER}, {}, hook->settings.source};
    const auto& settings = hook->settings;
    const auto connection = firstConnection(call.business, settings.source, settings.declaration);
    if (connection && !delivery->empty()) call.business.append({*connection}, session.sender);
    return reply(operationsOn(call.ledger, std::move(session))->append(lines, EventFormat::json));
}

std::vector<Parameter> signatures() {
    std::vector<Parameter> headers;
    for (const auto& [name, adapter] : std::initializer_list<std::pair<const char*, const char*>>{
             {"Webhook-Id", "standard"},
             {"Webhook-Timestamp", "standard"},
             {"Webhook-Signature", "standard"},
             {"X-Square-HmacSha256-Signature", "square"},
             {"X-Cal-Signature-256", "calcom"},
             {"X-Twilio-Email-Event-Webhook-Timestamp", "sendgrid"},
             {"X-Twilio-Email-Event-Webhook-Signature", "sendgrid"}}) {
        headers.push_back({name, std::string("Of ") + adapter, "Text", Parameter::Place::header});
    }
    return headers;
}

}  // namespace

std::vector<Route> hookRoutes() {
    return {
        {Method::post,
         "/v1/{business}/hooks/{adapter}",
         "deliverWebhook",
         "Takes a signed webhook of standard, square, calcom or sendgrid; the signature is what lets it in",
         {},
         signatures(),
         {{"application/json", "Webhook"},
          {"application/cloudevents+json", "CloudEvent"},
          {"application/cloudevents-batch+json", "CloudEvents"}},
         "application/json",
         "AppendResults",
         deliver,
         nullptr,
         "",
         Route::Head::answered,
         Pace::delivering,
         notSetUp},
    };
}

}  // namespace kartei::tools::service
