// The file that says which webhooks a server takes.

#include "adapters/webhook_settings.hpp"

#include <catch2/catch.hpp>

using namespace kartei;
using adapters::parseWebhookSettings;
using Catch::Matchers::Contains;

namespace {

std::string problemOf(const std::string& toml) {
    const auto hooks = parseWebhookSettings(toml);
    REQUIRE_FALSE(hooks);
    CHECK_THAT(hooks.error(), !Contains("Geheim"));
    return hooks.error();
}

events::BusinessName business(const char* name) { return events::BusinessName::trusted(name); }

}  // namespace

TEST_CASE("The settings of a webhook are found by business and adapter", "[adapters][webhooks]") {
    const auto hooks = parseWebhookSettings(R"(
[salon.square]
secrets = ["new", "old"]
url = "https://kartei.example/v1/salon/hooks/square"
declared_by = "Anna"
declaration = "They agreed."
[salon.calcom]
secrets = ["c"]
source = "online"
[studio.standard]
secrets = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]
source = "shop"
tolerance = 60
)");
    REQUIRE(hooks);
    REQUIRE(hooks->size() == 3);
    const auto& square = hooks->at({business("salon"), "square"});
    CHECK(square.keys == std::vector<std::string>{"new", "old"});
    CHECK(square.url == "https://kartei.example/v1/salon/hooks/square");
    CHECK(square.source.text() == "square");
    CHECK(square.tolerance == 300);
    CHECK(square.declaration == events::Declaration{"Anna", "They agreed."});
    CHECK(hooks->at({business("salon"), "calcom"}).source.text() == "online");
    CHECK(hooks->at({business("studio"), "standard"}).tolerance == 60);
    CHECK(parseWebhookSettings("")->empty());
}

TEST_CASE("What is wrong with the settings is told by table and key", "[adapters][webhooks]") {
    CHECK_THAT(problemOf("[salon.square]\nsecrets = [\"Geheim\n"), Contains("Line") && Contains("no TOML"));
    CHECK_THAT(problemOf("secrets = [\"Geheim\"]"), Contains("[salon.square]"));
    CHECK_THAT(problemOf("[Salon.square]"), Contains("[salon.square]"));
    CHECK_THAT(problemOf("[salon]\nsecrets = [\"Geheim\"]"), Contains("[salon]"));
    CHECK_THAT(problemOf("[salon.paypal]\nsecrets = [\"Geheim\"]"), Contains("[salon]"));
    const auto calcom = [](const std::string& lines) { return problemOf("[salon.calcom]\n" + lines); };
    CHECK_THAT(calcom(""), Contains("[salon.calcom] needs secrets"));
    CHECK_THAT(calcom("secrets = \"Geheim\""), Contains("needs secrets, a list"));
    CHECK_THAT(calcom("secrets = [1]"), Contains("list of texts"));
    CHECK_THAT(calcom("secrets = []"), Contains("needs a key"));
    CHECK_THAT(calcom("secrets = [\"\"]"), Contains("empty"));
    CHECK_THAT(calcom("secrets = [\"Geheim\"]\nsecret = \"x\""), Contains("not known"));
    CHECK_THAT(calcom("secrets = [\"Geheim\"]\npublic_keys = [\"x\"]"), Contains("no public_keys"));
    CHECK_THAT(calcom("secrets = [\"Geheim\"]\nsource = \"Cal Com\""), Contains("source must be"));
    CHECK_THAT(calcom("secrets = [\"Geheim\"]\nsource = \"\""), Contains("source"));
    CHECK_THAT(calcom("secrets = [\"Geheim\"]\nurl = 7"), Contains("url must be a text"));
    CHECK_THAT(calcom("secrets = [\"Geheim\"]\ntolerance = 0"), Contains("tolerance"));
    CHECK_THAT(calcom("secrets = [\"Geheim\"]\ntolerance = 604801"), Contains("tolerance"));
    CHECK_THAT(calcom("secrets = [\"Geheim\"]\ntolerance = \"5m\""), Contains("tolerance"));
    CHECK_THAT(calcom("secrets = [\"Geheim\"]\ndeclared_by = \"Anna\""), Contains("together"));
    CHECK_THAT(problemOf("[salon.square]\nsecrets = [\"Geheim\"]"), Contains("[salon.square] needs the url"));
    CHECK_THAT(problemOf("[salon.sendgrid]\nsecrets = [\"Geheim\"]"), Contains("public_keys"));
    CHECK_THAT(problemOf("[salon.sendgrid]\npublic_keys = [\"Geheim\"]"), Contains("P-256"));
    CHECK_THAT(problemOf("[salon.standard]\nsecrets = [\"whsec_Geheim\"]"), Contains("needs a source"));
    CHECK_THAT(problemOf("[salon.standard]\nsource = \"shop\"\nsecrets = [\"whsec_Geheim!\"]"), Contains("base64"));
}
