// Receipts that need no longer be kept: when they may go, and what is left of them.

#include <catch2/catch.hpp>

#include "ledger/fiscal_years.hpp"
#include "projections/previews.hpp"
#include "tests/support/file_scan.hpp"
#include "tests/support/soundness.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;
using events::Position;

namespace {

events::Time at(const char* time) { return *events::Time::parse(time); }

// A second in the middle of that year, on a clock that starts with 2026.
int inYear(int year) { return (year - 2026) * 365 * 86'400 + 180 * 86'400; }

Result<ledger::DecisionOutcome, ledger::Refusal> eraseReceipts(TestLedger& ledger, int year) {
    return ledger.business().decide(ledger::EraseReceipts{static_cast<std::uint16_t>(year), "kept long enough"},
                                    ledger.admin());
}

// Two visits long ago, one of them of an appointment, and one lately.
struct Salon {
    TestLedger ledger;
    Position old;

    Salon() {
        ledger.fact("record.imported", "till/1", R"("attributes":{"familyName":"Muster"})");
        ledger.fact("record.imported", "till/2", R"("attributes":{"familyName":"Other"})");
        ledger.fact("appointment.booked", "till/1", R"("appointment":"a1","startsAt":"2016-07-01T10:00:00Z")");
        old = checkout(2016, "r1", R"(,"appointment":"a1")");
        checkout(2016, "r2");
        checkout(2026, "r3");
    }
    Position checkout(int year, const std::string& receipt, const std::string& more = "") {
        return ledger.factAt(inYear(year), "visit.checkedOut", "till/1", body(receipt) + more);
    }
    static std::string body(const std::string& receipt) {
        return R"("receipt":")" + receipt +
               R"(","total":{"amount":4500,"currency":"EUR"},"items":[{"name":"Haircut"}])";
    }
    [[nodiscard]] ledger::Business& business() const { return ledger.business(); }
};

std::size_t countOf(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto place = text.find(part); place != std::string::npos; place = text.find(part, place + 1)) ++count;
    return count;
}

}  // namespace

TEST_CASE("Receipts must be kept until eight years after the end of their own, wherever on earth") {
    CHECK(ledger::mustBeKept(2017, at("2018-01-01T00:00:00Z")));
    CHECK(ledger::mustBeKept(2017, at("2025-12-31T23:59:59Z")));
    CHECK(ledger::mustBeKept(2017, at("2026-01-01T11:59:59Z")));  // it is 2025 in the Pacific
    CHECK_FALSE(ledger::mustBeKept(2017, at("2026-01-01T12:00:00Z")));
    CHECK_FALSE(ledger::mustBeKept(2016, at("2026-01-01T00:00:00Z")));
}

TEST_CASE("What receipts of a year say is gone for good, and nothing else") {
    Salon salon;
    auto& business = salon.business();
    const auto key = storedKey(business, business.keys().rowOfYear(2016));
    REQUIRE(!key.empty());
    REQUIRE(!filesWith(salon.ledger.path(), key).empty());
    REQUIRE(countOf(salon.ledger.history("till/1"), "4500") == 3);
    const auto other = salon.ledger.file("till/2");
    const auto before = business.head();

    const auto outcome = eraseReceipts(salon.ledger, 2016);
    REQUIRE(outcome);
    CHECK(outcome->position == before.next());
    CHECK(filesWith(salon.ledger.path(), key).empty());

    for (int i = 0; i < 2; ++i) {
        auto& reopened = salon.business();
        const auto history = salon.ledger.history("till/1");
        CHECK_THAT(history, Contains("till/r1") && Contains("till/r2") && Contains("till/r3") && Contains("till/a1"));
        CHECK(countOf(history, "4500") == 1);
        CHECK(countOf(history, "Haircut") == 1);
        CHECK(countOf(history, R"("total")") == 1);
        CHECK_THAT(salon.ledger.file("till/1"), Contains("Muster"));
        CHECK(salon.ledger.file("till/2") == other);
        CHECK_THAT(protocolOf(reopened, "till/1"), Contains("Checked out with receipt till/r1"));
        CHECK(auditOf(reopened) == "sound");
        CHECK(rebuildMatches(reopened));
        salon.ledger.reopen();
    }
    const auto event = salon.business().now().event(outcome->position);
    CHECK(std::get<events::ReceiptsErased>(event->data) == events::ReceiptsErased{2016, "kept long enough"});
    CHECK(eraseReceipts(salon.ledger, 2016)->position == outcome->position);
}

TEST_CASE("An event whose receipt was erased does not read as one of nothing") {
    Salon salon;
    REQUIRE(eraseReceipts(salon.ledger, 2016));
    rapidjson::StringBuffer buffer;
    events::JsonWriter out(buffer);
    events::writeCloudEvent(out, *salon.business().now().event(salon.old));
    CHECK_THAT(buffer.GetString(), Contains(R"("erased":true,"data":{"receipt":"till/r1","appointment":"till/a1"})"));
}

TEST_CASE("Receipts of a year are erased only where they may be, and are there") {
    Salon salon;
    const auto head = salon.business().head();
    CHECK(codeOf(eraseReceipts(salon.ledger, 2025)) == "must_be_kept");
    CHECK(codeOf(eraseReceipts(salon.ledger, 2017)) == "must_be_kept");
    CHECK(codeOf(eraseReceipts(salon.ledger, 2014)) == "not_found");
    CHECK(salon.business().head() == head);
    CHECK(countOf(salon.ledger.history("till/1"), "4500") == 3);
    CHECK_THAT(eraseReceipts(salon.ledger, 2017).error().detail, Contains("until the end of 2025"));
}

TEST_CASE("A checkout of a year whose receipts were erased comes too late, others do not") {
    Salon salon;
    REQUIRE(eraseReceipts(salon.ledger, 2016));
    const auto late = [&](int year, const char* receipt) {
        return codeOf(salon.ledger.reportAt(inYear(year), "visit.checkedOut", "till/1", Salon::body(receipt)));
    };
    CHECK(late(2016, "r7") == "receipts_erased");
    CHECK(late(2015, "r8") == "recorded");
    CHECK(codeOf(salon.ledger.report("visit.checkedOut", "till/1", Salon::body("r9"))) == "recorded");
    CHECK(codeOf(salon.ledger.report("visit.checkoutReversed", "till/1", R"("receipt":"r2")")) == "recorded");
    CHECK_THAT(salon.ledger.history("till/1"), !Contains("r2") && !Contains("r7") && Contains("r8") && Contains("r9"));
    salon.ledger.reopen();
    CHECK(late(2016, "r7") == "receipts_erased");
    CHECK(auditOf(salon.business()) == "sound");
}

TEST_CASE("Views as of before, previews and erasures of persons work when receipts were erased") {
    Salon salon;
    const auto before = salon.business().head();
    const auto join = salon.ledger.link("till/1", "till/2");
    REQUIRE(eraseReceipts(salon.ledger, 2016));
    const auto now = salon.business().now();
    CHECK_THAT(projections::undoPreview(now, ledger::Business::undoState(now, join), {join, "x", {}, true, false}),
               Contains("till/1"));
    const auto then = now.at(before);
    CHECK_FALSE(then.event(salon.old)->destroyed);
    CHECK(then.event(salon.old)->fiscalDestroyed);
    salon.ledger.undo(join);
    REQUIRE(salon.ledger.tryErase({"till/1"}));
    CHECK_THAT(salon.ledger.history("till/1"), Contains("till/r1") && Contains("till/r3"));
    CHECK(auditOf(salon.business()) == "sound");
    CHECK(rebuildMatches(salon.business()));
}

TEST_CASE("An audit finds a year's key that went without a word") {
    Salon salon;
    auto& directory = salon.business().directory();
    const auto row = salon.business().keys().rowOfYear(2016);
    REQUIRE(directory.database().Put({}, directory.keys(), row, "").ok());
    salon.ledger.reopen();
    CHECK_THAT(auditOf(salon.business()), Contains("key of a year's receipts was destroyed"));
}
