#pragma once
// A data directory: one RocksDB with everything that Kartei keeps, and the names and keys of its businesses.

#include <rocksdb/db.h>

#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "events/names.hpp"
#include "ledger/anchor_entries.hpp"
#include "ledger/failure.hpp"
#include "ledger/key_cache.hpp"
#include "ledger/master_key.hpp"
#include "ledger/opened_database.hpp"
#include "ledger/opening.hpp"
#include "ledger/scratch_copy.hpp"
#include "ledger/signed_note.hpp"

namespace kartei::ledger {

// The secret from which a business's tokens are made.
using BusinessKey = std::array<unsigned char, 32>;

struct BusinessIdentity {
    std::uint32_t number = 0;  // stands for the business in stored keys
    BusinessKey key{};
    std::string origin;  // names its log in checkpoints, for ever; see logName
    Incarnation incarnation = 1;
    SecretSeed signingSeed{};
    SecretKey dataKey{};  // what belongs to no record is sealed with it
};

// The log's name in checkpoints: the origin; of a later incarnation, with its number.
std::string logName(const BusinessIdentity& identity, Incarnation incarnation);
// Which incarnation of the business's log has this name; nothing where it is not one of its.
std::optional<Incarnation> incarnationNamed(const BusinessIdentity& identity, std::string_view name);

// A row on its way to the disk.
struct StoredRow {
    rocksdb::ColumnFamilyHandle* family = nullptr;
    std::string key;
    std::string value;
    enum class Change { put, remove } change = Change::put;
};

// A data directory, or one of backups, before it is opened.
struct MarkedDirectory {
    std::string id;        // by which its master key is found
    bool isWhole = false;  // no: nothing was ever stored in it
};
// That there is none.
Failure noDataDirectory();
// Makes the directory where there is none, and with it its id; throws Failure as DataDirectory does.
MarkedDirectory markedDirectory(const std::filesystem::path& path, Opening opening = Opening::create);
// Makes a directory with that id whose database `fill` puts into the place that it is given. Until that is done nobody
// can open it; where it is cut short, it can be done again. Throws Failure where the directory holds anything else.
void restoreDataDirectory(const std::filesystem::path& path, const std::string& id,
                          const std::function<void(const std::string& database)>& fill);

// Opens on construction and holds the directory until destruction; a second process that wants to hold it is refused
// meanwhile. Opened for reading, it may be read without being held (opened_database.hpp): it shows the state of one
// moment then, and nothing is written to it. A key that its holder destroys after that moment can still be read here.
// A directory of backups (backup.hpp) is opened in the same way, which is only for reading: it is the newest of them.
// Safe to share between threads. It knows no rule and no event.
class DataDirectory {
public:
    // Throws Failure where the directory is locked, not writable, holds something else, was written by a newer version
    // or under another master key; and where it is missing and `opening` wants one that is there.
    DataDirectory(const std::filesystem::path& path, const MasterKey& masterKey, Opening opening = Opening::create);
    // One whose database is open already. `path`: what messages call it.
    DataDirectory(const std::filesystem::path& path, OpenedDatabase database, const MasterKey& masterKey);
    DataDirectory(const DataDirectory&) = delete;
    DataDirectory& operator=(const DataDirectory&) = delete;

    [[nodiscard]] std::optional<BusinessIdentity> find(const events::BusinessName& name);
    BusinessIdentity findOrCreate(const events::BusinessName& name);
    [[nodiscard]] std::vector<events::BusinessName> businesses() const;
    // Returns when it is on the disk.
    void setIncarnation(const events::BusinessName& name, Incarnation incarnation);

    // The rows of a family in the order of their keys, to be used as RocksDB's iterators are: when it is not valid any
    // more, require(status()) says whether that is the end or damage. `readAhead`: bytes, for long ways.
    //
    // Rows of a range that was deleted may show. Ranges are deleted of the views alone, a generation's or all of a
    // business's, and every record's row is written anew before one serves again. For an iterator that looks for such
    // ranges loses the error of a file's first block when it comes to it from the file before, and seems to be at the
    // end (up to RocksDB 8.5.1; release notes of 8.5.2: "if there is an error reading from offset 0 of a file from L1+
    // and that the file is not the first file in the sorted run").
    [[nodiscard]] std::unique_ptr<rocksdb::Iterator> rows(rocksdb::ColumnFamilyHandle* family,
                                                          std::size_t readAhead = 0) const;

    // Reads every block of every table, those that nobody asks for included. Throws Failure where one is damaged.
    void checkTables() const;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    // Empty where only the database is open.
    [[nodiscard]] const std::string& id() const { return id_; }
    // No: it is only read here.
    [[nodiscard]] bool isHeld() const { return opened_.isHeld(); }
    // Yes: the log may have gone on since, and persons may have been erased.
    [[nodiscard]] bool isBackup() const { return opened_.isUnchanging(); }
    // Throws Failure where it is not held.
    void requireHeld() const;

    [[nodiscard]] rocksdb::DB& database() const { return opened_.database(); }
    // What syncing the write-ahead log took.
    [[nodiscard]] const Durations& syncTimes() const { return opened_.syncTimes(); }
    [[nodiscard]] rocksdb::ColumnFamilyHandle* names() const { return opened_.family(Family::names); }
    [[nodiscard]] rocksdb::ColumnFamilyHandle* log() const { return opened_.family(Family::log); }
    [[nodiscard]] rocksdb::ColumnFamilyHandle* index() const { return opened_.family(Family::index); }
    [[nodiscard]] rocksdb::ColumnFamilyHandle* tree() const { return opened_.family(Family::tree); }
    [[nodiscard]] rocksdb::ColumnFamilyHandle* keys() const { return opened_.family(Family::keys); }
    // The projections' rows and the database that they are in. They follow from the log and may always be written:
    // where the directory is not held, to a copy of their own, which is made when they are first asked for.
    [[nodiscard]] rocksdb::ColumnFamilyHandle* views() const;
    [[nodiscard]] rocksdb::DB& viewsDatabase() const;
    // To be called where the views are found to be damaged: all of them are thrown away when the directory is opened
    // next, and made anew from the logs. Throws Failure, of kind `damaged`, that says so.
    [[noreturn]] void giveUpViews() const;

    // To be written in one batch with empty rows in the place of keys: remembers, until `purge` has done it, that what
    // is left of them must go from all files. `position`: of the entry that says so; makes the row the only one of its
    // name. `forAnchor`: what must be anchored before.
    [[nodiscard]] StoredRow pendingPurge(std::uint32_t business, events::Position position,
                                         const std::vector<AnchorEntry>& forAnchor) const;
    // What must be anchored before what is pending may be purged.
    [[nodiscard]] std::vector<AnchorEntry> pendingForAnchor(std::uint32_t business) const;
    // Deletes the rows of the business's views, which follow from its log, unread. Whoever reads them meanwhile misses
    // some. Where the directory is not held, they are those of the copy.
    void dropViews(std::uint32_t business) const;
    // Removes from all files what stood in rows of the keys before they were emptied or wrapped anew, and rows that
    // were removed from the index and the views: the files of keys, index and views are written anew, the write-ahead
    // log and the MANIFEST are replaced. Nothing to do where nothing is pending. Takes longer the more there is of
    // those; readers and writers go on meanwhile. Throws Failure where a file stays; then it is still pending.
    //
    // What is pending of one business, whose views tell nothing of it any more.
    void purge(std::uint32_t business);
    // All that is pending. The views of whom it is about are dropped first; nobody may be reading them.
    void purgeAll();

    [[nodiscard]] const MasterKey& masterKey() const { return masterKey_; }
    // Wraps every key under another master key, in one synced batch, and returns how many there are; `purgeAll` must
    // follow. Nobody else may be using the keys. Memory: some 250 bytes for each key.
    std::uint64_t changeMasterKey(const MasterKey& next);
    [[nodiscard]] KeyCache& keyCache() { return keyCache_; }

private:
    void checkFormat();
    void checkMasterKey();
    // Throw Failure where rows are missing of what is stored: those that every directory has, and those of businesses.
    void requireNothingStored() const;
    void checkBusinesses() const;
    void putSynced(const std::string& key, const std::string& value) const;
    [[nodiscard]] const ScratchCopy& copiedViews() const;
    // Rows that begin so, and what is in them.
    [[nodiscard]] std::map<std::string, std::string> pendingPurges(const std::string& prefix) const;
    void writeFilesAnew(const std::map<std::string, std::string>& pending);

    std::filesystem::path path_;
    std::string id_;
    MasterKey masterKey_;
    KeyCache keyCache_;
    OpenedDatabase opened_;
    mutable std::mutex copying_;
    mutable std::unique_ptr<const ScratchCopy> copiedViews_;
    std::mutex creating_;
    std::mutex purging_;
};

}  // namespace kartei::ledger
