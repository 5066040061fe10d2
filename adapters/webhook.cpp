#include "adapters/webhook.hpp"

#include <algorithm>
#include <array>

#include "adapters/calcom.hpp"
#include "adapters/sendgrid.hpp"
#include "adapters/square.hpp"
#include "adapters/standard_webhooks.hpp"

namespace kartei::adapters {

namespace {

struct Adapter {
    std::string_view name;
    std::optional<WebhookProblem> (*check)(const WebhookSettings&, const WebhookMessage&, events::Time now);
    Result<Delivery, WebhookProblem> (*translate)(const WebhookSettings&, std::string_view body, const Lookups&);
    std::optional<std::string> (*wrongSetting)(const WebhookSettings&);
};

constexpr std::array<Adapter, 4> adapters = {{
    {"standard", checkStandard, translateStandard, wrongStandardSetting},
    {"square", checkSquare, translateSquare, wrongSquareSetting},
    {"calcom", checkCalcom, translateCalcom, wrongCalcomSetting},
    {"sendgrid", checkSendgrid, translateSendgrid, wrongSendgridSetting},
}};

const Adapter* find(std::string_view name) {
    const auto* found =
        std::find_if(adapters.begin(), adapters.end(), [&](const Adapter& one) { return one.name == name; });
    return found == adapters.end() ? nullptr : found;
}

constexpr const char* noSuchAdapter =
    "there is no such webhook adapter; there are standard, square, calcom and sendgrid";

}  // namespace

std::string_view WebhookMessage::header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

Result<SignedWebhook, WebhookProblem> checkWebhook(std::string_view adapter, const WebhookSettings& settings,
                                                   const WebhookMessage& message, events::Time now) {
    const Adapter* found = find(adapter);
    if (found == nullptr) return failed(WebhookProblem{WebhookProblemKind::unknownAdapter, noSuchAdapter});
    if (auto problem = found->check(settings, message, now)) return failed(std::move(*problem));
    return SignedWebhook(settings, message.body, found->translate);
}

Result<Delivery, WebhookProblem> SignedWebhook::read(const Lookups& lookups) const {
    return translate_(*settings_, body_, lookups);
}

bool isWebhookAdapter(std::string_view adapter) { return find(adapter) != nullptr; }

std::optional<std::string> wrongSetting(std::string_view adapter, const WebhookSettings& settings) {
    const Adapter* found = find(adapter);
    if (found == nullptr) return noSuchAdapter;
    if (settings.keys.empty()) return "needs a key to check signatures with";
    const bool isBlank =
        std::any_of(settings.keys.begin(), settings.keys.end(), [](const std::string& key) { return key.empty(); });
    if (isBlank) return "has a key that is empty";
    return found->wrongSetting(settings);
}

}  // namespace kartei::adapters
