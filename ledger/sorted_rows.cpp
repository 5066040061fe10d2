#include "ledger/sorted_rows.hpp"

namespace kartei::ledger {

namespace {
constexpr bool dropFromPageCache = false;  // the rows are asked for soon
}

SortedRows::SortedRows(const DataDirectory& directory, rocksdb::ColumnFamilyHandle* family, const std::string& name)
    : directory_(directory),
      family_(family),
      path_(directory.path() / (name + ".sst")),
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
