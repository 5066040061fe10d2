// Facts that are assigned to another record when a join is undone (DESIGN §4).

#include <catch2/catch.hpp>

#include <algorithm>

#include "projections/history.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using events::Field;

namespace {

struct Pair : TestLedger {
    Pair() {
        for (const auto* name : {"till/1", "till/2", "till/3"})
            fact("record.imported", name, R"("attributes":{"city":"Ulm"})");
        join = link("till/1", "till/2");
    }
    Result<ledger::DecisionOutcome, ledger::Refusal> undoAssigning(events::Position which, events::Position fact,
                                                                   const char* to) {
        return tryUndo({which, "the wrong Anna", {{fact, record(to)}}, false, false});
    }
    [[nodiscard]] std::vector<projections::Visit> visits(const char* name) const {
        return projections::visitsOf(business().now(), customer(name));
    }
    [[nodiscard]] bool has(const char* name, events::Position position) const {
        const auto own = business().now().ownEvents(record(name), ledger::Stream::messages);
        return std::any_of(own.begin(), own.end(),
                           [&](const ledger::SharedEvent& event) { return event->position == position; });
    }
    events::Position join;
};

const char* const booking = R"("appointment":"b1","startsAt":"2026-02-01T10:00:00Z","bookedVia":"staff")";

}  // namespace

TEST_CASE("A fact that is not assigned stays on its record") {
    Pair ledger;
    const auto note = ledger.factFrom("desk", "note.filed", "till/1", R"("entry":"n1")");
    ledger.factFrom("desk", "appointment.booked", "till/1", booking);
    ledger.undo(ledger.join);
    CHECK(ledger.has("till/1", note));
    CHECK_FALSE(ledger.has("till/2", note));
    CHECK(ledger.visits("till/1").size() == 1);
    CHECK(ledger.visits("till/2").empty());
}

TEST_CASE("An assigned note is on the other record from then on, also after a restart") {
    Pair ledger;
    const auto note = ledger.factFrom("desk", "note.filed", "till/1", R"("entry":"n1")");
    REQUIRE(ledger.undoAssigning(ledger.join, note, "till/2"));
    for (int round = 0; round < 2; ++round) {
        CHECK_FALSE(ledger.has("till/1", note));
        CHECK(ledger.has("till/2", note));
        ledger.reopen();
    }
}

TEST_CASE("An assigned appointment goes with all its facts, and later ones follow") {
    Pair ledger;
    const auto booked = ledger.factFrom("desk", "appointment.booked", "till/1", booking);
    ledger.factFrom("desk", "appointment.rescheduled", "till/1",
                    R"("appointment":"b1","startsAt":"2026-02-02T10:00:00Z")");
    REQUIRE(ledger.undoAssigning(ledger.join, booked, "till/2"));
    CHECK(ledger.visits("till/1").empty());
    REQUIRE(ledger.visits("till/2").size() == 1);
    CHECK(toText(ledger.visits("till/2").front().startsAt()) == "2026-02-02T10:00:00Z");
    CHECK(ledger.visits("till/2").front().appointment->record == record("till/2"));

    ledger.factFrom("desk", "appointment.cancelled", "till/1", R"("appointment":"b1")");
    CHECK(ledger.visits("till/1").empty());
    CHECK(ledger.visits("till/2").front().appointment->status == ledger::VisitStatus::cancelled);
    ledger.reopen();
    CHECK(ledger.visits("till/1").empty());
    CHECK(ledger.visits("till/2").front().appointment->status == ledger::VisitStatus::cancelled);
}

TEST_CASE("An assigned appointment takes its checkout along, and a later one follows") {
    for (const bool before : {true, false}) {
        INFO("checked out before the undo: " << before);
        Pair ledger;
        const auto booked = ledger.factFrom("desk", "appointment.booked", "till/1", booking);
        const auto checkOut = [&] {
            ledger.fact("visit.checkedOut", "till/1",
                        R"("receipt":"r1","total":{"amount":4500,"currency":"EUR"},"appointment":"desk/b1")");
        };
        if (before) checkOut();
        REQUIRE(ledger.undoAssigning(ledger.join, booked, "till/2"));
        if (!before) checkOut();
        CHECK(ledger.visits("till/1").empty());
        REQUIRE(ledger.visits("till/2").size() == 1);
        CHECK(ledger.visits("till/2").front().checkout);
        ledger.fact("visit.checkoutReversed", "till/1", R"("receipt":"r1")");
        CHECK(ledger.visits("till/1").empty());
        CHECK_FALSE(ledger.visits("till/2").front().checkout);
    }
}

TEST_CASE("Any fact of an appointment that staff booked moves the appointment") {
    Pair ledger;
    ledger.factFrom("desk", "appointment.booked", "till/1", booking);
    const auto cancelled = ledger.fact("appointment.cancelled", "till/1", R"("appointment":"desk/b1")");
    REQUIRE(ledger.undoAssigning(ledger.join, cancelled, "till/2"));
    CHECK(ledger.visits("till/1").empty());
    CHECK(ledger.visits("till/2").front().appointment->status == ledger::VisitStatus::cancelled);
}

TEST_CASE("A booking that an adapter brings is assignable where staff made it") {
    Pair ledger;
    const auto byStaff = ledger.fact("appointment.booked", "till/1", booking);
    const auto online = ledger.fact("appointment.booked", "till/1",
                                    R"("appointment":"b2","startsAt":"2026-02-01T10:00:00Z","bookedVia":"online")");
    CHECK(codeOf(ledger.undoAssigning(ledger.join, online, "till/2")) == "not_assignable");
    CHECK(codeOf(ledger.undoAssigning(ledger.join, byStaff, "till/2")) == "recorded");
    CHECK(ledger.visits("till/1").size() == 1);
    CHECK(ledger.visits("till/2").size() == 1);
}

TEST_CASE(
    "An assigned appointment goes with those of its facts too that were reported for another record of its side") {
    Pair ledger;
    ledger.fact("record.imported", "web/1", "");
    ledger.fact("record.imported", "web/2", "");
    ledger.link("web/1", "web/2");
    const auto join = ledger.link("web/1", "till/3");
    const auto booked = ledger.factFrom("desk", "appointment.booked", "web/1", booking);
    ledger.factFrom("desk", "appointment.cancelled", "web/2", R"("appointment":"b1")");
    REQUIRE(ledger.visits("web/1").front().appointment->status == ledger::VisitStatus::cancelled);
    REQUIRE(ledger.undoAssigning(join, booked, "till/3"));
    CHECK(ledger.visits("web/1").empty());
    REQUIRE(ledger.visits("till/3").size() == 1);
    CHECK(ledger.visits("till/3").front().appointment->status == ledger::VisitStatus::cancelled);
}

TEST_CASE("A message that was assigned takes its news along") {
    Pair ledger;
    const auto sent =
        ledger.factFrom("desk", "message.sent", "till/1", R"("message":"m1","channel":"sms","purpose":"reminders")");
    const auto early = ledger.factFrom("desk", "message.statusChanged", "", R"("message":"m1","status":"delivered")");
    REQUIRE(ledger.undoAssigning(ledger.join, sent, "till/2"));
    const auto late = ledger.factFrom("desk", "message.statusChanged", "", R"("message":"m1","status":"read")");
    for (const auto position : {sent, early, late}) CHECK(ledger.has("till/2", position));
    CHECK_FALSE(ledger.has("till/1", sent));
}

TEST_CASE("What was assigned once can be assigned on, and back") {
    Pair ledger;
    const auto note = ledger.factFrom("desk", "note.filed", "till/1", R"("entry":"n1")");
    const auto booked = ledger.factFrom("desk", "appointment.booked", "till/1", booking);
    REQUIRE(
        ledger.tryUndo({ledger.join, "first", {{note, record("till/2")}, {booked, record("till/2")}}, false, true}));
    CHECK(ledger.has("till/2", note));
    CHECK(ledger.visits("till/2").size() == 1);
    const auto onwards = ledger.link("till/2", "till/3");
    // Recorded before this join: it stays where it is.
    CHECK(codeOf(ledger.undoAssigning(onwards, note, "till/3")) == "not_assignable");
    REQUIRE(ledger.tryUndo({onwards, "second", {}, false, false}));
    CHECK(ledger.has("till/2", note));
    CHECK(ledger.visits("till/2").size() == 1);
    CHECK(ledger.visits("till/3").empty());
}

TEST_CASE("A chain of two assignments ends at the second record") {
    TestLedger ledger;
    for (const auto* name : {"till/1", "till/2", "till/3"}) ledger.fact("record.imported", name, "");
    const auto lower = ledger.link("till/1", "till/2");
    const auto upper = ledger.link("till/2", "till/3");
    const auto note = ledger.factFrom("desk", "note.filed", "till/1", R"("entry":"n1")");
    const auto booked = ledger.factFrom("desk", "appointment.booked", "till/1", booking);
    const auto to = [&](const char* name) {
        return std::vector{std::pair(note, record(name)), std::pair(booked, record(name))};
    };
    REQUIRE(ledger.tryUndo({lower, "first", to("till/2"), false, false}));
    REQUIRE(ledger.tryUndo({upper, "second", to("till/3"), false, false}));
    const auto later = ledger.factFrom("desk", "appointment.cancelled", "till/1", R"("appointment":"b1")");
    for (int round = 0; round < 2; ++round) {
        const auto visits = [&](const char* name) {
            return projections::visitsOf(ledger.business().now(), ledger.customer(name));
        };
        CHECK(visits("till/1").empty());
        CHECK(visits("till/2").empty());
        REQUIRE(visits("till/3").size() == 1);
        CHECK(visits("till/3").front().appointment->lastPosition == later);
        CHECK(visits("till/3").front().appointment->status == ledger::VisitStatus::cancelled);
        ledger.reopen();
    }
}

TEST_CASE("An assignment outlives later joins and undos") {
    Pair ledger;
    const auto note = ledger.factFrom("desk", "note.filed", "till/1", R"("entry":"n1")");
    REQUIRE(ledger.tryUndo({ledger.join, "first", {{note, record("till/2")}}, false, true}));
    ledger.undo(ledger.link("till/1", "till/2"));
    CHECK(ledger.has("till/2", note));
    CHECK_FALSE(ledger.has("till/1", note));
}

TEST_CASE("A view of the past shows an assigned fact where it was then") {
    Pair ledger;
    const auto note = ledger.factFrom("desk", "note.filed", "till/1", R"("entry":"n1")");
    REQUIRE(ledger.undoAssigning(ledger.join, note, "till/2"));
    const auto then = ledger.business().now().at(note).ownEvents(record("till/1"), ledger::Stream::messages);
    CHECK(then.size() == 1);
    CHECK(ledger.business().now().at(note).ownEvents(record("till/2"), ledger::Stream::messages).empty());
}

TEST_CASE("An address that came with an assigned change counts for an automatic link") {
    TestLedger ledger;
    ledger.fact("record.imported", "desk/1", "");
    ledger.fact("record.imported", "till/2", "");
    const auto join = ledger.link("desk/1", "till/2");
    const auto changed =
        ledger.factFrom("desk", "record.changed", "desk/1", R"("attributes":{"email":"anna@example.com"})");
    REQUIRE(ledger.tryUndo({join, "the wrong Anna", {{changed, record("till/2")}}, false, false}));
    REQUIRE(ledger.shown("till/2", Field::EMAIL) == "anna@example.com");
    ledger.fact("record.registered", "web/1", R"("attributes":{"email":"anna@example.com"},
        "account":{"username":"anna","passwordHash":"x"},"emailVerified":true)");
    CHECK(ledger.customer("web/1").has(record("till/2")));
}
