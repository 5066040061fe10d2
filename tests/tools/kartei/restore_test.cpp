// Backups made and restored by the program, with an anchor that is whole, cut, another's or in use.

#include <catch2/catch.hpp>
#include <fstream>

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

// Two businesses, a backup of both, and who is erased after it.
class Shop {
public:
    Shop() {
        must({"append", "-"}, tillConnected + entered("1", "Weiß") + entered("2", "Böhm"));
        must({"--business", "studio", "append", "-"}, tillConnected + entered("1", "Kästner"));
        must({"backup", backups().string()});
    }
    [[nodiscard]] ledger::Place place() const { return {temporary_.path() / "data", temporary_.path() / "anchor"}; }
    [[nodiscard]] ledger::Place restored() const { return {temporary_.path() / "restored", place().anchor}; }
    [[nodiscard]] fs::path backups() const { return temporary_.path() / "backups"; }
    [[nodiscard]] fs::path anchored(const std::string& name) const {
        return fs::directory_iterator(place().anchor)->path() / name;
    }
    [[nodiscard]] std::string journal() const { return testing::contentOf(anchored("default.journal")).value_or(""); }
    void must(const std::vector<std::string>& arguments, const std::string& input = {}) const {
        const auto ended = runKartei(place(), arguments, input);
        INFO(ended.out << ended.err);
        REQUIRE(ended.code == 0);
    }
    void erase(const std::string& name) const { must({"erase", name, "--reason", "asked"}); }
    [[nodiscard]] Ended restore() const { return runKartei(restored(), {"--json", "restore", backups().string()}); }
    void requireRefused(const char* code) const {
        const auto ended = restore();
        CHECK(ended.code == 3);
        CHECK_THAT(ended.out, Contains(code));
        CHECK_FALSE(fs::exists(restored().data));
    }
    [[nodiscard]] Ended read(const std::string& record) const {
        return runKartei({backups(), place().anchor}, {"--json", "customer", record});
    }

private:
    testing::TemporaryDirectory temporary_;
};

void write(const fs::path& file, const std::string& content) { std::ofstream(file, std::ios::binary) << content; }

ledger::Ledger opened(const ledger::Place& place, ledger::Opening opening) {
    return {place, testing::masterKey(), ledger::Ledger::systemClock(), opening};
}

}  // namespace

TEST_CASE("A restore is of all businesses, be the one that is named among them or not") {
    const Shop shop;
    const auto ended =
        runKartei(shop.restored(), {"--json", "--business", "other", "restore", shop.backups().string()});
    CHECK(ended.code == 0);
    CHECK(ended.out == "{\"restored\":true}\n");
    CHECK(runKartei(shop.restored(), {"customer", "till/1"}).code == 0);
    CHECK(runKartei(shop.restored(), {"--business", "studio", "customer", "till/1"}).code == 0);
}

TEST_CASE("An anchor whose journal is not what was acknowledged restores nothing and shows nothing of a backup") {
    const Shop shop;
    shop.erase("till/1");
    const auto first = shop.journal();
    SECTION("it is gone") { fs::remove(shop.anchored("default.journal")); }
    SECTION("it is cut within its only line") {
        write(shop.anchored("default.journal"), first.substr(0, first.size() - 5));
    }
    SECTION("it is an older one") {
        shop.erase("till/2");
        write(shop.anchored("default.journal"), first);
    }
    SECTION("it is another business's") {
        shop.must({"--business", "studio", "erase", "till/1", "--reason", "asked"});
        fs::copy_file(shop.anchored("studio.journal"), shop.anchored("default.journal"),
                      fs::copy_options::overwrite_existing);
    }
    SECTION("what says how much there is, is gone") {
        const auto checkpoint = testing::contentOf(shop.anchored("default.checkpoint")).value();
        write(shop.anchored("default.checkpoint"), checkpoint.substr(checkpoint.find("kartei/")));
    }
    shop.requireRefused("anchor_lost");
    const auto read = shop.read("till/1");
    CHECK(read.code == 3);
    CHECK_THAT(read.out, Contains("anchor_lost") && !Contains("Weiß"));
}

TEST_CASE("An anchor that is another log's, or lacks one of the businesses, restores nothing") {
    const Shop shop;
    shop.erase("till/1");
    SECTION("files of a business that is not there are not enough") {
        for (const auto* name : {"default", "studio"}) {
            fs::rename(shop.anchored(std::string(name) + ".checkpoint"),
                       shop.anchored(std::string("x") + name + ".checkpoint"));
        }
        shop.requireRefused("anchor_lost");
    }
    SECTION("one of the two") {
        fs::remove(shop.anchored("studio.checkpoint"));
        shop.requireRefused("anchor_lost");
    }
    SECTION("another's") {
        fs::copy_file(shop.anchored("studio.checkpoint"), shop.anchored("default.checkpoint"),
                      fs::copy_options::overwrite_existing);
        shop.requireRefused("damaged");
    }
}

TEST_CASE("The log in use knows who was erased: the next command that records something writes the journal anew") {
    const Shop shop;
    shop.erase("till/1");
    const auto before = shop.journal();
    fs::remove(shop.anchored("default.journal"));
    CHECK_THAT(runKartei(shop.place(), {"--json", "log", "status"}).out, Contains("anchor_lost"));
    CHECK_FALSE(fs::exists(shop.anchored("default.journal")));
    SECTION("whatever it is") { shop.must({"append", "-"}, entered("3", "Groß")); }
    SECTION("the same erasure") { shop.erase("till/1"); }
    CHECK(shop.journal() == before);
    CHECK(shop.restore().code == 0);
    CHECK_THAT(runKartei(shop.restored(), {"--json", "customer", "till/1"}).out, Contains("erased"));
    CHECK(runKartei(shop.place(), {"verify"}).code == 0);
}

TEST_CASE("A restore is refused before anything is there while the anchor is in use, and done when it is said again") {
    const Shop shop;
    shop.erase("till/1");
    {
        const auto live = opened(shop.place(), ledger::Opening::existing);
        shop.requireRefused("data_locked");
    }
    CHECK(shop.restore().code == 0);
    CHECK_THAT(runKartei(shop.restored(), {"--json", "customer", "till/1"}).out,
               Contains("erased") && !Contains("Weiß"));
}

TEST_CASE("A restore under a key that does not fit leaves nothing behind") {
    const Shop shop;
    tools::EmbeddedOptions options{shop.restored().data, events::BusinessName::trusted("default"), "tester"};
    options.opening = ledger::Opening::existing;
    options.masterKey = ledger::MasterKey::generate();
    options.anchor = shop.place().anchor;
    options.restore = tools::RestoreRequest{shop.backups().string(), std::nullopt};
    const auto ended = tools::openEmbedded(options);
    REQUIRE_FALSE(ended);
    CHECK(ended.error().code == "wrong_master_key");
    CHECK_FALSE(fs::exists(shop.restored().data));
}

TEST_CASE("A restored copy is read while the original is in use, and who reads it stops nobody") {
    const Shop shop;
    REQUIRE(shop.restore().code == 0);
    shop.erase("till/1");
    {
        const auto live = opened(shop.place(), ledger::Opening::existing);
        const auto read = runKartei(shop.restored(), {"--json", "customer", "till/1"});
        CHECK(read.code == 0);
        CHECK_THAT(read.out, Contains("erased") && !Contains("Weiß"));
    }
    const auto reader = opened(shop.restored(), ledger::Opening::reading);
    shop.must({"append", "-"}, entered("3", "Groß"));
}

TEST_CASE("An anchor that cannot be written to is enough to read") {
    const Shop shop;
    const auto anchor = shop.anchored("").parent_path();
    fs::remove(anchor / "lock");
    fs::permissions(anchor, fs::perms::owner_read | fs::perms::owner_exec);
    const auto read = runKartei(shop.place(), {"--json", "customer", "till/1"});
    const auto isLockMade = fs::exists(anchor / "lock");
    fs::permissions(anchor, fs::perms::owner_all);
    CHECK(read.code == 0);
    CHECK_FALSE(isLockMade);
}

TEST_CASE("A backup is taken while another has the data directory open") {
    const Shop shop;
    {
        auto live = opened(shop.place(), ledger::Opening::existing);
        auto& business = *live.find(events::BusinessName::trusted("default"));
        business.append(testing::enteredAtTill(3, 40), {"till", events::Role::ADAPTER});
        shop.must({"backup", shop.backups().string()});
    }
    CHECK(shop.restore().code == 0);
    CHECK(runKartei(shop.restored(), {"verify"}).code == 0);
    CHECK(runKartei(shop.restored(), {"customer", "till/40"}).code == 0);
}

TEST_CASE("A log is not published, nor an anchor kept, where Kartei keeps something else") {
    const Shop shop;
    for (const auto& directory :
         {shop.place().data / "public", shop.place().data, shop.backups(), shop.backups() / "public", fs::path()}) {
        CAPTURE(directory);
        const auto ended = runKartei(shop.place(), {"--json", "log", "publish", directory.string()});
        CHECK(ended.code == 2);
    }
    CHECK_FALSE(fs::exists(shop.backups() / "checkpoint"));
    const ledger::Place inBackups{shop.place().data, shop.backups() / "anchor"};
    CHECK(runKartei(inBackups, {"customers"}).code == 2);
}

TEST_CASE("A folder of an earlier incarnation is called that, not another log's") {
    const Shop shop;
    const auto folder = (shop.backups().parent_path() / "public").string();
    shop.must({"log", "publish", folder});
    fs::remove(shop.anchored("default.checkpoint"));
    shop.must({"log", "incarnation"});
    const auto ended = runKartei(shop.place(), {"--json", "log", "publish", folder});
    CHECK(ended.code == 3);
    CHECK_THAT(ended.out, Contains("earlier incarnation"));
}
