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
}

unsigned workers() { return std::clamp(std::thread::hardware_concurrency(), 1U, mostWorkers); }

void inParallel(std::size_t count, std::size_t share, const RangeWork& work) {
    std::atomic<std::size_t> next{0};
    std::exception_ptr failure;
    std::mutex failing;
    const auto take = [&](unsigned worker) {
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
    const std::size_t ranges = (count + share - 1) / share;
    std::vector<std::thread> others;
    for (unsigned worker = 1; worker < workers() && worker < ranges; ++worker) others.emplace_back(take, worker);
    take(0);
    for (auto& other : others) other.join();
    if (failure) std::rethrow_exception(failure);
}

}  // namespace kartei::ledger
