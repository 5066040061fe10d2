#include "projections/calendar.hpp"

#include <catch2/catch.hpp>

#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;

namespace {

std::string calendarOf(const TestLedger& ledger) {
    const auto now = ledger.business().now();
    return projections::calendarOf(now, projections::visitsOf(now, now.customer(record("web/1"))), "salon");
}

}  // namespace

TEST_CASE("A calendar has an event for each appointment") {
    TestLedger ledger;
    ledger.fact("record.imported", "web/1", R"("attributes":{"familyName":"Weiß"})");
    ledger.factAt(10, "appointment.booked", "web/1",
                  R"("appointment":"b1","startsAt":"2026-03-14T10:30:00.5+01:00","endsAt":"2026-03-14T11:00:00+01:00",)"
                  R"("service":"Schnitt; kurz, Föhnen","staff":"Petra","note":"Allergie:\nNüsse")");
    CHECK(calendarOf(ledger) ==
          "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Kartei//Copy for the customer//EN\r\nBEGIN:VEVENT\r\n"
          "UID:web/b1@salon.kartei\r\nDTSTAMP:20260101T000002Z\r\nDTSTART:20260314T093000Z\r\n"
          "DTEND:20260314T100000Z\r\nSTATUS:CONFIRMED\r\nX-KARTEI-STATUS:booked\r\n"
          "SUMMARY:Schnitt\\; kurz\\, Föhnen\r\nCONTACT:Petra\r\nDESCRIPTION:Allergie:\\nNüsse\r\nEND:VEVENT\r\n"
          "END:VCALENDAR\r\n");
}

TEST_CASE("A calendar says what became of an appointment, under the same name") {
    TestLedger ledger;
    ledger.fact("record.imported", "web/1", R"("attributes":{"familyName":"Weiß"})");
    const auto book = [&](const std::string& id, const char* end) {
        ledger.fact("appointment.booked", "web/1",
                    R"("appointment":")" + id + R"(","startsAt":"2026-03-14T10:00:00Z")" + end);
    };
    book("b1", "");
    book("b2", R"(,"endsAt":"2026-03-14T10:00:00Z")");  // no time at all: iCalendar has no such end
    book("b3", "");
    ledger.fact("appointment.cancelled", "web/1", R"("appointment":"b1")");
    ledger.fact("appointment.missed", "web/1", R"("appointment":"b2")");
    ledger.fact("visit.checkedOut", "web/1",
                R"("receipt":"r1","appointment":"b3","total":{"amount":100,"currency":"EUR"})");
    ledger.fact("visit.checkedOut", "web/1", R"("receipt":"r2","total":{"amount":100,"currency":"EUR"})");
    const auto calendar = calendarOf(ledger);
    const auto event = [&](const std::string& uid) {
        const auto from = calendar.find("UID:" + uid);
        REQUIRE(from != std::string::npos);
        return calendar.substr(from, calendar.find("END:VEVENT", from) - from);
    };
    CHECK_THAT(event("web/b1@"), Contains("STATUS:CANCELLED\r\nX-KARTEI-STATUS:cancelled\r\nSUMMARY:Termin\r\n"));
    CHECK_THAT(event("web/b2@"), Contains("STATUS:CONFIRMED\r\nX-KARTEI-STATUS:missed") && !Contains("DTEND"));
    CHECK_THAT(event("web/b3@"), Contains("X-KARTEI-STATUS:checkedOut"));
    CHECK_THAT(calendar, !Contains("r2"));
}

TEST_CASE("A calendar's lines are folded at 75 octets, and no character is torn apart") {
    TestLedger ledger;
    ledger.fact("record.imported", "web/1", R"("attributes":{"familyName":"Weiß"})");
    std::string note;
    for (int i = 0; i < 60; ++i) note += i % 7 == 0 ? "𝄞ä" : "ß漢x";
    ledger.fact("appointment.booked", "web/1",
                R"("appointment":"b1","startsAt":"2026-03-14T10:00:00Z","note":")" + note + R"(\u0007")");
    const auto calendar = calendarOf(ledger);
    std::string unfolded;
    for (std::size_t from = 0; from < calendar.size();) {
        const auto end = calendar.find("\r\n", from);
        const auto line = calendar.substr(from, end - from);
        CHECK(line.size() <= 75);
        unfolded += line.starts_with(' ') ? line.substr(1) : "\n" + line;
        from = end + 2;
    }
    CHECK_THAT(unfolded, Contains("\nDESCRIPTION:" + note + "\n"));
}
