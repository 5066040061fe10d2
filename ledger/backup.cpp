#include "ledger/backup.hpp"

#include <rocksdb/utilities/backup_engine.h>

#include <algorithm>
#include <memory>

#include "ledger/database_moment.hpp"
#include "ledger/durable_files.hpp"
#include "ledger/failure.hpp"
#include "ledger/kept_backups.hpp"
#include "ledger/ledger.hpp"
#include "ledger/stored_keys.hpp"

namespace kartei::ledger {

namespace {

std::unique_ptr<rocksdb::BackupEngine> engineOf(const std::filesystem::path& backups) {
    rocksdb::BackupEngineOptions options(databaseOfBackups(backups).string());
    options.sync = true;
    rocksdb::BackupEngine* engine = nullptr;
    require(rocksdb::BackupEngine::Open(options, rocksdb::Env::Default(), &engine), "Cannot open the backups");
    return std::unique_ptr<rocksdb::BackupEngine>(engine);
}

void prepare(const std::filesystem::path& backups, const std::string& id) {
    std::error_code ignored;
    if (const auto known = idOfBackups(backups)) {
        if (*known == id) return;
        throw Failure(Failure::Kind::notOurs, backups.string() + " holds backups of another data directory.");
    }
    if (std::filesystem::exists(backups, ignored) && !std::filesystem::is_empty(backups, ignored)) {
        throw Failure(Failure::Kind::notOurs, backups.string() + " holds something else than backups of Kartei.");
    }
    makeDirectory(backups);
    markBackups(backups, id);
}

events::Position lastEntry(const DataDirectory& directory, std::uint32_t business) {
    const auto rows = directory.rows(directory.log());
    rows->SeekForPrev(keys::entry(business, events::Position::latest()));
    require(rows->status(), "Cannot read the log");
    const bool any = rows->Valid() && rows->key().starts_with(keys::business(business));
    return events::Position(any ? keys::readNumber(rows->key().ToStringView().substr(4)) : 0);
}

// Throws where what was seen of the data directory before is not in the backup.
void requireComplete(const DataDirectory& before, const KeptBackups& kept, std::uint32_t number) {
    kept.requireWhole(number);
    DataDirectory backup(before.path(), kept.opened(number), before.masterKey());
    for (const auto& name : before.businesses()) {
        const auto identity = backup.find(name);
        if (identity && lastEntry(backup, identity->number) >= lastEntry(before, identity->number)) continue;
        throw Failure(Failure::Kind::storage, "The backup did not become whole; try again.");
    }
}

std::uint32_t addTo(rocksdb::BackupEngine& engine, rocksdb::DB& database) {
    std::uint32_t number = 0;
    require(engine.CreateNewBackup(rocksdb::CreateBackupOptions(), &database, &number), "Cannot write the backup");
    return number;
}

// Of a data directory that another process holds.
std::uint32_t addBeside(rocksdb::BackupEngine& engine, const DataDirectory& directory,
                        const std::filesystem::path& backups) {
    const DatabaseMoment moment(directory.database().GetName());
    const auto number = addTo(engine, moment.database());
    try {
        requireComplete(directory, KeptBackups(backups), number);
    } catch (const Failure&) {
        require(engine.DeleteBackup(number), "Cannot delete a backup that did not become whole");
        throw;
    }
    return number;
}

}  // namespace

Backup backUp(const DataDirectory& directory, const std::filesystem::path& backups, std::optional<std::uint32_t> keep) {
    prepare(backups, directory.id());
    const auto engine = engineOf(backups);
    Backup made;
    made.number = directory.isHeld() ? addTo(*engine, directory.database()) : addBeside(*engine, directory, backups);
    if (keep) require(engine->PurgeOldBackups(std::max<std::uint32_t>(*keep, 1)), "Cannot delete old backups");
    std::vector<rocksdb::BackupInfo> all;
    engine->GetBackupInfo(&all);
    made.kept = all.size();
    for (const auto& info : all) {
        if (info.backup_id == made.number) made.bytes = info.size;
    }
    return made;
}

void requireRestorable(const std::filesystem::path& backups, std::optional<std::uint32_t> number,
                       const AnchorDirectory& anchors, const MasterKey& masterKey) {
    const KeptBackups kept(backups);
    DataDirectory backup(backups, kept.opened(number ? *number : kept.newest()), masterKey);
    Committer committer(backup);
    // Each compares itself with what is anchored of it.
    for (const auto& name : backup.businesses()) {
        Business(backup, committer, backup.find(name).value(), Anchor(anchors, name), Ledger::systemClock(), {});
    }
}

void restoreBackup(const std::filesystem::path& backups, std::optional<std::uint32_t> number,
                   const std::filesystem::path& data) {
    const KeptBackups kept(backups);
    const auto chosen = number ? *number : kept.newest();
    kept.requireWhole(chosen);
    restoreDataDirectory(data, kept.id(), [&](const std::string& database) { kept.copyTo(database, chosen); });
}

}  // namespace kartei::ledger
