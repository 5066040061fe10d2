#include "ledger/scratch_copy.hpp"

#include "ledger/opened_database.hpp"

namespace kartei::ledger {

namespace {
constexpr std::size_t batchBytes = std::size_t{1024} * 1024;
}

ScratchCopy::ScratchCopy(rocksdb::Iterator& rows) {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.compression = rocksdb::kNoCompression;
    rocksdb::DB* opened = nullptr;
    require(rocksdb::DB::Open(options, directory_.path().string(), &opened), "Cannot write to the temporary directory");
    database_.reset(opened);
    rocksdb::WriteOptions unlogged;  // what a crash leaves is of no use to anybody
    unlogged.disableWAL = true;
    rocksdb::WriteBatch batch;
    const auto write = [&] {
        require(database_->Write(unlogged, &batch), "Cannot write to the temporary directory");
        batch.Clear();
    };
    for (rows.SeekToFirst(); rows.Valid(); rows.Next()) {
        batch.Put(rows.key(), rows.value());
        if (batch.GetDataSize() > batchBytes) write();
    }
    require(rows.status(), "Cannot read the rows to be copied");
    write();
}

}  // namespace kartei::ledger
