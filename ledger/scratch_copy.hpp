#pragma once
// A copy of a family's rows in a database of its own, to be written to where the original may only be read. It is in a
// scratch directory, and is gone with this object.
//
// Threads: as RocksDB has it: reads and writes from any.

#include <rocksdb/db.h>

#include <memory>

#include "ledger/scratch_directory.hpp"

namespace kartei::ledger {

class ScratchCopy {
public:
    // Takes all rows. Throws Failure where they cannot be read, or nothing can be written.
    explicit ScratchCopy(rocksdb::Iterator& rows);

    [[nodiscard]] rocksdb::DB& database() const { return *database_; }
    [[nodiscard]] rocksdb::ColumnFamilyHandle* family() const { return database_->DefaultColumnFamily(); }

private:
    ScratchDirectory directory_;  // goes last
    std::unique_ptr<rocksdb::DB> database_;
};

}  // namespace kartei::ledger
