// A backup, read where it is by the program: `kartei --data BACKUPS …`.

#include <catch2/catch.hpp>
#include <map>

#include "tests/support/files.hpp"
#include "tests/tools/kartei/program.hpp"
#include "tests/tools/kartei/till_lines.hpp"

using namespace kartei;
using Catch::Matchers::Contains;
using tools::testing::Ended;
using tools::testing::entered;
using tools::testing::runKartei;
using tools::testing::tillConnected;

namespace {

namespace fs = std::filesystem;

const std::vector<std::vector<std::string>> reading = {{"customer", "till/1"},
                                                       {"customer", "till/1", "--at", "2"},
                                                       {"customers"},
                                                       {"history", "till/1"},
                                                       {"search", "Weiß"},
                                                       {"consent", "till/1"},
                                                       {"imports"},
                                                       {"pending"},
                                                       {"policy", "show"},
                                                       {"protocol"},
                                                       {"replay"},
                                                       {"replay", "--customer", "till/2"},
                                                       {"log", "key"},
                                                       {"log", "status"},
                                                       {"receipt", "2"},
                                                       {"rebuild", "--verify"},
                                                       {"link", "till/1", "till/3", "--dry-run"}};

// A salon and a studio in one data directory, and backups of it.
class Shops {
public:
    Shops() {
        write({"append", "-"}, tillConnected + entered("1", "Weiß") + entered("2", "Böhm") + entered("3", "Groß"));
        write({"link", "till/1", "till/2"});
        write({"--business", "studio", "append", "-"}, tillConnected + entered("1", "Kästner"));
        runKartei(data(), {"receipt", "2"});  // signs a checkpoint of all there is
    }
    [[nodiscard]] ledger::Place data() const { return {temporary_.path() / "data", temporary_.path() / "anchor"}; }
    [[nodiscard]] ledger::Place backups() const { return {temporary_.path() / "backups", data().anchor}; }
    void write(const std::vector<std::string>& arguments, const std::string& input = {}) const {
        const auto ended = runKartei(data(), arguments, input);
        INFO(ended.out << ended.err);
        REQUIRE(ended.code == 0);
    }
    void backUp() const { write({"backup", backups().data.string()}); }
    [[nodiscard]] Ended read(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "--json");
        return runKartei(backups(), arguments);
    }
    // What every verb that reads answers.
    static std::map<std::string, std::string> answers(const ledger::Place& place) {
        std::map<std::string, std::string> all;
        for (const auto& business : {"default", "studio"}) {
            for (auto arguments : reading) {
                arguments.insert(arguments.begin(), {"--json", "--business", business});
                std::string line;
                for (const auto& argument : arguments) line += argument + " ";
                const auto ended = runKartei(place, arguments);
                all[line] = std::to_string(ended.code) + " " + ended.out + ended.err;
            }
        }
        return all;
    }

private:
    testing::TemporaryDirectory temporary_;
};

// And when it was written last.
std::map<std::string, std::pair<fs::file_time_type, std::string>> filesOf(const fs::path& directory) {
    std::map<std::string, std::pair<fs::file_time_type, std::string>> files;
    for (const auto& file : fs::recursive_directory_iterator(directory)) {
        files[file.path().string()] = {fs::last_write_time(file),
                                       file.is_regular_file() ? testing::contentOf(file.path()).value() : ""};
    }
    return files;
}

}  // namespace

TEST_CASE("A backup answers what its data directory answered, of each business, and nothing is written into it") {
    const Shops shops;
    const auto before = Shops::answers(shops.data());
    shops.backUp();
    const auto files = filesOf(shops.backups().data);
    CHECK(Shops::answers(shops.backups()) == before);
    CHECK_THAT(shops.read({"replay"}).out, Contains("Groß") && !Contains("Kästner"));
    CHECK_THAT(shops.read({"--business", "studio", "replay"}).out, Contains("Kästner") && !Contains("Groß"));
    const auto verified = shops.read({"verify"});
    CHECK(verified.code == 0);
    CHECK_THAT(verified.out, Contains(R"("entries":5)") && !Contains("detail"));
    CHECK(shops.read({"--business", "studio", "verify"}).code == 0);
    CHECK(filesOf(shops.backups().data) == files);
}

TEST_CASE("The newest backup is read, and verifies though its log went on since, which is said") {
    const Shops shops;
    shops.backUp();
    shops.write({"append", "-"}, entered("4", "Later"));
    CHECK(shops.read({"customer", "till/4"}).code == 1);
    const auto verified = shops.read({"verify"});
    CHECK(verified.code == 0);
    CHECK_THAT(verified.out, Contains(R"("entries":5)") && Contains("The backup ends at position 5"));
    CHECK_THAT(runKartei(shops.backups(), {"verify"}).out, Contains("The backup ends at position 5"));
    CHECK_THAT(shops.read({"log", "status"}).out, Contains("log_behind_anchor") && !Contains("log incarnation"));
    shops.backUp();
    CHECK_THAT(shops.read({"customer", "till/4"}).out, Contains("Later"));
    CHECK_THAT(shops.read({"verify"}).out, Contains(R"("entries":6)") && !Contains("detail"));
    // As of before, too.
    CHECK_THAT(shops.read({"customer", "till/1", "--at", "2"}).out, Contains("Weiß") && !Contains("Böhm"));
}

TEST_CASE("Who was erased after a backup is erased where it is read, and nothing is written into it") {
    const Shops shops;
    shops.backUp();
    shops.write({"erase", "till/1", "--reason", "asked", "--only"});
    shops.write({"--business", "studio", "erase", "till/1", "--reason", "asked"});
    const auto files = filesOf(shops.backups().data);
    for (const auto& [arguments, answer] : Shops::answers(shops.backups())) {
        CAPTURE(arguments);
        CHECK_THAT(answer, !Contains("Weiß") && !Contains("Kästner"));
    }
    CHECK_THAT(shops.read({"customer", "till/1", "--at", "2"}).out, Contains(R"("status":"erased")"));
    CHECK_THAT(shops.read({"customers"}).out, Contains("Böhm"));
    CHECK(shops.read({"verify"}).code == 0);
    CHECK(shops.read({"--business", "studio", "verify"}).code == 0);
    CHECK(filesOf(shops.backups().data) == files);
}

TEST_CASE("What records something is refused on backups, and leaves them as they are") {
    const Shops shops;
    shops.backUp();
    const auto files = filesOf(shops.backups().data);
    const std::vector<std::vector<std::string>> recording = {{"append", "-"},
                                                             {"link", "till/1", "till/3"},
                                                             {"undo", "5", "--reason", "mistake"},
                                                             {"erase", "till/1", "--reason", "asked"},
                                                             {"policy", "set", "automatic_link", "off"},
                                                             {"rebuild"},
                                                             {"log", "incarnation"},
                                                             {"key", "rotate"},
                                                             {"export", "till/1", "--out", "copy.zip"},
                                                             {"backup", (shops.data().data / "more").string()}};
    for (auto arguments : recording) {
        CAPTURE(arguments);
        arguments.insert(arguments.begin(), "--json");
        const auto ended = runKartei(shops.backups(), arguments, entered("9", "Later"));
        CHECK(ended.code == 3);
        CHECK_THAT(ended.out, Contains(R"("code":"storage")") && Contains("kartei restore"));
    }
    CHECK(filesOf(shops.backups().data) == files);
}

TEST_CASE("Without its anchor, which knows who was erased since, no backup is read") {
    const Shops shops;
    shops.backUp();
    shops.write({"erase", "till/3", "--reason", "asked"});
    const ledger::Place elsewhere{shops.backups().data, shops.backups().data.parent_path() / "elsewhere"};
    const auto ended = runKartei(elsewhere, {"--json", "replay"});
    CHECK(ended.code == 3);
    CHECK_THAT(ended.out, Contains("anchor_lost") && Contains("no backup is read") && !Contains("Groß"));
    CHECK_THAT(ended.out, !Contains("an admin goes on"));
    CHECK_FALSE(fs::exists(elsewhere.anchor));

    // That of one business alone.
    const auto anchors = fs::directory_iterator(shops.data().anchor)->path();
    fs::remove(anchors / "default.checkpoint");
    fs::remove(anchors / "default.journal");
    CHECK_THAT(shops.read({"replay"}).out, Contains("anchor_lost") && !Contains("Groß"));
    CHECK_THAT(shops.read({"--business", "studio", "replay"}).out, Contains("Kästner"));
}

TEST_CASE("Where the newest backup is damaged, no older one is taken for it") {
    const Shops shops;
    shops.backUp();
    shops.write({"append", "-"}, entered("4", "Later"));
    shops.backUp();
    fs::path last;
    for (const auto& file : fs::recursive_directory_iterator(shops.backups().data / "rocksdb" / "private" / "2")) {
        if (file.path().filename().string().starts_with("MANIFEST")) last = file.path();
    }
    REQUIRE_FALSE(last.empty());
    fs::remove(last);
    const auto ended = shops.read({"replay"});
    CHECK(ended.code == 3);
    CHECK_THAT(ended.out, Contains(R"("code":"damaged")") && Contains("number 2") && Contains("--number"));
    const ledger::Place restored{shops.data().data.parent_path() / "restored", shops.data().anchor};
    CHECK(runKartei(restored, {"restore", shops.backups().data.string()}).code == 3);
    CHECK(runKartei(restored, {"restore", shops.backups().data.string(), "--number", "7"}).code == 2);
    CHECK(runKartei(restored, {"restore", shops.backups().data.string(), "--number", "1"}).code == 0);
}
