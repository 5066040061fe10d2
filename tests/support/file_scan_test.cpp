// That the scan sees: what is planted in files in every way that it is to find, it finds.

#include "tests/support/file_scan.hpp"

#include <rocksdb/sst_file_writer.h>
#include <catch2/catch.hpp>
#include <fstream>

#include "ledger/opened_database.hpp"
#include "tests/support/files.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;
using ledger::SecretKey;

namespace {

const std::string planted = "Jörg Öztürk-Weiß";

std::string asFileNamed(const std::string& name, const std::string& content) {
    const TemporaryDirectory directory;
    std::filesystem::create_directory(directory.path() / "below");
    std::ofstream(directory.path() / "below" / name, std::ios::binary) << content;
    return FileScan({directory.path() / "not there", directory.path()}).filesWithText(planted);
}

// A row that is written to a database of Kartei's, and where the scan finds the planted text then. What is in memory is
// in the write-ahead log.
enum class Then { leaveInMemory, flush };
std::string asRow(const std::string& key, const std::string& value, Then then) {
    const TemporaryDirectory directory;
    auto opened = ledger::OpenedDatabase::held(directory.path() / "rocksdb");
    REQUIRE(opened);
    auto* family = opened->family(ledger::Family::views);
    // Between two rows: the first and the last key of a table stand in the MANIFEST too. And in a table a key is
    // shortened that begins as the one before does.
    for (const auto& [name, content] : {std::pair(key.substr(0, key.size() - 1), std::string("before")),
                                        std::pair(key, value), std::pair(std::string("~"), std::string("behind"))}) {
        REQUIRE(opened->database().Put({}, family, name, content).ok());
    }
    if (then == Then::flush) REQUIRE(opened->database().Flush({}, family).ok());
    return FileScan({directory.path()}).filesWithText(planted);
}

std::string asCompressedRow() {
    const TemporaryDirectory directory;
    rocksdb::Options options;
    options.compression = rocksdb::kZSTD;
    rocksdb::SstFileWriter writer({}, options);
    REQUIRE(writer.Open((directory.path() / "000007.sst").string()).ok());
    std::string value;
    for (int i = 0; i < 200; ++i) value += "its halves: " + planted.substr(0, 8) + " and " + planted.substr(8);
    REQUIRE(writer.Put("key", value + planted).ok());
    REQUIRE(writer.Finish().ok());
    REQUIRE(contentOf(directory.path() / "000007.sst").value().find(planted) == std::string::npos);
    return FileScan({directory.path()}).filesWithText(planted);
}

}  // namespace

TEST_CASE("The scan finds a text in any file, in every encoding") {
    for (const auto& written :
         {planted, inWindows1252(planted), inUtf16(planted, ByteOrder::little), inUtf16(planted, ByteOrder::big)}) {
        CHECK(asFileNamed("CURRENT", "x" + written + "y") == "CURRENT ");
    }
    CHECK(asFileNamed("CURRENT", planted.substr(1)).empty());
    CHECK(inWindows1252("Weiß") == "Wei\xDF");
    CHECK(inUtf16("Öl", ByteOrder::little) == std::string("\xD6\0l\0", 4));
    CHECK(inUtf16("€", ByteOrder::big) == "\x20\xAC");
}

TEST_CASE("The scan finds a text in rows and their keys, in tables and in the write-ahead log, and in long writes") {
    for (const auto then : {Then::leaveInMemory, Then::flush}) {
        const std::string file = then == Then::flush ? ".sst" : ".log";
        CHECK_THAT(asRow("key", "value " + planted + " and more", then), Contains(file));
        CHECK_THAT(asRow(planted, "value", then), Contains(file));
        CHECK(asRow("key", "value", then).empty());
    }
    // Wherever a block of the write-ahead log ends in it.
    for (std::size_t before = 32'640; before < 32'740; before += 4) {
        CAPTURE(before);
        CHECK_FALSE(asRow("key", std::string(before, 'x') + planted, Then::leaveInMemory).empty());
    }
    CHECK(asCompressedRow() == "000007.sst ");
}

TEST_CASE("The scan finds what is sealed with a key, and a key that is wrapped, wherever it is") {
    const TemporaryDirectory directory;
    const auto key = ledger::randomKey();
    const auto other = ledger::randomKey();
    const std::string keyBytes(key.begin(), key.end());
    std::ofstream(directory.path() / "rest", std::ios::binary)
        << "some bytes" << ledger::seal(key, "a note on " + planted, "what it belongs to") << "more"
        << masterKey().wrap(keyBytes, "some row");
    const FileScan scan({directory.path()});
    CHECK(scan.filesWithText(planted).empty());
    CHECK(scan.sealedWith({other, key}, {"nobody", planted}) == std::vector<std::string>{planted});
    CHECK(scan.sealedWith({other}, {planted}).empty());

    CHECK(scan.filesWith(keyBytes).empty());
    SecretKey master{};
    master.fill(0x77);
    CHECK(scan.sealedWith({master}, {keyBytes}) == std::vector<std::string>{keyBytes});
    CHECK(scan.sealedWith({other}, {keyBytes}).empty());
}
