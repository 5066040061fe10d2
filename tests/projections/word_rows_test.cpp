// The rows by which customers are found are those that their files name: one that is gone, one too many and one that is
// another's are noticed, and a rebuild makes them good.

#include <catch2/catch.hpp>

#include "ledger/stored_keys.hpp"
#include "projections/stored_views.hpp"
#include "projections/word_rows.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;

namespace {

struct Salon {
    TestLedger ledger;
    projections::StoredViews views;

    Salon() : views(filled(ledger)) { views.catchUp(); }

    [[nodiscard]] projections::RebuildResult rebuilt(projections::Switching switching) {
        return views.rebuild(switching, [](std::uint64_t, std::uint64_t) {});
    }
    [[nodiscard]] std::size_t found(const char* text) const { return filesThatFit(ledger.business(), text).size(); }
    // The keys of the rows for words of the first rows that were made, those of one record together.
    [[nodiscard]] std::vector<std::string> wordKeys(const std::string& record) const {
        const auto& directory = ledger.business().directory();
        const auto prefix = ledger::keys::business(ledger.business().number()) + std::string("\0\0\0\1", 4) + "t";
        std::vector<std::string> keys;
        const auto rows = directory.rows(directory.views());
        for (rows->Seek(prefix); rows->Valid() && rows->key().starts_with(prefix); rows->Next()) {
            if (rows->key().ends_with(record)) keys.push_back(rows->key().ToString());
        }
        REQUIRE(keys.size() > 1);
        return keys;
    }
    void erase(const std::string& key) const {
        const auto& directory = ledger.business().directory();
        REQUIRE(directory.database().Delete({}, directory.views(), key).ok());
    }
    void put(const std::string& key, const std::string& value) const {
        const auto& directory = ledger.business().directory();
        REQUIRE(directory.database().Put({}, directory.views(), key, value).ok());
    }

private:
    static ledger::Business& filled(TestLedger& ledger) {
        ledger.fact("record.imported", "till/1", R"("attributes":{"givenName":"Jolanthe","familyName":"Planter"})");
        ledger.fact("record.imported", "till/2", R"("attributes":{"givenName":"Albert","familyName":"Meister"})");
        return ledger.business();
    }
};

}  // namespace

TEST_CASE("Rows for words that are not those of the customers' files are noticed and made anew") {
    Salon salon;
    REQUIRE(salon.rebuilt(projections::Switching::keepOld).matches());
    const auto first = salon.wordKeys("till/1").front();
    const auto second = salon.wordKeys("till/2").front();
    SECTION("one is gone") { salon.erase(first); }
    SECTION("one too many") { salon.put(first.substr(0, first.size() - 1) + "2", ""); }
    SECTION("of a record that is not there") { salon.put(first + "7", ""); }
    SECTION("one in the place of another") {
        salon.erase(first);
        salon.put(first.substr(0, first.size() - 1) + "2", "");
    }
    SECTION("two have changed places") {
        for (const auto& key : {first, second}) salon.erase(key);
        salon.put(first.substr(0, first.size() - 1) + "2", "");
        salon.put(second.substr(0, second.size() - 1) + "1", "");
    }
    SECTION("one says something") { salon.put(first, "x"); }
    SECTION("all are gone") {
        for (const auto* record : {"till/1", "till/2"}) {
            for (const auto& key : salon.wordKeys(record)) salon.erase(key);
        }
        CHECK(salon.found("Jolanthe") == 0);
    }
    const auto compared = salon.rebuilt(projections::Switching::keepOld);
    CHECK_FALSE(compared.matches());
    CHECK_FALSE(compared.counted.wordsFit);
    CHECK(compared.stored == compared.rebuilt);
    CHECK_FALSE(salon.rebuilt(projections::Switching::useNew).matches());
    CHECK(salon.rebuilt(projections::Switching::keepOld).matches());
    CHECK(salon.found("Jolanthe") == 1);
    CHECK(salon.found("Meister") == 1);
}

TEST_CASE("Rows that a rebuild has dropped are not taken for rows of the next one") {
    Salon salon;
    REQUIRE(salon.rebuilt(projections::Switching::keepOld).matches());  // what it made is dropped
    salon.ledger.fact("record.imported", "till/1", R"("attributes":{"givenName":"Roswitha","familyName":"Gärtner"})");
    REQUIRE(salon.rebuilt(projections::Switching::useNew).matches());
    CHECK(salon.rebuilt(projections::Switching::keepOld).matches());
}

TEST_CASE("Rows for words are compared in any order, each once") {
    projections::WordRows words;
    CHECK(words.fit());
    words.named("tokenone", "till/1");
    words.named("tokentwo", "till/2");
    CHECK_FALSE(words.fit());
    words.stored("tokentwotill/2", "");
    words.stored("tokenonetill/1", "");
    CHECK(words.fit());
    words.stored("tokenonetill/1", "");
    CHECK_FALSE(words.fit());
}
