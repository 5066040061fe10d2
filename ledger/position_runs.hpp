#pragma once
// How RocksDB puts the runs of one stream together: each is written by itself, without reading what is there, and they
// follow one another in the order in which they were written.

#include <rocksdb/merge_operator.h>

#include <string>

namespace kartei::ledger {

class PositionRuns final : public rocksdb::AssociativeMergeOperator {
public:
    bool Merge(const rocksdb::Slice& /*key*/, const rocksdb::Slice* existing, const rocksdb::Slice& run,
               std::string* merged, rocksdb::Logger* /*logger*/) const override {
        merged->clear();
        if (existing != nullptr) merged->assign(existing->data(), existing->size());
        merged->append(run.data(), run.size());
        return true;
    }
    [[nodiscard]] const char* Name() const override { return "kartei.PositionRuns"; }
};

}  // namespace kartei::ledger
