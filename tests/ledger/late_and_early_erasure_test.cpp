// Erasing a person of whom facts came before what they are about, or come after the erasure.

#include <catch2/catch.hpp>

#include "ledger/erasure.hpp"
#include "tests/support/soundness.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;

namespace {

// All entries as `replay` shows them.
std::string replayOf(const ledger::Business& business) {
    std::string all;
    business.scan(position(1), business.head(), [&](const events::Event& event) {
        rapidjson::StringBuffer buffer;
        events::JsonWriter out(buffer);
        events::writeCloudEvent(out, event);
        all.append(buffer.GetString(), buffer.GetSize()).append("\n");
        return true;
    });
    return all;
}

void checkIsSound(TestLedger& ledger) {
    for (int round = 0; round < 2; ++round) {
        CHECK(auditOf(ledger.business()) == "sound");
        CHECK(rebuildMatches(ledger.business()));
        ledger.reopen();
    }
}

}  // namespace

TEST_CASE("News of a message that is not known yet goes with the record that it names") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", R"("attributes":{"familyName":"Muster"})");
    const auto news =
        ledger.fact("message.statusChanged", "till/1", R"("message":"m1","status":"bounced","reason":"Plantedreason")");
    CHECK_THAT(replayOf(ledger.business()), Contains("Plantedreason"));
    REQUIRE(ledger.tryErase({"till/1"}));
    CHECK(ledger.business().now().event(news)->destroyed);
    CHECK_THAT(replayOf(ledger.business()), !Contains("Plantedreason"));
    CHECK(codeOf(ledger.report("message.sent", "till/1", R"("message":"m1","channel":"sms","purpose":"reminders")")) ==
          "erased");
    checkIsSound(ledger);
}

TEST_CASE("News of a message is whose the message is, not of the record that it named when it came early") {
    for (const auto* erased : {"till/1", "till/2"}) {
        TestLedger ledger;
        ledger.fact("record.imported", "till/1", R"("attributes":{"familyName":"Muster"})");
        ledger.fact("record.imported", "till/2", R"("attributes":{"familyName":"Other"})");
        const auto news = ledger.fact("message.statusChanged", "till/1",
                                      R"("message":"m1","status":"bounced","reason":"Plantedreason")");
        ledger.fact("message.sent", "till/2", R"("message":"m1","channel":"email","purpose":"reminders")");
        REQUIRE(ledger.tryErase({erased}));
        CHECK(ledger.business().now().event(news)->destroyed == (std::string_view(erased) == "till/2"));
        checkIsSound(ledger);
    }
}

TEST_CASE("A record of which only early news is known can be erased") {
    TestLedger ledger;
    ledger.fact("message.statusChanged", "till/1", R"("message":"m1","status":"bounced","reason":"Plantedreason")");
    CHECK(codeOf(ledger.tryErase({"till/2"})) == "not_found");
    REQUIRE(ledger.tryErase({"till/1"}));
    CHECK_THAT(replayOf(ledger.business()), !Contains("Plantedreason"));
    checkIsSound(ledger);
}

TEST_CASE("Every fact with a key of its own that names the record goes, though what it is about never came") {
    TestLedger ledger;
    const char* const facts[][2] = {
        {"appointment.rescheduled", R"("appointment":"a1","startsAt":"2026-03-01T10:00:00Z","reason":"Planted")"},
        {"appointment.cancelled", R"("appointment":"a2","reason":"Planted")"},
        {"appointment.missed", R"("appointment":"a3","reason":"Planted")"},
        {"appointment.missedCleared", R"("appointment":"a4","reason":"Planted")"},
        {"message.statusChanged", R"("message":"m1","status":"failed","reason":"Planted")"},
        {"contract.ended", R"("contract":"v1","title":"Planted")"},
    };
    for (const auto& [type, data] : facts) ledger.fact(type, "till/1", data);
    ledger.fact("appointment.booked", "till/1",
                R"("appointment":"a9","startsAt":"2026-03-01T10:00:00Z","note":"Planted")");
    ledger.factFrom("desk", "note.filed", "till/1", R"("entry":"n1","text":"Planted")");
    ledger.factFrom("desk", "correspondence.filed", "till/1", R"("entry":"c1","text":"Planted")");
    ledger.fact("visit.checkedOut", "till/1", R"("receipt":"r1","total":{"amount":4500,"currency":"EUR"})");
    ledger.fact("visit.checkoutReversed", "till/1", R"("receipt":"r1","reason":"Planted")");
    // Named by another record's fact: it is with the receipt.
    ledger.fact("visit.checkedOut", "till/1", R"("receipt":"r2","total":{"amount":4500,"currency":"EUR"})");
    ledger.fact("visit.checkoutReversed", "till/2", R"("receipt":"r2","reason":"Planted")");
    REQUIRE(ledger.tryErase({"till/1"}));
    CHECK_THAT(replayOf(ledger.business()), !Contains("Planted"));
    checkIsSound(ledger);
}

TEST_CASE("What a reversal says besides its receipt is not kept of a record that was erased") {
    TestLedger ledger;
    for (const auto* receipt : {"r1", "r2", "r3"}) {
        ledger.fact("visit.checkedOut", "till/1",
                    R"("receipt":")" + std::string(receipt) + R"(","total":{"amount":4500,"currency":"EUR"})");
    }
    ledger.fact("visit.checkedOut", "till/2", R"("receipt":"r4","total":{"amount":4500,"currency":"EUR"})");
    REQUIRE(ledger.tryErase({"till/1"}));
    const auto reverse = [&](const char* subject, const char* receipt) {
        return ledger.report("visit.checkoutReversed", subject,
                             R"("receipt":")" + std::string(receipt) + R"(","reason":"Planted")");
    };
    CHECK(codeOf(reverse("till/1", "r1")) == "recorded");
    CHECK(codeOf(reverse("till/2", "r2")) == "recorded");  // it is held by whom the receipt is of
    CHECK(codeOf(reverse("till/1", "r4")) == "recorded");
    CHECK_THAT(replayOf(ledger.business()), Contains("visit.checkoutReversed") && !Contains("Planted"));
    CHECK_THAT(ledger.history("till/1"), !Contains("till/r1") && Contains("till/r3"));
    // Another person's keeps it.
    ledger.fact("visit.checkedOut", "till/2", R"("receipt":"r5","total":{"amount":4500,"currency":"EUR"})");
    CHECK(codeOf(reverse("till/2", "r5")) == "recorded");
    CHECK_THAT(replayOf(ledger.business()), Contains("Planted"));
    checkIsSound(ledger);
    CHECK_THAT(ledger.history("till/1"), !Contains("till/r1") && Contains("till/r3"));
}

TEST_CASE("The same reversal sent again after an erasure is acknowledged as the one before") {
    TestLedger ledger;
    ledger.fact("visit.checkedOut", "till/1", R"("receipt":"r1","total":{"amount":4500,"currency":"EUR"})");
    REQUIRE(ledger.tryErase({"till/1"}));
    const auto send = [&] {
        return ledger.reportAt(20, "visit.checkoutReversed", "till/1", R"("receipt":"r1","reason":"Planted")", "same");
    };
    CHECK(codeOf(send()) == "recorded");
    CHECK(codeOf(send()) == "recorded");
    CHECK_THAT(replayOf(ledger.business()), !Contains("Planted"));
}
