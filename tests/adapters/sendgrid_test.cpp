// What is made of SendGrid's delivery statuses.

#include "adapters/sendgrid.hpp"

#include "webhook_testing.hpp"

using namespace kartei;
using namespace kartei::adapters;
using namespace kartei::adapters::testing;

namespace {

Result<Delivery, WebhookProblem> translated(const std::string& body) {
    WebhookSettings settings;
    settings.source = events::SourceName::trusted("sendgrid");
    return translateSendgrid(settings, body, KnownThings().lookups());
}

Delivery read(const std::string& body) {
    const auto delivery = translated(body);
    INFO((delivery ? std::string() : delivery.error().text));
    REQUIRE(delivery);
    return *delivery;
}

std::string event(const std::string& what, const std::string& more = "") {
    return R"({"email":"a@example.com","event":")" + what +
           R"(","sg_event_id":"e1","sg_message_id":"m1.filter.0","timestamp":1600112492)" + more + "}";
}

}  // namespace

TEST_CASE("SendGrid's published examples are statuses of their messages", "[adapters][webhooks][sendgrid][shared]") {
    const auto single = sharedFile("sendgrid/single.body.json");
    const auto multiple = sharedFile("sendgrid/multiple.body.json");
    if (!single || !multiple) return;
    const auto dropped = read(*single);
    REQUIRE(dropped.size() == 1);
    CHECK(dropped[0].id == "ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA");
    CHECK(dropped[0].source.text() == "sendgrid");
    CHECK_FALSE(dropped[0].subject.has_value());
    CHECK(dropped[0].time == timeAt("2020-09-14T19:41:32Z"));
    CHECK(dataOf<events::MessageStatusChanged>(dropped[0]) ==
          events::MessageStatusChanged{events::ItemName::trusted("LRzXl_NHStOGhQ4kofSm_A"),
                                       events::MessageStatus::FAILED, "Bounced Address"});
    // `processed` says nothing; the bounce does.
    const auto bounced = read(*multiple);
    REQUIRE(bounced.size() == 1);
    CHECK(bounced[0].id == "Ym91bmNlLTAtMTk5NDIxMTItcU53QkxnUFFRalc2REp2S1F3U0Fidy0w");
    CHECK(bounced[0].time == timeAt("2021-04-28T23:05:47Z"));
    const auto& status = dataOf<events::MessageStatusChanged>(bounced[0]);
    CHECK(status.message.text() == "qNwBLgPQQjW6DJvKQwSAbw");
    CHECK(status.status == events::MessageStatus::BOUNCED);
    CHECK(status.reason.value_or("").starts_with("552 5.2.2 The email account"));
}

TEST_CASE("Each of SendGrid's events is a status or nothing", "[adapters][webhooks][sendgrid]") {
    const auto status = [](const char* what) {
        return dataOf<events::MessageStatusChanged>(read("[" + event(what) + "]").at(0)).status;
    };
    CHECK(status("delivered") == events::MessageStatus::DELIVERED);
    CHECK(status("bounce") == events::MessageStatus::BOUNCED);
    CHECK(status("dropped") == events::MessageStatus::FAILED);
    CHECK(status("open") == events::MessageStatus::READ);
    for (const auto* what : {"processed", "deferred", "click", "unsubscribe", "spamreport", "something new"})
        CHECK(read("[" + event(what) + "]").empty());
    CHECK(read("[]").empty());
}

TEST_CASE("A message is named by its sender, or else by SendGrid", "[adapters][webhooks][sendgrid]") {
    const auto message = [](const std::string& more) {
        const auto events = read("[" + event("open", more) + "]");
        return events.empty() ? "" : dataOf<events::MessageStatusChanged>(events[0]).message.text();
    };
    CHECK(message("") == "m1");
    CHECK(message(R"(,"message":"terminbuch/m-17")") == "terminbuch/m-17");
    CHECK(message(R"(,"message":"m-17")") == "m-17");
    CHECK(message(R"(,"message":"a@example.com")") == "m1");
    CHECK(message(R"(,"message":17)") == "m1");
    CHECK(read(R"([{"event":"open","sg_event_id":"e","timestamp":1}])").empty());
}

TEST_CASE("An address that a reason repeats is not kept", "[adapters][webhooks][sendgrid]") {
    const auto reason = [](const std::string& text) {
        const auto events = read("[" + event("bounce", R"(,"reason":")" + text + "\"") + "]");
        return dataOf<events::MessageStatusChanged>(events.at(0)).reason.value_or("");
    };
    CHECK(reason("550 5.1.1 <anna@example.com>: unknown  user") == "550 5.1.1 (address) unknown  user");
    CHECK(reason("anna@example.com") == "(address)");
    CHECK(reason(" quota ") == " quota ");
    CHECK(reason("").empty());
}

TEST_CASE("What is no list of SendGrid's events is refused whole", "[adapters][webhooks][sendgrid]") {
    const auto good = event("open");
    for (const auto& body :
         {std::string(), good, "[" + good + ",7]", "[" + good + R"(,{"event":7}])",
          "[" + good + "," + event("open", R"(,"event":"open")") + "]", "[" + with(good, "1600112492", "-1") + "]",
          "[" + with(good, "1600112492", "1e300") + "]", "[" + with(good, "1600112492", "253402300800") + "]",
          "[" + with(good, R"("e1")", "17") + "]", "[" + with(good, R"("e1")", "\"\"") + "]", nested(40)}) {
        CAPTURE(body);
        const auto delivery = translated(body);
        REQUIRE_FALSE(delivery);
        CHECK(delivery.error().kind == WebhookProblemKind::malformed);
        CHECK_THAT(delivery.error().text, !Catch::Matchers::Contains("example.com"));
    }
}
