#pragma once
// Many rows written at once, in the order of their keys: as a file of their own that RocksDB takes over whole. That
// costs a fraction of writing them one by one, and needs no write-ahead log: either all of the rows are there, after a
// crash too, or none.
//
// Threads: each belongs to one thread; of one data directory's, one at a time under one name.

#include <rocksdb/sst_file_writer.h>

#include <filesystem>
#include <string>

#include "ledger/data_directory.hpp"

namespace kartei::ledger {

class SortedRows {
public:
    // `name`: of the file while it is being written. One that a crash left behind is deleted.
    SortedRows(const DataDirectory& directory, rocksdb::ColumnFamilyHandle* family, const std::string& name);

    // Keys must ascend. Throw Failure where the disk does.
    void put(const std::string& key, const std::string& value);
    void merge(const std::string& key, const std::string& value);

    // Makes the rows readable, on the disk when it returns.
    void finish();

private:
    const DataDirectory& directory_;
    rocksdb::ColumnFamilyHandle* family_;
    std::filesystem::path path_;
    rocksdb::SstFileWriter writer_;
};

}  // namespace kartei::ledger
