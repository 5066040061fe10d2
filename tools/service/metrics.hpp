#pragma once
// What the server counts, as Prometheus reads it (text exposition format 0.0.4). Labels are templates of routes, codes
// and names of RocksDB's properties: nothing about a person or a business.
//
// Threads: any, at any time.

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "ledger/durations.hpp"
#include "ledger/ledger.hpp"
#include "tools/service/service.hpp"

namespace kartei::tools::service {

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
    std::map<std::string, ledger::Durations> durations_;                  // by route
    std::int64_t streams_ = 0;
    std::int64_t connections_ = 0;
};

}  // namespace kartei::tools::service
