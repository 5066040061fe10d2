#pragma once
// The evidence of a ledger in this process: verify, receipts and the published log.

#include <functional>
#include <string>

#include "ledger/ledger.hpp"
#include "tools/kartei/operations.hpp"

namespace kartei::tools {

Answer verifyLog(ledger::Business& business, const std::string& against,
                 const std::function<void(std::uint64_t done, std::uint64_t all)>& progress);
Answer receiptFor(ledger::Business& business, events::Position position);
Answer publishLogFiles(ledger::Business& business, const std::string& directory);
Answer logKey(const ledger::Business& business);

}  // namespace kartei::tools
