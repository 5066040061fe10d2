// What a decision is answered with rests on what is on the disk, also where it records nothing itself.

#include <atomic>
#include <catch2/catch.hpp>
#include <functional>
#include <thread>

#include "tests/support/test_ledger.hpp"

namespace {

using namespace kartei;
using namespace kartei::testing;

const ledger::Caller petra{"petra", events::Role::ADMIN};
constexpr int rounds = 200;

// Both at the same moment.
void together(const std::function<void()>& one, const std::function<void()>& other) {
    std::atomic<int> ready{0};
    const auto meet = [&](const std::function<void()>& work) {
        ++ready;
        while (ready < 2) {
        }
        work();
    };
    std::thread second([&] { meet(other); });
    meet(one);
    second.join();
}

}  // namespace

TEST_CASE("Who repeats an undo or a link beside the first is answered when that is on the disk") {
    TestLedger ledger;
    auto& business = ledger.business();
    ledger.fact("record.entered", "till/1", R"("attributes":{"familyName":"Muster"})");
    ledger.fact("record.entered", "till/2", R"("attributes":{"familyName":"Muster"})");
    std::atomic<int> early{0};
    std::atomic<int> repeated{0};
    for (int round = 0; round < rounds; ++round) {
        std::atomic<std::uint64_t> join{0};
        const auto link = [&] {
            const auto outcome = business.decide(ledger::Link{record("till/1"), record("till/2"), ""}, petra);
            const auto position = outcome ? outcome->position : outcome.error().joins.front();
            if (position > business.head()) ++early;
            join = position.value();
            if (!outcome) ++repeated;
        };
        together(link, link);
        const auto undo = [&] {
            const ledger::Undoing command{position(join), "two people", {}, false, true};
            const auto outcome = business.decide(command, petra);
            if (!outcome || outcome->position > business.head()) ++early;
        };
        together(undo, undo);
    }
    CHECK(repeated == rounds);
    CHECK(early == 0);
}
