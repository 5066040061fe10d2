#pragma once
// A Kartei in this process: a data directory, opened by nobody else at the same time, unless it is only read
// (ledger::Opening::reading).

#include <filesystem>
#include <memory>
#include <string>

#include "ledger/master_key.hpp"
#include "ledger/opening.hpp"
#include "tools/kartei/operations.hpp"

namespace kartei::tools {

struct EmbeddedOptions {
    std::filesystem::path data;
    events::BusinessName business;
    std::string actor;  // who does it; embedded, the caller is admin
    ledger::Opening opening = ledger::Opening::create;
    // Gets sentences that a person should read besides the answer.
    std::function<void(const std::string&)> notice = [](const std::string&) {};
    // Nothing: it is looked for (key_source.hpp).
    std::optional<ledger::MasterKey> masterKey = std::nullopt;
    // A directory outside of `data` (ledger/anchor.hpp). Empty: stateDirectory().
    std::filesystem::path anchor = {};
    // Makes the data directory from these backups first, where something is said here.
    std::optional<RestoreRequest> restore = std::nullopt;
};

// The options with the anchor that is meant where none is named, or what is wrong with them.
Result<EmbeddedOptions, Failure> completed(EmbeddedOptions options);

// Fails with `no_data_directory` where there is none and `opening` makes none.
Result<std::unique_ptr<Operations>, Failure> openEmbedded(const EmbeddedOptions& given);

}  // namespace kartei::tools
