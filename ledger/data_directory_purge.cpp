// How what was destroyed leaves the files of the database.
//
// RocksDB writes nothing in place: a key whose row was emptied, or wrapped under another master key, still stands as it
// was in the write-ahead log, and in tables that were written before. All memtables are flushed, so that the log begins
// anew; the keys, the index, the views, and last the small family with the keys of the businesses are compacted down to
// their last level, so that their tables do; and every change of the list of tables writes a new MANIFEST
// (`max_manifest_file_size`), which forgets the keys of rows that a table began or ended with. What is obsolete then is
// deleted at once.

#include <chrono>
#include <filesystem>
#include <set>
#include <thread>

#include "ledger/data_directory.hpp"
#include "ledger/failure.hpp"
#include "ledger/stored_keys.hpp"

namespace kartei::ledger {

namespace {

constexpr std::string_view pendingPrefix = "purge/";
constexpr int attempts = 100;
constexpr int attemptsOfOneLog = 20;
constexpr std::chrono::milliseconds betweenAttempts{50};

std::set<std::string> tablesOf(rocksdb::DB& database, const std::set<std::string>& families) {
    std::set<std::string> files;
    std::vector<rocksdb::LiveFileMetaData> tables;
    database.GetLiveFilesMetaData(&tables);
    for (const auto& table : tables) {
        if (families.count(table.column_family_name) != 0)
            files.insert(std::filesystem::path(table.name).filename().string());
    }
    return files;
}

bool isWriteAheadLog(const std::string& name) { return name.ends_with(".log"); }
bool isManifest(const std::string& name) { return name.starts_with("MANIFEST"); }

void addFiles(const std::filesystem::path& directory, bool (*isMeant)(const std::string& name),
              std::set<std::string>& files) {
    for (const auto& file : std::filesystem::directory_iterator(directory)) {
        if (auto name = file.path().filename().string(); isMeant(name)) files.insert(std::move(name));
    }
}

std::uint32_t businessOf(std::string_view pendingRow) {
    return static_cast<std::uint32_t>(keys::readNumber(pendingRow.substr(pendingPrefix.size(), sizeof(std::uint32_t))));
}

bool isAnyThere(const std::filesystem::path& directory, const std::set<std::string>& files) {
    std::error_code ignored;
    for (const auto& file : files) {
        if (std::filesystem::exists(directory / file, ignored)) return true;
    }
    return false;
}

}  // namespace

StoredRow DataDirectory::pendingPurge(std::uint32_t business, events::Position position,
                                      const std::vector<AnchorEntry>& forAnchor) const {
    return {names(), std::string(pendingPrefix) + keys::entry(business, position), toLines(forAnchor)};
}

std::map<std::string, std::string> DataDirectory::pendingPurges(const std::string& prefix) const {
    std::map<std::string, std::string> pending;
    const auto rows = this->rows(names());
    for (rows->Seek(prefix); rows->Valid() && rows->key().starts_with(prefix); rows->Next()) {
        pending.emplace(rows->key().ToString(), rows->value().ToString());
    }
    require(rows->status(), "Cannot read the data directory");
    return pending;
}

std::vector<AnchorEntry> DataDirectory::pendingForAnchor(std::uint32_t business) const {
    std::vector<AnchorEntry> entries;
    for (const auto& [row, lines] : pendingPurges(std::string(pendingPrefix) + keys::business(business))) {
        auto read = anchorEntriesIn(lines);
        if (!read) throw Failure(Failure::Kind::damaged, "A row of an erasure is damaged.");
        entries.insert(entries.end(), read->entries.begin(), read->entries.end());
    }
    return entries;
}

void DataDirectory::giveUpViews() const {
    if (isHeld()) ledger::giveUpViews(database().GetName());
    throw Failure(Failure::Kind::damaged,
                  "The stored customer files are damaged. They are made anew when the data directory is opened next.");
}

void DataDirectory::purge(std::uint32_t business) {
    const std::lock_guard<std::mutex> guard(purging_);
    const auto pending = pendingPurges(std::string(pendingPrefix) + keys::business(business));
    if (!pending.empty()) writeFilesAnew(pending);
}

void DataDirectory::purgeAll() {
    const std::lock_guard<std::mutex> guard(purging_);
    const auto pending = pendingPurges(std::string(pendingPrefix));
    if (pending.empty()) return;
    std::set<std::uint32_t> businesses;
    for (const auto& [row, lines] : pending) businesses.insert(businessOf(row));
    for (const auto business : businesses) dropViews(business);
    writeFilesAnew(pending);
}

void DataDirectory::writeFilesAnew(const std::map<std::string, std::string>& pending) {
    // The files that may hold what must go.
    auto suspects =
        tablesOf(database(), {keys()->GetName(), names()->GetName(), index()->GetName(), views()->GetName()});
    addFiles(database().GetName(), isWriteAheadLog, suspects);
    const auto renewLog = [&] {
        // With nothing in memory, as at open, the write-ahead log would stay.
        require(database().Put({}, names(), pending.begin()->first, pending.begin()->second),
                "Cannot write to the data directory");
        rocksdb::FlushOptions flush;
        flush.allow_write_stall = true;
        require(database().Flush(flush, opened_.families()), "Cannot write what is in memory");
    };
    renewLog();
    rocksdb::CompactRangeOptions compact;
    compact.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
    compact.exclusive_manual_compaction = false;
    const auto writeAnew = [&](rocksdb::ColumnFamilyHandle* family) {
        require(database().CompactRange(compact, family, nullptr, nullptr), "Cannot write the keys anew");
    };
    for (auto* family : {keys(), index()}) writeAnew(family);
    const auto status = database().CompactRange(compact, views(), nullptr, nullptr);
    if (status.IsCorruption()) giveUpViews();
    require(status, "Cannot write the projection anew");
    // A MANIFEST begins with the tables as they were before the change that it was begun for. So that of the last
    // change here is a suspect too, and one more change follows.
    addFiles(database().GetName(), isManifest, suspects);
    writeAnew(names());
    for (int attempt = 0; isAnyThere(database().GetName(), suspects); ++attempt) {
        if (attempt == attempts) {
            throw Failure(Failure::Kind::storage,
                          "A file with destroyed keys cannot be deleted; it is tried again when the data directory is "
                          "opened.");
        }
        // A family that had nothing in memory when the log was renewed holds on to the one before, where that was begun
        // by a family that grew too large (seen with a million keys, 7.8.3). The next renewal takes it along.
        if (attempt % attemptsOfOneLog == 1) renewLog();
        if (attempt > 0) std::this_thread::sleep_for(betweenAttempts);
        database().EnableFileDeletions(/*force=*/true).PermitUncheckedError();  // deletes what is obsolete
    }
    rocksdb::WriteBatch done;
    for (const auto& [row, lines] : pending) done.Delete(names(), row);
    rocksdb::WriteOptions synced;
    synced.sync = true;
    require(database().Write(synced, &done), "Cannot write to the data directory");
}

}  // namespace kartei::ledger
