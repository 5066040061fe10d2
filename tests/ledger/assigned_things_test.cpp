// What is about a thing goes with the thing: an appointment, a receipt, a message, a contract (ledger/things.hpp). Who
// holds it has all facts about it, and nobody else has any.

#include <catch2/catch.hpp>

#include <algorithm>

#include "projections/history.hpp"
#include "projections/previews.hpp"
#include "projections/protocol.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;

namespace {

struct Four : TestLedger {
    Four() {
        for (const auto* name : {"till/1", "till/2", "till/3", "till/4"})
            fact("record.imported", name, R"("attributes":{"city":"Ulm"})");
    }
    events::Position desk(std::string_view type, std::string_view subject, std::string_view data) {
        return factFrom("desk", type, subject, data);
    }
    Result<ledger::DecisionOutcome, ledger::Refusal> assign(events::Position join, events::Position fact,
                                                            const char* to) {
        return tryUndo({join, "the wrong Anna", {{fact, record(to)}}, false, false});
    }
    // Whether staff are told that the fact may be assigned.
    [[nodiscard]] bool isOffered(events::Position join, events::Position fact) const {
        const auto state = ledger::Business::undoState(business().now(), join);
        const auto preview = projections::undoPreview(business().now(), state, {join, "x", {}});
        rapidjson::Document document;
        document.Parse(preview.c_str());
        for (const auto& shown : document["facts"].GetArray()) {
            if (shown["position"].GetUint64() == fact.value()) return shown["assignable"].GetBool();
        }
        return false;
    }
    // That the fact is the record's, as its own, and no other record's, be it asked now or after a restart.
    void isOnly(events::Position fact, const std::string& name) {
        for (int round = 0; round < 2; ++round) {
            for (const auto* other : {"till/1", "till/2", "till/3", "till/4"}) {
                INFO("the fact at " << fact.value() << ", asked of " << other << ", round " << round);
                CHECK(knows(other, fact) == (name == other));
            }
            reopen();
        }
    }
    // Everything that a customer's protocol and replay tell.
    [[nodiscard]] std::string told(const char* name) const {
        const auto now = business().now();
        projections::Protocol protocol(now);
        std::string text;
        for (const auto& event : now.eventsOf(customer(name))) {
            rapidjson::StringBuffer buffer;
            events::JsonWriter out(buffer);
            events::writeCloudEvent(out, *event);
            text += protocol.entry(*event) + "\n" + buffer.GetString() + "\n";
        }
        return text;
    }
    [[nodiscard]] bool tells(const char* name, std::string_view text) const {
        return told(name).find(text) != std::string::npos;
    }
    [[nodiscard]] std::vector<projections::Visit> visits(const char* name) const {
        return projections::visitsOf(business().now(), customer(name));
    }

private:
    [[nodiscard]] bool knows(const char* name, events::Position fact) const {
        const auto all = business().now().eventsOf(customer(name));
        return std::any_of(all.begin(), all.end(), [&](const ledger::SharedEvent& event) {
            return event->position == fact && event->subject == record(name);
        });
    }
};

const char* const message = R"("message":"m1","channel":"email","purpose":"reminders","address":"berta@x.de")";
const char* const bounced = R"("message":"m1","status":"bounced","reason":"berta@x.de: mailbox full")";
const char* const booking = R"("appointment":"b1","startsAt":"2026-02-01T10:00:00Z","bookedVia":"staff")";
const char* const receipt = R"("receipt":"r1","total":{"amount":4500,"currency":"EUR"})";
const char* const receiptOfBooking =
    R"("receipt":"r1","total":{"amount":4500,"currency":"EUR"},"appointment":"desk/b1")";
const char* const reversal = R"("receipt":"r1","reason":"Berta had paid before")";

}  // namespace

TEST_CASE("News of an assigned message are its new record's alone, whomever they name and whenever they come") {
    for (const auto* named : {"", "till/1", "till/4"}) {
        INFO("names " << named);
        Four ledger;
        const auto join = ledger.link("till/1", "till/2");
        const auto sent = ledger.desk("message.sent", "till/1", message);
        const auto before = ledger.desk("message.statusChanged", named, bounced);
        REQUIRE(ledger.assign(join, sent, "till/2"));
        const auto after = ledger.desk("message.statusChanged", named, bounced);
        for (const auto fact : {sent, before, after}) ledger.isOnly(fact, "till/2");
        CHECK(ledger.tells("till/2", "mailbox full"));
        CHECK_FALSE(ledger.tells("till/1", "mailbox full"));
        CHECK_FALSE(ledger.tells("till/4", "mailbox full"));
    }
}

TEST_CASE("News that come before their message go with it too") {
    Four ledger;
    const auto join = ledger.link("till/1", "till/2");
    const auto early = ledger.desk("message.statusChanged", "till/1", bounced);
    const auto sent = ledger.desk("message.sent", "till/1", message);
    CHECK(ledger.isOffered(join, early));
    REQUIRE(ledger.assign(join, early, "till/2"));
    for (const auto fact : {early, sent}) ledger.isOnly(fact, "till/2");
}

TEST_CASE("The reversal of an assigned receipt is its new record's alone") {
    for (const auto* named : {"till/1", "till/4"}) {
        INFO("names " << named);
        Four ledger;
        const auto join = ledger.link("till/1", "till/2");
        const auto out = ledger.desk("visit.checkedOut", "till/1", receipt);
        REQUIRE(ledger.assign(join, out, "till/2"));
        const auto back = ledger.desk("visit.checkoutReversed", named, reversal);
        for (const auto fact : {out, back}) ledger.isOnly(fact, "till/2");
        CHECK(ledger.visits("till/2").empty());
        ledger.desk("visit.checkedOut", "till/1", receipt);
        CHECK(ledger.visits("till/2").size() == 1);
        CHECK(ledger.visits("till/1").empty());
    }
}

TEST_CASE("A receipt that was reversed before it was assigned stays so") {
    Four ledger;
    const auto join = ledger.link("till/1", "till/2");
    const auto out = ledger.desk("visit.checkedOut", "till/1", receipt);
    const auto back = ledger.desk("visit.checkoutReversed", "till/1", reversal);
    REQUIRE(ledger.assign(join, out, "till/2"));
    for (const auto fact : {out, back}) ledger.isOnly(fact, "till/2");
    CHECK(ledger.visits("till/2").empty());
    CHECK(ledger.visits("till/1").empty());
}

TEST_CASE("A reversal that names another record is told with its receipt alone, assigned or not") {
    Four ledger;
    ledger.fact("visit.checkedOut", "till/1", receipt);
    const auto back = ledger.fact("visit.checkoutReversed", "till/2", reversal);
    ledger.isOnly(back, "till/1");
    CHECK_FALSE(ledger.tells("till/2", "Berta"));
}

TEST_CASE("An assigned appointment takes along the reversal of its checkout") {
    for (const bool before : {true, false}) {
        INFO("reversed before the undo: " << before);
        Four ledger;
        const auto join = ledger.link("till/1", "till/2");
        const auto booked = ledger.desk("appointment.booked", "till/1", booking);
        const auto out = ledger.fact("visit.checkedOut", "till/1", receiptOfBooking);
        const auto reverse = [&] { return ledger.fact("visit.checkoutReversed", "till/1", reversal); };
        const auto early = before ? reverse() : events::Position();
        if (before) CHECK(ledger.isOffered(join, early));
        REQUIRE(ledger.assign(join, before ? early : booked, "till/2"));
        const auto back = before ? early : reverse();
        for (const auto fact : {booked, out, back}) ledger.isOnly(fact, "till/2");
        CHECK_FALSE(ledger.tells("till/1", "Berta"));
        REQUIRE(ledger.visits("till/2").size() == 1);
        CHECK_FALSE(ledger.visits("till/2").front().checkout);
    }
}

TEST_CASE("A later fact of an assigned appointment is its holder's, whomever it names") {
    Four ledger;
    const auto join = ledger.link("till/1", "till/2");
    const auto booked = ledger.desk("appointment.booked", "till/1", booking);
    REQUIRE(ledger.assign(join, booked, "till/2"));
    for (const auto* named : {"till/1", "till/3"}) {
        const auto moved =
            ledger.desk("appointment.rescheduled", named, R"("appointment":"b1","startsAt":"2026-02-03T10:00:00Z")");
        ledger.isOnly(moved, "till/2");
    }
    CHECK(toText(ledger.visits("till/2").front().startsAt()) == "2026-02-03T10:00:00Z");
}

TEST_CASE("What was assigned to a third record tells nobody of a join that it was no party of") {
    Four ledger;
    const auto lower = ledger.link("till/1", "till/2");
    const auto upper = ledger.link("till/2", "till/3");
    const auto note = ledger.desk("note.filed", "till/1", R"("entry":"n1")");
    REQUIRE(ledger.assign(lower, note, "till/2"));
    REQUIRE(ledger.tryUndo({upper, "Berta is not Clara", {{note, record("till/3")}}, false, false}));
    ledger.isOnly(note, "till/3");
    CHECK(ledger.tells("till/2", "Berta is not Clara"));
    CHECK(ledger.tells("till/3", "Berta is not Clara"));
    CHECK_FALSE(ledger.tells("till/1", "Berta is not Clara"));
}

TEST_CASE("The undo of a join is told to its two sides, not to whom it assigned something") {
    Four ledger;
    const auto lower = ledger.link("till/1", "till/4");
    const auto join = ledger.link("till/1", "till/2");
    const auto note = ledger.desk("note.filed", "till/2", R"("entry":"n1")");
    REQUIRE(ledger.assign(join, note, "till/4"));
    ledger.undo(lower);
    ledger.isOnly(note, "till/4");
    CHECK(ledger.tells("till/1", "the wrong Anna"));
    CHECK_FALSE(ledger.tells("till/4", "the wrong Anna"));
}

TEST_CASE("Facts that make or define a record are not assignable") {
    Four ledger;
    ledger.desk("record.entered", "desk/5", R"("attributes":{"city":"Ulm"})");
    const auto join = ledger.link("desk/5", "till/1");
    const auto defining = {
        ledger.desk("record.entered", "desk/5", R"("attributes":{"city":"Bonn"})"),
        ledger.desk("record.imported", "desk/5", R"("attributes":{"city":"Köln"})"),
        ledger.desk("record.registered", "desk/5", R"("account":{"username":"anna","passwordHash":"x"})"),
        ledger.desk("record.emailVerified", "desk/5", R"("email":"anna@example.com")"),
        ledger.desk("account.changed", "desk/5", R"("passwordHash":"y")"),
        ledger.desk("record.deleted", "desk/5", ""),
    };
    for (const auto fact : defining) {
        INFO("the fact at " << fact.value());
        CHECK_FALSE(ledger.isOffered(join, fact));
        CHECK(codeOf(ledger.assign(join, fact, "till/1")) == "not_assignable");
    }
    const auto changed = ledger.desk("record.changed", "desk/5", R"("attributes":{"city":"Bonn"})");
    CHECK(ledger.isOffered(join, changed));
    CHECK(codeOf(ledger.assign(join, changed, "till/1")) == "recorded");
    CHECK(ledger.business().now().record(record("desk/5"))->exists());
}

TEST_CASE("An appointment that was booked before the join is not torn apart") {
    Four ledger;
    ledger.fact("record.imported", "web/1", "");
    ledger.fact("appointment.booked", "web/1",
                R"("appointment":"b1","startsAt":"2026-02-01T10:00:00Z","bookedVia":"online")");
    ledger.link("web/1", "till/1");
    const auto join = ledger.link("till/1", "till/2");
    const auto moved =
        ledger.desk("appointment.rescheduled", "till/1", R"("appointment":"web/b1","startsAt":"2026-02-03T10:00:00Z")");
    CHECK_FALSE(ledger.isOffered(join, moved));
    CHECK(codeOf(ledger.assign(join, moved, "till/2")) == "not_assignable");
}

TEST_CASE("An appointment that was assigned before the join is not torn apart") {
    Four ledger;
    const auto first = ledger.link("till/1", "till/2");
    const auto booked = ledger.desk("appointment.booked", "till/1", booking);
    REQUIRE(ledger.assign(first, booked, "till/2"));
    const auto join = ledger.link("till/2", "till/3");
    const auto moved =
        ledger.desk("appointment.rescheduled", "till/2", R"("appointment":"b1","startsAt":"2026-02-03T10:00:00Z")");
    CHECK_FALSE(ledger.isOffered(join, moved));
    CHECK(codeOf(ledger.assign(join, moved, "till/3")) == "not_assignable");
    for (const auto fact : {booked, moved}) ledger.isOnly(fact, "till/2");
}

TEST_CASE("An appointment of which a third record holds a fact is not assignable") {
    Four ledger;
    const auto join = ledger.link("till/1", "till/2");
    const auto booked = ledger.desk("appointment.booked", "till/1", booking);
    CHECK(ledger.isOffered(join, booked));
    ledger.desk("appointment.rescheduled", "till/4", R"("appointment":"b1","startsAt":"2026-02-03T10:00:00Z")");
    CHECK_FALSE(ledger.isOffered(join, booked));
    CHECK(codeOf(ledger.assign(join, booked, "till/2")) == "not_assignable");
}

TEST_CASE("The end of an assigned contract is its new record's alone, and what the merge rule goes by") {
    for (const bool before : {true, false}) {
        INFO("ended before the undo: " << before);
        Four ledger;
        const auto join = ledger.link("till/1", "till/2");
        const auto with = ledger.desk("contract.signed", "till/1", R"("contract":"v1","title":"Season ticket")");
        const auto end = [&] { return ledger.desk("contract.ended", "till/1", R"("contract":"v1")"); };
        const auto early = before ? end() : events::Position();
        REQUIRE(ledger.assign(join, with, "till/2"));
        if (!before) CHECK(codeOf(ledger.tryMerge("till/2", "till/3")) == "source_has_contracts");
        const auto ended = before ? early : end();
        for (const auto fact : {with, ended}) ledger.isOnly(fact, "till/2");
        CHECK(ledger.customer("till/1").record(record("till/1")).contracts.empty());
        CHECK(codeOf(ledger.tryMerge("till/2", "till/3")) == "recorded");
    }
}

TEST_CASE("A message of which a sender keeps an address under a record's key is not assignable") {
    Four ledger;
    const auto join = ledger.link("till/1", "till/2");
    const auto sent = ledger.fact("message.sent", "till/1", message);
    const auto news = ledger.desk("message.statusChanged", "till/1", R"("message":"till/m1","status":"bounced")");
    for (const auto fact : {sent, news}) {
        CHECK_FALSE(ledger.isOffered(join, fact));
        CHECK(codeOf(ledger.assign(join, fact, "till/2")) == "not_assignable");
    }
}

TEST_CASE("Who held an assigned appointment and was erased is told of in no later fact of it") {
    Four ledger;
    const auto join = ledger.link("till/1", "till/2");
    const auto booked = ledger.desk("appointment.booked", "till/1", booking);
    REQUIRE(ledger.assign(join, booked, "till/2"));
    REQUIRE(ledger.tryErase({"till/2"}));
    CHECK(codeOf(ledger.reportFrom("desk", "appointment.cancelled", "till/1",
                                   R"("appointment":"b1","reason":"Berta is ill")")) == "erased");
    CHECK(codeOf(ledger.reportFrom("desk", "note.filed", "till/1", R"("entry":"n1")")) == "recorded");
}
