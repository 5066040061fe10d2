#pragma once
// Keys that were unwrapped a short while ago, so that the next event of the same record costs no lookup.
//
// How it works: a table of a fixed number of slots; the hash of the row that a key is stored in says in which it may
// be, and a new key takes the place of the one before. Each slot is guarded by a counter that is odd while it is
// written (a seqlock): who reads takes no lock, and takes a slot that changed meanwhile for an empty one.
//
// Threads: any number read and write. It does not say whether a key exists: absence means nothing. What was looked up
// before a `clear` is not kept after it, so a destroyed key does not come back.

#include <sodium.h>

#include <array>
#include <atomic>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include "events/codec.hpp"
#include "ledger/sealing.hpp"

namespace kartei::ledger {

class KeyCache {
    static constexpr std::size_t nameWords = sizeof(events::Token) / sizeof(std::uint64_t);
    static constexpr std::size_t keyWords = sizeof(SecretKey) / sizeof(std::uint64_t);
    using Words = std::array<std::uint64_t, nameWords + keyWords>;

    struct Slot {
        std::atomic<std::uint64_t> version{0};
        std::array<std::atomic<std::uint64_t>, nameWords + keyWords> words{};
    };

public:
    explicit KeyCache(std::size_t slots = std::size_t{16} * 1024) : slots_(slots) {}

    [[nodiscard]] std::optional<SecretKey> find(std::string_view row) const {
        const auto name = nameOf(row);
        const Slot& slot = slotOf(name);
        const auto before = slot.version.load(std::memory_order_acquire);
        if (before % 2 != 0) return std::nullopt;
        Words words;
        for (std::size_t i = 0; i < words.size(); ++i) words[i] = slot.words[i].load(std::memory_order_acquire);
        if (slot.version.load(std::memory_order_relaxed) != before) return std::nullopt;
        if (std::memcmp(words.data(), name.bytes.data(), sizeof(name.bytes)) != 0) return std::nullopt;
        SecretKey key{};
        std::memcpy(key.data(), words.data() + nameWords, key.size());
        return key;
    }

    // How often it was cleared. To be asked before a key is looked up that shall be kept.
    [[nodiscard]] std::uint64_t clearings() const { return clearings_.load(); }

    void keep(std::string_view row, const SecretKey& key, std::uint64_t clearings) {
        const auto name = nameOf(row);
        Words words;
        std::memcpy(words.data(), name.bytes.data(), sizeof(name.bytes));
        std::memcpy(words.data() + nameWords, key.data(), key.size());
        Slot& slot = slotOf(name);
        if (clearings_.load() != clearings || !write(slot, words)) return;
        if (clearings_.load() != clearings) overwrite(slot);
    }

    // Overwrites everything.
    void clear() {
        ++clearings_;
        for (auto& slot : slots_) overwrite(slot);
    }

private:
    static void overwrite(Slot& slot) {
        while (!write(slot, Words{})) {
        }
    }
    // False where somebody else is writing the slot.
    static bool write(Slot& slot, const Words& words) {
        auto version = slot.version.load(std::memory_order_relaxed);
        if (version % 2 != 0) return false;
        if (!slot.version.compare_exchange_strong(version, version + 1, std::memory_order_acquire)) return false;
        for (std::size_t i = 0; i < words.size(); ++i) slot.words[i].store(words[i], std::memory_order_release);
        slot.version.store(version + 2, std::memory_order_release);
        return true;
    }

    [[nodiscard]] events::Token nameOf(std::string_view row) const {
        events::Token name;
        crypto_shorthash_siphashx24(name.bytes.data(), reinterpret_cast<const unsigned char*>(row.data()), row.size(),
                                    naming_.data());
        return name;
    }
    [[nodiscard]] std::size_t indexOf(const events::Token& name) const {
        return std::hash<events::Token>()(name) % slots_.size();
    }
    [[nodiscard]] const Slot& slotOf(const events::Token& name) const { return slots_[indexOf(name)]; }
    Slot& slotOf(const events::Token& name) { return slots_[indexOf(name)]; }

    SecretKey naming_ = randomKey();  // so that nobody can choose rows that share a slot
    std::vector<Slot> slots_;
    std::atomic<std::uint64_t> clearings_{0};
};

}  // namespace kartei::ledger
