#include "ledger/backup.hpp"

#include <rocksdb/utilities/backup_engine.h>

#include <algorithm>
#include <memory>

#include "ledger/durable_files.hpp"
#include "ledger/failure.hpp"
#include "ledger/files.hpp"

namespace kartei::ledger {

namespace {

constexpr const char* markerName = "KARTEI-BACKUP";
constexpr const char* databaseName = "rocksdb";
constexpr std::string_view markerText = "Kartei backup, format 1\nid ";

// The id in the marker; nothing where the directory has none or another one.
std::optional<std::string> markedId(const std::filesystem::path& backups) {
    const auto text = contentIfThere(backups / markerName).value_or("");
    if (!text.starts_with(markerText) || text.back() != '\n') return std::nullopt;
    return text.substr(markerText.size(), text.size() - markerText.size() - 1);
}

std::unique_ptr<rocksdb::BackupEngine> engineOf(const std::filesystem::path& backups) {
    rocksdb::BackupEngineOptions options((backups / databaseName).string());
    options.sync = true;
    rocksdb::BackupEngine* engine = nullptr;
    require(rocksdb::BackupEngine::Open(options, rocksdb::Env::Default(), &engine), "Cannot open the backups");
    return std::unique_ptr<rocksdb::BackupEngine>(engine);
}

void prepare(const std::filesystem::path& backups, const std::string& id) {
    std::error_code ignored;
    if (const auto known = markedId(backups)) {
        if (*known == id) return;
        throw Failure(Failure::Kind::notOurs, backups.string() + " holds backups of another data directory.");
    }
    if (std::filesystem::exists(backups, ignored) && !std::filesystem::is_empty(backups, ignored)) {
        throw Failure(Failure::Kind::notOurs, backups.string() + " holds something else than backups of Kartei.");
    }
    makeDirectory(backups);
    replaceFile(backups / markerName, std::string(markerText) + id + "\n");
}

}  // namespace

std::string backedUpId(const std::filesystem::path& backups) {
    auto id = markedId(backups);
    if (!id) throw Failure(Failure::Kind::notOurs, backups.string() + " holds no backups of Kartei.");
    return std::move(*id);
}

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
    const auto id = backedUpId(backups);
    const auto engine = engineOf(backups);
    rocksdb::BackupInfo newest;
    if (!number && !engine->GetLatestBackupInfo(&newest).ok()) {
        throw Failure(Failure::Kind::missing, backups.string() + " holds no whole backup.");
    }
    const auto chosen = number.value_or(newest.backup_id);
    const auto sound = engine->VerifyBackup(chosen, /*verify_with_checksum=*/true);
    if (sound.IsNotFound()) throw Failure(Failure::Kind::missing, "There is no backup with this number.");
    if (!sound.ok()) throw Failure(Failure::Kind::damaged, "The backup is damaged: " + sound.ToString());
    restoreDataDirectory(data, id, [&](const std::string& database) {
        require(engine->RestoreDBFromBackup(chosen, database, database), "Cannot restore the backup");
    });
}

}  // namespace kartei::ledger
