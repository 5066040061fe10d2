#include "ledger/committer.hpp"

#include <chrono>

#include "ledger/failure.hpp"

namespace kartei::ledger {

Committer::Committer(DataDirectory& directory) : directory_(directory), thread_([this] { run(); }) {}

Committer::~Committer() {
    {
        const std::lock_guard<std::mutex> guard(mutex_);
        stopping_ = true;
    }
    queued_.notify_one();
    thread_.join();
}

std::uint64_t Committer::queue(CommitUnit unit) {
    std::uint64_t number = 0;
    {
        const std::lock_guard<std::mutex> guard(mutex_);
        queue_.push_back(std::move(unit));
        number = ++lastQueued_;
    }
    queued_.notify_one();
    return number;
}

void Committer::wait(std::uint64_t number) {
    for (auto written = lastWritten_.load(std::memory_order_acquire); written < number;
         written = lastWritten_.load(std::memory_order_acquire)) {
        lastWritten_.wait(written, std::memory_order_acquire);
    }
    if (failed_.load(std::memory_order_acquire)) throw Failure(Failure::Kind::storage, failure_);
}

void Committer::run() {
    std::vector<CommitUnit> units;
    while (true) {
        units.clear();
        {
            std::unique_lock<std::mutex> guard(mutex_);
            queued_.wait(guard, [this] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            units.swap(queue_);
        }
        const auto began = std::chrono::steady_clock::now();
        if (!failed_.load(std::memory_order_relaxed)) write(units);
        durations_.add(std::chrono::steady_clock::now() - began);
        ++batches_;
        lastWritten_.fetch_add(units.size(), std::memory_order_release);
        lastWritten_.notify_all();
    }
}

void Committer::write(std::vector<CommitUnit>& units) {
    rocksdb::WriteBatch batch;
    for (const auto& unit : units) {
        std::vector<std::string_view> entries;
        for (const auto& row : unit.rows) {
            if (row.change == StoredRow::Change::remove) {
                batch.Delete(row.family, row.key);
                continue;
            }
            batch.Put(row.family, row.key, row.value);
            if (row.family == directory_.log()) entries.push_back(row.value);
        }
        if (unit.tree != nullptr) unit.tree->extend(batch, entries);
    }
    rocksdb::WriteOptions synced;
    synced.sync = true;
    const auto status = directory_.database().Write(synced, &batch);
    if (!status.ok()) {
        failure_ = "Cannot write to the log: " + status.ToString();
        failed_.store(true, std::memory_order_release);
        return;
    }
    for (const auto& unit : units) {
        if (unit.head != nullptr) unit.head->store(unit.newHead, std::memory_order_release);
    }
}

}  // namespace kartei::ledger
