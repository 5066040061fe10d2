#pragma once
// Backups of a data directory that this process has open, and what a restore wants.

#include <filesystem>

#include "ledger/data_directory.hpp"
#include "tools/kartei/operations.hpp"

namespace kartei::tools {

// Whether one path is the other, or below it.
bool isWithin(const std::filesystem::path& inner, const std::filesystem::path& outer);

// Answers {"number","bytes","kept"}. Throws ledger::Failure.
Answer backUpTo(const ledger::DataDirectory& directory, const BackupRequest& request);

// Makes the data directory; it wants the anchor, which knows who was erased since. Throws ledger::Failure.
void restoreInto(const RestoreRequest& request, const std::filesystem::path& data, const std::filesystem::path& anchor);

}  // namespace kartei::tools
