#pragma once
// Backups of a data directory that this process has open, and what a restore wants.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ledger/ledger.hpp"
#include "tools/kartei/operations.hpp"

namespace kartei::tools {

// Whether one path is the other, or below it.
bool isWithin(const std::filesystem::path& inner, const std::filesystem::path& outer);

// Answers {"number","bytes","kept"}. Throws ledger::Failure.
Answer backUpTo(const ledger::DataDirectory& directory, const BackupRequest& request);

// Why nothing of Kartei's that is not a backup may be put there: it is in the data directory, or in one of backups.
std::optional<Failure> unfitPlace(const std::string& what, const std::filesystem::path& place,
                                  const std::filesystem::path& data);

// What is said where a backup is to be read or restored, and this is why it cannot be. What a data directory without
// its anchor goes on with cannot be done to a backup.
ledger::Failure failureOfBackup(const ledger::Failure& failure);

// Makes the data directory; it wants the anchor, which knows who was erased since, and that nobody else has it in use.
// `keys`: the first that fits opens the backup. Whatever is refused is refused before anything is made. Throws
// ledger::Failure.
void restoreInto(const RestoreRequest& request, const ledger::Place& place, const std::vector<ledger::MasterKey>& keys);

}  // namespace kartei::tools
