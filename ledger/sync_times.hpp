#pragma once
// How long the disk takes to say that the write-ahead log is on it: every fdatasync of RocksDB's on that file.
//
// Threads: RocksDB calls it from its own; `times` may be read by any.

#include <rocksdb/listener.h>

#include <string_view>

#include "ledger/durations.hpp"

namespace kartei::ledger {

class SyncTimes final : public rocksdb::EventListener {
public:
    bool ShouldBeNotifiedOnFileIO() override { return true; }
    void OnFileSyncFinish(const rocksdb::FileOperationInfo& info) override {
        if (std::string_view(info.path).ends_with(".log")) times_.add(info.duration);
    }

    [[nodiscard]] const Durations& times() const { return times_; }

private:
    Durations times_;
};

}  // namespace kartei::ledger
