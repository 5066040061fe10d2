// Work shared among cores: everything once, and failures come out.

#include <atomic>
#include <catch2/catch.hpp>
#include <numeric>
#include <stdexcept>
#include <thread>
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

TEST_CASE("Ranges are taken in order, by the caller, each after it was prepared") {
    for (const std::size_t count : {0U, 1U, 7U, 8U, 1'000U}) {
        const auto caller = std::this_thread::get_id();
        std::vector<std::atomic<int>> prepared(count);
        std::vector<std::size_t> taken;
        bool byOthers = false;
        bool tooEarly = false;
        const auto prepare = [&](std::size_t from, std::size_t to) {
            for (auto i = from; i < to; ++i) ++prepared[i];
        };
        const auto take = [&](std::size_t from, std::size_t to) {
            byOthers = byOthers || std::this_thread::get_id() != caller;
            for (auto i = from; i < to; ++i) {
                tooEarly = tooEarly || prepared[i] != 1;
                taken.push_back(i);
            }
        };
        kartei::ledger::inOrder(count, 8, prepare, take);
        CHECK_FALSE(byOthers);
        CHECK_FALSE(tooEarly);
        std::vector<std::size_t> inOrder(count);
        std::iota(inOrder.begin(), inOrder.end(), std::size_t{0});
        CHECK(taken == inOrder);
    }
}

TEST_CASE("What preparing or taking throws comes out, and no range behind it is taken") {
    const auto nothing = [](std::size_t, std::size_t) {};
    std::size_t taken = 0;
    const auto count = [&](std::size_t, std::size_t) { ++taken; };
    const auto failLate = [](std::size_t from, std::size_t) {
        if (from == 40) throw std::runtime_error("not prepared");
    };
    CHECK_THROWS_WITH(kartei::ledger::inOrder(100, 1, failLate, count), "not prepared");
    CHECK(taken == 40);
    const auto failToTake = [](std::size_t from, std::size_t) {
        if (from == 40) throw std::runtime_error("not taken");
    };
    CHECK_THROWS_WITH(kartei::ledger::inOrder(100, 1, nothing, failToTake), "not taken");
}
