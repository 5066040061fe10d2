#include "ledger/recent_index.hpp"

#include <algorithm>
#include <bit>

namespace kartei::ledger {

// Twice as many slots as tokens, so that probing stays short.
RecentIndex::RecentIndex(std::uint32_t capacity)
    : capacity_(capacity),
      mask_(std::bit_ceil(std::size_t{capacity} * 2) - 1),
      slots_(std::make_unique<Slot[]>(mask_ + 1)),
      links_(capacity) {}

bool RecentIndex::add(const events::Token& token, events::Position position) {
    if (used_ == capacity_) return false;
    std::size_t at = home(token);
    while (slots_[at].taken.load(std::memory_order_relaxed) && slots_[at].token != token) at = (at + 1) & mask_;
    Slot& slot = slots_[at];
    if (!slot.taken.load(std::memory_order_relaxed)) {
        slot.token = token;
        slot.taken.store(true, std::memory_order_release);
    }
    links_[used_] = {position.value(), slot.head.load(std::memory_order_relaxed)};
    slot.head.store(used_, std::memory_order_release);
    ++used_;
    return true;
}

void RecentIndex::find(const events::Token& token, events::Position upTo, std::vector<events::Position>& out) const {
    for (std::size_t at = home(token); slots_[at].taken.load(std::memory_order_acquire); at = (at + 1) & mask_) {
        if (slots_[at].token != token) continue;
        for (auto link = slots_[at].head.load(std::memory_order_acquire); link != none; link = links_[link].next) {
            if (links_[link].position <= upTo.value()) out.emplace_back(links_[link].position);
        }
        return;
    }
}

void RecentIndex::collect(const Slot& slot, std::vector<events::Position>& positions) const {
    positions.clear();
    for (auto link = slot.head.load(std::memory_order_relaxed); link != none; link = links_[link].next) {
        positions.emplace_back(links_[link].position);
    }
    std::reverse(positions.begin(), positions.end());
}

void RecentIndex::copyInto(RecentIndex& larger) const {
    std::vector<events::Position> positions;
    for (std::size_t at = 0; at <= mask_; ++at) {
        if (!slots_[at].taken.load(std::memory_order_relaxed)) continue;
        collect(slots_[at], positions);
        for (const auto position : positions) larger.add(slots_[at].token, position);
    }
}

void RecentIndex::each(const Take& take) const {
    std::vector<const Slot*> taken;
    taken.reserve(used_);
    for (std::size_t at = 0; at <= mask_; ++at) {
        if (slots_[at].taken.load(std::memory_order_relaxed)) taken.push_back(&slots_[at]);
    }
    std::sort(taken.begin(), taken.end(), [](const Slot* a, const Slot* b) { return a->token < b->token; });
    std::vector<events::Position> positions;
    for (const Slot* slot : taken) {
        collect(*slot, positions);
        take(slot->token, positions);
    }
}

}  // namespace kartei::ledger
