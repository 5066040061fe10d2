// The export as the command line and the ledger in this process have it.

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/support/files.hpp"
#include "tests/support/test_ledger.hpp"
#include "tests/tools/kartei/embedded.hpp"
#include "tests/tools/kartei/program_run.hpp"
#include "tools/kartei/pending_file.hpp"

using namespace kartei;
using namespace kartei::tools;
using Catch::Matchers::Contains;
using namespace std::string_literals;

TEST_CASE("export writes the archive that it is given, for its owner alone, and says where") {
    const testing::TemporaryDirectory temporary;
    const auto file = temporary.path() / "copy.zip";
    Run run;
    run.script.answer = std::string(R"({"position":43})");
    run.script.archive = "PK";
    SECTION("for people") {
        CHECK(run({"export", "a/1", "--out", file}) == 0);
        CHECK(run.script.asked == "export a/1 copy");
        CHECK_THAT(run.out.str(), Contains("Written to ") && Contains("recorded at position 43."));
    }
    SECTION("for programs") {
        CHECK(run({"export", "a/1", "--evidence", "--out", file, "--json"}) == 0);
        CHECK(run.script.asked == "export a/1 evidence");
        CHECK(run.out.str() == R"({"position":43,"file":")" + file.string() + "\"}\n");
    }
    CHECK(testing::contentOf(file) == "PK");
    CHECK(std::filesystem::status(file).permissions() ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    CHECK(std::distance(std::filesystem::directory_iterator(temporary.path()), {}) == 1);
}

TEST_CASE("an export that is refused or cannot be written leaves no file") {
    const testing::TemporaryDirectory temporary;
    const auto file = temporary.path() / "copy.zip";
    Run run;
    run.script.archive = "PK";
    run.script.answer = failed(Failure{Failure::Kind::refused, "erased", "The record is erased.", {}});
    CHECK(run({"export", "a/1", "--out", file}) == 1);
    CHECK(std::filesystem::is_empty(temporary.path()));
    run.script.asked.clear();
    CHECK(run({"export", "a/1", "--out", "/proc/self/copy.zip"}) == 3);
    CHECK(run.script.asked.empty());  // and so nothing is recorded
}

TEST_CASE("export takes no file's place, and needs a place for its own") {
    const testing::TemporaryDirectory temporary;
    const auto file = (temporary.path() / "erika.zip").string();
    std::ofstream(file) << "mine";
    for (const auto& out : {file, temporary.path().string(), file + "/x.zip", temporary.path().string() + "/no/x.zip",
                            temporary.path().string() + "/no/", ""s, " "s}) {
        CAPTURE(out);
        Run run;
        CHECK(run({"export", "a/1", "--out", out}) == 2);
        CHECK_FALSE(run.wasOpened);
        CHECK_THAT(run.err.str(), Contains("--out") && !Contains("erika"));
    }
    CHECK(testing::contentOf(file) == "mine");
    for (const auto& arguments : {std::vector{"export"s, "a/1"s}, {"export"s, "--out"s, "x"s}}) {
        Run run;
        CHECK(run(arguments) == 2);
    }
}

TEST_CASE("Who is killed while a file is pending leaves none behind, under whatever name") {
    const testing::TemporaryDirectory temporary;
    PendingFile pending(temporary.path() / "copy.zip");
    REQUIRE_FALSE(pending.write("PK"));
    CHECK(std::filesystem::is_empty(temporary.path()));
    CHECK_FALSE(pending.appear());
    CHECK(testing::contentOf(temporary.path() / "copy.zip") == "PK");
}

TEST_CASE("A pending file takes no place that was taken while it was written") {
    const testing::TemporaryDirectory temporary;
    const auto file = temporary.path() / "copy.zip";
    {
        PendingFile pending(file);
        REQUIRE_FALSE(pending.write("PK"));
        CHECK_FALSE(std::filesystem::exists(file));
        std::ofstream(file) << "another's";
        CHECK(pending.appear());
    }
    CHECK(testing::contentOf(file) == "another's");
    CHECK(std::distance(std::filesystem::directory_iterator(temporary.path()), {}) == 1);
}

namespace {

struct Fixture : testing::Embedded {
    Fixture() {
        REQUIRE(operations->append(
            R"({"specversion":"1.0","id":"1","source":"desk","type":"source.connected","data":{"name":"Desk"}})"
            "\n"
            R"({"specversion":"1.0","id":"2","source":"desk","subject":"desk/1","type":"record.entered",)"
            R"("data":{"attributes":{"familyName":"Weiß"}}})",
            EventFormat::json));
    }
    [[nodiscard]] std::size_t eventsInLog() const {
        std::size_t count = 0;
        REQUIRE(operations->replay({}, {}, [&](std::string_view) { return ++count > 0; }));
        return count;
    }
};

}  // namespace

TEST_CASE("An export is recorded when its archive is kept, and not before") {
    for (const auto kind : {ExportKind::copy, ExportKind::evidence}) {
        const Fixture fixture;
        std::string kept;
        const auto answer =
            fixture.operations->exportData({testing::record("desk/1"), kind}, [&](std::string_view zip) {
                kept = zip;
                CHECK(fixture.eventsInLog() == 2);
                return std::nullopt;
            });
        REQUIRE(answer);
        CHECK(*answer == R"({"position":3})");
        CHECK(fixture.eventsInLog() == 3);
        CHECK(kept.starts_with("PK"));
        CHECK_THAT(kept, Contains(kind == ExportKind::copy ? "customer.vcf" : "receipts/2.tlog-proof"));
    }
}

TEST_CASE("An export whose archive could not be kept is not recorded") {
    const Fixture fixture;
    const auto answer = fixture.operations->exportData({testing::record("desk/1")}, [](std::string_view) {
        return Failure{Failure::Kind::storage, "storage", "The disk is full.", {}};
    });
    REQUIRE_FALSE(answer);
    CHECK(answer.error().detail == "The disk is full.");
    CHECK(fixture.eventsInLog() == 2);
}

TEST_CASE("Nothing is made ready for an export that is refused") {
    const Fixture fixture;
    REQUIRE(fixture.operations->erase({{testing::record("desk/1")}, "asked for"}));
    for (const auto& [name, code] : {std::pair("desk/1", "erased"), std::pair("desk/2", "not_found")}) {
        const auto answer = fixture.operations->exportData({testing::record(name)}, [](std::string_view) {
            FAIL_CHECK("an archive was made");
            return std::nullopt;
        });
        REQUIRE_FALSE(answer);
        CHECK(answer.error().code == code);
        CHECK(answer.error().kind == Failure::Kind::refused);
    }
    CHECK(fixture.eventsInLog() == 3);
}
