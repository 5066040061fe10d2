// What the protocol flags: facts that are held, and messages without a consent.

#include <catch2/catch.hpp>

#include "projections/protocol.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;
using events::Position;

namespace {

std::string entryAt(const TestLedger& ledger, Position position) {
    const auto now = ledger.business().now();
    return projections::Protocol(now).entry(*now.event(position));
}

bool isHeld(const TestLedger& ledger, Position position) {
    return entryAt(ledger, position).find(R"("held":true)") != std::string::npos;
}

bool lacksConsent(const TestLedger& ledger, Position position) {
    return entryAt(ledger, position).find(R"("withoutConsent":true)") != std::string::npos;
}

constexpr const char* slot = R"("startsAt":"2026-03-01T10:00:00Z","service":"Cut")";
constexpr const char* reminder =
    R"("channel":"sms","purpose":"reminders","template":"tomorrow","address":"+491711234567")";

std::string grantFor(const std::string& address) {
    return R"("purpose":"reminders","channel":"sms","state":"granted","address":")" + address + '"';
}

}  // namespace

TEST_CASE("A cancellation is held until its booking arrives, and then no more") {
    TestLedger ledger;
    ledger.fact("record.entered", "web/1", R"("attributes":{"familyName":"Weiß"})");
    const auto cancelled = ledger.fact("appointment.cancelled", "web/1", R"("appointment":"a1")");
    CHECK(isHeld(ledger, cancelled));
    const auto booked = ledger.fact("appointment.booked", "web/1", std::string(R"("appointment":"a1",)") + slot);
    CHECK_FALSE(isHeld(ledger, cancelled));
    CHECK_FALSE(isHeld(ledger, booked));
}

TEST_CASE("A visit is held until its record arrives") {
    TestLedger ledger;
    const auto booked = ledger.fact("appointment.booked", "web/2", std::string(R"("appointment":"a2",)") + slot);
    CHECK(isHeld(ledger, booked));
    ledger.fact("record.entered", "web/2", R"("attributes":{"familyName":"Weiß"})");
    CHECK_FALSE(isHeld(ledger, booked));
}

TEST_CASE("A message is flagged where no consent was in force at its own position") {
    TestLedger ledger;
    ledger.fact("record.entered", "web/1", R"("attributes":{"familyName":"Weiß"})");
    const auto send = [&](const std::string& id) {
        return ledger.fact("message.sent", "web/1", R"("message":")" + id + "\"," + reminder);
    };
    const auto before = send("m1");
    ledger.fact("consent.stated", "web/1", grantFor("+491711234567"));
    const auto during = send("m2");
    ledger.fact("consent.stated", "web/1",
                R"("purpose":"reminders","channel":"sms","state":"withdrawn","address":"+491711234567")");
    const auto after = send("m3");
    CHECK(lacksConsent(ledger, before));        // the later grant does not heal it
    CHECK_FALSE(lacksConsent(ledger, during));  // nor does the withdrawal spoil this one
    CHECK(lacksConsent(ledger, after));
}

TEST_CASE("A consent for one number does not cover a message to another") {
    TestLedger ledger;
    ledger.fact("record.entered", "web/1", R"("attributes":{"familyName":"Weiß"})");
    ledger.fact("consent.stated", "web/1", grantFor("+491700000000"));
    CHECK(lacksConsent(ledger, ledger.fact("message.sent", "web/1", std::string(R"("message":"m1",)") + reminder)));
}

TEST_CASE("An entry says who did what, in a sentence") {
    TestLedger ledger;
    const auto position = ledger.fact("record.entered", "web/1", R"("attributes":{"familyName":"Weiß"})");
    CHECK_THAT(entryAt(ledger, position), Contains(R"("type":"record.entered")") && Contains(R"("record":"web/1")") &&
                                              Contains(R"("actor":"tester")") && Contains(R"("text":")"));
}

TEST_CASE("A sentence says things in words, and leaves times to whoever shows it") {
    TestLedger ledger;
    const auto entered = ledger.fact("record.entered", "web/1", R"("attributes":{"postalCode":"10119","city":null})");
    CHECK_THAT(entryAt(ledger, entered), Contains(R"("text":"Entered by staff: postal code, city (cleared).")"));
    const auto booked = ledger.fact("appointment.booked", "web/1", std::string(R"("appointment":"a1",)") + slot);
    CHECK_THAT(entryAt(ledger, booked), Contains(R"("text":"Booked web/a1, Cut.","startsAt":"2026-03-01T10:00:00Z")"));
    const auto moved = ledger.fact("appointment.rescheduled", "web/1",
                                   R"("appointment":"a1","startsAt":"2026-03-02T10:00:00Z","reason":"ill")");
    CHECK_THAT(entryAt(ledger, moved),
               Contains(R"("text":"Rescheduled web/a1: ill","startsAt":"2026-03-02T10:00:00Z")"));
    const auto consent = ledger.fact("consent.stated", "web/1",
                                     R"("purpose":"dataTransfer","channel":"none","state":"importedUnproven")");
    CHECK_THAT(entryAt(ledger, consent), Contains("Consent for data transfer by none: imported unproven."));
}
