#include "ledger/in_parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace kartei::ledger {

namespace {

constexpr unsigned mostWorkers = 8;

// Threads for the other cores, as many as can have a range beside the caller, each with its number from 1; they are
// waited for when they go out of scope. `work` must outlive them.
std::vector<std::jthread> startOthers(std::size_t ranges, const std::function<void(unsigned worker)>& work) {
    std::vector<std::jthread> others;
    for (unsigned worker = 1; worker < workers() && worker < ranges; ++worker) {
        others.emplace_back([&work, worker] { work(worker); });
    }
    return others;
}

// Ranges that are prepared by whoever is free and taken by one.
class OrderedRanges {
public:
    OrderedRanges(std::size_t count, std::size_t share, const OrderedWork& prepare)
        : count_(count), share_(share), prepare_(prepare), states_((count + share - 1) / share) {}

    [[nodiscard]] std::size_t size() const { return states_.size(); }

    void prepareAll() {
        while (prepareNext()) continue;
    }
    // No further range is begun.
    void stop() { next_ = size(); }

    // Returns when the range is prepared. All ranges before it must have been taken.
    void await(std::size_t range) {
        auto& state = states_[range];
        while (state == State::waiting) {
            if (!prepareNext()) state.wait(State::waiting);
        }
        if (state == State::failed) std::rethrow_exception(failure_);
    }
    void each(std::size_t range, const OrderedWork& work) const {
        work(range * share_, std::min((range + 1) * share_, count_));
    }

private:
    enum class State { waiting, prepared, failed };

    bool prepareNext() {
        const auto range = next_.fetch_add(1);
        if (range >= size()) return false;
        auto outcome = State::prepared;
        try {
            each(range, prepare_);
        } catch (...) {
            stop();
            const std::lock_guard<std::mutex> guard(failing_);
            if (!failure_) failure_ = std::current_exception();
            outcome = State::failed;
        }
        states_[range] = outcome;
        states_[range].notify_one();
        return true;
    }

    std::size_t count_;
    std::size_t share_;
    const OrderedWork& prepare_;
    std::vector<std::atomic<State>> states_;
    std::atomic<std::size_t> next_{0};
    std::mutex failing_;
    std::exception_ptr failure_;
};

}  // namespace

unsigned workers() { return std::clamp(std::thread::hardware_concurrency(), 1U, mostWorkers); }

void inParallel(std::size_t count, std::size_t share, const RangeWork& work) {
    std::atomic<std::size_t> next{0};
    std::exception_ptr failure;
    std::mutex failing;
    const std::function<void(unsigned)> take = [&](unsigned worker) {
        try {
            for (auto from = next.fetch_add(share); from < count; from = next.fetch_add(share)) {
                work(from, std::min(from + share, count), worker);
            }
        } catch (...) {
            const std::lock_guard<std::mutex> guard(failing);
            if (!failure) failure = std::current_exception();
            next = count;
        }
    };
    {
        const auto others = startOthers((count + share - 1) / share, take);
        take(0);
    }
    if (failure) std::rethrow_exception(failure);
}

void inOrder(std::size_t count, std::size_t share, const OrderedWork& prepare, const OrderedWork& take) {
    OrderedRanges ranges(count, share, prepare);
    const std::function<void(unsigned)> prepareAll = [&](unsigned /*worker*/) { ranges.prepareAll(); };
    const auto others = startOthers(ranges.size(), prepareAll);
    try {
        for (std::size_t range = 0; range < ranges.size(); ++range) {
            ranges.await(range);
            ranges.each(range, take);
        }
    } catch (...) {
        ranges.stop();
        throw;
    }
}

}  // namespace kartei::ledger
