// One fold, four views (DESIGN §3): live, as of, and rebuilt give the same bytes.

#include <catch2/catch.hpp>

#include <cstdlib>
#include <map>

#include "ledger/failure.hpp"
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
        REQUIRE(result.stored == result.counted.state);
        REQUIRE(result.stored == result.rebuilt);
        REQUIRE(result.counted.wordsFit);
        REQUIRE(views.state() == result.stored);
    }
}

namespace {

// The stored key of the record's row: behind the business, the generation and its kind. Its name alone would not do,
// for the rows that it is found by end with it too, behind letters that are as good as random.
bool isRowOf(const std::string& record, const rocksdb::Slice& key) {
    constexpr std::size_t before = 2 * sizeof(std::uint32_t);
    return key.size() == before + 1 + record.size() && key.ToStringView().substr(before) == "r" + record;
}

}  // namespace

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
        if (!isRowOf("comcash/1", rows->key())) continue;
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

namespace {

// Customers' files as a reader beside the ledger's holder lists them, and whether it finds them right.
struct Listed {
    std::vector<std::string> files;
    events::Position stored;
    bool matches = false;

    explicit Listed(const TestLedger& holder) {
        ledger::Ledger beside(
            placeOf(holder.business().directory().path()), masterKey(), [] { return second(0); },
            ledger::Opening::reading);
        REQUIRE_FALSE(beside.holdsDirectory());
        projections::StoredViews views(*beside.find(events::BusinessName::trusted("test-0")));
        stored = views.state().position;
        matches = views.rebuild(projections::Switching::keepOld, [](std::uint64_t, std::uint64_t) {}).matches();
        list(views);
        CHECK_THROWS_AS(views.rebuild(projections::Switching::useNew, [](std::uint64_t, std::uint64_t) {}),
                        ledger::Failure);
    }
    explicit Listed(projections::StoredViews& views) { list(views); }

private:
    void list(projections::StoredViews& views) {
        views.catchUp();
        views.each([this](std::string_view, std::string_view file) {
            files.emplace_back(file);
            return true;
        });
    }
};

}  // namespace

TEST_CASE("Stored files are listed beside the holder, from the rows that are on its disk") {
    TestLedger holder;
    Player player(holder);
    projections::StoredViews views(holder.business());
    for (const auto& step : randomSteps(3)) player.playOne(step);
    views.catchUp();
    const auto& directory = holder.business().directory();
    CHECK(Listed(holder).stored.isNone());
    CHECK(Listed(holder).files == Listed(views).files);

    REQUIRE(directory.database().Flush({}, directory.views()).ok());
    const auto stored = holder.business().head();
    for (const auto& step : randomSteps(4)) player.playOne(step);
    const Listed listed(holder);
    CHECK(listed.stored == stored);
    CHECK(listed.matches);
    CHECK(listed.files == Listed(views).files);
}

TEST_CASE("A stored row that was tampered with is found beside the holder") {
    TestLedger holder;
    holder.fact("record.imported", "comcash/1", R"("attributes":{"givenName":"Anna"})");
    projections::StoredViews(holder.business()).catchUp();
    const auto& directory = holder.business().directory();
    const auto rows = directory.rows(directory.views());
    std::string digest;
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
        if (isRowOf("comcash/1", rows->key())) digest = rows->key().ToString();
    }
    REQUIRE(directory.database().Put({}, directory.views(), digest, "Pcomcash/2").ok());
    CHECK_FALSE(Listed(holder).matches);
}

TEST_CASE("What was written to look at stored files is gone afterwards") {
    const TemporaryDirectory temporary;
    REQUIRE(::setenv("TMPDIR", temporary.path().c_str(), 1) == 0);
    TestLedger holder;
    holder.fact("record.imported", "comcash/1", R"("attributes":{"givenName":"Anna"})");
    {
        ledger::Ledger beside(
            placeOf(holder.business().directory().path()), masterKey(), [] { return second(0); },
            ledger::Opening::reading);
        auto& business = *beside.find(events::BusinessName::trusted("test-0"));
        CHECK(std::filesystem::is_empty(temporary.path()));
        projections::StoredViews(business).catchUp();
        CHECK_FALSE(std::filesystem::is_empty(temporary.path()));
    }
    CHECK(std::filesystem::is_empty(temporary.path()));
    REQUIRE(::unsetenv("TMPDIR") == 0);
}

}  // namespace kartei::testing
