#pragma once
// How often something took how long, as counts in buckets.
//
// Threads: any number may add and read at once, without a lock; what is read may lack what is being added.

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace kartei::ledger {

class Durations {
public:
    // Upper bounds in seconds; one bucket more takes the rest.
    static constexpr std::array<double, 12> bounds = {0.0005, 0.001, 0.002, 0.005, 0.01, 0.02,
                                                      0.05,   0.1,   0.2,   0.5,   1,    5};

    void add(std::chrono::nanoseconds took) {
        const double seconds = std::chrono::duration<double>(took).count();
        std::size_t at = 0;
        while (at < bounds.size() && seconds > bounds[at]) ++at;
        counts_[at].fetch_add(1, std::memory_order_relaxed);
        nanoseconds_.fetch_add(took.count(), std::memory_order_relaxed);
    }

    // How many are in the bucket, not in those below it.
    [[nodiscard]] std::uint64_t count(std::size_t bucket) const { return counts_.at(bucket).load(); }
    // What all of them took together.
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::nanoseconds(nanoseconds_.load())).count();
    }

private:
    std::array<std::atomic<std::uint64_t>, bounds.size() + 1> counts_{};
    std::atomic<std::int64_t> nanoseconds_{0};
};

}  // namespace kartei::ledger
