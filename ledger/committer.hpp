#pragma once
// The one place where entries reach the disk: group commit.
//
// How it works: callers put finished units into a queue and wait for theirs. One thread takes whatever is queued,
// writes it as one RocksDB batch, and has the write-ahead log synced (fdatasync) once for all of them. While it
// syncs, the next units gather. So many callers share one sync, and one caller alone waits for one.
//
// Units are written in the order in which they were queued, whatever business they are of; a unit is in the batch
// whole or not at all.
//
// Threads: any number may queue and wait. When a write fails nobody can tell what is on the disk, so every wait from
// then on throws the Failure, and nothing more is written.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "events/names.hpp"
#include "ledger/data_directory.hpp"
#include "ledger/durations.hpp"
#include "ledger/log_tree.hpp"

namespace kartei::ledger {

// What one caller wants written together.
struct CommitUnit {
    std::vector<StoredRow> rows;
    // The tree that the rows of the log are added to, in their order.
    LogTree* tree = nullptr;
    // Set to `newHead` when the rows are on the disk: up to where readers may look.
    std::atomic<std::uint64_t>* head = nullptr;
    std::uint64_t newHead = 0;
};

// What a committer has written so far.
struct Commits {
    std::uint64_t batches = 0;
    std::uint64_t units = 0;
};

class Committer {
public:
    explicit Committer(DataDirectory& directory);
    ~Committer();  // writes what is queued first
    Committer(const Committer&) = delete;
    Committer& operator=(const Committer&) = delete;

    // Queues a unit. Returns its number, to wait for.
    std::uint64_t queue(CommitUnit unit);

    // Returns when the unit with this number, and so every one before it, is on the disk. Throws Failure when it
    // could not be written.
    void wait(std::uint64_t number);

    // How many units are on the disk, or could not be written: grows with each batch.
    [[nodiscard]] std::uint64_t written() const { return lastWritten_.load(std::memory_order_acquire); }
    // No: the disk has said no, and nothing is written any more.
    [[nodiscard]] bool canWrite() const { return !failed_.load(std::memory_order_acquire); }
    [[nodiscard]] Commits commits() const { return {batches_.load(), written()}; }
    // What writing and syncing a batch took.
    [[nodiscard]] const Durations& durations() const { return durations_; }

private:
    void run();
    void write(std::vector<CommitUnit>& units);

    DataDirectory& directory_;
    std::mutex mutex_;
    std::condition_variable queued_;
    std::vector<CommitUnit> queue_;
    std::uint64_t lastQueued_ = 0;
    bool stopping_ = false;
    std::atomic<std::uint64_t> batches_{0};
    Durations durations_;
    std::atomic<std::uint64_t> lastWritten_{0};
    std::atomic<bool> failed_{false};
    std::string failure_;
    std::thread thread_;
};

}  // namespace kartei::ledger
