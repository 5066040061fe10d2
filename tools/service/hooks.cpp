#include "tools/service/hooks.hpp"

namespace kartei::tools::service {

Hooks::Hooks(const adapters::AllWebhookSettings& all) {
    for (const auto& [name, settings] : all) hooks_[name].settings = settings;
}

const Hook* Hooks::find(const events::BusinessName& business, const std::string& adapter) const {
    const auto found = hooks_.find({business, adapter});
    return found == hooks_.end() ? nullptr : &found->second;
}

std::vector<events::BusinessName> Hooks::businesses() const {
    std::vector<events::BusinessName> names;
    for (const auto& [key, hook] : hooks_) {
        if (names.empty() || names.back() != key.first) names.push_back(key.first);
    }
    return names;
}

}  // namespace kartei::tools::service
