// The audit finds whatever is altered in what is stored, and says where.

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

#include "ledger/failure.hpp"
#include "ledger/log_audit.hpp"
#include "ledger/stored_keys.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;
using events::Position;

namespace {

constexpr std::uint64_t entries = 700;  // two complete tiles and a partial one

struct Fixture {
    TestLedger ledger;

    Fixture() {
        ledger.connect("till");
        enter(2, 100);
        enter(101, entries);
    }
    // One record after the other, and signs.
    void enter(std::uint64_t first, std::uint64_t last) const {
        business().append(enteredAtTill(first, last), {"tester", events::Role::ADAPTER});
        CHECK_FALSE(business().checkpoint().empty());
    }
    [[nodiscard]] ledger::Business& business() const { return ledger.business(); }
    [[nodiscard]] ledger::Audit audit() const {
        return ledger::auditLog(business(), [](std::uint64_t, std::uint64_t) {});
    }
    [[nodiscard]] std::string what() const {
        const auto result = audit();
        REQUIRE(result.fault);
        return std::to_string(result.fault->position.value()) + " " + result.fault->what;
    }

    // Turns one bit of the value under the key.
    void flip(rocksdb::ColumnFamilyHandle* family, const std::string& key, std::size_t byte) const {
        auto& database = business().directory().database();
        std::string value;
        REQUIRE(database.Get({}, family, key, &value).ok());
        value.at(byte) = static_cast<char>(value.at(byte) ^ 4);
        REQUIRE(database.Put({}, family, key, value).ok());
    }
    [[nodiscard]] std::string key(char kind, const std::string& rest = {}) const {
        return ledger::keys::indexed(business().number(), kind, rest);
    }
    [[nodiscard]] ledger::DataDirectory& directory() const { return business().directory(); }
};

std::string tileKey(int level, std::uint64_t index) { return static_cast<char>(level) + ledger::keys::number64(index); }

}  // namespace

TEST_CASE("A log that others extend, sign and erase from meanwhile is found whole") {
    const Fixture fixture;
    std::atomic<bool> isOver = false;
    std::atomic<std::uint64_t> recorded = entries;
    std::thread others([&] {
        for (std::uint64_t next = entries + 1; !isOver; ++next) {
            fixture.business().append(enteredAtTill(next, next), {"tester", events::Role::ADAPTER});
            (void)fixture.business().checkpoint();
            if (next % 50 == 0) (void)fixture.ledger.tryErase({"till/" + std::to_string(next)});
            recorded = next;
        }
    });
    for (int times = 0; times < 20 || recorded < entries + 200; ++times) {
        const auto audit = fixture.audit();
        INFO((audit.fault ? textOf(*audit.fault) : ""));
        CHECK_FALSE(audit.fault);
    }
    isOver = true;
    others.join();
}

TEST_CASE("A log that nobody touched is found whole, before and after a restart") {
    Fixture fixture;
    for (int round = 0; round < 2; ++round) {
        const auto audit = fixture.audit();
        INFO((audit.fault ? audit.fault->what : ""));
        CHECK_FALSE(audit.fault);
        CHECK(audit.tree.size == entries);
        CHECK(audit.checkpoints >= 2);  // and those that the ledger signs for its anchor
        fixture.ledger.reopen();
    }
}

TEST_CASE("An altered entry is found at its position") {
    const Fixture fixture;
    SECTION("in a complete tile") {
        fixture.flip(fixture.directory().log(), ledger::keys::entry(fixture.business().number(), Position(300)), 100);
        CHECK_THAT(fixture.what(), Contains("300 "));
    }
    SECTION("behind the last complete tile") {
        fixture.flip(fixture.directory().log(), ledger::keys::entry(fixture.business().number(), Position(690)), 100);
        CHECK_THAT(fixture.what(), Contains("690 "));  // it cannot be opened with its key
    }
    SECTION("taken out") {
        REQUIRE(
            fixture.directory()
                .database()
                .Delete({}, fixture.directory().log(), ledger::keys::entry(fixture.business().number(), Position(300)))
                .ok());
        CHECK_THAT(fixture.what(), Contains("300 "));
    }
}

namespace {

// What is said of a log that does not open.
std::string notOpened(TestLedger& ledger) {
    try {
        ledger.reopen();
    } catch (const ledger::Failure& failure) {
        return failure.what();
    }
    return "opened";
}

// Turns a bit in what stands in the clear: it can be read all the same.
void alterClear(const Fixture& fixture, std::uint64_t position) {
    const auto key = ledger::keys::entry(fixture.business().number(), Position(position));
    const auto bytes = fixture.business().entryBytes(Position(position));
    const auto at = bytes.find("tester");
    REQUIRE(at != std::string::npos);
    fixture.flip(fixture.directory().log(), key, at);
}

}  // namespace

TEST_CASE("An altered entry in the incomplete tile is found between what was signed and proves right or wrong") {
    Fixture fixture;
    fixture.enter(entries + 1, entries + 40);
    fixture.enter(entries + 41, entries + 41);
    fixture.enter(entries + 42, entries + 60);
    std::uint64_t altered = 0;
    std::string said;
    SECTION("behind the complete tiles") {
        altered = 513;
        said =
            "position 513: The log is not what was signed in the checkpoint of its first 700 entries: the fault is between "
            "positions 513 and 700, if no complete tile before it was altered too.";
    }
    SECTION("between two checkpoints") {
        altered = entries + 17;
        said =
            "position 701: The log is not what was signed in the checkpoint of its first 740 entries: the fault is "
            "between positions 701 and 740.";
    }
    SECTION("at the only position that it can be at") {
        altered = entries + 41;
        said =
            "position 741: The log is not what was signed in the checkpoint of its first 741 entries: the fault is at "
            "position 741.";
    }
    alterClear(fixture, altered);
    const auto fault = fixture.audit().fault;
    REQUIRE(fault);
    CHECK(textOf(*fault) == said);
    CHECK(notOpened(fixture.ledger) == said);
}

TEST_CASE("An altered entry that was never signed is found behind the last checkpoint that proves right") {
    TestLedger ledger;
    ledger.connect("till");
    ledger.business().append(enteredAtTill(2, 30), {"tester", events::Role::ADAPTER});
    const auto number = ledger.business().number();
    ledger.close();
    {
        const ledger::DataDirectory directory(placeOf(ledger.data()).data, masterKey());
        const auto key = ledger::keys::entry(number, Position(20));
        std::string value;
        REQUIRE(directory.database().Get({}, directory.log(), key, &value).ok());
        value.back() = static_cast<char>(value.back() ^ 1);
        REQUIRE(directory.database().Put({}, directory.log(), key, value).ok());
        // As if the computer had stopped before the ledger signed anything of these.
        const auto signedNow =
            ledger::keys::indexed(number, 'c', std::string("\0\0\0\1", 4) + ledger::keys::number64(30));
        REQUIRE(directory.database().Delete({}, directory.tree(), signedNow).ok());
    }
    CHECK_THAT(notOpened(ledger), Contains("position ") &&
                                      Contains("The end of the log does not lead to the root of its "
                                               "tree: the fault is between positions ") &&
                                      Contains(" and 30."));
}

TEST_CASE("Altered tiles, heads, checkpoints and index rows are found") {
    Fixture fixture;
    SECTION("a tile of leaves") {
        fixture.flip(fixture.directory().tree(), fixture.key('t', tileKey(0, 1)), 40);
        CHECK_THAT(fixture.what(), Contains("258 "));
    }
    SECTION("a tile that is gone") {
        REQUIRE(fixture.directory()
                    .database()
                    .Delete({}, fixture.directory().tree(), fixture.key('t', tileKey(0, 0)))
                    .ok());
        CHECK_THAT(fixture.what(), Contains("tile"));
    }
    SECTION("the head") {
        fixture.flip(fixture.directory().tree(), fixture.key('s'), 20);
        CHECK_THAT(fixture.what(), Contains("root"));
    }
    SECTION("a checkpoint") {
        fixture.flip(fixture.directory().tree(),
                     fixture.key('c', std::string("\0\0\0\1", 4) + ledger::keys::number64(100)), 50);
        CHECK_THAT(fixture.what(), Contains("checkpoint of the first 100 entries"));
    }
    SECTION("checkpoints that have changed places") {
        auto& database = fixture.directory().database();
        const auto keyOf = [&](std::uint64_t size) {
            return fixture.key('c', std::string("\0\0\0\1", 4) + ledger::keys::number64(size));
        };
        std::string note;
        REQUIRE(database.Get({}, fixture.directory().tree(), keyOf(entries), &note).ok());
        REQUIRE(database.Put({}, fixture.directory().tree(), keyOf(100), note).ok());
        CHECK_THAT(fixture.what(), Contains("checkpoint of the first 100 entries"));
    }
    SECTION("an index row") {
        fixture.ledger.reopen();  // writes the index out
        const auto name = fixture.business().tokens().stream('F', "till/5");
        fixture.flip(fixture.directory().index(), fixture.key('s', std::string(name.view())), 1);
        CHECK_THAT(fixture.what(), Contains("index"));
    }
    SECTION("an event's id in the index") {
        fixture.ledger.reopen();  // writes the index out
        const auto id = fixture.business().tokens().eventId("till", "7");
        fixture.flip(fixture.directory().index(), fixture.key('e', std::string(id.view())), 7);
        CHECK_THAT(fixture.what(), Contains("index"));
    }
}

TEST_CASE("A log whose end does not fit its tree is not opened") {
    Fixture fixture;
    SECTION("the last entry is altered") {
        fixture.flip(fixture.directory().log(), ledger::keys::entry(fixture.business().number(), Position(entries)),
                     100);
    }
    SECTION("the last entry is gone") {
        REQUIRE(fixture.directory()
                    .database()
                    .Delete({}, fixture.directory().log(),
                            ledger::keys::entry(fixture.business().number(), Position(entries)))
                    .ok());
    }
    SECTION("the head is altered") { fixture.flip(fixture.directory().tree(), fixture.key('s'), 20); }
    CHECK_THROWS_AS(fixture.ledger.reopen(), ledger::Failure);
}

TEST_CASE("A checkpoint from outside tells a fork and a truncation") {
    const Fixture fixture;
    const auto now = fixture.business().checkpoint();
    CHECK_FALSE(ledger::compareWithCheckpoint(fixture.business(), now));
    CHECK_FALSE(
        ledger::compareWithCheckpoint(fixture.business(), fixture.business().tree().checkpoints().front().note));

    const ledger::NoteSigner signer(fixture.business().tree().verifier().name(), {});
    CHECK_THAT(ledger::compareWithCheckpoint(fixture.business(), signer.sign("x\n"))->what, Contains("not one of"));
    CHECK_THAT(ledger::compareWithCheckpoint(fixture.business(), "")->what, Contains("not one of"));
    // The same log's checkpoint, whose history took another turn in a copy.
    TestLedger other;
    CHECK(ledger::compareWithCheckpoint(other.business(), now));
}

TEST_CASE("What was signed is never contradicted by what is signed later") {
    const Fixture fixture;
    const auto name = ledger::keys::entry(fixture.business().number(), Position(entries));
    fixture.flip(fixture.directory().log(), name, 100);
    // The entry at the end of what was signed last is another one now; with one more entry the log would be signed
    // anew.
    fixture.business().append(enteredAtTill(entries + 1, entries + 1), {"tester", events::Role::ADAPTER});
    CHECK_THROWS_AS(fixture.business().checkpoint(), ledger::Failure);
}
