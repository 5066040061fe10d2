#pragma once
// How a data directory is opened in this process: with its master key and its anchor, and restored where that is asked
// for.

#include <filesystem>
#include <memory>

#include "ledger/failure.hpp"
#include "ledger/ledger.hpp"
#include "tools/kartei/embedded_operations.hpp"

namespace kartei::tools {

struct OpenedLedger {
    std::unique_ptr<ledger::Ledger> ledger;
    std::filesystem::path keyFile;  // where the master key was found; empty for elsewhere than in a file of its own
};

// `options.anchor` must be said. Throws ledger::Failure where the directory cannot be opened; `missing` where there is
// none and `opening` makes none.
Result<OpenedLedger, Failure> openLedger(const EmbeddedOptions& options, ledger::Opening opening);

// How failures and refusals of the ledger are told.
Failure failureOf(const ledger::Failure& failure);
Failure failureOf(const ledger::Refusal& refusal);

// Whether one path is the other, or below it.
bool isWithin(const std::filesystem::path& inner, const std::filesystem::path& outer);

}  // namespace kartei::tools
