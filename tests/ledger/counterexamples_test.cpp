// Cases that a review of the design found, in which a simpler rule gives the wrong answer.

#include <catch2/catch.hpp>

#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using events::Channel;
using events::Field;
using events::Purpose;

namespace {

ledger::Undoing undoing(events::Position join) { return {join, "the wrong Anna", {}, false, false}; }

std::string at(events::Position position) { return std::to_string(position.value()); }

std::string attributes(const std::string& members) { return R"("attributes":{)" + members + "}"; }

std::set<events::RecordName> retired(const TestLedger& ledger, const char* name) {
    return ledger::foldFields(ledger.customer(name)).retired;
}

std::size_t visits(const TestLedger& ledger, const char* name) {
    const std::string history = ledger.history(name);
    std::size_t count = 0;
    for (auto found = history.find("\"startsAt\""); found != std::string::npos;
         found = history.find("\"startsAt\"", found + 1)) {
        ++count;
    }
    return count;
}

bool shows(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

const char* const booking = R"("appointment":"b77","startsAt":"2026-02-01T10:00:00Z","endsAt":"2026-02-01T11:00:00Z")";

}  // namespace

TEST_CASE("Chained merges, undone at the lower one: only the record of the upper one stays retired") {
    TestLedger ledger;
    for (const auto* name : {"till/1", "till/2", "till/3"}) ledger.fact("record.imported", name, attributes(""));
    const auto lower = ledger.merge("till/1", "till/2");
    ledger.merge("till/2", "till/3");
    CHECK(retired(ledger, "till/3") == std::set{record("till/1"), record("till/2")});
    ledger.undo(lower);
    CHECK(retired(ledger, "till/1").empty());
    CHECK(retired(ledger, "till/3") == std::set{record("till/2")});
}

TEST_CASE("Chained merges by the retired handle, undone at the lower one: the one between is active again") {
    TestLedger ledger;
    for (const auto* name : {"till/1", "till/2", "till/3"}) ledger.fact("record.imported", name, attributes(""));
    const auto lower = ledger.merge("till/1", "till/2");
    ledger.merge("till/1", "till/3");
    CHECK(retired(ledger, "till/3") == std::set{record("till/1"), record("till/2")});
    ledger.undo(lower);
    CHECK(retired(ledger, "till/2").empty());
    CHECK(ledger.customer("till/2").records.size() == 1);
    CHECK(retired(ledger, "till/3") == std::set{record("till/1")});
}

TEST_CASE("Chained merges, undone at the upper one: the lower one stays") {
    TestLedger ledger;
    for (const auto* name : {"till/1", "till/2", "till/3"}) ledger.fact("record.imported", name, attributes(""));
    ledger.merge("till/1", "till/2");
    ledger.undo(ledger.merge("till/2", "till/3"));
    CHECK(retired(ledger, "till/2") == std::set{record("till/1")});
    CHECK(retired(ledger, "till/3").empty());
}

TEST_CASE("A merge took a value that came by an older link: the link cannot go alone") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", attributes(R"("mobile":"0171 1234567")"));
    ledger.fact("record.imported", "till/2", attributes(R"("city":"Ulm")"));
    ledger.fact("record.imported", "till/3", attributes(R"("city":"Bonn")"));
    const auto link = ledger.link("till/1", "till/2");
    const auto merge = ledger.merge("till/2", "till/3", {Field::MOBILE});
    REQUIRE(ledger.shown("till/3", Field::MOBILE) == "0171 1234567");
    const auto refused = ledger.tryUndo(undoing(link));
    REQUIRE(codeOf(refused) == "dependent_joins");
    CHECK(refused.error().joins == std::vector{merge});
}

TEST_CASE("An import of a value that only the other joined record had is recorded") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", attributes(R"("email":"anna@example.com")"));
    ledger.fact("record.imported", "web/1", attributes(R"("city":"Ulm")"));
    const auto join = ledger.link("till/1", "web/1");
    REQUIRE(ledger.shown("web/1", Field::EMAIL) == "anna@example.com");
    CHECK(codeOf(ledger.report("record.imported", "web/1", attributes(R"("email":"anna@example.com")"))) == "recorded");
    ledger.undo(join);
    CHECK(ledger.shown("web/1", Field::EMAIL) == "anna@example.com");
}

TEST_CASE("An import that repeats what the record said, while the joined file shows another value, records nothing") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", attributes(R"("email":"anna@example.com")"));
    ledger.fact("record.imported", "web/1", attributes(R"("email":"new@example.com")"));
    ledger.link("till/1", "web/1");
    CHECK(codeOf(ledger.report("record.imported", "till/1", attributes(R"("email":"anna@example.com")"))) ==
          "unchanged");
    CHECK(ledger.shown("till/1", Field::EMAIL) == "new@example.com");
}

TEST_CASE("A till checks out a booking of a record that is not joined to its own") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", attributes(""));
    ledger.fact("record.registered", "web/1", attributes(""));
    ledger.fact("appointment.booked", "web/1", booking);
    ledger.fact("visit.checkedOut", "till/1",
                R"("receipt":"r1","total":{"amount":4500,"currency":"EUR"},"appointment":"web/b77")");

    CHECK(visits(ledger, "till/1") == 1);
    CHECK(shows(ledger.history("till/1"), R"("receipt":"till/r1")"));
    CHECK(visits(ledger, "web/1") == 1);
    CHECK(shows(ledger.history("web/1"), R"("status":"booked")"));
    const auto apart = std::pair(ledger.history("till/1"), ledger.history("web/1"));

    const auto join = ledger.link("till/1", "web/1");
    CHECK(visits(ledger, "till/1") == 1);
    CHECK(shows(ledger.history("web/1"), R"("appointment":"web/b77")"));
    CHECK(shows(ledger.history("web/1"), R"("status":"checkedOut","receipt":"till/r1")"));

    ledger.undo(join);
    CHECK(std::pair(ledger.history("till/1"), ledger.history("web/1")) == apart);
}

TEST_CASE("A mark keeps two records apart, also when a third pair would bring them together") {
    TestLedger ledger;
    for (const auto* name : {"till/1", "till/2", "till/3"}) ledger.fact("record.imported", name, attributes(""));
    ledger.undo(ledger.link("till/1", "till/2"));
    ledger.link("till/2", "till/3");
    CHECK(codeOf(ledger.tryLink("till/3", "till/1")) == "marked_distinct");
    CHECK(codeOf(ledger.tryMerge("till/1", "till/3")) == "marked_distinct");
}

TEST_CASE("An old grant that is delivered after a withdrawal does not beat it") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", attributes(R"("mobile":"0171 1234567")"));
    for (int i = 0; i < 5; ++i) ledger.fact("note.filed", "till/1", R"("entry":"n")");
    const auto withdrawn =
        ledger.factAt(4, "consent.stated", "till/1", R"("purpose":"reminders","channel":"sms","state":"withdrawn")");
    ledger.factAt(2, "consent.stated", "till/1",
                  R"("purpose":"reminders","channel":"sms","address":"0171 1234567","state":"confirmed")");
    CHECK(ledger.mayContact("till/1", Purpose::REMINDERS, Channel::SMS) == "no " + at(withdrawn));
}

TEST_CASE("The nightly import of SMS yes does not lift a withdrawal") {
    TestLedger ledger;
    const std::string yes = R"("attributes":{"mobile":"0171 1234567"},"notifications":{"sms":true})";
    ledger.fact("record.imported", "till/1", yes);
    const auto withdrawn =
        ledger.fact("consent.stated", "till/1", R"("purpose":"reminders","channel":"sms","state":"withdrawn")");
    CHECK(codeOf(ledger.report("record.imported", "till/1", yes)) == "unchanged");
    CHECK(ledger.mayContact("till/1", Purpose::REMINDERS, Channel::SMS) == "no " + at(withdrawn));
    const auto off = ledger.fact("record.imported", "till/1", R"("notifications":{"sms":false})");
    CHECK(codeOf(ledger.report("record.imported", "till/1", yes)) == "recorded");
    CHECK(ledger.mayContact("till/1", Purpose::REMINDERS, Channel::SMS) == "no " + at(off));
}

TEST_CASE("The nightly import of SMS yes for a joined record does not lift a withdrawal either") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", attributes(R"("mobile":"0171 1234567")"));
    ledger.fact("record.registered", "web/1", attributes(""));
    ledger.link("till/1", "web/1");
    const auto withdrawn =
        ledger.fact("consent.stated", "web/1", R"("purpose":"reminders","channel":"sms","state":"withdrawn")");
    ledger.fact("record.imported", "till/1", R"("notifications":{"sms":true})");
    CHECK(ledger.mayContact("web/1", Purpose::REMINDERS, Channel::SMS) == "no " + at(withdrawn));
    CHECK(ledger.mayContact("till/1", Purpose::REMINDERS, Channel::SMS) == "no " + at(withdrawn));
}

TEST_CASE("After a refusal on the old number, a grant on the new one holds for the new one alone") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", attributes(R"("mobile":"0171 1111111")"));
    const auto refused =
        ledger.fact("consent.stated", "till/1",
                    R"("purpose":"reminders","channel":"sms","address":"0171 1111111","state":"refused")");
    ledger.fact("record.changed", "till/1", attributes(R"("mobile":"0172 2222222")"));
    const auto granted =
        ledger.fact("consent.stated", "till/1",
                    R"("purpose":"reminders","channel":"sms","address":"0172 2222222","state":"granted")");
    CHECK(ledger.mayContact("till/1", Purpose::REMINDERS, Channel::SMS) == "yes " + at(granted));
    CHECK(ledger.mayContact("till/1", Purpose::REMINDERS, Channel::SMS, "+49 172 2222222") == "yes " + at(granted));
    CHECK(ledger.mayContact("till/1", Purpose::REMINDERS, Channel::SMS, "0171 1111111") == "no " + at(refused));
    CHECK(ledger.mayContact("till/1", Purpose::REMINDERS, Channel::SMS, "0173 3333333") == "no " + at(refused));
}

TEST_CASE("A refusal on the old number ends an earlier grant on the new one") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", attributes(R"("mobile":"0172 2222222")"));
    ledger.fact("consent.stated", "till/1",
                R"("purpose":"reminders","channel":"sms","address":"0172 2222222","state":"granted")");
    const auto refused =
        ledger.fact("consent.stated", "till/1",
                    R"("purpose":"reminders","channel":"sms","address":"0171 1111111","state":"refused")");
    CHECK(ledger.mayContact("till/1", Purpose::REMINDERS, Channel::SMS) == "no " + at(refused));
}

TEST_CASE("An undo repeated with other arguments is refused, and the first one stands") {
    TestLedger ledger;
    for (const auto* name : {"till/1", "till/2"}) ledger.fact("record.imported", name, attributes(""));
    const auto join = ledger.link("till/1", "till/2");
    const auto note = ledger.factFrom("desk", "note.filed", "till/1", R"("entry":"n1")");
    auto first = undoing(join);
    first.assign = {{note, record("till/2")}};
    const auto undone = ledger.tryUndo(first);
    REQUIRE(undone);
    const auto before = ledger.business().head();

    auto otherReason = first;
    otherReason.reason = "another";
    auto rejoinable = first;
    rejoinable.rejoinable = true;
    auto withDependents = first;
    withDependents.withDependents = true;
    for (const auto& other : {undoing(join), otherReason, rejoinable, withDependents}) {
        CHECK(codeOf(ledger.tryUndo(other)) == "already_undone");
    }
    const auto again = ledger.tryUndo(first);
    REQUIRE(again);
    CHECK(again->position == undone->position);
    CHECK(ledger.business().head() == before);
}

TEST_CASE("A cancellation before its booking leaves the appointment cancelled") {
    for (const bool withTimes : {false, true}) {
        INFO("with times: " << withTimes);
        TestLedger ledger;
        ledger.fact("record.registered", "web/1", attributes(""));
        for (int i = 0; i < 5; ++i) ledger.fact("note.filed", "web/1", R"("entry":"n")");
        const auto report = [&](int second, const char* type, const char* data) {
            return withTimes ? ledger.factAt(second, type, "web/1", data) : ledger.fact(type, "web/1", data);
        };
        report(5, "appointment.cancelled", R"("appointment":"b77","reason":"ill")");
        CHECK(visits(ledger, "web/1") == 0);
        report(3, "appointment.booked", booking);
        CHECK(visits(ledger, "web/1") == 1);
        CHECK(shows(ledger.history("web/1"), R"("status":"cancelled")"));
    }
}
