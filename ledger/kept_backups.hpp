#pragma once
// A directory of backups as it lies on the disk (backup.hpp): whose they are, and how one of them is read. It may be on
// a medium that cannot be written to; nothing is written here.
//
// Threads: one at a time. Another process may add backups meanwhile; they are not seen.

#include <rocksdb/utilities/backup_engine.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "ledger/opened_database.hpp"

namespace kartei::ledger {

// Where in a directory of backups RocksDB's are.
std::filesystem::path databaseOfBackups(const std::filesystem::path& directory);
// Says of which data directory the backups are that will be in it.
void markBackups(const std::filesystem::path& directory, const std::string& id);
// Nothing where the directory is none of backups.
std::optional<std::string> idOfBackups(const std::filesystem::path& directory);

class KeptBackups {
public:
    // Throws Failure where there are none, or they cannot be read.
    explicit KeptBackups(std::filesystem::path directory);

    [[nodiscard]] const std::string& id() const { return id_; }
    // The number of the newest. Throws Failure where there is none, and where the newest is not whole: an older one is
    // not to be taken for it.
    [[nodiscard]] std::uint32_t newest() const;
    // One of them where it is, as it was made. Its files are not compared with their checksums; RocksDB does that with
    // each block that it reads. Throws Failure where there is none of the number.
    [[nodiscard]] OpenedDatabase opened(std::uint32_t number) const;
    // Throws Failure where there is none of the number, or a byte of it is not what was written.
    void requireWhole(std::uint32_t number) const;
    void copyTo(const std::string& database, std::uint32_t number) const;

private:
    std::filesystem::path directory_;
    std::string id_;
    std::unique_ptr<rocksdb::BackupEngineReadOnly> engine_;
};

}  // namespace kartei::ledger
