#include "adapters/unpacked_archive.hpp"

#include "archive_testing.hpp"

using namespace kartei::adapters;
using namespace kartei::adapters::testing;

namespace {

const std::vector<std::string> wanted = {"index.xml", "lines.csv"};

std::string problemOf(const std::string& archive, const UnpackLimits& limits = {}) {
    const auto files = unpack(archive, wanted, limits);
    REQUIRE_FALSE(files.has_value());
    CHECK(files.error().kind == ProblemKind::archiveInvalid);
    return files.error().text;
}

}  // namespace

TEST_CASE("Only what is wanted is unpacked, also from a folder", "[adapters][archive]") {
    for (const std::string folder : {"", "export/", "2025/07/"}) {
        const auto files = unpack(
            zipped({{folder + "index.xml", "<x/>"}, {"other/deep/pay.csv", "p"}, {folder + "lines.csv", "l"}}), wanted);
        REQUIRE(files.has_value());
        REQUIRE(files->size() == 2);
        CHECK((*files)[0].name == "index.xml");
        CHECK((*files)[0].bytes == "<x/>");
        CHECK((*files)[1].bytes == "l");
    }
    CHECK(unpack(zipped({{"readme.txt", "nothing"}}), wanted)->empty());
    CHECK(isZip(zipped({{"a", "b"}})));
    CHECK_FALSE(isZip("{}"));
}

TEST_CASE("An archive that unpacks to more than the limit is refused", "[adapters][archive]") {
    const std::string zeros(std::size_t{1} << 20, '0');
    const std::string bomb = zipped({{"index.xml", "<x/>"}, {"lines.csv", zeros}});
    CHECK(bomb.size() < zeros.size() / 100);
    UnpackLimits limits;
    limits.bytes = zeros.size();
    CHECK(problemOf(bomb, limits).find("too large") != std::string::npos);
    limits.bytes = zeros.size() + 4;
    CHECK(unpack(bomb, wanted, limits).has_value());
    // What nobody wants is not unpacked.
    limits.bytes = 10;
    CHECK(unpack(zipped({{"index.xml", "<x/>"}, {"bomb.csv", zeros}}), wanted, limits).has_value());
    limits.files = 1;
    CHECK(problemOf(bomb, limits).find("too many") != std::string::npos);
}

TEST_CASE("Names that lead out of the folder are refused", "[adapters][archive]") {
    const std::string honest = zipped({{"aa/bb/cc", "x"}, {"index.xml", "<x/>"}});
    REQUIRE(unpack(honest, wanted).has_value());
    for (const char* name : {"../bb/cc", "aa/../cc", "/a/bb/cc", "aa\\bb\\cc", "aa/bb/..", "C:/bb/cc"}) {
        INFO(name);
        CHECK(problemOf(replaced(honest, "aa/bb/cc", name)).find("leads out of it") != std::string::npos);
    }
}

TEST_CASE("An archive that says two things is refused", "[adapters][archive]") {
    CHECK(problemOf(zipped({{"a/lines.csv", "1"}, {"b/lines.csv", "2"}})).find("more than once") != std::string::npos);
    CHECK(problemOf(zipped({{"a/index.xml", "1"}, {"b/lines.csv", "2"}})).find("several folders") != std::string::npos);
}

TEST_CASE("A damaged archive is refused", "[adapters][archive]") {
    const std::string archive = zipped({{"index.xml", std::string(1000, 'x') + "end"}});
    CHECK_FALSE(unpack(archive.substr(0, archive.size() / 2), wanted).has_value());
    CHECK_FALSE(unpack("PK\x03\x04 and nothing else", wanted).has_value());
    CHECK_FALSE(unpack("", wanted).has_value());
    std::string flipped = archive;
    flipped[45] = static_cast<char>(flipped[45] ^ 0x55);  // in the compressed bytes
    CHECK_FALSE(unpack(flipped, wanted).has_value());
}
