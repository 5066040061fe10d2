#pragma once
// Backups of a data directory while it is written to, in this process or in another one (DESIGN §7).
//
// How it works: a directory of backups is RocksDB's BackupEngine's, with a marker that says of which data directory
// they are. A backup copies the tables that no earlier one has, and the write-ahead log; so later ones cost what is
// new. It is the data directory at one moment: whatever was acknowledged before the call is in it. It holds neither the
// master key nor the anchor. Where another process holds the data directory, the backup is of its files at one moment
// (database_moment.hpp), and it counts only once it has been opened as a restore does.
//
//     KARTEI-BACKUP    "Kartei backup, format 1\nid " id "\n"
//     rocksdb/         BackupEngine's
//
// The newest is read where it is by opening the directory of backups as a data directory, to be read
// (kept_backups.hpp).
//
// A backup still holds the keys of whoever is erased later: a restore destroys them again, who reads it where it is
// does not see them (anchor.hpp), and old backups are to be thrown away in time (`keep`).
//
// Threads: functions; one at a time for one directory of backups.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "ledger/anchor.hpp"
#include "ledger/data_directory.hpp"

namespace kartei::ledger {

struct Backup {
    std::uint32_t number = 0;  // counts up in its directory
    std::uint64_t bytes = 0;   // of all its files, shared ones included
    std::uint64_t kept = 0;    // backups that are there now
};

// Adds a backup to the directory, which is made where it is not there, and deletes the oldest ones but `keep`; nothing:
// all are kept. Throws Failure where the directory is another data directory's, something else, or cannot be written
// to.
Backup backUp(const DataDirectory& directory, const std::filesystem::path& backups, std::optional<std::uint32_t> keep);

// Throws Failure where the backup (nothing: the newest) is not to be restored: it is under another master key, or who
// was erased since is not to be known for each of its businesses, because the anchor is not there, not whole, or
// another's.
void requireRestorable(const std::filesystem::path& backups, std::optional<std::uint32_t> number,
                       const AnchorDirectory& anchors, const MasterKey& masterKey);

// Makes a data directory from the newest backup, or from the one with that number, once its files have proved whole.
// `data` must not be there, be empty, or be what a restore that was cut short has left; until it is done nobody can
// open it. Throws Failure.
void restoreBackup(const std::filesystem::path& backups, std::optional<std::uint32_t> number,
                   const std::filesystem::path& data);

}  // namespace kartei::ledger
