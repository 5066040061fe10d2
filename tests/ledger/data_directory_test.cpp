// Data directories that can be opened, and those that cannot.

#include <catch2/catch.hpp>

#include <fstream>

#include "ledger/failure.hpp"
#include "ledger/ledger.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using ledger::DataDirectory;
using ledger::Failure;

namespace {

void write(const std::filesystem::path& path, const std::string& text) {
    std::ofstream file(path);
    file << text;
}

std::optional<Failure::Kind> failureOf(const std::filesystem::path& path,
                                       ledger::Opening opening = ledger::Opening::create) {
    try {
        const ledger::Ledger ledger(placeOf(path), testing::masterKey(), ledger::Ledger::systemClock(), opening);
    } catch (const Failure& failure) {
        return failure.kind();
    }
    return std::nullopt;
}

}  // namespace

TEST_CASE("A data directory is made where there is none, and opened again") {
    const TemporaryDirectory temporary;
    const auto path = temporary.path() / "a" / "b";
    CHECK_FALSE(failureOf(path));
    CHECK_FALSE(failureOf(path));
    std::filesystem::create_directory(temporary.path() / "empty");
    CHECK_FALSE(failureOf(temporary.path() / "empty"));
    std::filesystem::create_directory(temporary.path() / "begun");
    write(temporary.path() / "begun" / "KARTEI.new", "kart");  // as when its making was cut short
    CHECK_FALSE(failureOf(temporary.path() / "begun"));
}

TEST_CASE("Who wants a data directory that is there makes none") {
    const TemporaryDirectory temporary;
    const auto path = temporary.path() / "data";
    constexpr auto existing = ledger::Opening::existing;
    CHECK(failureOf(path, existing) == Failure::Kind::missing);
    CHECK_FALSE(std::filesystem::exists(path));
    std::filesystem::create_directory(path);
    CHECK(failureOf(path, existing) == Failure::Kind::missing);
    CHECK(std::filesystem::is_empty(path));
    write(path / "KARTEI.new", "kart");  // as when its making was cut short
    CHECK(failureOf(path, existing) == Failure::Kind::missing);
    write(path / "KARTEI", "");  // the same, a little later
    CHECK(failureOf(path, existing) == Failure::Kind::missing);
    CHECK_FALSE(failureOf(path));
    CHECK_FALSE(failureOf(path, existing));
}

TEST_CASE("A directory that holds something else is not ours, and is left as it is") {
    const TemporaryDirectory temporary;
    write(temporary.path() / "letter.txt", "Dear Anna");
    CHECK(failureOf(temporary.path()) == Failure::Kind::notOurs);
    CHECK(std::distance(std::filesystem::directory_iterator(temporary.path()), {}) == 1);
}

TEST_CASE("A directory whose marker says something else is not ours") {
    const TemporaryDirectory temporary;
    write(temporary.path() / "KARTEI", "a song by somebody");
    CHECK(failureOf(temporary.path()) == Failure::Kind::notOurs);
}

TEST_CASE("A file is no data directory") {
    const TemporaryDirectory temporary;
    write(temporary.path() / "file", "Dear Anna");
    CHECK(failureOf(temporary.path() / "file") == Failure::Kind::notOurs);
}

TEST_CASE("A data directory cannot be made below a file") {
    const TemporaryDirectory temporary;
    write(temporary.path() / "file", "Dear Anna");
    CHECK(failureOf(temporary.path() / "file" / "data").has_value());
}

TEST_CASE("A data directory that is in use is locked until it is closed") {
    const TemporaryDirectory temporary;
    const auto path = temporary.path() / "data";
    {
        const DataDirectory first(path, testing::masterKey());
        CHECK(failureOf(path) == Failure::Kind::locked);
    }
    CHECK_FALSE(failureOf(path));
}

TEST_CASE("A marker of a newer version is refused as such") {
    const TemporaryDirectory temporary;
    const auto path = temporary.path() / "data";
    REQUIRE_FALSE(failureOf(path));
    write(path / "KARTEI", "Kartei data directory, format 2\n");
    CHECK(failureOf(path) == Failure::Kind::newerVersion);
}

TEST_CASE("A stored format of a newer version is refused as such, and again at the next try") {
    const TemporaryDirectory temporary;
    const auto path = temporary.path() / "data";
    {
        const DataDirectory directory(path, testing::masterKey());
        rocksdb::WriteOptions synced;
        synced.sync = true;
        REQUIRE(directory.database().Put(synced, "format", "2").ok());
    }
    CHECK(failureOf(path) == Failure::Kind::newerVersion);
    CHECK(failureOf(path) == Failure::Kind::newerVersion);
}

TEST_CASE("A data directory that lost a row of its own, and holds a log, is damaged and no new one") {
    for (const std::string kind : {"format", "master key", "business/"}) {
        CAPTURE(kind);
        TestLedger ledger;
        ledger.connect("till");
        const bool isOfBusiness = kind == "business/";
        const auto row = isOfBusiness ? kind + ledger.business().directory().businesses().front().text() : kind;
        const auto path = ledger.data();
        {
            auto& directory = ledger.business().directory();
            rocksdb::WriteOptions synced;
            synced.sync = true;
            REQUIRE(directory.database().Delete(synced, directory.database().DefaultColumnFamily(), row).ok());
        }
        ledger.close();
        CHECK(failureOf(path) == Failure::Kind::damaged);
        CHECK(failureOf(path) == Failure::Kind::damaged);
    }
}

TEST_CASE("A data directory whose database is gone is no new one") {
    const TemporaryDirectory temporary;
    const auto path = temporary.path() / "data";
    REQUIRE_FALSE(failureOf(path));
    std::filesystem::remove_all(path / "rocksdb");
    CHECK(failureOf(path) == Failure::Kind::damaged);
}

TEST_CASE("A directory whose making was cut short is made again") {
    const TemporaryDirectory temporary;
    write(temporary.path() / "KARTEI", "");
    CHECK_FALSE(failureOf(temporary.path()));
}

TEST_CASE("A marker that cannot be read is not taken for one that is being made") {
    const TemporaryDirectory temporary;
    std::filesystem::create_directory(temporary.path() / "KARTEI");
    CHECK(failureOf(temporary.path()) == Failure::Kind::storage);
}

TEST_CASE("A business keeps its number and its key, and each has its own") {
    const TemporaryDirectory temporary;
    const auto path = temporary.path() / "data";
    const auto one = *events::BusinessName::parse("one");
    const auto two = *events::BusinessName::parse("two");
    ledger::BusinessIdentity first;
    {
        DataDirectory directory(path, testing::masterKey());
        CHECK_FALSE(directory.find(one));
        first = directory.findOrCreate(one);
        const auto second = directory.findOrCreate(two);
        CHECK(first.number != second.number);
        CHECK(first.key != second.key);
    }
    DataDirectory directory(path, testing::masterKey());
    CHECK(directory.findOrCreate(one).number == first.number);
    REQUIRE(directory.find(one));
    CHECK(directory.find(one)->key == first.key);
}

TEST_CASE("A log with a missing entry is damaged") {
    const TemporaryDirectory temporary;
    const auto path = temporary.path() / "data";
    const auto name = *events::BusinessName::parse("test");
    std::string key;
    {
        ledger::Ledger ledger(placeOf(path), testing::masterKey(), [] { return second(0); });
        auto& business = ledger.findOrCreate(name);
        business.append({tillConnected()}, {"tester", events::Role::ADAPTER});
    }
    {
        const DataDirectory directory(path, testing::masterKey());
        const std::unique_ptr<rocksdb::Iterator> rows(directory.database().NewIterator({}, directory.log()));
        rows->SeekToFirst();
        REQUIRE(rows->Valid());
        REQUIRE(directory.database().Delete({}, directory.log(), rows->key()).ok());
    }
    ledger::Ledger ledger(placeOf(path), testing::masterKey(), [] { return second(0); });
    CHECK_THROWS_AS(ledger.findOrCreate(name), Failure);
}

TEST_CASE("An empty marker over a database is damage, and nothing is changed") {
    const TemporaryDirectory temporary;
    const auto path = temporary.path() / "data";
    REQUIRE_FALSE(failureOf(path));
    write(path / "KARTEI", "");
    CHECK(failureOf(path) == Failure::Kind::damaged);
    CHECK(failureOf(path, ledger::Opening::existing) == Failure::Kind::damaged);
    CHECK(std::filesystem::file_size(path / "KARTEI") == 0);
}

TEST_CASE("A database that cannot be looked at is not said to be gone") {
    const TemporaryDirectory temporary;
    const auto path = temporary.path() / "data";
    REQUIRE_FALSE(failureOf(path));
    // As when the rights are missing, which whoever may do everything cannot be denied.
    std::filesystem::rename(path / "rocksdb", temporary.path() / "elsewhere");
    std::filesystem::create_symlink("rocksdb", path / "rocksdb");
    CHECK(failureOf(path) == Failure::Kind::storage);
    std::filesystem::remove(path / "rocksdb");
    CHECK(failureOf(path) == Failure::Kind::damaged);
}
