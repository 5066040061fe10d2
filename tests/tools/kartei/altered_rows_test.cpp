// What somebody alters who can write to the database: `kartei verify` finds it, ends with 3 and says where. RocksDB's
// own checksums fit what is written here, so nothing but ours can tell; what they tell of is in damaged_data_test.cpp.
// And checkpoints from outside: of a fork, of a longer log, of another one.

#include <catch2/catch.hpp>
#include <fstream>
#include <functional>

#include "ledger/stored_keys.hpp"
#include "tests/support/files.hpp"
#include "tests/support/tables.hpp"
#include "tests/tools/kartei/program.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;
using tools::testing::runKartei;

namespace {

constexpr int entries = 300;  // a complete tile and a partial one; till/N is entered at position N

std::string connected(const std::string& source) {
    return R"({"specversion":"1.0","id":"c","source":")" + source +
           R"(","type":"source.connected","data":{"name":"Till"}})" + "\n";
}
std::string entered(int number, const std::string& name) {
    const auto id = std::to_string(number);
    return R"({"specversion":"1.0","id":")" + id + R"(","source":"till","type":"record.entered","subject":"till/)" +
           id + R"(","data":{"attributes":{"familyName":")" + name + "\"}}}\n";
}

// A data directory that the program made, and a copy of it that somebody meddles with.
struct Fixture {
    TemporaryDirectory temporary;

    Fixture() {
        auto lines = connected("till");
        for (int number = 2; number <= entries; ++number) lines += entered(number, "Planted" + std::to_string(number));
        REQUIRE(runKartei(path(), {"append", "-"}, lines).code == 0);
        REQUIRE(runKartei(path(), {"customers"}).code == 0);
        (void)checkpointOf(path(), "default");
        copyWhole(path(), copy());
        REQUIRE(runKartei(copy(), {"verify"}).code == 0);
    }
    [[nodiscard]] std::filesystem::path path() const { return temporary.path() / "data"; }
    [[nodiscard]] std::filesystem::path copy() const { return temporary.path() / "copy"; }

    // The file of the newest checkpoint.
    [[nodiscard]] std::filesystem::path checkpointOf(const std::filesystem::path& data, const char* business) const {
        const auto folder = temporary.path() / "published" / data.filename() / business;
        REQUIRE(runKartei(data, {"--business", business, "log", "publish", folder.string()}).code == 0);
        return folder / "checkpoint";
    }
};

// The stored rows of the copy.
class Rows {
public:
    explicit Rows(const Fixture& fixture)
        : directory_(fixture.copy(), masterKey()),
          number_(directory_.find(events::BusinessName::trusted("default"))->number) {}

    [[nodiscard]] const ledger::DataDirectory& directory() const { return directory_; }
    [[nodiscard]] std::string key(char kind, const std::string& rest = {}) const {
        return ledger::keys::indexed(number_, kind, rest);
    }
    [[nodiscard]] std::string entry(std::uint64_t at) const { return ledger::keys::entry(number_, position(at)); }
    // A row of the first customer files that were made.
    [[nodiscard]] std::string viewKey(char kind, const std::string& rest = {}) const {
        return ledger::keys::business(number_) + std::string("\0\0\0\1", 4) + kind + rest;
    }
    // The first key that begins so.
    [[nodiscard]] std::string firstKey(rocksdb::ColumnFamilyHandle* family, const std::string& prefix) const {
        const auto rows = directory_.rows(family);
        rows->Seek(prefix);
        REQUIRE((rows->Valid() && rows->key().starts_with(prefix)));
        return rows->key().ToString();
    }
    [[nodiscard]] std::string value(rocksdb::ColumnFamilyHandle* family, const std::string& key) const {
        std::string value;
        REQUIRE(directory_.database().Get({}, family, key, &value).ok());
        return value;
    }
    void put(rocksdb::ColumnFamilyHandle* family, const std::string& key, const std::string& value) const {
        REQUIRE(directory_.database().Put({}, family, key, value).ok());
    }

private:
    ledger::DataDirectory directory_;
    std::uint32_t number_;
};

struct Stored {
    rocksdb::ColumnFamilyHandle* family = nullptr;
    std::string key;
};
struct Kind {
    const char* name;
    std::string said;  // by `verify`
    std::function<Stored(const Rows& rows)> find;
    // Which bytes of the value are altered; nothing: some all over it.
    std::vector<std::size_t> bytes = {};
};

const std::vector<Kind>& kinds() {
    using ledger::keys::number64;
    static const std::vector<Kind> all = {
        {"entry", "position 100: ",
         [](const Rows& rows) {
             return Stored{rows.directory().log(), rows.entry(100)};
         }},
        {"entry behind the last complete tile", "position 257: ",
         [](const Rows& rows) {
             return Stored{rows.directory().log(), rows.entry(280)};
         }},
        {"last entry", "position 257: ",
         [](const Rows& rows) {
             return Stored{rows.directory().log(), rows.entry(entries)};
         }},
        // Every complete tile is needed when the log is opened.
        {"hash in a tile",
         "position 100: ",
         [](const Rows& rows) {
             return Stored{rows.directory().tree(), rows.key('t', std::string(1, '\0') + number64(0))};
         },
         {std::size_t{99} * 32, std::size_t{99} * 32 + 31}},
        {"head of the tree", "",
         [](const Rows& rows) {
             return Stored{rows.directory().tree(), rows.key('s')};
         }},
        {"checkpoint", "checkpoint of the first 300 entries",
         [](const Rows& rows) {
             return Stored{rows.directory().tree(), rows.key('c', std::string("\0\0\0\1", 4) + number64(entries))};
         }},
        {"wrapped key", "position 100: ",
         [](const Rows& rows) {
             return Stored{rows.directory().keys(), rows.key('r', "till/100")};
         }},
        {"customer file", "",
         [](const Rows& rows) {
             return Stored{rows.directory().views(), rows.viewKey('r', "till/100")};
         }},
        {"what customer files amount to", "",
         [](const Rows& rows) {
             return Stored{rows.directory().views(), rows.viewKey('p')};
         }},
        {"index of streams", "index",
         [](const Rows& rows) {
             auto* family = rows.directory().index();
             return Stored{family, rows.firstKey(family, rows.key('s'))};
         }},
        {"index of events", "index",
         [](const Rows& rows) {
             auto* family = rows.directory().index();
             return Stored{family, rows.firstKey(family, rows.key('e'))};
         }},
    };
    return all;
}

void checkIsFound(const Fixture& fixture, const std::string& said) {
    const auto verified = runKartei(fixture.copy(), {"verify"});
    CHECK(verified.code == 3);
    CHECK_THAT(verified.err, Contains(said) && !Contains("lanted"));
}

// A copy in which the row is what `alter` makes of it.
void alterRow(const Fixture& fixture, const Kind& kind, const std::function<void(std::string& value)>& alter) {
    copyWhole(fixture.path(), fixture.copy());
    const Rows rows(fixture);
    const auto [family, key] = kind.find(rows);
    auto value = rows.value(family, key);
    alter(value);
    rows.put(family, key, value);
}

std::vector<std::size_t> bytesOf(const Fixture& fixture, const Kind& kind) {
    if (!kind.bytes.empty()) return kind.bytes;
    const Rows rows(fixture);
    const auto [family, key] = kind.find(rows);
    const auto size = rows.value(family, key).size();
    REQUIRE(size > 0);
    return {0, size / 3, size / 2, size - 1};
}

}  // namespace

TEST_CASE("One bit turned in anything that is stored is found by verify, below RocksDB's checksums") {
    const Fixture fixture;
    for (const auto& kind : kinds()) {
        for (const auto byte : bytesOf(fixture, kind)) {
            for (const unsigned bit : {0U, 5U}) {
                CAPTURE(kind.name, byte, bit);
                alterRow(fixture, kind, [&](std::string& value) {
                    value.at(byte) = static_cast<char>(static_cast<unsigned char>(value.at(byte)) ^ (1U << bit));
                });
                checkIsFound(fixture, kind.said);
            }
        }
    }
}

TEST_CASE("A row that was taken out, emptied or exchanged is found by verify") {
    const Fixture fixture;
    for (const auto& kind : kinds()) {
        CAPTURE(kind.name);
        // The next one signed makes up for a checkpoint that is gone.
        if (std::string_view(kind.name) == "checkpoint") continue;
        alterRow(fixture, kind, [](std::string& value) { value.clear(); });
        checkIsFound(fixture, "");
        copyWhole(fixture.path(), fixture.copy());
        {
            const Rows rows(fixture);
            const auto [family, key] = kind.find(rows);
            REQUIRE(rows.directory().database().Delete({}, family, key).ok());
        }
        checkIsFound(fixture, "");
    }
    copyWhole(fixture.path(), fixture.copy());
    {
        const Rows rows(fixture);
        auto* log = rows.directory().log();
        rows.put(log, rows.entry(100), rows.value(log, rows.entry(101)));
    }
    checkIsFound(fixture, "position 100: ");
}

TEST_CASE("A row for a search that was taken out or added is found by verify and by a rebuild, which makes it good") {
    const Fixture fixture;
    for (const bool isTakenOut : {true, false}) {
        CAPTURE(isTakenOut);
        copyWhole(fixture.path(), fixture.copy());
        {
            const Rows rows(fixture);
            auto* views = rows.directory().views();
            const auto key = rows.firstKey(views, rows.viewKey('t'));
            if (isTakenOut) REQUIRE(rows.directory().database().Delete({}, views, key).ok());
            if (!isTakenOut) rows.put(views, key + "x", "");
        }
        checkIsFound(fixture, "rebuild them");
        CHECK(runKartei(fixture.copy(), {"rebuild", "--verify"}).code == 3);
        const auto rebuilt = runKartei(fixture.copy(), {"rebuild"});
        CHECK(rebuilt.code == 3);
        CHECK_THAT(rebuilt.out, Contains("differed"));
        CHECK(runKartei(fixture.copy(), {"verify"}).code == 0);
    }
}

TEST_CASE("A checkpoint from outside tells a fork, a truncation and another log") {
    const Fixture fixture;
    const auto before = fixture.checkpointOf(fixture.path(), "default");
    const auto keptBefore = fixture.temporary.path() / "kept";
    std::filesystem::copy_file(before, keptBefore);
    const auto verifyAgainst = [](const std::filesystem::path& data, const std::filesystem::path& checkpoint) {
        return runKartei(data, {"verify", "--against", checkpoint.string()});
    };
    // The copy has seen only what the original had up to here.
    REQUIRE(runKartei(fixture.path(), {"append", "-"}, entered(entries + 1, "One")).code == 0);
    const auto longer = fixture.checkpointOf(fixture.path(), "default");
    CHECK(verifyAgainst(fixture.path(), keptBefore).code == 0);
    CHECK(verifyAgainst(fixture.path(), longer).code == 0);
    const auto cut = verifyAgainst(fixture.copy(), longer);
    CHECK(cut.code == 3);
    CHECK_THAT(cut.err, Contains("position 301: ") && Contains("shorter"));

    // And then another turn.
    REQUIRE(runKartei(fixture.copy(), {"append", "-"}, entered(entries + 1, "Other")).code == 0);
    const auto other = fixture.checkpointOf(fixture.copy(), "default");
    for (const auto& [data, checkpoint] : {std::pair(fixture.path(), other), std::pair(fixture.copy(), longer)}) {
        const auto forked = verifyAgainst(data, checkpoint);
        CHECK(forked.code == 3);
        CHECK_THAT(forked.err, Contains("position 301: ") && Contains("fork"));
        CHECK(verifyAgainst(data, keptBefore).code == 0);
    }

    REQUIRE(runKartei(fixture.path(), {"--business", "foreign", "append", "-"}, connected("till")).code == 0);
    const auto foreign = verifyAgainst(fixture.path(), fixture.checkpointOf(fixture.path(), "foreign"));
    CHECK(foreign.code == 3);
    CHECK_THAT(foreign.err, Contains("not one of this log"));
}

TEST_CASE("A checkpoint with any bit turned is not one of the log") {
    const Fixture fixture;
    const auto note = contentOf(fixture.checkpointOf(fixture.path(), "default")).value();
    const auto altered = fixture.temporary.path() / "altered";
    for (std::size_t at = 0; at < note.size(); at += 7) {
        CAPTURE(at, note[at]);
        auto changed = note;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        std::ofstream(altered, std::ios::binary) << changed;
        // Bad input where it has not even the form of one any more.
        const auto code = runKartei(fixture.path(), {"verify", "--against", altered.string()}).code;
        CHECK((code == 3 || code == 2));
    }
}

TEST_CASE("Customer files that tell of more than the log are refused, and made anew by a rebuild") {
    const Fixture fixture;
    copyWhole(fixture.path(), fixture.copy());
    {
        const Rows rows(fixture);
        auto state = rows.value(rows.directory().views(), rows.viewKey('p'));
        state.front() = 1;
        rows.put(rows.directory().views(), rows.viewKey('p'), state);
    }
    const auto listed = runKartei(fixture.copy(), {"customers"});
    CHECK(listed.code == 3);
    CHECK_THAT(listed.err, Contains("rebuild them"));
    checkIsFound(fixture, "rebuild them");
    CHECK(runKartei(fixture.copy(), {"rebuild"}).code == 3);  // it found a difference, and did away with it
    CHECK(runKartei(fixture.copy(), {"verify"}).code == 0);
    CHECK(runKartei(fixture.copy(), {"customers"}).out == runKartei(fixture.path(), {"customers"}).out);
}
