#pragma once
// What the server counts, as Prometheus reads it (text exposition format 0.0.4). Labels are templates of routes, codes
// and names of RocksDB's properties: nothing about a person or a business.
//
// Threads: any, at any time.

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "ledger/ledger.hpp"
#include "tools/service/service.hpp"

namespace kartei::tools::service {

// How often something took how long.
class Histogram {
public:
    void add(double seconds);
    // Upper bounds in seconds; one bucket more takes the rest.
    static constexpr std::array<double, 12> bounds = {0.0005, 0.001, 0.002, 0.005, 0.01, 0.02,
                                                      0.05,   0.1,   0.2,   0.5,   1,    5};
    std::array<std::uint64_t, bounds.size() + 1> counts{};
    double sum = 0;
};

class Metrics {
public:
    void answered(const Account& account, unsigned status, std::chrono::nanoseconds took);
    void streamOpened();
    void streamClosed();
    void connected();
    void disconnected();

    // `ledger`: what it and RocksDB say of themselves comes along.
    [[nodiscard]] std::string text(ledger::Ledger& ledger) const;

private:
    mutable std::mutex mutex_;
    std::map<std::pair<std::string, unsigned>, std::uint64_t> requests_;  // by route and status
    std::map<std::string, std::uint64_t> refusals_;                       // by code
    std::map<std::string, Histogram> durations_;                          // by route
    std::uint64_t appends_ = 0;
    std::int64_t streams_ = 0;
    std::int64_t connections_ = 0;
};

}  // namespace kartei::tools::service
