// Work shared among cores: everything once, and failures come out.

#include <atomic>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <vector>

#include "ledger/in_parallel.hpp"

using kartei::ledger::inParallel;

TEST_CASE("Ranges cover everything once, and workers keep apart") {
    for (const std::size_t count : {0U, 1U, 7U, 8U, 1'000U}) {
        std::vector<std::atomic<int>> seen(count);
        std::vector<std::atomic<int>> busy(kartei::ledger::workers());
        std::atomic<bool> together{false};
        inParallel(count, 8, [&](std::size_t from, std::size_t to, unsigned worker) {
            if (busy.at(worker)++ != 0) together = true;
            for (auto i = from; i < to; ++i) ++seen[i];
            --busy.at(worker);
        });
        CHECK_FALSE(together);
        for (const auto& times : seen) CHECK(times == 1);
    }
}

TEST_CASE("What the work throws comes out, and the rest is not begun") {
    std::atomic<int> ranges{0};
    const auto work = [&](std::size_t, std::size_t, unsigned) {
        ++ranges;
        throw std::runtime_error("no");
    };
    CHECK_THROWS_WITH(inParallel(1'000, 1, work), "no");
    CHECK(ranges <= static_cast<int>(kartei::ledger::workers()));
}
