// Rows that are written as a file of their own.

#include <catch2/catch.hpp>
#include <fstream>

#include "ledger/sorted_rows.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;

TEST_CASE("Sorted rows are there when they are finished, put and merged, and not before") {
    TemporaryDirectory temporary;
    const ledger::DataDirectory directory(temporary.path() / "data", testing::masterKey());
    const auto read = [&](const char* key) {
        std::string value;
        return directory.database().Get({}, directory.index(), key, &value).ok() ? value : "nothing";
    };
    for (const auto* round : {"1", "2"}) {
        ledger::SortedRows rows(directory, directory.index(), "rows");
        rows.put("a", round);
        rows.merge("b", round);
        if (round[0] == '1') CHECK(read("a") == "nothing");
        rows.finish();
        CHECK(read("a") == round);
    }
    CHECK(read("b") == "12");
}

TEST_CASE("Rows that a crash left half written give way") {
    TemporaryDirectory temporary;
    const ledger::DataDirectory directory(temporary.path() / "data", testing::masterKey());
    std::ofstream(directory.path() / "rows.sst") << "half a file";
    ledger::SortedRows rows(directory, directory.index(), "rows");
    rows.put("a", "1");
    rows.finish();
    std::string value;
    CHECK(directory.database().Get({}, directory.index(), "a", &value).ok());
    CHECK_FALSE(std::filesystem::exists(directory.path() / "rows.sst"));
}

TEST_CASE("Rows that a crash left taken over, but under their own name too, stay when others are written") {
    TemporaryDirectory temporary;
    const auto path = temporary.path() / "data";
    {
        const ledger::DataDirectory directory(path, testing::masterKey());
        ledger::SortedRows first(directory, directory.index(), "rows");
        first.put("a", "1");
        first.finish();
        // RocksDB links a file before it unlinks the name that it had.
        for (const auto& file : std::filesystem::directory_iterator(directory.database().GetName())) {
            if (file.path().extension() == ".sst") std::filesystem::create_hard_link(file.path(), path / "rows.sst");
        }
        REQUIRE(std::filesystem::exists(path / "rows.sst"));
    }
    {
        const ledger::DataDirectory directory(path, testing::masterKey());
        ledger::SortedRows second(directory, directory.index(), "rows");
        second.put("b", "2");
        second.finish();
    }
    const ledger::DataDirectory directory(path, testing::masterKey());
    std::string value;
    CHECK(directory.database().Get({}, directory.index(), "a", &value).ok());
    CHECK(value == "1");
}

TEST_CASE("Rows whose keys do not ascend are refused") {
    TemporaryDirectory temporary;
    const ledger::DataDirectory directory(temporary.path() / "data", testing::masterKey());
    ledger::SortedRows rows(directory, directory.index(), "rows");
    rows.put("b", "1");
    CHECK_THROWS(rows.put("a", "1"));
}
