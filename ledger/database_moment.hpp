#pragma once
// A RocksDB as its files were at one moment, whoever holds it and goes on writing: a database of its own, to be copied
// from.
//
// How it works: in a scratch directory stand copies of the list of tables and of the write-ahead log, and for each
// table a link to it as this process has it open, so that it stays readable when its holder deletes it. Nothing was
// missed for the same reason as in opened_database.hpp: where CURRENT is the same before and after, the list of tables
// was, and each table that it names was there. The files of the write-ahead log are listed before the first is read:
// the next one is begun when nothing more is written to the one before, so each but the last is whole, and what is
// listed later is later. What was written when this began is in it, synced or not.
//
// It is not RocksDB's BackupEngine or Checkpoint on a secondary instance: that has neither the size of the MANIFEST nor
// a way to keep its holder from deleting files, and says NotSupported (7.8.3).
//
// It does not: see rows that are in its holder's memory only, outside of the write-ahead log. Those follow from the log
// and are completed from it, as after a crash.
//
// Threads: as RocksDB has it. It writes nothing into the original.

#include <filesystem>
#include <optional>
#include <vector>

#include "ledger/opened_database.hpp"
#include "ledger/scratch_directory.hpp"

namespace kartei::ledger {

class DatabaseMoment {
public:
    // Throws Failure where it cannot be read, or changes all the time.
    explicit DatabaseMoment(const std::filesystem::path& database);
    ~DatabaseMoment();
    DatabaseMoment(const DatabaseMoment&) = delete;
    DatabaseMoment& operator=(const DatabaseMoment&) = delete;

    [[nodiscard]] rocksdb::DB& database() const { return opened_->database(); }

private:
    // False where the original changed meanwhile.
    bool take(const std::filesystem::path& database);
    bool takeTable(const std::filesystem::path& table);
    void forget();

    ScratchDirectory directory_;  // goes last
    std::vector<int> tables_;     // opened
    std::optional<OpenedDatabase> opened_;
};

}  // namespace kartei::ledger
