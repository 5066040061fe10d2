#pragma once
// The newest part of the index, in memory: lists of positions by token.
//
// How it works: an open-addressing table of tokens, each with a chain of positions, newest first, in an arena. Both
// have a fixed size; when either is full, `add` says so and the owner writes the table out and starts a new one.
//
// Threads: one writer at a time; readers at any time, without a lock. A slot is published by a release store of its
// state, a chain by a release store of its head; what a reader finds behind an acquire load never changes.
//
// It does not: forget, resize, or know what a token stands for.

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "events/codec.hpp"

namespace kartei::ledger {

class RecentIndex {
public:
    // `capacity`: positions it can hold. The table has room for as many tokens.
    explicit RecentIndex(std::uint32_t capacity);

    // Adds one position to the token's list. False: there is no room; nothing was added.
    bool add(const events::Token& token, events::Position position);

    // The token's positions up to `upTo`, newest first as they were added, appended to `out`.
    void find(const events::Token& token, events::Position upTo, std::vector<events::Position>& out) const;

    // Adds everything in it to another with enough room.
    void copyInto(RecentIndex& larger) const;

    // Everything in it, for the writer only: tokens in ascending order, each with its positions, oldest first. What
    // `take` is given is good for that call only.
    using Take = std::function<void(const events::Token&, const std::vector<events::Position>&)>;
    void each(const Take& take) const;
    [[nodiscard]] std::uint32_t size() const { return used_; }
    [[nodiscard]] std::uint32_t capacity() const { return capacity_; }

private:
    static constexpr std::uint32_t none = UINT32_MAX;
    struct Slot {
        std::atomic<bool> taken{false};
        events::Token token;
        std::atomic<std::uint32_t> head{none};
    };
    struct Link {
        std::uint64_t position = 0;
        std::uint32_t next = none;
    };
    // A slot's positions, oldest first.
    void collect(const Slot& slot, std::vector<events::Position>& positions) const;
    [[nodiscard]] std::size_t home(const events::Token& token) const { return std::hash<events::Token>{}(token)&mask_; }

    std::uint32_t capacity_;
    std::size_t mask_;
    std::unique_ptr<Slot[]> slots_;
    std::vector<Link> links_;
    std::uint32_t used_ = 0;
};

}  // namespace kartei::ledger
