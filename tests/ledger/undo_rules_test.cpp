// The rules for taking a join back (DESIGN §4, Undo).

#include <catch2/catch.hpp>

#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using events::Field;

namespace {

void importAll(TestLedger& ledger, std::initializer_list<const char*> names) {
    for (const std::string name : names) {
        ledger.fact("record.imported", name, R"("attributes":{"email":")" + name.substr(5) + R"(@example.com"})");
    }
}

ledger::Undoing undoing(events::Position join) { return {join, "the wrong Anna", {}, false, false}; }

std::vector<events::Position> joinsOf(const ledger::Customer& customer) {
    std::vector<events::Position> positions;
    for (const auto& join : customer.joins) positions.push_back(join.position);
    return positions;
}

}  // namespace

TEST_CASE("A position that is no join cannot be undone") {
    TestLedger ledger;
    importAll(ledger, {"till/1", "till/2"});
    const auto join = ledger.link("till/1", "till/2");
    const auto undone = ledger.undo(join);
    CHECK(codeOf(ledger.tryUndo(undoing(position(0)))) == "not_a_join");
    CHECK(codeOf(ledger.tryUndo(undoing(position(2)))) == "not_a_join");
    CHECK(codeOf(ledger.tryUndo(undoing(undone))) == "not_a_join");
    CHECK(codeOf(ledger.tryUndo(undoing(undone.next()))) == "not_a_join");
    CHECK(codeOf(ledger.tryUndo(undoing(events::Position::latest()))) == "not_a_join");
}

TEST_CASE("The same undo again answers with the position of the first") {
    TestLedger ledger;
    importAll(ledger, {"till/1", "till/2"});
    const auto join = ledger.link("till/1", "till/2");
    const auto first = ledger.tryUndo(undoing(join));
    REQUIRE(first);
    ledger.fact("record.changed", "till/1", R"("attributes":{"city":"Ulm"})");
    const auto before = ledger.business().head();
    const auto again = ledger.tryUndo(undoing(join));
    REQUIRE(again);
    CHECK(again->position == first->position);
    CHECK(ledger.business().head() == before);
    ledger.reopen();
    CHECK(ledger.tryUndo(undoing(join))->position == first->position);
}

TEST_CASE("An undone pair may be joined again only where the undo said so") {
    TestLedger ledger;
    importAll(ledger, {"till/1", "till/2", "till/3", "till/4"});
    REQUIRE(ledger.tryUndo(undoing(ledger.link("till/1", "till/2"))));
    CHECK(codeOf(ledger.tryLink("till/1", "till/2")) == "marked_distinct");
    auto rejoinable = undoing(ledger.link("till/3", "till/4"));
    rejoinable.rejoinable = true;
    REQUIRE(ledger.tryUndo(rejoinable));
    CHECK(codeOf(ledger.tryLink("till/3", "till/4")) == "recorded");
}

TEST_CASE("A join that depends on another is undone only together with it or before it") {
    TestLedger ledger;
    importAll(ledger, {"till/1", "till/2", "till/3"});
    ledger.fact("record.changed", "till/2", R"("attributes":{"mobile":"0171 1234567"})");
    const auto link = ledger.link("till/1", "till/2");
    const auto merge = ledger.merge("till/1", "till/3", {Field::MOBILE});

    const auto refused = ledger.tryUndo(undoing(link));
    REQUIRE(codeOf(refused) == "dependent_joins");
    CHECK(refused.error().joins == std::vector{merge});

    auto both = undoing(link);
    both.withDependents = true;
    const auto undone = ledger.tryUndo(both);
    REQUIRE(undone);
    for (const auto* name : {"till/1", "till/2", "till/3"}) CHECK(ledger.customer(name).records.size() == 1);
    CHECK(ledger.shown("till/3", Field::MOBILE).empty());
    // Only the pair of the join itself is marked distinct.
    CHECK(codeOf(ledger.tryLink("till/1", "till/3")) == "recorded");
    CHECK(codeOf(ledger.tryLink("till/1", "till/2")) == "marked_distinct");
}

TEST_CASE("Joins that depend on dependent joins are named and undone as well") {
    TestLedger ledger;
    importAll(ledger, {"till/1", "till/2", "till/3", "till/4"});
    ledger.fact("record.changed", "till/2", R"("attributes":{"mobile":"0171 1234567"})");
    const auto link = ledger.link("till/1", "till/2");
    const auto lower = ledger.merge("till/1", "till/3", {Field::MOBILE});
    const auto upper = ledger.merge("till/3", "till/4", {Field::MOBILE});
    const auto refused = ledger.tryUndo(undoing(link));
    REQUIRE(codeOf(refused) == "dependent_joins");
    CHECK(refused.error().joins == std::vector{lower, upper});
    auto all = undoing(link);
    all.withDependents = true;
    const auto undone = ledger.tryUndo(all);
    REQUIRE(undone);
    CHECK(joinsOf(ledger.customer("till/4")).empty());
    CHECK(codeOf(ledger.tryUndo(all)) == "recorded");
    CHECK(ledger.tryUndo(all)->position == undone->position);
    // As a dependent the upper join was undone in another way than by itself.
    CHECK(codeOf(ledger.tryUndo(undoing(upper))) == "already_undone");
}

TEST_CASE("A merge that carried an account over depends on the join that brought the account") {
    TestLedger ledger;
    importAll(ledger, {"till/1", "till/2"});
    ledger.fact("record.registered", "web/1", R"("account":{"username":"anna","passwordHash":"x"})");
    const auto link = ledger.link("till/1", "web/1");
    const auto merge = ledger.merge("till/1", "till/2", {Field::USERNAME, Field::PASSWORD});
    const auto refused = ledger.tryUndo(undoing(link));
    REQUIRE(codeOf(refused) == "dependent_joins");
    CHECK(refused.error().joins == std::vector{merge});
}

TEST_CASE("A merge does not depend on a join that brought an account after it") {
    TestLedger ledger;
    importAll(ledger, {"till/2"});
    ledger.fact("record.registered", "web/1", R"("account":{"username":"anna","passwordHash":"x"})");
    ledger.fact("record.registered", "web/2", R"("attributes":{"givenName":"Anna"})");
    const auto link = ledger.link("web/1", "web/2");
    ledger.merge("web/1", "till/2", {Field::USERNAME, Field::PASSWORD});
    ledger.fact("account.changed", "web/2", R"("username":"second","passwordHash":"y")");
    CHECK(codeOf(ledger.tryUndo(undoing(link))) == "recorded");
}

TEST_CASE("A merge whose taken fields stay on its side does not depend on an older join") {
    TestLedger ledger;
    importAll(ledger, {"till/1", "till/2", "till/3"});
    const auto link = ledger.link("till/2", "till/1");
    ledger.fact("record.changed", "till/1", R"("attributes":{"email":"new@example.com"})");
    ledger.merge("till/1", "till/3", {Field::EMAIL});
    REQUIRE(ledger.tryUndo(undoing(link)));
    CHECK(ledger.shown("till/3", Field::EMAIL) == "new@example.com");
    CHECK(ledger.customer("till/2").records.size() == 1);
}

TEST_CASE("A merge depends on a join that brought what it took while the other record was deleted") {
    TestLedger ledger;
    importAll(ledger, {"till/1", "till/2"});
    ledger.fact("record.entered", "till/3", "");
    ledger.fact("record.deleted", "till/2", "");
    const auto link = ledger.link("till/1", "till/2");
    const auto merge = ledger.merge("till/2", "till/3", {Field::EMAIL});
    ledger.fact("record.imported", "till/2", R"("attributes":{"city":"Ulm"})");
    const auto refused = ledger.tryUndo(undoing(link));
    REQUIRE(codeOf(refused) == "dependent_joins");
    CHECK(refused.error().joins == std::vector{merge});
}

TEST_CASE("An automatic link depends on the join that made two customers with the address one") {
    TestLedger ledger;
    for (const auto* name : {"till/1", "till/2"}) {
        ledger.fact("record.imported", name, R"("attributes":{"email":"anna@example.com"})");
    }
    const auto link = ledger.link("till/1", "till/2");
    ledger.fact("record.registered", "web/1", R"("attributes":{"email":"anna@example.com"},
        "account":{"username":"anna","passwordHash":"x"},"emailVerified":true)");
    const auto automatic = ledger.business().head();
    REQUIRE(ledger.customer("web/1").records.size() == 3);
    const auto refused = ledger.tryUndo(undoing(link));
    REQUIRE(codeOf(refused) == "dependent_joins");
    CHECK(refused.error().joins == std::vector{automatic});
}

TEST_CASE("An automatic link depends on the merge of somebody else that hid the address") {
    TestLedger ledger;
    for (const auto* name : {"till/1", "till/2", "till/3"}) {
        ledger.fact("record.imported", name, R"("attributes":{"email":"anna@example.com"})");
    }
    ledger.fact("record.changed", "till/3", R"("attributes":{"email":"other@example.com"})");
    const auto merge = ledger.merge("till/2", "till/3");
    ledger.fact("record.registered", "web/1", R"("attributes":{"email":"anna@example.com"},
        "account":{"username":"anna","passwordHash":"x"},"emailVerified":true)");
    const auto automatic = ledger.business().head();
    REQUIRE(ledger.customer("web/1").records.size() == 2);
    const auto refused = ledger.tryUndo(undoing(merge));
    REQUIRE(codeOf(refused) == "dependent_joins");
    CHECK(refused.error().joins == std::vector{automatic});
}

TEST_CASE("Only what staff recorded while the join was in force can be assigned, and only to the other side") {
    TestLedger ledger;
    importAll(ledger, {"till/1", "till/2", "till/3"});
    const auto before = ledger.factFrom("desk", "note.filed", "till/1", R"("entry":"n1","text":"before")");
    const auto join = ledger.link("till/1", "till/2");
    const auto byAdapter = ledger.fact("note.filed", "till/1", R"("entry":"n2","text":"by the till")");
    const auto byStaff = ledger.factFrom("desk", "note.filed", "till/1", R"("entry":"n3","text":"by staff")");
    const auto stranger = ledger.factFrom("desk", "note.filed", "till/3", R"("entry":"n4","text":"of a stranger")");
    const auto assigning = [&](events::Position fact, const char* to) {
        auto command = undoing(join);
        command.assign = {{fact, record(to)}};
        return codeOf(ledger.tryUndo(command));
    };
    CHECK(assigning(before, "till/2") == "not_assignable");
    CHECK(assigning(byAdapter, "till/2") == "not_assignable");
    CHECK(assigning(stranger, "till/2") == "not_assignable");
    CHECK(assigning(join, "till/2") == "not_assignable");
    CHECK(assigning(position(999), "till/2") == "not_assignable");
    CHECK(assigning(byStaff, "till/1") == "not_assignable");
    CHECK(assigning(byStaff, "till/3") == "not_assignable");
    CHECK(assigning(byStaff, "till/9") == "not_assignable");
    auto twice = undoing(join);
    twice.assign = {{byStaff, record("till/2")}, {byStaff, record("till/2")}};
    CHECK(codeOf(ledger.tryUndo(twice)) == "not_assignable");
    CHECK(assigning(byStaff, "till/2") == "recorded");
}

TEST_CASE("What was recorded after a join was undone cannot be assigned with it") {
    TestLedger ledger;
    importAll(ledger, {"till/1", "till/2"});
    auto rejoinable = undoing(ledger.link("till/1", "till/2"));
    rejoinable.rejoinable = true;
    REQUIRE(ledger.tryUndo(rejoinable));
    const auto between = ledger.factFrom("desk", "note.filed", "till/1", R"("entry":"n1","text":"between")");
    auto again = undoing(ledger.link("till/1", "till/2"));
    again.assign = {{between, record("till/2")}};
    CHECK(codeOf(ledger.tryUndo(again)) == "not_assignable");
}

TEST_CASE("A join that depends comes before a fact that cannot be assigned") {
    TestLedger ledger;
    importAll(ledger, {"till/1", "till/2", "till/3"});
    ledger.fact("record.changed", "till/2", R"("attributes":{"mobile":"0171 1234567"})");
    const auto link = ledger.link("till/1", "till/2");
    ledger.merge("till/1", "till/3", {Field::MOBILE});
    auto command = undoing(link);
    command.assign = {{position(2), record("till/3")}};
    CHECK(codeOf(ledger.tryUndo(command)) == "dependent_joins");
}

TEST_CASE("A refused undo records nothing") {
    TestLedger ledger;
    importAll(ledger, {"till/1", "till/2"});
    const auto join = ledger.link("till/1", "till/2");
    const auto before = ledger.business().head();
    auto command = undoing(join);
    command.assign = {{position(2), record("till/2")}};
    REQUIRE(codeOf(ledger.tryUndo(command)) == "not_assignable");
    CHECK(ledger.business().head() == before);
    CHECK(ledger.customer("till/1").records.size() == 2);
}

TEST_CASE("Joins are undone in any order") {
    TestLedger ledger;
    importAll(ledger, {"till/1", "till/2", "till/3", "till/4"});
    const auto first = ledger.link("till/1", "till/2");
    const auto second = ledger.merge("till/3", "till/4");
    const auto third = ledger.link("till/2", "till/4");
    ledger.undo(second);
    CHECK(joinsOf(ledger.customer("till/1")) == std::vector{first, third});
    CHECK(ledger.customer("till/3").records.size() == 1);
    ledger.undo(first);
    CHECK(joinsOf(ledger.customer("till/4")) == std::vector{third});
    ledger.undo(third);
    CHECK(ledger.customer("till/4").records.size() == 1);
}
