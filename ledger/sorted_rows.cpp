#include "ledger/sorted_rows.hpp"

#include "ledger/failure.hpp"

namespace kartei::ledger {

namespace {
constexpr bool dropFromPageCache = false;  // the rows are asked for soon

// RocksDB takes a file over by linking it under a name of its own before it unlinks the one that it had. Where a crash
// came in between, what was left behind is a table in use: written over, it would take the data directory along.
std::filesystem::path freed(std::filesystem::path path) {
    std::error_code error;
    std::filesystem::remove(path, error);
    if (error) throw Failure(Failure::Kind::storage, path.string() + " cannot be deleted.");
    return path;
}

}  // namespace

SortedRows::SortedRows(const DataDirectory& directory, rocksdb::ColumnFamilyHandle* family, const std::string& name)
    : directory_(directory),
      family_(family),
      path_(freed(directory.path() / (name + ".sst"))),
      writer_({}, directory.database().GetOptions(family), family, dropFromPageCache) {
    require(writer_.Open(path_.string()), "Cannot write sorted rows");
}

void SortedRows::put(const std::string& key, const std::string& value) {
    require(writer_.Put(key, value), "Cannot write sorted rows");
}

void SortedRows::merge(const std::string& key, const std::string& value) {
    require(writer_.Merge(key, value), "Cannot write sorted rows");
}

void SortedRows::finish() {
    require(writer_.Finish(), "Cannot write sorted rows");
    rocksdb::IngestExternalFileOptions options;
    options.move_files = true;
    require(directory_.database().IngestExternalFile(family_, {path_.string()}, options),
            "Cannot take over sorted rows");
}

}  // namespace kartei::ledger
