#pragma once
// One object that a writer replaces now and then while readers use it without a lock.
//
// How it works: readers count themselves into one of two epochs while they look; a writer puts the new object in
// place, turns the epoch and waits until nobody is left in the old one before it destroys the old object. Readers
// never wait; a writer waits for those who are looking at that moment, so `read` must be short.
//
// Threads: `read` from any thread; `replace` from one at a time.

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <utility>

namespace kartei::ledger {

template <class T>
class Published {
public:
    explicit Published(std::unique_ptr<T> first) : current_(first.release()) {}
    ~Published() { delete current_.load(); }
    Published(const Published&) = delete;
    Published& operator=(const Published&) = delete;

    template <class Look>
    void read(Look&& look) const {
        const std::uint64_t epoch = enter();
        look(static_cast<const T&>(*current_.load()));
        readers_[epoch & 1U].fetch_sub(1);
    }

    // For the writer alone.
    T& own() { return *current_.load(); }

    void replace(std::unique_ptr<T> next) {
        const std::unique_ptr<T> old(current_.exchange(next.release()));
        const std::uint64_t epoch = epoch_.fetch_add(1);
        while (readers_[epoch & 1U].load() != 0) std::this_thread::yield();
    }

private:
    std::uint64_t enter() const {
        while (true) {
            const std::uint64_t epoch = epoch_.load();
            readers_[epoch & 1U].fetch_add(1);
            if (epoch_.load() == epoch) return epoch;
            readers_[epoch & 1U].fetch_sub(1);
        }
    }

    std::atomic<T*> current_;
    std::atomic<std::uint64_t> epoch_{0};
    mutable std::atomic<std::uint32_t> readers_[2] = {0, 0};
};

}  // namespace kartei::ledger
