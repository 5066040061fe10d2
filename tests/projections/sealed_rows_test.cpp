#include "projections/sealed_rows.hpp"

#include <catch2/catch.hpp>

#include "ledger/failure.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using projections::leadingRow;
using projections::SealedRows;

namespace {

struct Fixture {
    TestLedger ledger;
    SealedRows rows{ledger.business().keys(), ledger.business().number()};

    Fixture() {
        ledger.fact("record.imported", "till/1", R"("attributes":{"familyName":"Anna"})");
        ledger.fact("record.registered", "web/2", R"("attributes":{"familyName":"Otto"})");
        ledger.link("till/1", "web/2");
    }
    [[nodiscard]] std::string sealed(const char* name, const std::string& file) const {
        return rows.seal(rows.keysFor(ledger.customer("till/1")), name, "12345678abcdefgh", file);
    }
};

}  // namespace

TEST_CASE("A stored file opens under its own name, unchanged, and as long as all its records have keys") {
    Fixture fixture;
    const auto value = fixture.sealed("till/1", R"({"customer":"till/1"})");
    CHECK(value.find("customer") == std::string::npos);
    CHECK(projections::isLeading(value));
    const auto row = leadingRow(value);
    CHECK(row.tokens == "12345678abcdefgh");
    CHECK(row.records == std::vector<std::string_view>{"till/1", "web/2"});
    CHECK(fixture.rows.open("till/1", row) == R"({"customer":"till/1"})");
    CHECK_THROWS_AS(fixture.rows.open("till/9", row), ledger::Failure);
    for (std::size_t at = 2; at < value.size(); at += 5) {
        auto changed = value;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        CHECK_THROWS_AS(fixture.rows.open("till/1", leadingRow(changed)), ledger::Failure);
    }

    REQUIRE(fixture.ledger.tryErase({"web/2"}, ledger::Erase::Joined::leaveAsTheyAre));
    CHECK_FALSE(fixture.rows.open("till/1", row));
    // What it counted can still be taken out of a sum.
    CHECK(fixture.rows.digestOf("till/1", value) == row.digest);
}

TEST_CASE("A digest says something of the name, the words and the file") {
    Fixture fixture;
    const auto digest = [&](const char* name, const std::string& file) {
        return fixture.rows.digestOf(name, fixture.sealed(name, file));
    };
    CHECK(digest("till/1", "a") == digest("till/1", "a"));
    CHECK(digest("till/1", "a") != digest("till/1", "b"));
    CHECK(digest("till/1", "a") != digest("web/2", "a"));
    const auto pointing = projections::pointingRow(record("till/1"));
    CHECK(projections::pointsTo(pointing) == "till/1");
    CHECK(fixture.rows.digestOf("web/2", pointing) != fixture.rows.digestOf("web/3", pointing));
}

TEST_CASE("What is no row is damage") {
    const auto cutShort = std::string("L\x02") + "abc";
    for (const auto& value : {std::string(), std::string("L"), cutShort, std::string("X"), std::string("P")}) {
        CHECK_THROWS_AS(leadingRow(value), ledger::Failure);
    }
    CHECK_THROWS_AS(projections::pointsTo(""), ledger::Failure);
    CHECK_THROWS_AS(projections::pointsTo("P"), ledger::Failure);
}
