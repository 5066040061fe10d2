// Appointments and receipts (DESIGN §3, §6).

#include <catch2/catch.hpp>

#include <algorithm>

#include "projections/history.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using ledger::VisitStatus;

namespace {

std::vector<projections::Visit> visitsOf(const TestLedger& ledger, const char* name) {
    return projections::visitsOf(ledger.business().now(), ledger.customer(name));
}

const ledger::Appointment& only(const std::vector<projections::Visit>& visits) {
    REQUIRE(visits.size() == 1);
    REQUIRE(visits.front().appointment);
    return *visits.front().appointment;
}

struct Fact {
    int second;
    const char* type;
    const char* data;
};

// Everything of an appointment that does not depend on when it was recorded.
std::string stateOf(const ledger::Appointment& appointment) {
    return appointment.name.text() + " " + toText(appointment.startsAt) + " " +
           (appointment.endsAt ? toText(*appointment.endsAt) : "-") + " " + appointment.service + " " +
           appointment.staff + " " + appointment.note + " " + std::string(toText(appointment.status));
}

std::string onMarch(const char* day) {
    return R"("appointment":"b1","startsAt":"2026-03-)" + std::string(day) + R"(T09:00:00Z")";
}

// Delivers the facts in every order and gives the one state that they all end in.
std::string inEveryOrder(const std::vector<Fact>& facts) {
    std::vector<events::Event> all;
    for (const auto& fact : facts) {
        const auto sent =
            events::readCloudEvent(R"({"specversion":"1.0","id":"e","source":"web","type":")" + std::string(fact.type) +
                                   R"(","subject":"web/1","data":)" + fact.data + "}");
        REQUIRE(sent);
        events::Event event;
        event.time = second(fact.second);
        event.data = sent->data;
        event.digest.bytes[0] = static_cast<unsigned char>(all.size());
        all.push_back(std::move(event));
    }
    std::vector<std::size_t> order(all.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::set<std::string> states;
    do {
        std::vector<const events::Event*> delivered;
        for (std::size_t i = 0; i < order.size(); ++i) {
            all[order[i]].position = position(i + 1);
            delivered.push_back(&all[order[i]]);
        }
        const auto appointment = ledger::foldAppointment(*events::ItemName::parse("web/b1"), delivered);
        states.insert(appointment ? stateOf(*appointment) : "held");
    } while (std::next_permutation(order.begin(), order.end()));
    REQUIRE(states.size() == 1);
    return *states.begin();
}

const char* const booked = R"({"appointment":"b1","startsAt":"2026-02-01T10:00:00Z","service":"cut","staff":"Eva"})";
const char* const moved = R"({"appointment":"b1","startsAt":"2026-02-02T10:00:00Z"})";
const char* const movedAgain = R"({"appointment":"b1","startsAt":"2026-02-03T10:00:00Z"})";
const char* const bare = R"({"appointment":"b1"})";

}  // namespace

TEST_CASE("Every order of delivery of an appointment's facts ends in the same state") {
    CHECK(inEveryOrder({{1, "appointment.booked", booked},
                        {2, "appointment.rescheduled", moved},
                        {3, "appointment.rescheduled", movedAgain},
                        {4, "appointment.missed", bare},
                        {5, "appointment.missedCleared", bare}}) == "web/b1 2026-02-03T10:00:00Z - cut Eva  booked");
    CHECK(inEveryOrder({{1, "appointment.booked", booked},
                        {2, "appointment.missed", bare},
                        {3, "appointment.missedCleared", bare},
                        {4, "appointment.missed", bare}}) == "web/b1 2026-02-01T10:00:00Z - cut Eva  missed");
    CHECK(inEveryOrder({{1, "appointment.booked", booked},
                        {2, "appointment.rescheduled", moved},
                        {3, "appointment.cancelled", bare}}) == "web/b1 2026-02-02T10:00:00Z - cut Eva  cancelled");
    CHECK(inEveryOrder({{3, "appointment.booked", booked}, {1, "appointment.cancelled", bare}}) ==
          "web/b1 2026-02-01T10:00:00Z - cut Eva  cancelled");
}

TEST_CASE("Every order of delivery ends in the same state, also where all happened at one time") {
    inEveryOrder({{1, "appointment.booked", booked},
                  {1, "appointment.rescheduled", moved},
                  {1, "appointment.rescheduled", movedAgain},
                  {1, "appointment.missed", bare},
                  {1, "appointment.cancelled", bare}});
}

TEST_CASE("A sender whose clock is ahead may deliver in any order, too") {
    TestLedger ledger;
    ledger.fact("appointment.booked", "web/1", onMarch("01"));
    ledger.factAt(3'602, "appointment.rescheduled", "web/1", onMarch("03"));
    ledger.factAt(3'601, "appointment.rescheduled", "web/1", onMarch("02"));
    CHECK(toText(only(visitsOf(ledger, "web/1")).startsAt) == "2026-03-03T09:00:00Z");
}

TEST_CASE("What claims to happen in some years does not outdo what happens until then") {
    TestLedger ledger;
    ledger.fact("appointment.booked", "web/1", onMarch("01"));
    ledger.factAt(100'000'000, "appointment.rescheduled", "web/1", onMarch("02"));
    ledger.fact("appointment.rescheduled", "web/1", onMarch("03"));
    CHECK(toText(only(visitsOf(ledger, "web/1")).startsAt) == "2026-03-03T09:00:00Z");
}

TEST_CASE("The same fact delivered twice changes nothing") {
    CHECK(inEveryOrder({{1, "appointment.booked", booked},
                        {1, "appointment.booked", booked},
                        {2, "appointment.rescheduled", moved},
                        {2, "appointment.rescheduled", moved}}) == "web/b1 2026-02-02T10:00:00Z - cut Eva  booked");
    CHECK(inEveryOrder({{1, "appointment.booked", booked},
                        {2, "appointment.cancelled", bare},
                        {1, "appointment.booked", booked}}) == "web/b1 2026-02-01T10:00:00Z - cut Eva  cancelled");
}

TEST_CASE("Facts of an appointment that was never booked are no visit") {
    TestLedger ledger;
    ledger.fact("record.registered", "web/1", "");
    ledger.fact("appointment.rescheduled", "web/1", R"("appointment":"b1","startsAt":"2026-02-02T10:00:00Z")");
    ledger.fact("appointment.missed", "web/1", R"("appointment":"b1")");
    CHECK(visitsOf(ledger, "web/1").empty());
}

TEST_CASE("Ids without a slash belong to the sender, and a till names a booking in full") {
    TestLedger ledger;
    ledger.fact("record.registered", "web/1", "");
    ledger.fact("appointment.booked", "web/1", R"("appointment":"b1","startsAt":"2026-02-01T10:00:00Z")");
    ledger.factFrom("till", "visit.checkedOut", "web/1", R"("receipt":"r1","appointment":"web/b1",
        "total":{"amount":4250,"currency":"EUR"},"items":[{"name":"cut","quantity":"1","amount":{"amount":4250,"currency":"EUR"}}])");
    const auto visits = visitsOf(ledger, "web/1");
    CHECK(only(visits).name.text() == "web/b1");
    REQUIRE(visits.front().checkout);
    CHECK(visits.front().checkout->receipt.text() == "till/r1");
    CHECK(visits.front().checkout->total->amount == 4250);
    CHECK(visits.front().checkout->items.size() == 1);
}

TEST_CASE("An id without a slash in a till's checkout is not the booking system's appointment") {
    TestLedger ledger;
    ledger.fact("record.registered", "web/1", "");
    ledger.fact("appointment.booked", "web/1", R"("appointment":"b1","startsAt":"2026-02-01T10:00:00Z")");
    ledger.factFrom("till", "visit.checkedOut", "web/1",
                    R"("receipt":"r1","total":{"amount":4500,"currency":"EUR"},"appointment":"b1")");
    CHECK(visitsOf(ledger, "web/1").size() == 2);
}

TEST_CASE("An appointment is checked out once, joined or not") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", "");
    ledger.fact("record.registered", "web/1", "");
    ledger.fact("appointment.booked", "web/1", R"("appointment":"b1","startsAt":"2026-02-01T10:00:00Z")");
    ledger.fact("visit.checkedOut", "till/1",
                R"("receipt":"r1","total":{"amount":4500,"currency":"EUR"},"appointment":"web/b1")");
    const auto head = ledger.business().head();
    CHECK(codeOf(ledger.report("visit.checkedOut", "till/1",
                               R"("receipt":"r2","total":{"amount":4500,"currency":"EUR"},"appointment":"web/b1")")) ==
          "already_checked_out");
    CHECK(codeOf(ledger.report("visit.checkedOut", "web/1",
                               R"("receipt":"r3","total":{"amount":4500,"currency":"EUR"},"appointment":"b1")")) ==
          "already_checked_out");
    CHECK(codeOf(ledger.report("visit.checkedOut", "till/7",
                               R"("receipt":"r4","total":{"amount":4500,"currency":"EUR"},"appointment":"web/b1")")) ==
          "already_checked_out");
    ledger.link("till/1", "web/1");
    CHECK(codeOf(ledger.report("visit.checkedOut", "web/1",
                               R"("receipt":"r3","total":{"amount":4500,"currency":"EUR"},"appointment":"b1")")) ==
          "already_checked_out");
    ledger.reopen();
    CHECK(codeOf(ledger.report("visit.checkedOut", "web/1",
                               R"("receipt":"r3","total":{"amount":4500,"currency":"EUR"},"appointment":"b1")")) ==
          "already_checked_out");
    CHECK(ledger.business().head() == head.next());
}

TEST_CASE("The refusal of a second checkout says so in the words of the till") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", "");
    ledger.fact("visit.checkedOut", "till/1",
                R"("receipt":"r1","total":{"amount":4500,"currency":"EUR"},"appointment":"b1")");
    const auto refused = ledger.report("visit.checkedOut", "till/1",
                                       R"("receipt":"r2","total":{"amount":4500,"currency":"EUR"},"appointment":"b1")");
    REQUIRE(codeOf(refused) == "already_checked_out");
    CHECK(std::get<ledger::Refusal>(refused).detail.find("Kunde bereits kassiert") != std::string::npos);
}

TEST_CASE("A checkout is unique also while its booking has not arrived") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", "");
    ledger.fact("visit.checkedOut", "till/1",
                R"("receipt":"r1","total":{"amount":4500,"currency":"EUR"},"appointment":"web/b1")");
    CHECK(codeOf(ledger.report("visit.checkedOut", "till/1",
                               R"("receipt":"r2","total":{"amount":4500,"currency":"EUR"},"appointment":"web/b1")")) ==
          "already_checked_out");
}

TEST_CASE("A receipt is checked out once") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", "");
    ledger.fact("visit.checkedOut", "till/1", R"("receipt":"r1","total":{"amount":4500,"currency":"EUR"})");
    CHECK(codeOf(ledger.report("visit.checkedOut", "till/1",
                               R"("receipt":"r1","total":{"amount":4500,"currency":"EUR"})")) == "already_checked_out");
    CHECK(codeOf(ledger.report("visit.checkedOut", "till/1",
                               R"("receipt":"r1","total":{"amount":4500,"currency":"EUR"},"appointment":"b1")")) ==
          "already_checked_out");
    CHECK(codeOf(ledger.report("visit.checkedOut", "till/1",
                               R"("receipt":"r2","total":{"amount":4500,"currency":"EUR"})")) == "recorded");
    CHECK(visitsOf(ledger, "till/1").size() == 2);
}

TEST_CASE("A reversed checkout can be made again, and only a checkout can be reversed") {
    TestLedger ledger;
    ledger.fact("record.registered", "web/1", "");
    ledger.fact("appointment.booked", "web/1", R"("appointment":"b1","startsAt":"2026-02-01T10:00:00Z")");
    CHECK(codeOf(ledger.report("visit.checkoutReversed", "web/1", R"("receipt":"r1")")) == "not_checked_out");
    ledger.fact("visit.checkedOut", "web/1",
                R"("receipt":"r1","total":{"amount":4500,"currency":"EUR"},"appointment":"b1")");
    ledger.fact("visit.checkoutReversed", "web/1", R"("receipt":"r1","reason":"wrong amount")");
    CHECK(only(visitsOf(ledger, "web/1")).status == VisitStatus::booked);
    CHECK_FALSE(visitsOf(ledger, "web/1").front().checkout);
    CHECK(codeOf(ledger.report("visit.checkoutReversed", "web/1", R"("receipt":"r1")")) == "not_checked_out");
    ledger.fact("visit.checkedOut", "web/1",
                R"("receipt":"r2","total":{"amount":4500,"currency":"EUR"},"appointment":"b1")");
    REQUIRE(visitsOf(ledger, "web/1").front().checkout);
    CHECK(visitsOf(ledger, "web/1").front().checkout->receipt.text() == "web/r2");
    CHECK(codeOf(ledger.report("visit.checkedOut", "web/1",
                               R"("receipt":"r3","total":{"amount":4500,"currency":"EUR"},"appointment":"b1")")) ==
          "already_checked_out");
}

TEST_CASE("A reversal takes back the checkout of whichever record it was for") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", "");
    ledger.fact("record.imported", "till/2", "");
    ledger.fact("visit.checkedOut", "till/1", R"("receipt":"r1","total":{"amount":4500,"currency":"EUR"})");
    ledger.fact("visit.checkoutReversed", "till/2", R"("receipt":"r1")");
    CHECK(visitsOf(ledger, "till/1").empty());
    CHECK(visitsOf(ledger, "till/2").empty());
}

TEST_CASE("Visits come by start, receipts without a booking among them") {
    TestLedger ledger;
    ledger.fact("record.registered", "web/1", "");
    ledger.fact("appointment.booked", "web/1", R"("appointment":"b2","startsAt":"2026-02-02T10:00:00Z")");
    ledger.fact("appointment.booked", "web/1", R"("appointment":"b1","startsAt":"2025-02-01T10:00:00Z")");
    ledger.fact("visit.checkedOut", "web/1", R"("receipt":"r1","total":{"amount":4500,"currency":"EUR"})");
    const auto visits = visitsOf(ledger, "web/1");
    REQUIRE(visits.size() == 3);
    CHECK(visits[0].appointment->name.text() == "web/b1");
    CHECK(visits[1].checkout->receipt.text() == "web/r1");
    CHECK(visits[2].appointment->name.text() == "web/b2");
}
