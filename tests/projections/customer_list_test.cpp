// Lists of the past are what the lists of now were then: the stored rows, and the fold up to a position.

#include "projections/customer_list.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "tests/support/random_log.hpp"

using namespace kartei;
using namespace kartei::testing;
using events::Position;
using ledger::PastJoins;

namespace {

ledger::View viewOfNow(ledger::Business& business) {
    return ledger::viewOfNow(business, second(0), PastJoins::asTheyWere);
}

ledger::View viewAt(ledger::Business& business, Position then, PastJoins pastJoins = PastJoins::asTheyWere) {
    const auto now = business.now();
    return {now.at(then), now, second(0), pastJoins, ledger::View::Of::thePast};
}

// Those of whom there was more than facts that arrived early: the others are no customers yet.
bool isThere(std::string_view file) { return file.find(R"("origin")") != std::string_view::npos; }

using Files = std::vector<std::string>;
projections::FileSink into(Files& files) {
    return [&files](std::string_view, std::string_view file) {
        if (isThere(file)) files.emplace_back(file);
        return true;
    };
}

Files filesIn(ledger::Business& business, const ledger::View& view) {
    Files files;
    projections::eachFile(business, view, into(files));
    return files;
}

Files found(ledger::Business& business, const ledger::View& view, std::string_view text) {
    Files files;
    projections::eachFileThatFits(business, view, text, into(files));
    return files;
}

// All lists of a log at a moment.
std::map<std::string, Files> lists(ledger::Business& business, const ledger::View& view) {
    std::map<std::string, Files> all{{"", filesIn(business, view)}};
    for (const auto* text : {"anna", "mus", "example.com", "+4917112345"}) all[text] = found(business, view, text);
    return all;
}

}  // namespace

TEST_CASE("Lists as of a position are those that there were then") {
    TestLedger ledger;
    std::size_t hits = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        INFO("seed " << seed);
        ledger.startBusiness();
        auto& business = ledger.business();
        Player player(ledger);
        std::map<Position, std::map<std::string, Files>> then;
        std::size_t number = 0;
        for (const auto& step : randomSteps(seed)) {
            player.playOne(step);
            if (++number % 13 == 0) then[business.head()] = lists(business, viewOfNow(business));
        }
        for (const auto& [position, files] : then) {
            INFO("as of position " << position.value());
            REQUIRE(lists(business, viewAt(business, position)) == files);
            for (const auto& [text, some] : files) hits += text.empty() ? 0 : some.size();
        }
    }
    CHECK(hits > 100);
}

TEST_CASE("Lists of the past are read in pieces, from one name on, and none is left out between them") {
    TestLedger ledger;
    auto& business = ledger.business();
    REQUIRE(business.append({tillConnected()}, ledger.admin()).size() == 1);
    REQUIRE(business.append(enteredAtTill(1, 2'500), ledger.admin()).size() == 2'500);
    const auto then = viewAt(business, business.head());
    business.append(enteredAtTill(2'501, 2'600), ledger.admin());

    CHECK(filesIn(business, then).size() == 2'500);
    Files behind;
    projections::eachFile(business, then, into(behind), record("till/2499"));
    CHECK(behind.size() == 833);
    std::size_t taken = 0;
    projections::eachFile(business, then, [&](std::string_view, std::string_view) { return ++taken < 3; });
    CHECK(taken == 3);
}

TEST_CASE("Where a join may not be told of, a list of the past has its people apart") {
    TestLedger ledger;
    auto& business = ledger.business();
    for (const auto* name : {"till/1", "till/2"}) {
        ledger.fact("record.entered", name, R"("attributes":{"familyName":"Weiß"})");
    }
    const auto join = ledger.link("till/1", "till/2");
    ledger.undo(join);
    CHECK(found(business, viewAt(business, join), "weiss").size() == 1);
    const auto apart = found(business, viewAt(business, join, PastJoins::onlyIfInForceNow), "weiss");
    REQUIRE(apart.size() == 2);
    CHECK(apart[0].find("till/2") == std::string::npos);
    CHECK(apart[1].find("till/1") == std::string::npos);
}

TEST_CASE("Somebody is found in the past by the name of then") {
    TestLedger ledger;
    auto& business = ledger.business();
    const auto before = ledger.fact("record.entered", "till/1", R"("attributes":{"familyName":"Lehmann"})");
    ledger.fact("record.changed", "till/1", R"("attributes":{"familyName":"Vogt"})");
    CHECK(found(business, viewOfNow(business), "lehmann").empty());
    CHECK(found(business, viewAt(business, before), "lehmann").size() == 1);
    CHECK(found(business, viewAt(business, before), "vogt").empty());
    CHECK(found(business, viewAt(business, before.previous()), "lehmann").empty());
    CHECK(found(business, viewAt(business, before), "").empty());
}

TEST_CASE("Who was erased since shows as erased in lists of the past") {
    TestLedger ledger;
    auto& business = ledger.business();
    const auto before = ledger.fact("record.entered", "till/1", R"("attributes":{"familyName":"Lehmann"})");
    REQUIRE(codeOf(ledger.tryErase({"till/1"})) == "recorded");
    CHECK(found(business, viewAt(business, before), "lehmann").empty());
    const auto files = filesIn(business, viewAt(business, before));
    REQUIRE(files.size() == 1);
    CHECK(files.front().find(R"("status":"erased")") != std::string::npos);
}
