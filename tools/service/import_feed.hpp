#pragma once
// How far an import is, as server-sent events: `progress` while it runs, then one that says how it ended, and the
// stream is over: `completed`, or `failed`, or `interrupted` where nobody works on it. The data is the run's object
// (import_list.hpp); of `failed`, {"code","detail"}.
//
// Threads: an ImportFeed, one at a time. The business must outlive it.

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "ledger/ledger.hpp"
#include "tools/service/import_runs.hpp"
#include "tools/service/message.hpp"

namespace kartei::tools::service {

class ImportFeed final : public Feed {
public:
    // `run` must be in the business's log.
    ImportFeed(std::shared_ptr<ImportRuns> runs, ledger::Business& business, std::string name, events::RunName run)
        : runs_(std::move(runs)), business_(business), name_(std::move(name)), run_(std::move(run)) {}

    Piece next() override;
    [[nodiscard]] bool isOver() const override { return isOver_; }

private:
    [[nodiscard]] std::string sent(const std::string& event) const;

    std::shared_ptr<ImportRuns> runs_;
    ledger::Business& business_;
    std::string name_;  // of the business
    events::RunName run_;
    std::optional<std::uint64_t> sentDone_;
    std::chrono::steady_clock::time_point sentAt_;
    bool isOver_ = false;
};

}  // namespace kartei::tools::service
