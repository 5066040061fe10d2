#include "tools/kartei/watched_directory.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "ledger/files.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::tools;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

// A folder to be watched, by a clock that stands until it is moved.
class Folder {
    kartei::testing::TemporaryDirectory temporary_;

public:
    Folder() { fs::create_directory(path); }

    void write(const std::string& name, const std::string& content = "x") const {
        std::ofstream(path / name, std::ios::app) << content;
    }
    // Whole, from outside.
    void moveIn(const std::string& name) const {
        const auto outside = temporary_.path() / "outside";
        std::ofstream(outside) << "x";
        fs::rename(outside, path / name);
    }
    [[nodiscard]] std::string content(const std::string& name) const {
        return ledger::contentOf(path / name).value_or("is not there");
    }

    const fs::path path = temporary_.path() / "watched";
    WatchedDirectory::Clock::time_point now;
};

constexpr auto never = 1h;

std::unique_ptr<WatchedDirectory> opened(const Folder& folder, WatchedDirectory::Clock::duration quiet) {
    auto directory = WatchedDirectory::open(folder.path, quiet, [&folder] { return folder.now; });
    INFO((directory ? std::string() : directory.error().detail));
    REQUIRE(directory.has_value());
    return std::move(*directory);
}

std::string taken(WatchedDirectory& directory) {
    const auto file = directory.take();
    REQUIRE(file.has_value());
    return *file ? (*file)->filename().string() : "none";
}

}  // namespace

TEST_CASE("A file that is moved in is complete, one that is written is so after a while", "[watch]") {
    const Folder folder;
    const auto directory = opened(folder, never);
    folder.write("written.csv");
    CHECK(taken(*directory) == "none");
    CHECK(directory->isAnythingComing());
    fs::remove(folder.path / "written.csv");
    folder.moveIn("moved.csv");
    CHECK(taken(*directory) == "moved.csv");
    CHECK(fs::exists(folder.path / "taking" / "moved.csv"));
    CHECK_FALSE(fs::exists(folder.path / "moved.csv"));
    CHECK_FALSE(directory->isAnythingComing());
}

TEST_CASE("A file is complete when it has not changed for a moment", "[watch]") {
    Folder folder;
    folder.write("a.csv");
    const auto directory = opened(folder, 100ms);
    CHECK(taken(*directory) == "none");
    folder.now += 70ms;
    folder.write("a.csv", "more");
    CHECK(taken(*directory) == "none");
    folder.now += 70ms;
    CHECK(taken(*directory) == "none");
    folder.now += 30ms;
    CHECK(taken(*directory) == "a.csv");
    CHECK(folder.content("taking/a.csv") == "xmore");
}

TEST_CASE("No file overtakes one that is before it by name", "[watch]") {
    const Folder folder;
    const auto directory = opened(folder, never);
    folder.write("1.csv");
    folder.moveIn("2.csv");
    CHECK(taken(*directory) == "none");
    fs::remove(folder.path / "1.csv");
    CHECK(taken(*directory) == "2.csv");
}

TEST_CASE("What was left in taking comes first", "[watch]") {
    const Folder folder;
    fs::create_directory(folder.path / "taking");
    folder.write("taking/z.csv");
    folder.write("a.csv");
    const auto directory = opened(folder, 0s);
    CHECK(taken(*directory) == "z.csv");
    CHECK(taken(*directory) == "z.csv");
    REQUIRE(directory->end(folder.path / "taking" / "z.csv", WatchedDirectory::End::done, "{}").has_value());
    CHECK(taken(*directory) == "a.csv");
}

TEST_CASE("A file ends with its report beside it, under a name of its own", "[watch]") {
    const Folder folder;
    const auto directory = opened(folder, 0s);
    const auto end = [&](WatchedDirectory::End how, const std::string& report) {
        folder.moveIn("a.csv");
        REQUIRE(taken(*directory) == "a.csv");
        return directory->end(folder.path / "taking" / "a.csv", how, report).value();
    };
    CHECK(end(WatchedDirectory::End::done, "{\"run\":1}") == "done/a.csv");
    CHECK(end(WatchedDirectory::End::done, "{\"run\":2}") == "done/a-2.csv");
    CHECK(end(WatchedDirectory::End::done, "{\"run\":3}") == "done/a-3.csv");
    CHECK(end(WatchedDirectory::End::failed, "{\"code\":\"x\"}") == "failed/a.csv");
    CHECK(folder.content("done/a.csv.report.json") == "{\"run\":1}\n");
    CHECK(folder.content("done/a-3.csv.report.json") == "{\"run\":3}\n");
    CHECK(folder.content("failed/a.csv.report.json") == "{\"code\":\"x\"}\n");
    CHECK(folder.content("done/a-2.csv") == "x");
}

TEST_CASE("A report takes no other file's place", "[watch]") {
    const Folder folder;
    const auto directory = opened(folder, 0s);
    folder.moveIn("a.csv.report.json");
    REQUIRE(taken(*directory) == "a.csv.report.json");
    const auto taking = folder.path / "taking";
    CHECK(directory->end(taking / "a.csv.report.json", WatchedDirectory::End::done, "{}").value() ==
          "done/a.csv.report.json");
    folder.moveIn("a.csv");
    REQUIRE(taken(*directory) == "a.csv");
    CHECK(directory->end(taking / "a.csv", WatchedDirectory::End::done, "{}").value() == "done/a-2.csv");
    CHECK(folder.content("done/a.csv.report.json") == "x");
    CHECK(folder.content("done/a-2.csv.report.json") == "{}\n");
}

TEST_CASE("A name that leaves no room for the report's is cut", "[watch]") {
    const Folder folder;
    const auto directory = opened(folder, 0s);
    for (const std::string& name : {std::string(251, 'a') + ".csv", std::string(255, 'b'),
                                    "c." + std::string(253, 'c'), std::string(1, 'd') + [] {
                                        std::string umlauts;
                                        for (int i = 0; i < 125; ++i) umlauts += "ü";
                                        return umlauts;
                                    }() + ".csv"}) {
        INFO(name);
        folder.moveIn(name);
        REQUIRE(taken(*directory) == name);
        const auto first = directory->end(folder.path / "taking" / name, WatchedDirectory::End::done, "{}");
        REQUIRE(first.has_value());
        CHECK(folder.content(*first) == "x");
        CHECK(folder.content(*first + ".report.json") == "{}\n");
        CHECK(first->ends_with(".csv") == name.ends_with(".csv"));
        CHECK_FALSE(first->ends_with("\xC3.csv"));
        folder.moveIn(name);
        REQUIRE(taken(*directory) == name);
        const auto second = directory->end(folder.path / "taking" / name, WatchedDirectory::End::done, "{}");
        REQUIRE(second.has_value());
        CHECK(*second != *first);
    }
}

TEST_CASE("A file that a program has open for writing is not complete", "[watch]") {
    Folder folder;
    const auto directory = opened(folder, 0s);
    {
        std::ofstream slow(folder.path / "slow.csv");
        slow << "half a row" << std::flush;
        CHECK(taken(*directory) == "none");
        folder.now += 20ms;
        CHECK(taken(*directory) == "none");
        CHECK(directory->isAnythingComing());
    }
    CHECK(taken(*directory) == "slow.csv");
}

TEST_CASE("Whoever begins to write into a file that is looked at does not end the program", "[watch]") {
    const Folder folder;
    const auto directory = opened(folder, never);
    folder.moveIn("a.csv");
    std::jthread writer([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) folder.write("a.csv");
    });
    for (int i = 0; i < 200; ++i) {
        const auto name = taken(*directory);
        if (name == "none") continue;
        std::error_code gone;
        fs::rename(folder.path / "taking" / name, folder.path / name, gone);
    }
    SUCCEED();
}

TEST_CASE("Whoever watches is told when the folder is gone", "[watch]") {
    const Folder folder;
    const auto directory = opened(folder, 0s);
    fs::remove_all(folder.path);
    const auto file = directory->take();
    REQUIRE_FALSE(file.has_value());
    CHECK(file.error().kind == Failure::Kind::storage);
    CHECK(file.error().detail.find("gone") != std::string::npos);
}

TEST_CASE("Hidden and unfinished files, folders and links are left alone", "[watch]") {
    const Folder folder;
    const auto directory = opened(folder, 0s);
    for (const char* name : {".a.csv", "a.csv.part", "a.tmp", "a.csv~", "a.filepart", "a.crdownload"}) {
        INFO(name);
        folder.moveIn(name);
        CHECK_FALSE(isWatched(name));
        CHECK(taken(*directory) == "none");
        CHECK(fs::exists(folder.path / name));
    }
    fs::create_directory(folder.path / "folder");
    fs::create_symlink("/etc/passwd", folder.path / "link.csv");
    CHECK(taken(*directory) == "none");
    CHECK_FALSE(directory->isAnythingComing());
}

TEST_CASE("One process at a time watches a folder, which must be there", "[watch]") {
    const Folder folder;
    {
        const auto directory = opened(folder, 0s);
        const auto second = WatchedDirectory::open(folder.path, 0s);
        REQUIRE_FALSE(second.has_value());
        CHECK(second.error().kind == Failure::Kind::badInput);
    }
    CHECK(WatchedDirectory::open(folder.path, 0s).has_value());
    CHECK(WatchedDirectory::open(folder.path / "nowhere", 0s).error().kind == Failure::Kind::badInput);
}

TEST_CASE("Where the folder cannot be written the failure is the disk's", "[watch]") {
    const Folder folder;
    const auto directory = opened(folder, 0s);
    folder.moveIn("a.csv");
    REQUIRE(taken(*directory) == "a.csv");
    fs::remove(folder.path / "done");
    const auto end = directory->end(folder.path / "taking" / "a.csv", WatchedDirectory::End::done, "{}");
    REQUIRE_FALSE(end.has_value());
    CHECK(end.error().kind == Failure::Kind::storage);
    CHECK(fs::exists(folder.path / "taking" / "a.csv"));
}
