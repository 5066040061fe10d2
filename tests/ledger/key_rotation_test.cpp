// A new master key: everything reads as before, and the one before opens nothing any more, whatever cuts it short.

#include <catch2/catch.hpp>

#include "ledger/failure.hpp"
#include "projections/stored_views.hpp"
#include "tests/support/file_scan.hpp"
#include "tests/support/soundness.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;

namespace {

// A ledger with keys of every kind, one of them destroyed.
struct Salon {
    TestLedger ledger;

    Salon() {
        ledger.fact("record.imported", "till/1", R"("attributes":{"familyName":"Muster"})");
        ledger.fact("record.imported", "till/2", R"("attributes":{"familyName":"Gone"})");
        ledger.factFrom("desk", "note.filed", "till/1", R"("entry":"n1","title":"Likes tea")");
        ledger.fact("visit.checkedOut", "till/1",
                    R"("receipt":"r1","total":{"amount":4500,"currency":"EUR"},"items":[{"name":"Haircut"}])");
        ledger.link("till/1", "till/2");
        REQUIRE(ledger.tryErase({"till/2"}, ledger::Erase::Joined::leaveAsTheyAre));
        ledger.startBusiness();
        ledger.fact("record.imported", "till/1", R"("attributes":{"familyName":"Other"})");
    }
    // The first of its businesses, whatever the directory is under.
    [[nodiscard]] std::string shown() const {
        return ledger.file("till/1") + ledger.history("till/1") + protocolOf(ledger.business(), "till/1");
    }
};

// Every value that is wrapped under the master key of a directory, but those that were destroyed.
std::vector<std::string> wrappedIn(const ledger::DataDirectory& directory) {
    std::vector<std::string> wrapped;
    for (auto* family : {directory.keys(), directory.database().DefaultColumnFamily()}) {
        const auto rows = directory.rows(family);
        for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
            auto value = rows->value().ToString();
            constexpr std::size_t wrappedAtLeast = 40;
            // Of a business, what stands behind its number and origin.
            if (rows->key().starts_with("business/")) value = value.substr(5 + static_cast<unsigned char>(value[4]));
            if (value.size() >= wrappedAtLeast) wrapped.push_back(value);
        }
    }
    return wrapped;
}

ledger::Failure::Kind kindOfFailure(const std::filesystem::path& path, const ledger::MasterKey& key) {
    try {
        const ledger::DataDirectory opened(path, key);
    } catch (const ledger::Failure& failure) {
        return failure.kind();
    }
    FAIL("it opened");
    return {};
}

std::string whereAnyIs(const std::filesystem::path& path, const std::vector<std::string>& wrapped) {
    std::string found;
    for (const auto& value : wrapped) found += filesWith(path, value);
    return found;
}

}  // namespace

TEST_CASE("Under a new master key everything reads as before, and no file holds what the old one could open") {
    Salon salon;
    const auto path = salon.ledger.data();
    const auto shown = salon.shown();
    // Some of it in tables, the rest in the write-ahead log.
    auto& database = salon.ledger.business().directory().database();
    REQUIRE(database.Flush({}, salon.ledger.business().directory().keys()).ok());
    REQUIRE(database.Flush({}, database.DefaultColumnFamily()).ok());
    salon.ledger.fact("record.imported", "till/3", R"("attributes":{"familyName":"Last"})");
    const auto wrapped = wrappedIn(salon.ledger.business().directory());
    // till/1, its note, the join's comment, the year, desk's; the other business's two; two businesses; the proof.
    REQUIRE(wrapped.size() >= 8);
    for (const auto& value : wrapped) REQUIRE(!filesWith(path, value).empty());
    salon.ledger.close();

    const auto next = ledger::MasterKey::generate();
    {
        ledger::Ledger closed(placeOf(path), masterKey());
        CHECK(closed.changeMasterKey(next) == wrapped.size() - 3);  // but for those of the businesses and the proof
        CHECK(whereAnyIs(path, wrapped).empty());
        // It goes on with the same ledger.
        CHECK(closed.find(*events::BusinessName::parse("test-1")) != nullptr);
    }
    CHECK(whereAnyIs(path, wrapped).empty());
    CHECK(kindOfFailure(path, masterKey()) == ledger::Failure::Kind::wrongKey);
    salon.ledger.reopen(next);
    CHECK(salon.shown() == shown);
    CHECK(auditOf(salon.ledger.business()) == "sound");
    CHECK(rebuildMatches(salon.ledger.business()));
    salon.ledger.fact("record.imported", "till/4", R"("attributes":{"familyName":"New"})");
    salon.ledger.reopen(next);
    CHECK_THAT(salon.ledger.file("till/4"), Catch::Matchers::Contains("New"));
}

TEST_CASE("A key that was destroyed stays so under a new master key") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", R"("attributes":{"familyName":"Muster"})");
    REQUIRE(ledger.tryErase({"till/1"}));
    ledger.close();
    const auto next = ledger::MasterKey::generate();
    ledger::Ledger(placeOf(ledger.data()), masterKey()).changeMasterKey(next);
    ledger.reopen(next);
    CHECK(storedKey(ledger.business(), ledger.business().keys().rowOf(record("till/1"))).empty());
    CHECK(auditOf(ledger.business()) == "sound");
}

TEST_CASE("A change of the master key that was cut short before the files were purged goes on when it is opened") {
    Salon salon;
    const auto path = salon.ledger.data();
    const auto shown = salon.shown();
    const auto wrapped = wrappedIn(salon.ledger.business().directory());
    salon.ledger.close();
    const auto next = ledger::MasterKey::generate();
    ledger::DataDirectory(path, masterKey()).changeMasterKey(next);
    REQUIRE(!whereAnyIs(path, wrapped).empty());

    CHECK(kindOfFailure(path, masterKey()) == ledger::Failure::Kind::wrongKey);
    salon.ledger.reopen(next);
    CHECK(whereAnyIs(path, wrapped).empty());
    CHECK(salon.shown() == shown);
}

TEST_CASE("A damaged key stops the change of the master key before anything is written") {
    Salon salon;
    const auto row = salon.ledger.business().keys().rowOf(record("till/1"));
    auto value = storedKey(salon.ledger.business(), row);
    value.back() = static_cast<char>(value.back() ^ 1);
    auto& directory = salon.ledger.business().directory();
    REQUIRE(directory.database().Put({}, directory.keys(), row, value).ok());
    salon.ledger.close();
    {
        ledger::Ledger closed(placeOf(salon.ledger.data()), masterKey());
        CHECK_THROWS_AS(closed.changeMasterKey(ledger::MasterKey::generate()), ledger::Failure);
    }
    CHECK_NOTHROW(ledger::DataDirectory(salon.ledger.data(), masterKey()));
}

TEST_CASE("The master key is not changed under businesses that are open") {
    TestLedger ledger;
    ledger.close();
    ledger::Ledger opened(placeOf(ledger.data()), masterKey());
    REQUIRE(opened.find(*events::BusinessName::parse("test-0")) != nullptr);
    CHECK_THROWS_AS(opened.changeMasterKey(ledger::MasterKey::generate()), std::logic_error);
}

// By hand, to see what a large directory costs.
TEST_CASE("A million keys under a new master key", "[.measure]") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", R"("attributes":{"familyName":"Muster"})");
    auto& directory = ledger.business().directory();
    rocksdb::WriteBatch batch;
    for (int i = 0; i < 1'000'000; ++i) {
        const auto row = ledger.business().keys().rowOf(record("till/" + std::to_string(i)));
        batch.Put(directory.keys(), row, masterKey().wrap(std::string(32, 'k'), row));
        if (batch.Count() < 10'000) continue;
        REQUIRE(directory.database().Write({}, &batch).ok());
        batch.Clear();
    }
    REQUIRE(directory.database().Write({}, &batch).ok());
    ledger.close();
    ledger::Ledger closed(placeOf(ledger.data()), masterKey());
    CHECK(closed.changeMasterKey(ledger::MasterKey::generate()) >= 1'000'000);
}
