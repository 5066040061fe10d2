// What of a retired record still counts after a merge: taken fields and pending changes (DESIGN §4).

#include <catch2/catch.hpp>

#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using events::Field;

namespace {

std::string city(const std::string& name) { return R"("attributes":{"city":")" + name + R"("})"; }
std::string email(const std::string& name) { return R"("attributes":{"email":")" + name + R"(@example.com"})"; }

// till/1 was merged into till/2, and only its e-mail address was taken.
struct Merged : TestLedger {
    Merged() {
        fact("record.imported", "till/1", R"("attributes":{"city":"Ulm","email":"one@example.com"})");
        fact("record.imported", "till/2", R"("attributes":{"city":"Bonn","email":"two@example.com"})");
        merged = merge("till/1", "till/2", {Field::EMAIL});
    }
    [[nodiscard]] std::vector<ledger::PendingChange> pending() const {
        return ledger::foldFields(customer("till/2")).pending;
    }
    [[nodiscard]] std::string shownCity() const { return shown("till/2", Field::CITY); }
    [[nodiscard]] std::string shownEmail() const { return shown("till/2", Field::EMAIL); }
    std::string resolve(std::vector<events::Position> take, std::vector<events::Position> dismiss) {
        return codeOf(
            business().decide(record("till/2"), ledger::ResolveChanges{std::move(take), std::move(dismiss)}, admin()));
    }
    events::Position merged;
};

ledger::PendingChange change(events::Position position, const std::optional<events::FieldValue>& value) {
    return {record("till/1"), position, Field::CITY, value};
}

}  // namespace

TEST_CASE("After a merge only the taken fields of the retired record show") {
    const Merged ledger;
    CHECK(ledger.shownEmail() == "one@example.com");
    CHECK(ledger.shownCity() == "Bonn");
    const auto fields = ledger::foldFields(ledger.customer("till/1"));
    CHECK(fields.retired == std::set{record("till/1")});
    CHECK(fields.shown.at(Field::CITY).size() == 1);
    REQUIRE(fields.shown.at(Field::EMAIL).size() == 2);
    CHECK(fields.shown.at(Field::EMAIL)[0].record == record("till/1"));
    CHECK(fields.shown.at(Field::EMAIL)[0].effective == ledger.merged);
    CHECK(ledger.pending().empty());
}

TEST_CASE("A taken field follows its side") {
    Merged ledger;
    ledger.fact("record.changed", "till/1", email("newer"));
    CHECK(ledger.shownEmail() == "newer@example.com");
    CHECK(ledger.pending().empty());
    ledger.fact("record.changed", "till/2", email("newest"));
    CHECK(ledger.shownEmail() == "newest@example.com");
    ledger.fact("record.changed", "till/1", email("last"));
    CHECK(ledger.shownEmail() == "last@example.com");
}

TEST_CASE("A taken field that its side clears does not compete any more") {
    Merged ledger;
    ledger.fact("record.changed", "till/1", R"("attributes":{"email":null})");
    CHECK(ledger.shownEmail() == "two@example.com");
}

TEST_CASE("A taken field follows every record of its side") {
    TestLedger ledger;
    for (const auto* name : {"till/1", "till/2", "till/3"}) ledger.fact("record.imported", name, email(name + 5));
    ledger.link("till/1", "till/2");
    ledger.merge("till/1", "till/3", {Field::EMAIL});
    CHECK(ledger.shown("till/3", Field::EMAIL) == "2@example.com");
    ledger.fact("record.changed", "till/1", email("new"));
    CHECK(ledger.shown("till/3", Field::EMAIL) == "new@example.com");
}

TEST_CASE("A later change of a field that was not taken is pending") {
    Merged ledger;
    const auto changed = ledger.fact("record.changed", "till/1", city("Hof"));
    CHECK(ledger.shownCity() == "Bonn");
    CHECK(ledger.pending() == std::vector{change(changed, "Hof")});
}

TEST_CASE("A pending change that is taken shows, and is not pending any more") {
    Merged ledger;
    const auto changed = ledger.fact("record.changed", "till/1", city("Hof"));
    CHECK(ledger.resolve({changed}, {}) == "recorded");
    CHECK(ledger.shownCity() == "Hof");
    CHECK(ledger.pending().empty());
    ledger.fact("record.changed", "till/2", city("Kiel"));
    CHECK(ledger.shownCity() == "Kiel");
    CHECK(ledger.resolve({changed}, {}) == "not_pending");
}

TEST_CASE("A pending change that is dismissed is gone") {
    Merged ledger;
    const auto changed = ledger.fact("record.changed", "till/1", city("Hof"));
    CHECK(ledger.resolve({}, {changed}) == "recorded");
    CHECK(ledger.shownCity() == "Bonn");
    CHECK(ledger.pending().empty());
    CHECK(ledger.resolve({}, {changed}) == "not_pending");
    CHECK(ledger.resolve({changed}, {}) == "not_pending");
}

TEST_CASE("A pending change is superseded by the next of the same field") {
    Merged ledger;
    const auto first = ledger.fact("record.changed", "till/1", city("Hof"));
    const auto second = ledger.fact("record.changed", "till/1", city("Kiel"));
    CHECK(ledger.pending() == std::vector{change(second, "Kiel")});
    CHECK(ledger.resolve({first}, {}) == "not_pending");
    CHECK(ledger.resolve({second}, {}) == "recorded");
    CHECK(ledger.shownCity() == "Kiel");
}

TEST_CASE("Taking one change takes no later one") {
    Merged ledger;
    CHECK(ledger.resolve({ledger.fact("record.changed", "till/1", city("Hof"))}, {}) == "recorded");
    const auto later = ledger.fact("record.changed", "till/1", city("Kiel"));
    CHECK(ledger.shownCity() == "Hof");
    CHECK(ledger.pending() == std::vector{change(later, "Kiel")});
}

TEST_CASE("A change that clears a field is pending, and when it is taken clears nothing of the other record") {
    Merged ledger;
    const auto cleared = ledger.fact("record.changed", "till/1", R"("attributes":{"city":null})");
    CHECK(ledger.pending() == std::vector{change(cleared, std::nullopt)});
    CHECK(ledger.resolve({cleared}, {}) == "recorded");
    CHECK(ledger.shownCity() == "Bonn");
    CHECK(ledger.pending().empty());
}

TEST_CASE("Nothing is resolved where one of the positions is not pending") {
    Merged ledger;
    const auto changed = ledger.fact("record.changed", "till/1", city("Hof"));
    CHECK(ledger.resolve({changed, ledger.merged}, {}) == "not_pending");
    CHECK(ledger.resolve({changed}, {position(999)}) == "not_pending");
    CHECK(ledger.pending().size() == 1);
}

TEST_CASE("Pending changes of a record that does not exist are not found") {
    TestLedger ledger;
    CHECK(codeOf(ledger.business().decide(record("till/9"), ledger::ResolveChanges{{position(1)}, {}},
                                          ledger.admin())) == "not_found");
}

TEST_CASE("When the merge is undone nothing is pending or taken any more") {
    Merged ledger;
    CHECK(ledger.resolve({ledger.fact("record.changed", "till/1", city("Hof"))}, {}) == "recorded");
    ledger.fact("record.changed", "till/1", city("Kiel"));
    ledger.undo(ledger.merged);
    CHECK(ledger.pending().empty());
    CHECK(ledger.shownCity() == "Bonn");
    CHECK(ledger.shownEmail() == "two@example.com");
    CHECK(ledger.shown("till/1", Field::CITY) == "Kiel");
    CHECK(ledger.shown("till/1", Field::EMAIL) == "one@example.com");
}

TEST_CASE("A value that was taken at a lower merge counts at the upper one only where it is taken again") {
    Merged ledger;
    ledger.fact("record.imported", "till/3", email("three"));
    ledger.merge("till/2", "till/3");
    CHECK(ledger.shown("till/3", Field::EMAIL) == "three@example.com");
    const auto later = ledger.fact("record.changed", "till/1", email("newer"));
    CHECK(ledger.shown("till/3", Field::EMAIL) == "three@example.com");
    CHECK(ledger.pending() ==
          std::vector{ledger::PendingChange{record("till/1"), later, Field::EMAIL, "newer@example.com"}});
}

TEST_CASE("A change that is pending below an upper merge is pending once, and can be taken") {
    Merged ledger;
    ledger.fact("record.imported", "till/3", city("Kiel"));
    ledger.merge("till/2", "till/3");
    const auto changed = ledger.fact("record.changed", "till/1", city("Hof"));
    CHECK(ledger.pending() == std::vector{change(changed, "Hof")});
    CHECK(ledger.resolve({changed}, {}) == "recorded");
    CHECK(ledger.shown("till/3", Field::CITY) == "Hof");
    CHECK(ledger.pending().empty());
}

TEST_CASE("Taking a change takes only the fields that nothing has changed since") {
    Merged ledger;
    const auto both = ledger.fact("record.changed", "till/1", R"("attributes":{"city":"Hof","street":"Am Tor 1"})");
    const auto newer = ledger.fact("record.changed", "till/1", city("Jena"));
    CHECK(ledger.resolve({both}, {}) == "recorded");
    CHECK(ledger.shown("till/2", Field::STREET) == "Am Tor 1");
    CHECK(ledger.shownCity() == "Bonn");
    CHECK(ledger.pending() == std::vector{change(newer, "Jena")});
}

TEST_CASE("What was taken stays taken when the record changes the field again") {
    Merged ledger;
    const auto first = ledger.fact("record.changed", "till/1", city("Hof"));
    CHECK(ledger.resolve({first}, {}) == "recorded");
    const auto second = ledger.fact("record.changed", "till/1", city("Jena"));
    CHECK(ledger.shownCity() == "Hof");
    CHECK(ledger.pending() == std::vector{change(second, "Jena")});
}
