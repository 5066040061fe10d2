#pragma once
// Which webhooks are taken, as a file says it (docs/webhooks.md): TOML with a table for each business and adapter.
//
//     [salon.square]
//     secrets = ["Ibxx_5AKakO-3qeNVR61Dw"]      # several while one is being replaced; of sendgrid `public_keys`
//     url = "https://kartei.example/v1/salon/hooks/square"
//     source = "square"                         # the adapter's name, where it is not said; `standard` has none
//     tolerance = 300                           # seconds that a signed time may be off
//     declared_by = "Anna Muster, owner"        # that people agreed to the transfer
//     declaration = "…"

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "adapters/webhook.hpp"
#include "events/names.hpp"
#include "events/result.hpp"

namespace kartei::adapters {

// By business and adapter.
using AllWebhookSettings = std::map<std::pair<events::BusinessName, std::string>, WebhookSettings>;

// Problem: a sentence that names tables and keys of the file, and no value: those are secrets.
Result<AllWebhookSettings, std::string> parseWebhookSettings(std::string_view toml);

}  // namespace kartei::adapters
