// That somebody's data was handed out is recorded (DESIGN §7, copy).

#include <catch2/catch.hpp>

#include "projections/previews.hpp"
#include "projections/protocol.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;

namespace {

struct Salon {
    TestLedger ledger;

    Salon() {
        for (const auto* name : {"till/1", "web/1", "till/2"}) {
            ledger.fact("record.imported", name, R"("attributes":{"familyName":"Weiß"})");
        }
    }
    Result<ledger::DecisionOutcome, ledger::Refusal> tryExport(const char* name,
                                                               const ledger::Customer& madeReady) const {
        const ledger::Export command{record(name), ledger::exportedRecords(madeReady), "copy for the customer"};
        return ledger.business().decide(command, ledger.admin());
    }
    Result<ledger::DecisionOutcome, ledger::Refusal> tryExport(const char* name) const {
        return tryExport(name, ledger.customer(name));
    }
    std::string undoPreview(events::Position join) const {
        const auto now = ledger.business().now();
        ledger::Undoing command;
        command.join = join;
        return projections::undoPreview(now, ledger::Business::undoState(now, join), command);
    }
};

std::string exported(events::Position position, const char* name) {
    return R"({"position":)" + std::to_string(position.value()) + R"(,"record":")" + name + R"("})";
}

}  // namespace

TEST_CASE("An export is recorded on each record that it tells of") {
    Salon salon;
    const auto join = salon.ledger.link("till/1", "web/1");
    const auto first = salon.tryExport("web/1")->position;
    const auto second = salon.tryExport("till/1")->position;
    CHECK(salon.ledger.business().head() == second);

    CHECK_THAT(salon.undoPreview(join),
               Contains(R"("exports":[)" + exported(first.previous(), "till/1") + "," + exported(first, "web/1") + "," +
                        exported(second.previous(), "till/1") + "," + exported(second, "web/1") + "]"));
    // And the undo is no end of it: each side's protocol tells.
    salon.ledger.undo(join);
    for (const auto* name : {"till/1", "web/1"}) {
        const auto now = salon.ledger.business().now();
        std::string text;
        for (const auto& event : now.eventsOf(now.customer(record(name)))) {
            text += projections::sentenceFor(*event) + "\n";
        }
        CHECK_THAT(text, Contains("Data exported: copy for the customer"));
    }
}

TEST_CASE("An export is found by every join that was in force, whatever else is undone first") {
    Salon salon;
    const auto older = salon.ledger.link("till/1", "web/1");
    const auto younger = salon.ledger.link("web/1", "till/2");
    REQUIRE(salon.tryExport("till/2"));
    salon.ledger.undo(younger);
    CHECK_THAT(salon.undoPreview(older), !Contains(R"("exports":[])"));
}

TEST_CASE("An export that was made before a join is not held against it") {
    Salon salon;
    REQUIRE(salon.tryExport("till/1"));
    CHECK_THAT(salon.undoPreview(salon.ledger.link("till/1", "web/1")), Contains(R"("exports":[])"));
}

TEST_CASE("Nobody's data is exported, nor an erased record's") {
    Salon salon;
    CHECK(codeOf(salon.tryExport("till/9")) == "not_found");
    salon.ledger.link("till/1", "web/1");
    REQUIRE(salon.ledger.tryErase({"till/1"}, ledger::Erase::Joined::leaveAsTheyAre));
    const auto before = salon.ledger.business().head();
    CHECK(codeOf(salon.tryExport("till/1")) == "erased");
    CHECK(salon.ledger.business().head() == before);
    CHECK(salon.tryExport("web/1")->position == before.next());  // one event, for the one that is left
}

TEST_CASE("What was made ready before a join, an undo or an erasure is not handed out after it") {
    Salon salon;
    const auto alone = salon.ledger.customer("till/1");
    const auto join = salon.ledger.link("till/1", "web/1");
    const auto both = salon.ledger.customer("till/1");
    CHECK(codeOf(salon.tryExport("till/1", alone)) == "customer_changed");
    salon.ledger.undo(join);
    CHECK(codeOf(salon.tryExport("till/1", both)) == "customer_changed");
    CHECK(codeOf(salon.tryExport("till/1", alone)) == "recorded");
    REQUIRE(salon.ledger.tryErase({"till/1"}));
    CHECK(codeOf(salon.tryExport("till/1", alone)) == "erased");
}
