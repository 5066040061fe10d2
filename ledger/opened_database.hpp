#pragma once
// The RocksDB of a data directory, opened in one of three ways:
// - held: by nobody else at the same time. The only way that writes.
// - beside: as it is at this moment, whoever holds it. What happens later is not seen.
// - unchanging: one that nobody writes to, such as a backup.
//
// How beside works: RocksDB's secondary instance reads the list of tables, opens each of them, so that they stay
// readable when they are deleted, and reads the write-ahead log into memory. Its holder may change all three meanwhile.
// But each change of the list of tables writes a new MANIFEST (`max_manifest_file_size`) and lets CURRENT name it
// before anything obsolete is deleted: so where CURRENT is the same before and after reading, nothing was missed, and
// what was read are all batches that were written up to some moment. Where it is not, it is read anew.
//
// Beside and unchanging write nothing at all into the directory.
//
// It does not: know whether a batch was synced. Beside, one may be seen that its writer has not acknowledged yet.
//
// Threads: as RocksDB has it: reads and writes from any.

#include <rocksdb/db.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/sync_times.hpp"

namespace kartei::ledger {

enum class Family { names, log, index, views, tree, keys };

class OpenedDatabase {
public:
    // Makes it where there is none. Nothing where somebody else holds it, in this process or in another one. Throws
    // Failure where it cannot be opened, as all three do.
    // What was given up (giveUpViews) is empty then.
    static std::optional<OpenedDatabase> held(const std::filesystem::path& path);
    static OpenedDatabase beside(const std::filesystem::path& path);
    // A copy of one's own, to be copied on: its tables are not put together.
    static OpenedDatabase copy(const std::filesystem::path& path);
    // `environment`: where the files of that name are found; for a backup as rocksdb::BackupInfo says.
    static OpenedDatabase unchanging(const std::string& name, std::shared_ptr<rocksdb::Env> environment);

    OpenedDatabase(OpenedDatabase&&) noexcept = default;
    OpenedDatabase& operator=(OpenedDatabase&&) = delete;
    ~OpenedDatabase();

    [[nodiscard]] bool isHeld() const { return access_ == Access::held; }
    [[nodiscard]] bool isUnchanging() const { return access_ == Access::unchanging; }
    [[nodiscard]] rocksdb::DB& database() const { return *database_; }
    [[nodiscard]] rocksdb::ColumnFamilyHandle* family(Family which) const {
        return families_[static_cast<std::size_t>(which)];
    }
    // What syncing the write-ahead log took; nothing where it is not held.
    [[nodiscard]] const Durations& syncTimes() const { return syncs_->times(); }
    // In the order of the enumeration.
    [[nodiscard]] const std::vector<rocksdb::ColumnFamilyHandle*>& families() const { return families_; }

private:
    using Families = std::vector<rocksdb::ColumnFamilyHandle*>;
    enum class Access { held, beside, unchanging };
    OpenedDatabase(Access access, std::shared_ptr<rocksdb::Env> environment, rocksdb::DB* database, Families families)
        : access_(access), environment_(std::move(environment)), database_(database), families_(std::move(families)) {}

    void renew(Family which, const rocksdb::ColumnFamilyDescriptor& as);

    Access access_;
    std::shared_ptr<rocksdb::Env> environment_;  // null: the system's
    std::shared_ptr<SyncTimes> syncs_ = std::make_shared<SyncTimes>();
    std::unique_ptr<rocksdb::DB> database_;
    Families families_;
};

// All views of the database are thrown away when it is opened next to be held. A file beside it says so: a database
// that has met damage may take no more rows.
void giveUpViews(const std::filesystem::path& path);

// Throws Failure where a status is not OK.
void require(const rocksdb::Status& status, const char* doing);

}  // namespace kartei::ledger
