// Our own events as a body that is signed.

#include "adapters/standard_webhooks.hpp"

#include "webhook_testing.hpp"

using namespace kartei;
using namespace kartei::adapters;
using namespace kartei::adapters::testing;

namespace {

Result<Delivery, WebhookProblem> translated(const std::string& body) {
    return translateStandard({}, body, KnownThings().lookups());
}

std::string event(const std::string& id) {
    return R"({"specversion":"1.0","id":")" + id +
           R"(","source":"shop","type":"record.entered","subject":"shop/1","data":{"attributes":{"city":"Geheim"}}})";
}

}  // namespace

TEST_CASE("A body is one event or a list of them", "[adapters][webhooks][standard]") {
    const auto one = translated(event("1"));
    REQUIRE(one);
    REQUIRE(one->size() == 1);
    CHECK(one->front().id == "1");
    CHECK(subjectOf(one->front()) == "shop/1");
    CHECK(dataOf<events::RecordEntered>(one->front()).attributes.text(Field::CITY) == "Geheim");
    const auto several = translated("[" + event("1") + ",\n" + event("2") + "]");
    REQUIRE(several);
    REQUIRE(several->size() == 2);
    CHECK(several->back().id == "2");
    CHECK(translated("[]").value().empty());
}

TEST_CASE("One event that is none refuses the body", "[adapters][webhooks][standard]") {
    const auto list = translated("[" + event("1") + R"(,{"specversion":"1.0"}])");
    REQUIRE_FALSE(list);
    CHECK(list.error().kind == WebhookProblemKind::malformed);
    CHECK(list.error().text.starts_with("event 2: "));
    for (const auto& body :
         {std::string(), std::string("7"), event("1") + event("2"), with(event("1"), R"("id":)", R"("x":1,"id":)"),
          with(event("1"), R"("city")", R"("nothing")"),
          with(event("1"), R"("1.0","id":"1")", R"("1.0","id":"1","id":"2")"),
          with(event("1"), "record.entered", "records.linked"), nested(40)}) {
        CAPTURE(body);
        const auto delivery = translated(body);
        REQUIRE_FALSE(delivery);
        CHECK_THAT(delivery.error().text, !Catch::Matchers::Contains("Geheim"));
    }
}
