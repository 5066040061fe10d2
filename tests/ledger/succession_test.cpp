// Who is meant when a sender names a record that was erased: the one that was, or the one that has come after it.

#include "ledger/succession.hpp"

#include <catch2/catch.hpp>

#include "tests/support/random_log.hpp"
#include "tests/support/soundness.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;
using events::Position;

namespace {

constexpr const char* natural = "web/anna";

std::string registration(const std::string& family) {
    return R"("attributes":{"familyName":")" + family + R"("},"account":{"username":"anna"},"emailVerified":false)";
}

// Somebody who registered, was erased, and registered again.
struct Site {
    TestLedger ledger;
    int erasedAt = 0;  // the second
    Position registered;

    Site() {
        ledger.fact("record.registered", natural, registration("First"));
        ledger.fact("appointment.booked", natural, R"("appointment":"a1","startsAt":"2026-03-01T10:00:00Z")");
        ledger.fact("visit.checkedOut", natural, receipt("r1"));
        erase(natural);
        registered = ledger.fact("record.registered", natural, registration("Second"));
    }
    void erase(const char* name) {
        erasedAt = ledger.clock();
        REQUIRE(ledger.tryErase({name}));
    }
    static std::string receipt(const std::string& name) {
        return R"("receipt":")" + name + R"(","total":{"amount":4500,"currency":"EUR"})";
    }
    [[nodiscard]] ledger::Business& business() const { return ledger.business(); }
    [[nodiscard]] std::string subjectOf(Position position) const {
        return business().now().event(position)->subject->text();
    }
    // For whom a fact was recorded; the code where it was not.
    std::string recordedFor(const ledger::Outcome& outcome) const {
        const auto* recorded = std::get_if<ledger::Recorded>(&outcome);
        return recorded == nullptr ? codeOf(outcome) : subjectOf(recorded->position);
    }
    std::string changedAt(int when) {
        return recordedFor(ledger.reportAt(when, "record.changed", natural, R"("attributes":{"city":"Ulm"})"));
    }
    void checkSound() {
        for (int i = 0; i < 2; ++i) {
            CHECK(auditOf(business()) == "sound");
            CHECK(rebuildMatches(business()));
            ledger.reopen();
        }
    }
};

}  // namespace

TEST_CASE("Who registers after an erasure is a new record, and the one before stays erased") {
    Site site;
    CHECK(site.subjectOf(site.registered) == "web/anna~2");
    CHECK(site.business().now().event(site.registered)->addressed == record(natural));
    for (int i = 0; i < 2; ++i) {
        CHECK_THAT(site.ledger.file("web/anna~2"), Contains("Second") && Contains(R"("status":"active")") &&
                                                       Contains(R"("username":"anna")") && !Contains("First"));
        CHECK_THAT(site.ledger.file(natural), Contains(R"("status":"erased")") && !Contains("Second"));
        CHECK_THAT(site.ledger.history(natural), Contains("web/r1"));
        CHECK_THAT(site.ledger.history("web/anna~2"), !Contains("web/r1"));
        site.ledger.reopen();
    }
    site.checkSound();
}

TEST_CASE("What a sender says of somebody who came back is about the new record, also after a restart") {
    Site site;
    for (int i = 0; i < 2; ++i) {
        CHECK(site.recordedFor(site.ledger.report("record.changed", natural, R"("attributes":{"city":"Ulm"})")) ==
              "web/anna~2");
        // From another sender, which knows the same key.
        CHECK(site.recordedFor(site.ledger.reportFrom("till", "visit.checkedOut", natural,
                                                      Site::receipt("k" + std::to_string(i)))) == "web/anna~2");
        CHECK(site.recordedFor(site.ledger.report("record.registered", natural, registration("Again"))) ==
              "web/anna~2");
        site.ledger.reopen();
    }
    CHECK_THAT(site.ledger.file("web/anna~2"), Contains("Ulm") && Contains("Again"));
    CHECK_THAT(site.ledger.history("web/anna~2"), Contains("till/k0") && Contains("till/k1"));
    // Nothing of another source's is written in this way either.
    CHECK(codeOf(site.ledger.reportFrom("till", "record.changed", natural, R"("attributes":{"city":"Bonn"})")) ==
          "foreign_record");
    site.checkSound();
}

TEST_CASE("An import of somebody who came back says what is new of the new record") {
    Site site;
    const auto import = [&](const char* city) {
        return site.recordedFor(
            site.ledger.report("record.imported", natural, R"("attributes":{"city":")" + std::string(city) + "\"}"));
    };
    CHECK(import("Ulm") == "web/anna~2");
    CHECK(import("Ulm") == "unchanged");
    CHECK(import("Bonn") == "web/anna~2");
    CHECK_THAT(site.ledger.file("web/anna~2"), Contains("Bonn"));
}

TEST_CASE("What happened before an erasure is refused, however late it comes, and receipts are kept without a name") {
    Site site;
    CHECK(site.changedAt(site.erasedAt - 1) == "erased");
    CHECK(site.changedAt(site.erasedAt) == "erased");
    CHECK(site.changedAt(site.erasedAt + 1) == "web/anna~2");
    CHECK(codeOf(site.ledger.reportAt(site.erasedAt - 1, "record.registered", natural, registration("Late"))) ==
          "erased");
    CHECK(site.recordedFor(site.ledger.reportAt(site.erasedAt - 1, "visit.checkedOut", natural, Site::receipt("r2"))) ==
          natural);
    CHECK(site.recordedFor(site.ledger.reportAt(site.erasedAt + 1, "visit.checkedOut", natural, Site::receipt("r3"))) ==
          "web/anna~2");
    site.checkSound();
}

TEST_CASE("Without a registration an erased record has no successor") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", R"("attributes":{"familyName":"First"})");
    REQUIRE(ledger.tryErase({"till/1"}));
    CHECK(codeOf(ledger.report("record.imported", "till/1", R"("attributes":{"familyName":"Second"})")) == "erased");
    CHECK(codeOf(ledger.report("record.entered", "till/1", R"("attributes":{"familyName":"Second"})")) == "erased");
    CHECK(codeOf(ledger.report("record.changed", "till/1", R"("attributes":{"familyName":"Second"})")) == "erased");
    CHECK(ledger.business().facts().successors.empty());
    CHECK(codeOf(ledger.report("record.registered", "till/1", R"("attributes":{"familyName":"Second"})")) ==
          "recorded");
    CHECK_THAT(ledger.file("till/1~2"), Contains("Second"));
}

TEST_CASE("A successor is erased like any record, and somebody comes after it, too") {
    Site site;
    const int first = site.erasedAt;
    const auto before = site.ledger.clock();
    site.ledger.fact("record.registered", natural, registration("Again"));
    site.erase("web/anna~2");
    CHECK(site.changedAt(site.ledger.clock()) == "erased");
    CHECK(codeOf(site.ledger.report("record.imported", natural, R"("attributes":{"city":"Ulm"})")) == "erased");
    // Receipts go to whom they are of.
    const auto receiptAt = [&](int when, const char* name) {
        return site.recordedFor(site.ledger.reportAt(when, "visit.checkedOut", natural, Site::receipt(name)));
    };
    CHECK(receiptAt(first, "r4") == natural);
    CHECK(receiptAt(before, "r5") == "web/anna~2");
    CHECK(receiptAt(site.ledger.clock(), "r6") == "web/anna~2");
    // What comes late opens nothing.
    CHECK(codeOf(site.ledger.reportAt(site.erasedAt, "record.registered", natural, registration("Late"))) == "erased");

    const auto third = site.ledger.fact("record.registered", natural, registration("Third"));
    CHECK(site.subjectOf(third) == "web/anna~3");
    CHECK(site.changedAt(first) == "erased");
    CHECK(site.changedAt(site.erasedAt) == "erased");
    CHECK(site.changedAt(site.ledger.clock()) == "web/anna~3");
    CHECK_THAT(site.ledger.file("web/anna~3"), Contains("Third"));
    CHECK_THAT(site.ledger.file("web/anna~2"), Contains(R"("status":"erased")"));
    site.checkSound();
}

TEST_CASE("Facts of an appointment or a receipt are about whom it is of, whoever has come back since") {
    Site site;
    CHECK(codeOf(site.ledger.report("appointment.cancelled", natural, R"("appointment":"a1","reason":"x")")) ==
          "erased");
    CHECK(site.recordedFor(site.ledger.report("visit.checkoutReversed", natural, R"("receipt":"r1","reason":"x")")) ==
          natural);
    CHECK(site.recordedFor(site.ledger.report("visit.checkedOut", natural,
                                              Site::receipt("r2") + R"(,"appointment":"a1")")) == natural);
    CHECK(protocolOf(site.business(), "web/anna~2").find("a1") == std::string::npos);
    // Its own are its own.
    site.ledger.fact("appointment.booked", natural, R"("appointment":"a2","startsAt":"2026-03-01T10:00:00Z")");
    site.ledger.fact("appointment.cancelled", natural, R"("appointment":"a2")");
    CHECK_THAT(site.ledger.history("web/anna~2"), Contains("web/a2") && Contains("cancelled"));
    site.checkSound();
}

TEST_CASE("Facts of a contract are about whom it is of, whoever has come back since") {
    Site site;
    const auto contract = [&](const char* type, const char* name) {
        return site.recordedFor(
            site.ledger.reportFrom("till", type, natural, R"("contract":")" + std::string(name) + '"'));
    };
    CHECK(contract("contract.signed", "k1") == "web/anna~2");
    site.erase("web/anna~2");
    site.ledger.fact("record.registered", natural, registration("Third"));
    // Though it happened after the erasure.
    CHECK(contract("contract.ended", "k1") == "erased");
    CHECK(contract("contract.signed", "k1") == "erased");
    CHECK(contract("contract.signed", "k2") == "web/anna~3");
    CHECK(contract("contract.ended", "k2") == "web/anna~3");
    // Of which nobody has heard: of who is there now.
    CHECK(contract("contract.ended", "k3") == "web/anna~3");
    CHECK_THAT(site.ledger.file("web/anna~3"), !Contains("till/k1") && Contains("till/k2") && !Contains("running"));
    site.checkSound();
}

TEST_CASE("Of an erased person's line those are told who live") {
    Site site;
    const auto living = [&](const std::vector<events::RecordName>& records) {
        std::string names;
        for (const auto& name : ledger::livingSuccessors(site.business().facts(), records)) names += name.text() + " ";
        return names;
    };
    CHECK(living({record(natural)}) == "web/anna~2 ");
    CHECK(living({record(natural), record("web/anna~2")}) == "web/anna~2 ");
    CHECK(living({record("web/other")}).empty());
    site.erase("web/anna~2");
    CHECK(living({record(natural)}).empty());
    site.ledger.fact("record.registered", natural, registration("Third"));
    CHECK(living({record(natural)}) == "web/anna~3 ");
    CHECK(living({record("web/anna~2")}) == "web/anna~3 ");
}

TEST_CASE("News of a message reaches only the record that it was sent to") {
    Site site;
    const auto sent = [](const char* message) {
        return R"("message":")" + std::string(message) + R"(","channel":"email","purpose":"reminders")";
    };
    CHECK(site.recordedFor(site.ledger.report("message.sent", natural, sent("m2"))) == "web/anna~2");
    CHECK(site.recordedFor(site.ledger.report("message.statusChanged", natural, R"("message":"m2","status":"read")")) ==
          "web/anna~2");
    site.erase("web/anna~2");
    site.ledger.fact("record.registered", natural, registration("Third"));
    CHECK(codeOf(site.ledger.report("message.statusChanged", natural, R"("message":"m2","status":"read")")) ==
          "erased");
}

TEST_CASE("What was sent before is answered as it was, wherever it went") {
    Site site;
    const auto body = registration("Third");
    const auto when = site.ledger.clock();
    const auto first = site.ledger.reportAt(when, "record.registered", natural, body, "again");
    CHECK(site.recordedFor(first) == "web/anna~2");
    site.erase("web/anna~2");
    const auto second = site.ledger.reportAt(when, "record.registered", natural, body, "again");
    CHECK(std::get<ledger::Recorded>(second).position == std::get<ledger::Recorded>(first).position);
    CHECK(codeOf(site.ledger.reportAt(when, "record.registered", natural, registration("Other"), "again")) ==
          "duplicate_event_mismatch");
    CHECK(codeOf(site.ledger.reportAt(when, "record.registered", "web/anna~2", body, "again")) ==
          "duplicate_event_mismatch");
}

TEST_CASE("A name that a sender gave itself is no successor's") {
    TestLedger ledger;
    ledger.fact("record.registered", "web/anna~2", R"("attributes":{"familyName":"Stranger"})");
    ledger.fact("record.registered", "web/anna", R"("attributes":{"familyName":"First"})");
    REQUIRE(ledger.tryErase({"web/anna"}));
    CHECK(codeOf(ledger.report("record.changed", "web/anna", R"("attributes":{"city":"Ulm"})")) == "erased");
    ledger.fact("record.registered", "web/anna", R"("attributes":{"familyName":"Second"})");
    CHECK_THAT(ledger.file("web/anna~3"), Contains("Second"));
    CHECK_THAT(ledger.file("web/anna~2"), Contains("Stranger") && !Contains("Second"));
    // Its own erasure and return.
    REQUIRE(ledger.tryErase({"web/anna~2"}));
    ledger.fact("record.registered", "web/anna~2", R"("attributes":{"familyName":"Back"})");
    CHECK_THAT(ledger.file("web/anna~2~2"), Contains("Back"));
}

TEST_CASE("A successor that is named itself is meant, and has no successors of its own") {
    Site site;
    CHECK(site.recordedFor(site.ledger.reportFrom("desk", "note.filed", "web/anna~2", R"("entry":"n1","title":"x")")) ==
          "web/anna~2");
    site.erase("web/anna~2");
    site.ledger.fact("record.registered", natural, registration("Third"));
    CHECK(codeOf(site.ledger.reportFrom("desk", "note.filed", "web/anna~2", R"("entry":"n2","title":"x")")) ==
          "erased");
    CHECK(codeOf(site.ledger.report("record.registered", "web/anna~2", registration("Fourth"))) == "erased");
}

TEST_CASE("Where the name of a successor would be too long, the registration is refused") {
    TestLedger ledger;
    const std::string longest = "web/" + std::string(128, 'x');
    const std::string long_ = "web/" + std::string(126, 'y');
    for (const auto& name : {longest, long_}) {
        ledger.fact("record.registered", name, R"("attributes":{"familyName":"First"})");
        REQUIRE(ledger.tryErase({name}));
    }
    CHECK(codeOf(ledger.report("record.registered", longest, R"("attributes":{"familyName":"Second"})")) == "erased");
    CHECK(codeOf(ledger.report("record.registered", long_, R"("attributes":{"familyName":"Second"})")) == "recorded");
    CHECK_THAT(ledger.file(long_ + "~2"), Contains("Second"));
}

TEST_CASE("Joins of somebody who came back are undone like all others") {
    Site site;
    site.ledger.fact("record.imported", "till/1", R"("attributes":{"familyName":"Till"})");
    const auto join = site.ledger.link("web/anna~2", "till/1");
    site.ledger.fact("record.changed", natural, R"("attributes":{"city":"Ulm"})");
    CHECK_THAT(site.ledger.file("till/1"), Contains("Ulm"));
    site.ledger.undo(join);
    CHECK_THAT(site.ledger.file("till/1"), !Contains("Ulm"));
    CHECK_THAT(site.ledger.file("web/anna~2"), Contains("Ulm"));
    CHECK(codeOf(site.ledger.tryLink(natural, "till/1")) == "erased");
    site.checkSound();
}

TEST_CASE("Random logs in which people come back are sound") {
    TestLedger ledger;
    std::size_t twice = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        INFO("seed " << seed);
        ledger.startBusiness();
        Player(ledger).play(randomSteps(seed, Erasing::some));
        for (const auto& [name, successors] : ledger.business().facts().successors) twice += successors.size() / 2;
        REQUIRE(auditOf(ledger.business()) == "sound");
        REQUIRE(rebuildMatches(ledger.business()));
    }
    CHECK(twice > 5);
}
