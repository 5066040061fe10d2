#pragma once
// The webhooks that a server takes, each with the turn that its deliveries take.

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "adapters/webhook_settings.hpp"
#include "events/names.hpp"

namespace kartei::tools::service {

struct Hook {
    adapters::WebhookSettings settings;
    // One delivery after the other: what it is made into rests on what those before it have recorded.
    mutable std::mutex turn;
};

// Threads: any may ask; it never changes.
class Hooks {
public:
    explicit Hooks(const adapters::AllWebhookSettings& all);

    // Null where there is none.
    [[nodiscard]] const Hook* find(const events::BusinessName& business, const std::string& adapter) const;
    // Those that take any.
    [[nodiscard]] std::vector<events::BusinessName> businesses() const;

private:
    std::map<std::pair<events::BusinessName, std::string>, Hook> hooks_;
};

}  // namespace kartei::tools::service
