#include "ledger/backup.hpp"

#include <rocksdb/utilities/backup_engine.h>

#include <algorithm>
#include <memory>

#include "ledger/durable_files.hpp"
#include "ledger/failure.hpp"
#include "ledger/kept_backups.hpp"

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

}  // namespace

Backup backUp(const DataDirectory& directory, const std::filesystem::path& backups, std::optional<std::uint32_t> keep) {
    prepare(backups, directory.id());
    const auto engine = engineOf(backups);
    Backup made;
    require(engine->CreateNewBackup(rocksdb::CreateBackupOptions(), &directory.database(), &made.number),
            "Cannot write the backup");
    if (keep) require(engine->PurgeOldBackups(std::max<std::uint32_t>(*keep, 1)), "Cannot delete old backups");
    std::vector<rocksdb::BackupInfo> all;
    engine->GetBackupInfo(&all);
    made.kept = all.size();
    for (const auto& info : all) {
        if (info.backup_id == made.number) made.bytes = info.size;
    }
    return made;
}

void restoreBackup(const std::filesystem::path& backups, std::optional<std::uint32_t> number,
                   const std::filesystem::path& data) {
    const KeptBackups kept(backups);
    const auto chosen = number ? *number : kept.newest();
    kept.requireWhole(chosen);
    restoreDataDirectory(data, kept.id(), [&](const std::string& database) { kept.copyTo(database, chosen); });
}

}  // namespace kartei::ledger
