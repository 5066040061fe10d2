// A flipped bit in a stored table, as whoever uses the command line meets it: exit code 3 and a sentence that says what
// is wrong and tells of nobody, or the right answer where what is damaged was not needed for it.

#include <catch2/catch.hpp>
#include <iostream>
#include <map>

#include "tests/support/tables.hpp"
#include "tests/tools/kartei/program.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using tools::testing::Ended;
using tools::testing::runKartei;

namespace {

constexpr int people = 150;
// What a till and an online booking report of some people, one event a line.
std::string reports() {
    std::ostringstream lines;
    int events = 0;
    const auto say = [&](const std::string& source, const std::string& type, const std::string& subject,
                         const std::string& data) {
        lines << R"({"specversion":"1.0","id":")" << events++ << R"(","source":")" << source << R"(","type":")" << type
              << '"' << (subject.empty() ? "" : R"(,"subject":")" + subject + '"') << R"(,"data":{)" << data << "}}\n";
    };
    say("till", "source.connected", "", R"("name":"Till")");
    say("web", "source.connected", "", R"("name":"Web")");
    say("web", "record.registered", "web/1",
        R"("attributes":{"familyName":"Planted"},"account":{"username":"planted"})");
    for (int number = 0; number < people; ++number) {
        const auto id = std::to_string(number);
        std::string entered = R"("attributes":{"familyName":"Planted)" + id;
        entered.append(R"(","email":"planted)").append(id).append(R"(@example.com"})");
        say("till", "record.entered", "till/" + id, entered);
        say("till", "appointment.booked", "till/" + id,
            R"("appointment":"a)" + id + R"(","startsAt":"2026-02-01T10:00:00Z","service":"Planted service")");
        std::string checkout = R"("total":{"amount":4500,"currency":"EUR"},"receipt":"r)" + id;
        checkout.append(R"(","appointment":"a)").append(id).append("\"");
        say("till", "visit.checkedOut", "till/" + id, checkout);
        std::string consent = R"("purpose":"reminders","channel":"email","state":"granted","address":"planted)";
        consent.append(id).append(R"(@example.com")");
        say("till", "consent.stated", "till/" + id, consent);
    }
    return lines.str();
}

// A data directory that the program made, with everything in tables.
struct Fixture {
    TemporaryDirectory temporary;
    std::map<std::string, std::vector<Table>> tables;

    Fixture() {
        REQUIRE(runKartei(path(), {"append", "-"}, reports()).code == 0);
        REQUIRE(runKartei(path(), {"merge", "till/1", "till/0", "--take", "email", "--comment", "Planted"}).code == 0);
        REQUIRE(runKartei(path(), {"log", "publish", (temporary.path() / "published").string()}).code == 0);
        REQUIRE(runKartei(path(), {"customers"}).code == 0);
        const ledger::DataDirectory directory(path(), masterKey());
        auto& database = directory.database();
        for (auto* family : {database.DefaultColumnFamily(), directory.log(), directory.index(), directory.views(),
                             directory.tree(), directory.keys()}) {
            tables[family->GetName()] = compactIntoTables(database, family);
        }
    }
    [[nodiscard]] std::filesystem::path path() const { return temporary.path() / "data"; }
    [[nodiscard]] std::filesystem::path copy() const { return temporary.path() / "copy"; }
    // One from the middle.
    [[nodiscard]] const Table& tableOf(const std::string& family) const {
        const auto& all = tables.at(family);
        return all[all.size() / 2];
    }
};

using Arguments = std::vector<std::string>;

// What is asked of the data: everything that reads, and for each family something that needs all of it.
const std::vector<Arguments> questions = {{"customer", "till/75"},
                                          {"customer", "till/0", "--at", "20"},
                                          {"customers"},
                                          {"history", "till/75"},
                                          {"account", "web/planted"},
                                          {"search", "planted75"},
                                          {"consent", "till/75"},
                                          {"consent", "till/75", "reminders", "email"},
                                          {"pending"},
                                          {"protocol"},
                                          {"protocol", "--customer", "till/75"},
                                          {"replay"},
                                          {"replay", "--customer", "till/75"},
                                          {"imports"},
                                          {"policy", "show"},
                                          {"receipt", "300"},
                                          {"log", "key"},
                                          {"undo", "604", "--reason", "x", "--dry-run"},
                                          {"rebuild", "--verify"}};
const std::map<std::string, Arguments> needing = {{"default", {"log", "key"}},  {"log", {"replay"}},
                                                  {"index", {"protocol"}},      {"views", {"customers"}},
                                                  {"tree", {"receipt", "300"}}, {"keys", {"replay"}}};

void checkIsRefused(const Ended& ended) {
    CHECK(ended.code == 3);
    CHECK_THAT(ended.err, Contains("error: ") && Contains("damaged") && Contains(".sst"));
    CHECK_THAT(ended.err, !Contains("lanted"));
}

// The parts of a table, from its first row to its last byte.
std::vector<std::uint64_t> placesIn(const Table& table, std::uint64_t size) {
    const std::uint64_t filter = table.dataBytes + 30;
    return {20, table.dataBytes / 2, table.dataBytes - 40, filter, (filter + size) / 2, size - 4};
}

}  // namespace

TEST_CASE("A flipped bit in a table ends a command with 3 and says why, or has no part in the answer") {
    const Fixture fixture;
    copyWhole(fixture.path(), fixture.copy());
    REQUIRE(runKartei(fixture.copy(), {"verify"}).code == 0);
    std::map<Arguments, Ended> right;
    for (const auto& question : questions) {
        CAPTURE(question);
        right[question] = runKartei(fixture.copy(), question);
        REQUIRE(right[question].code == 0);
    }
    for (const auto& [family, asked] : needing) {
        const auto& table = fixture.tableOf(family);
        for (const auto place : placesIn(table, file_size(fixture.path() / "rocksdb" / table.file))) {
            CAPTURE(family, place, table.dataBytes);
            copyDamaged(fixture.path(), fixture.copy(), table, place);
            checkIsRefused(runKartei(fixture.copy(), {"verify"}));
            for (const auto& question : questions) {
                CAPTURE(question);
                const auto ended = runKartei(fixture.copy(), question);
                if (ended.code == 0) {
                    CHECK(ended.out == right[question].out);
                } else {
                    checkIsRefused(ended);
                }
            }
        }
        copyDamaged(fixture.path(), fixture.copy(), table, table.dataBytes / 2);
        INFO("what needs all of " << family);
        CHECK(runKartei(fixture.copy(), asked).code == 3);
    }
}

TEST_CASE("A program learns of damage by its code") {
    const Fixture fixture;
    copyDamaged(fixture.path(), fixture.copy(), fixture.tableOf("log"), 20);
    const auto replayed = runKartei(fixture.copy(), {"--json", "replay"});
    CHECK(replayed.code == 3);
    CHECK_THAT(replayed.out, Contains(R"({"code":"damaged","detail":")"));
    const auto verified = runKartei(fixture.copy(), {"--json", "verify"});
    CHECK(verified.code == 3);
    CHECK_THAT(verified.out, StartsWith(R"({"code":"integrity","detail":"position )"));
    CHECK_THAT(verified.out, !Contains("lanted"));
}
