// The stored files as they are read while others make them anew, and where they are damaged.

#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

#include "ledger/failure.hpp"
#include "projections/stored_views.hpp"
#include "tests/support/soundness.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using ledger::Failure;
using projections::StoredViews;
using projections::Switching;

namespace {

constexpr std::uint64_t people = 1'500;
const ledger::Caller till{"till", events::Role::ADAPTER};
const ledger::Caller admin{"admin", events::Role::ADMIN};

void fill(ledger::Business& business) {
    business.append({tillConnected()}, till);
    for (std::uint64_t from = 1; from <= people; from += 500) business.append(enteredAtTill(from, from + 499), till);
}

std::uint64_t listed(ledger::Business& business) {
    std::uint64_t count = 0;
    StoredViews(business).each([&](std::string_view, std::string_view) { return ++count != 0; });
    return count;
}

void erase(ledger::Business& business, const std::string& name) {
    const ledger::Erase command{{record(name)}, "asked", ledger::Erase::Joined::leaveAsTheyAre};
    const auto erased = business.decide(command, admin);
    REQUIRE(erased);
}

void rebuild(ledger::Business& business) {
    StoredViews(business).rebuild(Switching::useNew, [](std::uint64_t, std::uint64_t) {});
}

// Turns a bit in the middle of each table of the views.
void damageViews(TestLedger& ledger) {
    auto& directory = ledger.business().directory();
    REQUIRE(directory.database().Flush({}, directory.views()).ok());
    std::vector<rocksdb::LiveFileMetaData> files;
    directory.database().GetLiveFilesMetaData(&files);
    ledger.close();
    std::size_t damaged = 0;
    for (const auto& file : files) {
        if (file.column_family_name != "views") continue;
        std::fstream table(file.db_path + file.name, std::ios::in | std::ios::out | std::ios::binary);
        table.seekg(static_cast<std::streamoff>(file.size / 2));
        const auto byte = static_cast<char>(table.get() ^ 1);
        table.seekp(static_cast<std::streamoff>(file.size / 2));
        table.put(byte);
        ++damaged;
    }
    REQUIRE(damaged > 0);
    ledger.reopen();
}

template <class Work>
bool findsDamage(const Work& work) {
    try {
        work();
    } catch (const Failure& failure) {
        return failure.kind() == Failure::Kind::damaged;
    }
    return false;
}

}  // namespace

TEST_CASE("Whoever lists customers sees all of them, while they are erased and made anew") {
    TestLedger ledger;
    auto& business = ledger.business();
    fill(business);
    constexpr std::uint64_t erasures = 40;
    // Each of them with somebody else, who leads then.
    for (std::uint64_t number = 1; number <= erasures; ++number) {
        const auto name = std::to_string(number);
        REQUIRE(business.decide(ledger::Link{record("till/" + name), record("till/9" + name), ""}, admin));
    }
    std::atomic<bool> isOver{false};
    std::atomic<std::uint64_t> lists{0};
    std::atomic<std::uint64_t> wrong{0};
    std::vector<std::jthread> readers;
    for (int number = 0; number < 2; ++number) {
        readers.emplace_back([&] {
            while (!isOver) {
                // Who is erased is still a customer, and nobody else's file is missing.
                if (listed(business) != people - erasures) ++wrong;
                ++lists;
            }
        });
    }
    for (std::uint64_t number = 1; number <= erasures; ++number) {
        erase(business, "till/" + std::to_string(number));
        if (number % 4 == 0) rebuild(business);
    }
    isOver = true;
    readers.clear();
    CHECK(lists > 0);
    CHECK(wrong == 0);
    CHECK(listed(business) == people - erasures);
}

TEST_CASE("A comparison with the log is right, while persons are erased") {
    TestLedger ledger;
    auto& business = ledger.business();
    fill(business);
    std::atomic<bool> isOver{false};
    std::atomic<std::uint64_t> right{0};
    std::atomic<std::uint64_t> wrong{0};
    std::jthread auditor([&] {
        do {
            const auto result = StoredViews(business).rebuild(Switching::keepOld, [](std::uint64_t, std::uint64_t) {});
            ++(result.matches() && result.counted.customers == people ? right : wrong);
        } while (!isOver);
    });
    for (std::uint64_t number = 1; number <= 40; ++number) erase(business, "till/" + std::to_string(number));
    isOver = true;
    auditor.join();
    CHECK(right > 0);
    CHECK(wrong == 0);
}

TEST_CASE("An erasure leaves everybody else's files as they are") {
    TestLedger ledger;
    auto& business = ledger.business();
    fill(business);
    StoredViews views(business);
    SECTION("where they are up to date") { views.catchUp(); }
    SECTION("where they have to be brought up first") {
        views.catchUp();
        business.append(enteredAtTill(people + 1, people + 10), till);
    }
    const auto before = business.head();
    erase(business, "till/7");
    CHECK(views.state().position == before.next());
    CHECK(views.state().rows >= people);
    CHECK(rebuildMatches(business));
}

TEST_CASE("An erasure drops files that are so far behind that they are made anew in any case") {
    TestLedger ledger;
    auto& business = ledger.business();
    fill(business);
    StoredViews views(business);
    views.catchUp();
    for (std::uint64_t from = people + 1; from <= 52'000; from += 10'000)
        business.append(enteredAtTill(from, from + 9'999), till);
    erase(business, "till/7");
    CHECK(views.state().rows == 0);
    CHECK(listed(business) == business.head().value() - 2);
    CHECK(views.state().position == business.head());
    CHECK(rebuildMatches(business));
}

TEST_CASE("An erasure of one of several who are joined leaves the files of the others right") {
    TestLedger ledger;
    auto& business = ledger.business();
    fill(business);
    StoredViews views(business);
    views.catchUp();
    for (const auto* other : {"till/2", "till/3"}) {
        REQUIRE(business.decide(ledger::Merge{record(other), record("till/1"), {}, ""}, admin));
    }
    views.catchUp();
    erase(business, "till/1");
    CHECK(views.state().position == business.head());
    CHECK(rebuildMatches(business));
}

TEST_CASE("Damaged files of customers are made anew when the directory is opened next") {
    TestLedger ledger;
    fill(ledger.business());
    REQUIRE(listed(ledger.business()) == people);
    damageViews(ledger);
    SECTION("asked to rebuild them") {
        CHECK(findsDamage([&] { listed(ledger.business()); }));
        CHECK(findsDamage([&] { rebuild(ledger.business()); }));
    }
    SECTION("found by an erasure, which goes on then") {
        CHECK(findsDamage([&] { erase(ledger.business(), "till/7"); }));
    }
    ledger.reopen();
    CHECK(listed(ledger.business()) == people);
    CHECK(rebuildMatches(ledger.business()));
    erase(ledger.business(), "till/8");
    CHECK(listed(ledger.business()) == people);
}
