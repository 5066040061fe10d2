// The log as files: their names, their content, and a directory of them that is brought up to date.

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "ledger/failure.hpp"
#include "ledger/log_files.hpp"
#include "tests/support/files.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using ledger::LogPath;

namespace {

void fill(const TestLedger& ledger, std::uint64_t to) {
    ledger.business().append(enteredAtTill(ledger.business().head().value() + 1, to),
                             {"tester", events::Role::ADAPTER});
}

}  // namespace

TEST_CASE("A path is written in one way only") {
    using Kind = LogPath::Kind;
    const std::vector<std::pair<std::string, LogPath>> paths = {
        {"tile/0/000", {Kind::hashes, {0, 0}, 256}},
        {"tile/0/x001/x234/067", {Kind::hashes, {0, 1'234'067}, 256}},
        {"tile/2/000.p/1", {Kind::hashes, {2, 0}, 1}},
        {"tile/63/999.p/255", {Kind::hashes, {63, 999}, 255}},
        {"tile/entries/x001/000", {Kind::entries, {0, 1'000}, 256}},
        {"tile/entries/273.p/112", {Kind::entries, {0, 273}, 112}}};
    for (const auto& [text, path] : paths) {
        INFO(text);
        CHECK(path.text() == text);
        CHECK(LogPath::parse(text) == path);
    }
    for (const auto* bad : {"",
                            "tile",
                            "tile/",
                            "tile/0",
                            "tile/0/",
                            "tile/0/0",
                            "tile/0/00",
                            "tile/0/0000",
                            "tile/0/x000/001",
                            "tile/0/001/002",
                            "tile/0/x001",
                            "tile/00/000",
                            "tile/64/000",
                            "tile/-1/000",
                            "tile/0/000.p/0",
                            "tile/0/000.p/256",
                            "tile/0/000.p/01",
                            "tile/0/000.p/",
                            "tile/0/000.p",
                            "tile/0/000/",
                            "tile/0/../000",
                            "tile/entry/000",
                            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
                            "tile/0/00a",
                            "checkpoint"}) {
        INFO(bad);
        CHECK_FALSE(LogPath::parse(bad));
    }
}

TEST_CASE("Files hold the tree's hashes and the stored entries, and none is there that the log has not reached") {
    TestLedger ledger;
    ledger.connect("till");
    fill(ledger, 300);
    const auto& business = ledger.business();
    const auto read = [&](const std::string& path) { return ledger::readLogFile(business, *LogPath::parse(path)); };
    CHECK(read("tile/0/000")->size() == std::size_t{256} * 32);
    CHECK(read("tile/0/001.p/44")->size() == std::size_t{44} * 32);
    CHECK(read("tile/0/001.p/7")->size() == std::size_t{7} * 32);  // of an earlier size
    CHECK(read("tile/1/000.p/1")->size() == 32);
    for (const auto* none : {"tile/0/001", "tile/0/001.p/45", "tile/0/002.p/1", "tile/1/000", "tile/1/000.p/2",
                             "tile/2/000.p/1", "tile/entries/001", "tile/entries/002.p/1"}) {
        INFO(none);
        CHECK_FALSE(read(none));
    }
    const auto bundle = *read("tile/entries/001.p/2");
    const auto entry = business.entryBytes(events::Position(257));
    CHECK(static_cast<unsigned char>(bundle[0]) * 256U + static_cast<unsigned char>(bundle[1]) == entry.size());
    CHECK(bundle.substr(2, entry.size()) == entry);
    CHECK(read("tile/0/001.p/1") == std::string(ledger::leafHash(entry).view()));
}

TEST_CASE("A published directory is brought up to date with what is new, and never with another log") {
    TestLedger ledger;
    ledger.connect("till");
    fill(ledger, 300);
    const TemporaryDirectory temporary;
    const auto directory = temporary.path() / "public";
    CHECK(ledger::publishLog(ledger.business(), directory).written == 3 + 2 + 1);
    CHECK(ledger::publishLog(ledger.business(), directory).written == 0);
    const auto first = contentOf(directory / "tile/0/000").value();
    fill(ledger, 520);
    // Two complete tiles and a partial one, for hashes and entries; the partial tile above; the checkpoint.
    CHECK(ledger::publishLog(ledger.business(), directory).written == 2 * 2 + 1 + 1);
    CHECK(contentOf(directory / "tile/0/000") == first);
    CHECK(contentOf(directory / "checkpoint") == ledger.business().checkpoint());

    TestLedger other;
    other.connect("till");
    CHECK_THROWS_AS(ledger::publishLog(other.business(), directory), ledger::Failure);
}

namespace {

std::set<std::string> filesIn(const std::filesystem::path& directory) {
    std::set<std::string> files;
    for (const auto& file : std::filesystem::recursive_directory_iterator(directory)) {
        if (file.is_regular_file()) files.insert(file.path().lexically_relative(directory).string());
    }
    return files;
}

}  // namespace

TEST_CASE("A publication that was stopped anywhere is brought up whole, with the checkpoint last") {
    TestLedger ledger;
    ledger.connect("till");
    fill(ledger, 300);
    const TemporaryDirectory temporary;
    const auto directory = temporary.path() / "public" / "";
    SECTION("the first") {}
    SECTION("a later one") { ledger::publishLog(ledger.business(), directory); }
    const auto whole = temporary.path() / "whole";
    if (std::filesystem::exists(directory)) {
        std::filesystem::copy(directory, whole, std::filesystem::copy_options::recursive);
    }
    fill(ledger, 1300);
    ledger::publishLog(ledger.business(), whole);
    // What was written before it was stopped, in whichever order: here every other file.
    std::size_t count = 0;
    for (const auto& name : filesIn(whole)) {
        if (name == "checkpoint" || count++ % 2 == 0 || std::filesystem::exists(directory / name)) continue;
        std::filesystem::create_directories((directory / name).parent_path());
        std::filesystem::copy_file(whole / name, directory / name);
    }
    std::ofstream(directory / "tile" / "0" / "001.new") << "half";
    ledger::publishLog(ledger.business(), directory);
    for (const auto& name : filesIn(whole)) {
        CAPTURE(name);
        CHECK(contentOf(directory / name) == contentOf(whole / name));
    }
    CHECK(ledger::publishLog(ledger.business(), directory).written == 0);
}

TEST_CASE("Partial tiles are there for every size that was signed, and complete ones in their place") {
    TestLedger ledger;
    ledger.connect("till");
    const TemporaryDirectory temporary;
    const auto directory = temporary.path() / "public";
    const auto sign = [&ledger](std::uint64_t size) {
        fill(ledger, size);
        (void)ledger.business().checkpoint();
    };
    const auto files = [&directory] { return filesIn(directory); };
    for (const std::uint64_t size : {40, 250, 256, 300, 310}) sign(size);
    ledger::publishLog(ledger.business(), directory);
    CHECK(files() == std::set<std::string>{"checkpoint", "tile/0/000", "tile/entries/000", "tile/0/001.p/44",
                                           "tile/0/001.p/54", "tile/entries/001.p/44", "tile/entries/001.p/54",
                                           "tile/1/000.p/1"});
    CHECK(contentOf(directory / "tile/0/001.p/44") ==
          ledger::readLogFile(ledger.business(), *LogPath::parse("tile/0/001.p/44")));
    // The tile above is incomplete still, in the width of each.
    for (const std::uint64_t size : {320, 600, 800}) sign(size);
    ledger::publishLog(ledger.business(), directory);
    const auto later = files();
    for (const auto* name : {"tile/1/000.p/1", "tile/1/000.p/2", "tile/1/000.p/3", "tile/0/003.p/32"}) {
        CAPTURE(name);
        CHECK(later.count(name) == 1);
    }
    for (const auto* name : {"tile/0/001.p/64", "tile/0/002.p/88", "tile/entries/002.p/88"}) {
        CAPTURE(name);
        CHECK(later.count(name) == 0);
    }
    CHECK(ledger::publishLog(ledger.business(), directory).written == 0);
    // One entry more: its tile and the entries in the new width, and the checkpoint.
    sign(801);
    CHECK(ledger::publishLog(ledger.business(), directory).written == 3);
}

TEST_CASE("Tiles without a checkpoint are brought up whole where they are this log's, and refused where they are not") {
    TestLedger ledger;
    ledger.connect("till");
    fill(ledger, 600);
    const TemporaryDirectory temporary;
    const auto directory = temporary.path() / "public";
    ledger::publishLog(ledger.business(), directory);
    std::filesystem::remove(directory / "checkpoint");
    std::filesystem::remove(directory / "tile" / "0" / "000");
    ledger::publishLog(ledger.business(), directory);
    CHECK(std::filesystem::exists(directory / "tile" / "0" / "000"));
    std::filesystem::remove(directory / "checkpoint");

    TestLedger other;
    other.connect("till");
    fill(other, 600);
    const auto before = contentOf(directory / "tile" / "0" / "000").value();
    CHECK_THROWS_AS(ledger::publishLog(other.business(), directory), ledger::Failure);
    CHECK(contentOf(directory / "tile" / "0" / "000") == before);
    CHECK_FALSE(std::filesystem::exists(directory / "checkpoint"));
}
