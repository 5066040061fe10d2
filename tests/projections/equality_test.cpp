// One fold, four views (DESIGN §3): live, as of, and rebuilt give the same bytes.

#include <catch2/catch.hpp>

#include <map>

#include "projections/customer_file.hpp"
#include "projections/history.hpp"
#include "projections/stored_views.hpp"
#include "tests/support/random_log.hpp"

namespace kartei::testing {

namespace {

// What every record's customer shows.
std::map<std::string, std::string> everything(const ledger::Reading& reading) {
    std::map<std::string, std::string> files;
    for (const auto& name : Player::records()) {
        const auto customer = reading.customer(record(name));
        files[name] =
            projections::fileOf(customer, reading.lastPosition(customer)) + projections::historyOf(reading, customer);
    }
    return files;
}

}  // namespace

TEST_CASE("A live projection, an as-of and a rebuild give the same bytes") {
    TestLedger ledger;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        INFO("seed " << seed);
        ledger.startBusiness();
        Player player(ledger);
        projections::StoredViews views(ledger.business());
        std::map<events::Position, std::map<std::string, std::string>> then;
        std::size_t number = 0;
        for (const auto& step : randomSteps(seed)) {
            player.playOne(step);
            if (++number % 13 != 0) continue;
            views.catchUp();
            then[ledger.business().head()] = everything(ledger.business().now());
        }
        views.catchUp();

        for (const auto& [position, files] : then) {
            INFO("as of position " << position.value());
            REQUIRE(everything(ledger.business().now().at(position)) == files);
        }
        const auto now = ledger.business().now();
        for (const auto& name : Player::records()) {
            const auto stored = views.file(record(name));
            if (!stored) continue;
            REQUIRE(*stored == projections::fileOf(now, record(name)));
        }
        const auto result = views.rebuild(projections::Switching::useNew, [](std::uint64_t, std::uint64_t) {});
        REQUIRE(result.stored == result.counted);
        REQUIRE(result.stored == result.rebuilt);
        REQUIRE(views.state() == result.stored);
    }
}

TEST_CASE("A stored row that was tampered with is found") {
    TestLedger ledger;
    ledger.fact("record.imported", "comcash/1", R"("attributes":{"givenName":"Anna"})");
    projections::StoredViews views(ledger.business());
    views.catchUp();
    const auto nothing = [](std::uint64_t, std::uint64_t) {};
    REQUIRE(views.rebuild(projections::Switching::keepOld, nothing).matches());

    auto& directory = ledger.business().directory();
    const std::unique_ptr<rocksdb::Iterator> rows(directory.database().NewIterator({}, directory.views()));
    std::string key;
    std::string value;
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
        if (!rows->key().ToStringView().ends_with("rcomcash/1")) continue;
        key = rows->key().ToString();
        value = rows->value().ToString();
    }
    REQUIRE(!key.empty());
    CHECK(value.find("Anna") == std::string::npos);
    value.back() = static_cast<char>(value.back() ^ 1);
    rocksdb::WriteOptions unsynced;
    unsynced.disableWAL = true;
    REQUIRE(directory.database().Put(unsynced, directory.views(), key, value).ok());
    CHECK_FALSE(views.rebuild(projections::Switching::keepOld, nothing).matches());
}

}  // namespace kartei::testing
