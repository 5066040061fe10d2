// That nobody can test, by the data directory and all its keys, which e-mail address or account somebody had who was
// erased: the index finds events by both, in rows whose keys anybody with the business's key can make of a guess.

#include <catch2/catch.hpp>
#include <filesystem>

#include "ledger/backup.hpp"
#include "tests/support/file_scan.hpp"
#include "tests/support/soundness.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using ledger::Stream;

namespace {

struct Salon {
    TestLedger ledger;

    Salon() {
        ledger.fact("record.imported", "till/1", R"("attributes":{"email":"First@example.com"})");
        ledger.fact("record.changed", "till/1", R"("attributes":{"email":"shared@example.com"})");
        ledger.fact("record.registered", "web/7",
                    R"("attributes":{"email":"web@example.com"},"account":{"username":"first-name"})");
        ledger.fact("account.changed", "web/7", R"("username":"later-name")");
        ledger.fact("record.imported", "till/2", R"("attributes":{"email":"shared@example.com"})");
        ledger.fact("record.imported", "till/3", R"("attributes":{"email":"third@example.com"})");
    }

    [[nodiscard]] bool isFound(Stream stream, const char* name) const {
        const auto place = placeOf(ledger.data());
        const auto token = ledger.business().tokens().stream(static_cast<char>(stream), name);
        return !FileScan({place.data, place.anchor}).filesWith(token.view()).empty();
    }
    [[nodiscard]] std::string found() const {
        std::string names;
        for (const auto* name : {"first@example.com", "shared@example.com", "web@example.com", "third@example.com"}) {
            if (isFound(Stream::email, name)) names += std::string(name) + " ";
        }
        for (const auto* name : {"web/first-name", "web/later-name"}) {
            if (isFound(Stream::account, name)) names += std::string(name) + " ";
        }
        return names;
    }
};

constexpr const char* all =
    "first@example.com shared@example.com web@example.com third@example.com web/first-name web/later-name ";

void checkIsGone(Salon& salon) {
    for (int round = 0; round < 3; ++round) {
        CHECK(salon.found() == "shared@example.com third@example.com ");
        const auto now = salon.ledger.business().now();
        CHECK(now.customersThatSaid("shared@example.com").size() == 1);
        CHECK(now.customersThatSaid("third@example.com").size() == 1);
        CHECK(now.customersThatSaid("first@example.com").empty());
        CHECK(auditOf(salon.ledger.business()) == "sound");
        salon.ledger.reopen();
    }
}

}  // namespace

TEST_CASE("No file holds what could be tested for an e-mail address or an account of who was erased") {
    const bool wasStored = GENERATE(false, true);
    Salon salon;
    if (wasStored) {
        salon.ledger.reopen();  // out of memory, into tables
        CHECK(salon.found() == all);
    }
    REQUIRE(salon.ledger.tryErase({"till/1", "web/7"}));
    checkIsGone(salon);
}

TEST_CASE("A restored backup holds nothing that could be tested for an address of who was erased since") {
    Salon salon;
    salon.ledger.reopen();
    const auto backups = salon.ledger.path() / "backups";
    ledger::backUp(salon.ledger.business().directory(), backups, std::nullopt);
    REQUIRE(salon.ledger.tryErase({"till/1", "web/7"}));
    salon.ledger.close();
    std::filesystem::remove_all(salon.ledger.data());
    ledger::restoreBackup(backups, std::nullopt, salon.ledger.data());
    salon.ledger.reopen();
    CHECK(salon.found().empty());
    salon.ledger.reopen();  // what is in memory is written
    CHECK(salon.found() == "shared@example.com third@example.com ");
    CHECK(salon.ledger.business().now().customersThatSaid("shared@example.com").size() == 1);
}

TEST_CASE("A change that an undo gave to who was erased leaves nothing to test in the index") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", R"("attributes":{"familyName":"One"})");
    ledger.factFrom("desk", "record.entered", "desk/1", R"("attributes":{"familyName":"Two"})");
    const auto join = ledger.link("till/1", "desk/1");
    const auto change =
        ledger.factFrom("desk", "record.changed", "desk/1", R"("attributes":{"email":"moved@example.com"})");
    ledger::Undoing undo;
    undo.join = join;
    undo.reason = "wrong";
    undo.assign = {{change, record("till/1")}};
    REQUIRE(ledger.tryUndo(undo));
    CHECK(ledger.business().now().customersThatSaid("moved@example.com").size() == 2);
    REQUIRE(ledger.tryErase({"till/1"}));
    CHECK(ledger.business().now().customersThatSaid("moved@example.com").empty());
    CHECK(auditOf(ledger.business()) == "sound");
    ledger.reopen();
    const auto token = ledger.business().tokens().stream(static_cast<char>(Stream::email), "moved@example.com");
    CHECK(filesWith(ledger.data(), token.view()).empty());
}
