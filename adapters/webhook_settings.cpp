#include "adapters/webhook_settings.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "events/normal_forms.hpp"

namespace kartei::adapters {

namespace {

constexpr std::int64_t longestTolerance = 604'800;  // a week

// The table of one business and adapter. The first thing that is wrong with it is kept.
class HookTable {
public:
    HookTable(const toml::table& table, std::string path) : table_(table), path_(std::move(path)) {}

    WebhookSettings read(const std::string& adapter) {
        WebhookSettings settings;
        refuseUnknown();
        const auto source = text("source").value_or(adapter == "standard" ? "" : adapter);
        if (source.empty()) fail("needs a source that its events are from");
        const auto name = events::SourceName::parse(source);
        if (!name) fail("source must be small letters, digits and -, at most 32");
        settings.source = name.value_or(events::SourceName());
        const bool hasPublicKeys = adapter == "sendgrid";
        settings.keys = texts(hasPublicKeys ? "public_keys" : "secrets");
        if (table_.contains(hasPublicKeys ? "secrets" : "public_keys"))
            fail(hasPublicKeys ? "has public_keys, no secrets" : "has secrets, no public_keys");
        settings.url = text("url").value_or("");
        settings.tolerance = seconds("tolerance").value_or(settings.tolerance);
        settings.declaration = declaration();
        if (!problem_.empty()) return settings;
        if (const auto wrong = wrongSetting(adapter, settings)) fail(*wrong);
        return settings;
    }
    // Empty where all is well.
    [[nodiscard]] const std::string& problem() const { return problem_; }

private:
    void fail(const std::string& what) {
        if (problem_.empty()) problem_ = "[" + path_ + "] " + what + ".";
    }
    void refuseUnknown() {
        constexpr std::array<std::string_view, 7> known = {"secrets",   "public_keys", "url",        "source",
                                                           "tolerance", "declared_by", "declaration"};
        for (const auto& [key, node] : table_) {
            if (std::find(known.begin(), known.end(), key.str()) == known.end())
                return fail(
                    "has a key that is not known; known are secrets, public_keys, url, source, tolerance, "
                    "declared_by and declaration");
        }
    }
    std::optional<std::string> text(const char* key) {
        const auto* node = table_.get(key);
        if (node == nullptr) return std::nullopt;
        auto value = node->value_exact<std::string>();
        if (!value || events::saysNothing(*value)) fail(std::string(key) + " must be a text");
        return value;
    }
    std::vector<std::string> texts(const char* key) {
        std::vector<std::string> values;
        const auto* node = table_.get(key);
        const auto* list = node == nullptr ? nullptr : node->as_array();
        if (list == nullptr) {
            fail("needs " + std::string(key) + ", a list of texts");
            return values;
        }
        for (const toml::node& item : *list) {
            auto value = item.value_exact<std::string>();
            if (!value) fail(std::string(key) + " must be a list of texts");
            values.push_back(std::move(value).value_or(""));
        }
        return values;
    }
    std::optional<std::int64_t> seconds(const char* key) {
        const auto* node = table_.get(key);
        if (node == nullptr) return std::nullopt;
        const auto value = node->value_exact<std::int64_t>();
        if (value && *value > 0 && *value <= longestTolerance) return value;
        fail(std::string(key) + " must be a number of seconds, at most a week");
        return std::nullopt;
    }
    std::optional<events::Declaration> declaration() {
        const auto by = text("declared_by");
        const auto words = text("declaration");
        if (by.has_value() != words.has_value()) fail("needs declared_by and declaration together");
        if (!by || !words) return std::nullopt;
        return events::Declaration{*by, *words};
    }

    const toml::table& table_;
    std::string path_;
    std::string problem_;
};

}  // namespace

Result<AllWebhookSettings, std::string> parseWebhookSettings(std::string_view toml) {
    toml::table document;
    try {
        document = toml::parse(toml);
    } catch (const toml::parse_error& error) {
        return failed("Line " + std::to_string(error.source().begin.line) + " of the file of webhooks is no TOML.");
    }
    AllWebhookSettings all;
    for (const auto& [businessKey, businessNode] : document) {
        const std::string path(businessKey.str());
        const auto business = events::BusinessName::parse(path);
        if (!business || !businessNode.is_table())
            return failed(std::string("The file of webhooks has something else than tables such as [salon.square]."));
        for (const auto& [adapterKey, node] : *businessNode.as_table()) {
            const std::string adapter(adapterKey.str());
            if (!node.is_table() || !isWebhookAdapter(adapter))
                return failed("[" + path +
                              "] has something else than tables of standard, square, calcom and sendgrid.");
            auto place = path;
            place.append(".").append(adapter);
            HookTable table(*node.as_table(), std::move(place));
            auto settings = table.read(adapter);
            if (!table.problem().empty()) return failed(table.problem());
            all[{*business, adapter}] = std::move(settings);
        }
    }
    return all;
}

}  // namespace kartei::adapters
