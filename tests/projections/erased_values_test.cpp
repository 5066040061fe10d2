// What was erased is left out wherever it stood; nothing stands in its place.

#include <catch2/catch.hpp>

#include "projections/customer_file.hpp"
#include "projections/previews.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;
using Joined = ledger::Erase::Joined;

namespace {

std::string cloudEvent(const ledger::Business& business, events::Position position) {
    rapidjson::StringBuffer buffer;
    events::JsonWriter out(buffer);
    events::writeCloudEvent(out, *business.now().event(position));
    return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace

TEST_CASE("An erased event says what is left of it, and nothing in the place of the rest") {
    TestLedger ledger;
    const auto registered =
        ledger.fact("record.registered", "till/1", R"("attributes":{"familyName":"Planted"},"emailVerified":true)");
    const auto sent = ledger.fact("message.sent", "till/1",
                                  R"("message":"m1","channel":"post","purpose":"marketing","address":"Planted")");
    const auto news = ledger.fact("message.statusChanged", "till/1", R"("message":"m1","status":"bounced")");
    const auto booked = ledger.fact("appointment.booked", "till/1",
                                    R"("appointment":"a1","startsAt":"2026-03-01T10:00:00Z","service":"Planted")");
    const auto out = ledger.fact("visit.checkedOut", "till/1",
                                 R"("receipt":"r1","appointment":"a1","total":{"amount":4500,"currency":"EUR"})");
    CHECK_THAT(cloudEvent(ledger.business(), sent), Contains(R"("channel":"post","purpose":"marketing")"));
    REQUIRE(ledger.tryErase({"till/1"}));
    const auto left = [&](events::Position position) {
        const auto text = cloudEvent(ledger.business(), position);
        return text.substr(text.find(R"("actor":"tester",)") + 17);
    };
    CHECK(left(registered) == R"("erased":true,"data":{}})");
    CHECK(left(sent) == R"("erased":true,"data":{"message":"till/m1"}})");
    CHECK(left(news) == R"("erased":true,"data":{"message":"till/m1"}})");
    CHECK(left(booked) == R"("erased":true,"data":{"appointment":"till/a1","startsAt":"2026-03-01T10:00:00Z"}})");
    CHECK(left(out) ==
          R"("data":{"receipt":"till/r1","appointment":"till/a1","total":{"amount":4500,"currency":"EUR"}}})");
}

TEST_CASE("A join of which a side was erased does not say whether credentials were to be mailed") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", R"("attributes":{"familyName":"Planted"})");
    ledger.fact("record.registered", "web/1",
                R"("attributes":{"familyName":"Other","email":"o@example.com"},"account":{"username":"other"})");
    const auto merged = ledger.business().decide(ledger::Merge{record("web/1"),
                                                               record("till/1"),
                                                               {events::Field::USERNAME, events::Field::PASSWORD},
                                                               "Plantedcomment",
                                                               true},
                                                 ledger.admin());
    REQUIRE(merged);
    CHECK_THAT(ledger.file("web/1"), Contains(R"("mailCredentials":true)"));
    REQUIRE(ledger.tryErase({"till/1"}, Joined::leaveAsTheyAre));
    CHECK_THAT(ledger.file("web/1"), Contains(R"("kind":"merge")") && Contains(R"("erased":true)") &&
                                         !Contains("mailCredentials") && !Contains("comment"));
    CHECK_THAT(cloudEvent(ledger.business(), merged->position),
               Contains(R"("erased":true)") && Contains(R"("into":"till/1")") && !Contains("mailCredentials"));
}

TEST_CASE("The preview of an undo says of an erased message that it is erased") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", R"("attributes":{"familyName":"Planted"})");
    ledger.fact("record.imported", "till/2", R"("attributes":{"familyName":"Other"})");
    const auto join = ledger.link("till/1", "till/2");
    ledger.fact("message.sent", "till/1",
                R"("message":"m1","channel":"post","purpose":"marketing","address":"Planted")");
    ledger.fact("message.sent", "till/2", R"("message":"m2","channel":"email","purpose":"reviews","address":"Other")");
    REQUIRE(ledger.tryErase({"till/1"}, Joined::leaveAsTheyAre));
    const auto now = ledger.business().now();
    const auto preview =
        projections::undoPreview(now, ledger::Business::undoState(now, join), {join, "wrong", {}, false, false});
    CHECK_THAT(preview, Contains(R"("record":"till/1","erased":true})") &&
                            Contains(R"("record":"till/2","channel":"email","purpose":"reviews"})") &&
                            !Contains(R"("channel":"sms")"));
}
