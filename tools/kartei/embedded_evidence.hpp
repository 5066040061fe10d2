#pragma once
// The evidence of a ledger in this process: verify, receipts, the published log and what it stands on.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "ledger/ledger.hpp"
#include "tools/kartei/operations.hpp"

namespace kartei::tools {

Answer verifyLog(ledger::Business& business, const std::string& against,
                 const std::function<void(std::uint64_t done, std::uint64_t all)>& progress);

// Receipts on entries of one log, all against one checkpoint, which is signed when the first could be needed.
class Receipts {
public:
    explicit Receipts(ledger::Business& business);
    [[nodiscard]] const std::string& checkpoint() const { return checkpoint_; }
    // How many entries it is of.
    [[nodiscard]] std::uint64_t size() const { return size_; }
    // Of a position that the log had by then.
    [[nodiscard]] ledger::Receipt of(events::Position position) const;

private:
    const ledger::Business& business_;
    std::string checkpoint_;
    std::uint64_t size_;
    // Receipts share most of their way to the root.
    mutable std::map<ledger::TileName, std::vector<ledger::Hash>> tiles_;
};

Answer receiptFor(ledger::Business& business, events::Position position);
Answer publishLogFiles(ledger::Business& business, const std::string& directory);
Answer logKey(const ledger::Business& business);
Answer logStatus(const ledger::Business& business);
Answer beginIncarnation(ledger::Business& business, const events::BusinessName& name, const ledger::Caller& caller);

}  // namespace kartei::tools
