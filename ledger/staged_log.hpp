#pragma once
// A business's log as its writer sees it: what is on the disk, and what is decided but still on its way there.
//
// How it works: entries are kept here from the moment they have a position until they are on the disk and let go. Of
// a fact at hand, the writer may have looked ahead, before it took the lock, for what the index has on the disk; where
// that was nothing, only the index's part in memory is asked again.
//
// Threads: the writer's alone, under the business's lock.

#include <deque>

#include "ledger/index.hpp"
#include "ledger/reading.hpp"
#include "ledger/tokens.hpp"

namespace kartei::ledger {

class StagedLog final : public LogSource {
public:
    // All three must outlive it. `durable`: the same log as far as it is on the disk.
    StagedLog(const LogSource& durable, const Index& index, const Tokens& tokens)
        : durable_(durable), index_(index), tokens_(tokens) {}

    [[nodiscard]] SharedEvent entry(Position position) const override;
    [[nodiscard]] std::vector<Position> stream(Stream stream, std::string_view name, Position upTo) const override;
    [[nodiscard]] bool hasAssignments() const override { return durable_.hasAssignments(); }

    // Positions follow one another.
    void add(SharedEvent event) { entries_.push_back(std::move(event)); }
    [[nodiscard]] const SharedEvent& last() const { return entries_.back(); }
    // Lets go of entries that are on the disk.
    void release(Position durable);

    // What is known to be absent from the disk, until the next call; null for nothing.
    void lookedAhead(const LookedAhead* ahead) { ahead_ = ahead; }

private:
    const LogSource& durable_;
    const Index& index_;
    const Tokens& tokens_;
    std::deque<SharedEvent> entries_;
    const LookedAhead* ahead_ = nullptr;
};

}  // namespace kartei::ledger
