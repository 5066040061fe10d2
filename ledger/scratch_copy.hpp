#pragma once
// A copy of a family's rows in a database of its own, to be written to where the original may only be read. It is in a
// temporary directory ($TMPDIR, otherwise /tmp) that nobody else may enter, and is gone with this object. (A process
// that is killed leaves it there: so nothing goes into it that may not stand in the data directory.)
//
// Threads: as RocksDB has it: reads and writes from any.

#include <rocksdb/db.h>

#include <filesystem>
#include <memory>

namespace kartei::ledger {

class ScratchCopy {
public:
    // Takes all rows. Throws Failure where they cannot be read, or nothing can be written.
    explicit ScratchCopy(rocksdb::Iterator& rows);

    [[nodiscard]] rocksdb::DB& database() const { return *database_; }
    [[nodiscard]] rocksdb::ColumnFamilyHandle* family() const { return database_->DefaultColumnFamily(); }

private:
    class Directory {
    public:
        Directory();
        ~Directory();
        Directory(const Directory&) = delete;
        Directory& operator=(const Directory&) = delete;
        [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    private:
        std::filesystem::path path_;
    };

    Directory directory_;  // goes last
    std::unique_ptr<rocksdb::DB> database_;
};

}  // namespace kartei::ledger
