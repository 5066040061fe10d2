#pragma once
// What became of facts and decisions, counted since the ledger was opened.
//
// Threads: any number may add and read at once, without a lock.

#include <array>
#include <atomic>
#include <cstdint>

#include "ledger/refusal.hpp"

namespace kartei::ledger {

class OutcomeCounts {
public:
    // Facts that were recorded, and those that were known already or said nothing new.
    void recorded() { recorded_.fetch_add(1, std::memory_order_relaxed); }
    void unchanged() { unchanged_.fetch_add(1, std::memory_order_relaxed); }
    // Facts and decisions that a rule refused.
    void refused(RefusalCode code) {
        refused_.at(static_cast<std::size_t>(code)).fetch_add(1, std::memory_order_relaxed);
    }

    [[nodiscard]] std::uint64_t allRecorded() const { return recorded_.load(); }
    [[nodiscard]] std::uint64_t allUnchanged() const { return unchanged_.load(); }
    [[nodiscard]] std::uint64_t allRefused(RefusalCode code) const {
        return refused_.at(static_cast<std::size_t>(code)).load();
    }

private:
    std::atomic<std::uint64_t> recorded_{0}, unchanged_{0};
    std::array<std::atomic<std::uint64_t>, refusalCodes> refused_{};
};

}  // namespace kartei::ledger
