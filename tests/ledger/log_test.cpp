// The log: positions, times, and the same answers after a restart.

#include <catch2/catch.hpp>

#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using events::Field;

namespace {

// A life with a little of everything.
events::Position live(TestLedger& ledger) {
    ledger.fact("record.imported", "till/1", R"("attributes":{"email":"anna@example.com","mobile":"0171 1234567"},
        "notifications":{"sms":true})");
    ledger.fact("record.imported", "till/2", R"("attributes":{"city":"Ulm"})");
    const auto merge = ledger.merge("till/2", "till/1", {Field::CITY});
    ledger.fact("record.registered", "web/1", R"("attributes":{"email":"anna@example.com"},
        "account":{"username":"anna","passwordHash":"x"},"emailVerified":true)");
    ledger.fact("appointment.booked", "web/1", R"("appointment":"b1","startsAt":"2026-02-01T10:00:00Z")");
    ledger.fact("visit.checkedOut", "till/1",
                R"("receipt":"r1","total":{"amount":4500,"currency":"EUR"},"appointment":"web/b1")");
    const auto note = ledger.factFrom("desk", "note.filed", "till/2", R"("entry":"n1","text":"likes tea")");
    ledger.fact("consent.stated", "web/1", R"("purpose":"marketing","channel":"email","state":"refused")");
    if (!ledger.tryUndo({merge, "the wrong Anna", {{note, record("till/1")}}, false, false}))
        throw std::runtime_error("undo");
    return note;
}

std::vector<std::string> answers(const TestLedger& ledger) {
    std::vector<std::string> all;
    for (const auto* name : {"till/1", "till/2", "web/1"}) {
        all.push_back(ledger.file(name));
        all.push_back(ledger.history(name));
        all.push_back(ledger.mayContact(name, events::Purpose::MARKETING, events::Channel::EMAIL));
    }
    return all;
}

}  // namespace

TEST_CASE("Positions are gapless from 1, and the time of recording never decreases") {
    TestLedger ledger;
    live(ledger);
    ledger.report("visit.checkoutReversed", "till/1", R"("receipt":"r9")");  // refused
    ledger.reopen();
    ledger.fact("record.changed", "till/1", R"("attributes":{"city":"Bonn"})");
    std::uint64_t expected = 0;
    events::Time last;
    ledger.business().scan(position(1), events::Position::latest(), [&](const events::Event& event) {
        CHECK(event.position.value() == ++expected);
        CHECK(event.recordedTime >= last);
        CHECK(event.time <= event.recordedTime);
        last = event.recordedTime;
        return true;
    });
    CHECK(ledger.business().head().value() == expected);
}

TEST_CASE("A clock that goes back does not take the log along, also after a restart") {
    const TemporaryDirectory directory;
    const auto name = *events::BusinessName::parse("test");
    int now = 100;
    const auto clock = [&now] { return second(now); };
    const auto append = [](ledger::Business& business, const std::string& id) {
        const auto outcome = business.append({tillConnected(id)}, {"tester", events::Role::ADAPTER}).front();
        return business.entry(std::get<ledger::Recorded>(outcome).position)->recordedTime;
    };
    {
        ledger::Ledger ledger(placeOf(directory.path() / "data"), testing::masterKey(), clock);
        auto& business = ledger.findOrCreate(name);
        CHECK(append(business, "1") == second(100));
        now = 50;
        CHECK(append(business, "2") == second(100));
    }
    ledger::Ledger ledger(placeOf(directory.path() / "data"), testing::masterKey(), clock);
    auto& business = ledger.findOrCreate(name);
    CHECK(append(business, "3") == second(100));
    now = 120;
    CHECK(append(business, "4") == second(120));
}

TEST_CASE("After a restart every answer is the same") {
    TestLedger ledger;
    live(ledger);
    const auto before = answers(ledger);
    for (int round = 0; round < 2; ++round) {
        ledger.reopen();
        CHECK(answers(ledger) == before);
    }
}

TEST_CASE("What is recorded after a restart continues the log") {
    TestLedger ledger;
    live(ledger);
    const auto head = ledger.business().head();
    ledger.reopen();
    CHECK(ledger.business().head() == head);
    CHECK(ledger.fact("record.changed", "till/1", R"("attributes":{"city":"Bonn"})") == head.next());
    CHECK(ledger.shown("till/1", Field::CITY) == "Bonn");
}

TEST_CASE("A reading at a position sees nothing later") {
    TestLedger ledger;
    const auto first = ledger.fact("record.imported", "till/1", R"("attributes":{"city":"Ulm"})");
    ledger.fact("record.changed", "till/1", R"("attributes":{"city":"Bonn"})");
    ledger.fact("record.imported", "till/2", "");
    const auto join = ledger.link("till/1", "till/2");
    ledger.undo(join);
    const auto then = ledger.business().now().at(first);
    const auto fields = ledger::foldFields(then.customer(record("till/1")));
    CHECK(std::get<std::string>(fields.find(Field::CITY)->value) == "Ulm");
    CHECK(ledger.business().now().at(join).customer(record("till/2")).records.size() == 2);
    CHECK(ledger.business().now().at(join.previous()).customer(record("till/2")).records.size() == 1);
    CHECK(ledger.business().now().customer(record("till/2")).records.size() == 1);
}

TEST_CASE("A time stands for the last position that was recorded by then") {
    TestLedger ledger;
    const auto first = ledger.fact("record.imported", "till/1", "");
    const auto last = ledger.fact("record.imported", "till/2", "");
    const auto& business = ledger.business();
    CHECK(business.positionAt(business.entry(first)->recordedTime) == first);
    CHECK(business.positionAt(business.entry(last)->recordedTime) == last);
    CHECK(business.positionAt(second(1'000'000)) == last);
    CHECK(business.positionAt(second(-1)).isNone());
    CHECK(business.positionAt(events::Time(business.entry(last)->recordedTime.microseconds() - 1)) == first);
}

TEST_CASE("The sender's upstream position is the last that came with a recorded event") {
    TestLedger ledger;
    ledger.connect("till");
    const auto send = [&](const std::string& id, const std::string& cursor, const std::string& subject) {
        return codeOf(ledger.append(R"({"specversion":"1.0","id":")" + id +
                                    R"(","source":"till","type":"record.entered",
            "subject":")" + subject +
                                    R"(","cursor":")" + cursor + R"(","data":{}})"));
    };
    const auto cursor = [&](const char* source) {
        return ledger.business().cursor(*events::SourceName::parse(source));
    };
    CHECK_FALSE(cursor("till"));
    CHECK(send("1", "page 1", "till/1") == "recorded");
    CHECK(send("2", "page 2", "till/2") == "recorded");
    CHECK(send("3", "page 3", "web/1") == "foreign_record");
    CHECK(cursor("till") == "page 2");
    CHECK_FALSE(cursor("web"));
    for (int round = 0; round < 2; ++round) {
        ledger.reopen();
        CHECK(cursor("till") == "page 2");
    }
    CHECK(send("4", "page 4", "till/4") == "recorded");
    CHECK(cursor("till") == "page 4");
}

TEST_CASE("The cursor is stored with its event") {
    TestLedger ledger;
    ledger.connect("till");
    ledger.append(R"({"specversion":"1.0","id":"1","source":"till","type":"record.entered","subject":"till/1",
                      "cursor":"page 7","data":{}})");
    CHECK(ledger.business().entry(ledger.business().head())->cursor == "page 7");
}

TEST_CASE("Businesses of one data directory know nothing of each other") {
    const TemporaryDirectory directory;
    ledger::Ledger ledger(placeOf(directory.path() / "data"), testing::masterKey(), [] { return second(0); });
    CHECK(ledger.find(*events::BusinessName::parse("one")) == nullptr);
    auto& one = ledger.findOrCreate(*events::BusinessName::parse("one"));
    auto& two = ledger.findOrCreate(*events::BusinessName::parse("two"));
    CHECK(ledger.find(*events::BusinessName::parse("one")) == &one);
    one.append({tillConnected()}, {"tester", events::Role::ADAPTER});
    CHECK(one.head() == position(1));
    CHECK(two.head().isNone());
    CHECK(two.facts().sources.empty());
    CHECK(one.number() != two.number());
    CHECK(one.tokens().eventId("till", "1") != two.tokens().eventId("till", "1"));
}

TEST_CASE("The entries hold no sender's id") {
    TestLedger ledger;
    ledger.connect("till");
    const auto outcome = ledger.reportAt(1, "record.imported", "till/1", "", "anna@example.com");
    REQUIRE(codeOf(outcome) == "recorded");
    const auto bytes = events::encode(*ledger.business().entry(ledger.business().head()));
    CHECK(bytes.find("anna@example.com") == std::string::npos);
}
