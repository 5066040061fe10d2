// Who signed it: the vectors that the senders publish, and everything that is nearly one of them.

#include "adapters/webhook_signature.hpp"

#include "tests/support/webhook_senders.hpp"
#include "webhook_testing.hpp"

using namespace kartei;
using namespace kartei::adapters;
using namespace kartei::adapters::testing;
using Kind = WebhookProblemKind;

namespace {

using Headers = std::map<std::string, std::string>;

events::Time seconds(std::int64_t count) { return events::Time(count * 1'000'000); }

// What came of it: "read", or the kind of problem.
std::string outcome(const std::string& adapter, const WebhookSettings& settings, const Headers& headers,
                    const std::string& body, events::Time now = seconds(0)) {
    const KnownThings known;
    const auto isSigned = checkWebhook(adapter, settings, {headers, body}, now);
    const auto read = isSigned ? isSigned->read(known.lookups()) : failed(isSigned.error());
    if (read) return "read";
    switch (read.error().kind) {
        case Kind::unknownAdapter: return "unknownAdapter";
        case Kind::notSigned: return "notSigned";
        case Kind::badSignature: return "badSignature";
        case Kind::stale: return "stale";
        case Kind::malformed: return "malformed";
    }
    return "";
}

WebhookSettings settingsWith(std::vector<std::string> keys, std::string url = "") {
    WebhookSettings settings;
    settings.source = events::SourceName::trusted("sender");
    settings.keys = std::move(keys);
    settings.url = std::move(url);
    return settings;
}

rapidjson::Document vectorsIn(const std::string& text) {
    auto document = events::parseJson(text);
    REQUIRE(document);
    return std::move(*document);
}

}  // namespace

TEST_CASE("Square's published signatures are right, and no other is", "[adapters][webhooks][shared]") {
    const auto file = sharedFile("square/signature-vectors.json");
    if (!file) return;
    const auto vectors = vectorsIn(*file);
    REQUIRE(vectors.Size() == 2);
    // The second is signed, but is no event of Square's.
    const std::vector<std::string> outcomes = {"read", "malformed"};
    for (rapidjson::SizeType at = 0; at < vectors.Size(); ++at) {
        const auto& vector = vectors[at];
        const std::string key = vector["key"].GetString();
        const std::string url = vector["url"].GetString();
        const std::string body = vector["body"].GetString();
        const std::string signature = vector["signature"].GetString();
        const auto name = "x-square-hmacsha256-signature";
        CHECK(outcome("square", settingsWith({key}, url), {{name, signature}}, body) == outcomes[at]);
        CHECK(outcome("square", settingsWith({"other", key}, url), {{name, signature}}, body) == outcomes[at]);
        CHECK(outcome("square", settingsWith({key + "1"}, url), {{name, signature}}, body) == "badSignature");
        CHECK(outcome("square", settingsWith({key}, url + "/"), {{name, signature}}, body) == "badSignature");
        CHECK(outcome("square", settingsWith({key}, url), {{name, signature}}, body + "\n") == "badSignature");
        CHECK(outcome("square", settingsWith({key}, url), {{name, signature.substr(4)}}, body) == "badSignature");
        CHECK(outcome("square", settingsWith({key}, url), {{name, "no base64!"}}, body) == "notSigned");
        CHECK(outcome("square", settingsWith({key}, url), {{name, ""}}, body) == "notSigned");
        CHECK(outcome("square", settingsWith({key}, url), {}, body) == "notSigned");
        CHECK(kartei::testing::squareSignature(key, url, body) == signature);
    }
}

TEST_CASE("SendGrid's published signatures are right over the body with its line breaks, at their time",
          "[adapters][webhooks][shared]") {
    const auto file = sharedFile("sendgrid/vectors.json");
    if (!file) return;
    const auto vectors = vectorsIn(*file);
    REQUIRE(vectors.Size() == 2);
    for (const auto& vector : vectors.GetArray()) {
        const auto body = sharedFile(std::string("sendgrid/") + vector["body"].GetString());
        REQUIRE(body);
        const std::string key = vector["public_key"].GetString();
        const std::string at = vector["timestamp"].GetString();
        const auto now = std::stoll(at);
        const Headers headers = {{"x-twilio-email-event-webhook-signature", vector["signature"].GetString()},
                                 {"x-twilio-email-event-webhook-timestamp", at}};
        CHECK(wrongSetting("sendgrid", settingsWith({key})) == std::nullopt);
        CHECK(outcome("sendgrid", settingsWith({key}), headers, *body, seconds(now)) == "read");
        CHECK(outcome("sendgrid", settingsWith({key}), headers, *body, seconds(now + 300)) == "read");
        CHECK(outcome("sendgrid", settingsWith({key}), headers, *body, seconds(now + 301)) == "stale");
        CHECK(outcome("sendgrid", settingsWith({key}), headers, *body, seconds(now - 301)) == "stale");
        auto patient = settingsWith({key});
        patient.tolerance = 3600;
        CHECK(outcome("sendgrid", patient, headers, *body, seconds(now + 3600)) == "read");
        auto unbroken = *body;
        std::erase(unbroken, '\r');
        REQUIRE(unbroken != *body);
        CHECK(outcome("sendgrid", settingsWith({key}), headers, unbroken, seconds(now)) == "badSignature");
        auto later = headers;
        later["x-twilio-email-event-webhook-timestamp"] = std::to_string(now + 1);
        CHECK(outcome("sendgrid", settingsWith({key}), later, *body, seconds(now)) == "badSignature");
        const kartei::testing::SendgridSender other;
        CHECK(outcome("sendgrid", settingsWith({other.publicKey()}), headers, *body, seconds(now)) == "badSignature");
        CHECK(outcome("sendgrid", settingsWith({other.publicKey(), key}), headers, *body, seconds(now)) == "read");
        auto unsignedOnes = headers;
        unsignedOnes.erase("x-twilio-email-event-webhook-timestamp");
        CHECK(outcome("sendgrid", settingsWith({key}), unsignedOnes, *body, seconds(now)) == "notSigned");
        CHECK(outcome("sendgrid", settingsWith({key}), {}, *body, seconds(now)) == "notSigned");
    }
}

TEST_CASE("The published signature of Standard Webhooks is right, at its time", "[adapters][webhooks][shared]") {
    const auto file = sharedFile("standard-webhooks/vectors.json");
    if (!file) return;
    const auto vectors = vectorsIn(*file);
    REQUIRE(vectors.Size() == 1);
    const auto& vector = vectors[0];
    const std::string key = vector["key"].GetString();
    const auto now = vector["timestamp"].GetInt64();
    const std::string body = vector["body"].GetString();
    const std::string signature = vector["signature"].GetString();
    const std::string other = "whsec_" + kartei::testing::base64("another secret");
    const auto headersWith = [&](const std::string& signatures, const std::string& at) {
        return Headers{
            {"webhook-id", vector["id"].GetString()}, {"webhook-timestamp", at}, {"webhook-signature", signatures}};
    };
    const auto headers = headersWith(signature, std::to_string(now));
    // It is signed, but is no event of ours.
    CHECK(outcome("standard", settingsWith({key}), headers, body, seconds(now)) == "malformed");
    CHECK(outcome("standard", settingsWith({key.substr(6)}), headers, body, seconds(now)) == "malformed");
    CHECK(outcome("standard", settingsWith({other, key}), headers, body, seconds(now - 300)) == "malformed");
    CHECK(outcome("standard", settingsWith({key}), headers, body, seconds(now + 301)) == "stale");
    CHECK(outcome("standard", settingsWith({key}), headers, body, seconds(now - 301)) == "stale");
    CHECK(outcome("standard", settingsWith({other}), headers, body, seconds(now)) == "badSignature");
    CHECK(outcome("standard", settingsWith({key}), headers, body + " ", seconds(now)) == "badSignature");
    const auto several =
        headersWith("v1a,AAAA v1," + kartei::testing::base64("nobody's") + " " + signature, std::to_string(now));
    CHECK(outcome("standard", settingsWith({key}), several, body, seconds(now)) == "malformed");
    for (const auto* signatures : {"", "v1", "v1,", "v2,AAAA", "AAAA"}) {
        CAPTURE(signatures);
        const auto unsignedOnes = headersWith(signatures, std::to_string(now));
        const auto what = outcome("standard", settingsWith({key}), unsignedOnes, body, seconds(now));
        CHECK((what == "notSigned" || what == "badSignature"));
    }
    CHECK(kartei::testing::standardSignature(key, vector["id"].GetString(), std::to_string(now), body) == signature);
}

TEST_CASE("A signed time that is no number is none", "[adapters][webhooks]") {
    const std::string key = "whsec_" + kartei::testing::base64("secret");
    for (const auto* at : {"now", "-5", "1e3", "5 ", "99999999999999999999"}) {
        CAPTURE(at);
        const Headers headers = {{"webhook-id", "m"},
                                 {"webhook-timestamp", at},
                                 {"webhook-signature", kartei::testing::standardSignature(key, "m", at, "{}")}};
        CHECK(outcome("standard", settingsWith({key}), headers, "{}", seconds(5)) == "notSigned");
    }
}

TEST_CASE("Cal.com signs with hexadecimal digits of either case", "[adapters][webhooks]") {
    const std::string body = R"({"triggerEvent":"PING"})";
    auto signature = kartei::testing::calcomSignature("secret", body);
    CHECK(outcome("calcom", settingsWith({"secret"}), {{"x-cal-signature-256", signature}}, body) == "read");
    CHECK(outcome("calcom", settingsWith({"new", "secret"}), {{"x-cal-signature-256", signature}}, body) == "read");
    CHECK(outcome("calcom", settingsWith({"secret"}), {{"x-cal-signature-256", signature}}, body + " ") ==
          "badSignature");
    CHECK(outcome("calcom", settingsWith({"new"}), {{"x-cal-signature-256", signature}}, body) == "badSignature");
    CHECK(outcome("calcom", settingsWith({"secret"}), {{"x-cal-signature-256", "no-secret-provided"}}, body) ==
          "notSigned");
    for (auto& letter : signature) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    CHECK(outcome("calcom", settingsWith({"secret"}), {{"x-cal-signature-256", signature}}, body) == "read");
}

TEST_CASE("Settings that nothing can be checked with are told, without their values", "[adapters][webhooks]") {
    using Catch::Matchers::Contains;
    const auto wrong = [](const std::string& adapter, const WebhookSettings& settings) {
        return wrongSetting(adapter, settings).value_or("");
    };
    CHECK_THAT(wrong("paypal", settingsWith({"k"})), Contains("no such"));
    CHECK_THAT(wrong("calcom", settingsWith({})), Contains("needs a key"));
    CHECK_THAT(wrong("calcom", settingsWith({"a", ""})), Contains("empty"));
    CHECK(wrong("calcom", settingsWith({"a"})).empty());
    CHECK_THAT(wrong("standard", settingsWith({"whsec_Geheim!"})), Contains("base64") && !Contains("Geheim"));
    CHECK_THAT(wrong("standard", settingsWith({"whsec_"})), Contains("base64"));
    CHECK_THAT(wrong("square", settingsWith({"a"})), Contains("url"));
    auto square = settingsWith({"a"}, "https://example.com/");
    CHECK_THAT(wrong("square", square), Contains("declaration"));
    square.declaration = events::Declaration{"Salon", "They agreed."};
    CHECK(wrong("square", square).empty());
    CHECK_THAT(wrong("sendgrid", settingsWith({"AAAA"})), Contains("P-256"));
    CHECK(isWebhookAdapter("square"));
    CHECK_FALSE(isWebhookAdapter("csv"));
    CHECK(outcome("csv", settingsWith({"a"}), {}, "") == "unknownAdapter");
}
