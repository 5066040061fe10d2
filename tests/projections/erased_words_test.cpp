// That nobody can test, by the data directory and all its keys, what a person who was erased was called: the rows by
// which words are found have keys that anybody with the business's key can make of a guess.

#include <catch2/catch.hpp>
#include <filesystem>
#include <set>

#include "ledger/backup.hpp"
#include "projections/sealed_rows.hpp"
#include "projections/search_words.hpp"
#include "projections/stored_views.hpp"
#include "tests/support/file_scan.hpp"
#include "tests/support/soundness.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;

namespace {

struct Salon {
    TestLedger ledger;

    Salon() {
        ledger.fact("record.imported", "till/1",
                    R"("attributes":{"givenName":"Jolanthe","familyName":"Planter","phone":"030 5550123",
                       "email":"jolanthe@beispiel.example"})");
        ledger.fact("record.imported", "till/2",
                    R"("attributes":{"givenName":"Albert","familyName":"Meister","phone":"0170 7770124"})");
        projections::StoredViews(business()).catchUp();
    }
    [[nodiscard]] ledger::Business& business() const { return ledger.business(); }

    // What the search makes of the words of the record.
    [[nodiscard]] std::set<std::string> tokensOf(const char* name) const {
        std::set<std::string> tokens;
        for (const auto& word : projections::wordsOf(ledger::foldFields(ledger.customer(name)))) {
            const auto token = business().tokens().stream('W', projections::indexedPart(word));
            tokens.emplace(token.view().substr(0, projections::wordTokenBytes));
        }
        REQUIRE(tokens.size() > 2);
        return tokens;
    }

    // How many of the tokens stand in files.
    [[nodiscard]] std::size_t found(const std::set<std::string>& tokens) const {
        const auto place = placeOf(ledger.data());
        const FileScan scan({place.data, place.anchor});
        std::size_t count = 0;
        for (const auto& token : tokens) count += scan.filesWith(token).empty() ? 0 : 1;
        return count;
    }
};

}  // namespace

TEST_CASE("No file holds what could be tested for a word of who was erased") {
    Salon salon;
    const auto gone = salon.tokensOf("till/1");
    const auto stays = salon.tokensOf("till/2");
    for (int round = 0; round < 2; ++round) {  // out of memory, into tables
        salon.ledger.reopen();
        projections::StoredViews(salon.business()).catchUp();
        REQUIRE(salon.business().directory().database().Flush({}, salon.business().directory().views()).ok());
        CHECK(salon.found(gone) == gone.size());
        CHECK(salon.found(stays) == stays.size());
    }
    REQUIRE(salon.ledger.tryErase({"till/1"}));
    for (int round = 0; round < 2; ++round) {
        CHECK(salon.found(gone) == 0);
        projections::StoredViews(salon.business()).catchUp();
        REQUIRE(salon.business().directory().database().Flush({}, salon.business().directory().views()).ok());
        CHECK(salon.found(gone) == 0);
        CHECK(salon.found(stays) == stays.size());
        CHECK(rebuildMatches(salon.business()));
        salon.ledger.reopen();
    }
}

TEST_CASE("An interrupted rebuild leaves nothing that could be tested for a word of who was erased then") {
    Salon salon;
    const auto gone = salon.tokensOf("till/1");
    int told = 0;
    const auto cutShort = [&](std::uint64_t, std::uint64_t) {
        if (++told == 2) throw std::runtime_error("cut short");  // when all are written
    };
    projections::StoredViews views(salon.business());
    CHECK_THROWS_AS(views.rebuild(projections::Switching::useNew, cutShort), std::runtime_error);
    REQUIRE(salon.business().directory().database().Flush({}, salon.business().directory().views()).ok());
    REQUIRE(salon.ledger.tryErase({"till/1"}));
    CHECK(salon.found(gone) == 0);
    CHECK(rebuildMatches(salon.business()));
    CHECK(salon.found(gone) == 0);
}

TEST_CASE("A restored backup holds nothing that could be tested for a word of who was erased since") {
    Salon salon;
    const auto gone = salon.tokensOf("till/1");
    const auto backups = salon.ledger.path() / "backups";
    REQUIRE(salon.business().directory().database().Flush({}, salon.business().directory().views()).ok());
    ledger::backUp(salon.business().directory(), backups, std::nullopt);
    REQUIRE(salon.ledger.tryErase({"till/1"}));
    salon.ledger.close();
    std::filesystem::remove_all(salon.ledger.data());
    ledger::restoreBackup(backups, std::nullopt, salon.ledger.data());
    CHECK(salon.found(gone) == gone.size());
    salon.ledger.reopen();
    CHECK(salon.found(gone) == 0);
    projections::StoredViews(salon.business()).catchUp();
    CHECK(rebuildMatches(salon.business()));
}
