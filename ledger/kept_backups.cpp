#include "ledger/kept_backups.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "ledger/durable_files.hpp"
#include "ledger/failure.hpp"
#include "ledger/files.hpp"

namespace kartei::ledger {

namespace {

constexpr const char* markerName = "KARTEI-BACKUP";
constexpr const char* databaseName = "rocksdb";
constexpr const char* noSuchBackup = "There is no backup with this number.";
constexpr std::string_view markerText = "Kartei backup, format 1\nid ";

}  // namespace

std::filesystem::path databaseOfBackups(const std::filesystem::path& directory) { return directory / databaseName; }

void markBackups(const std::filesystem::path& directory, const std::string& id) {
    replaceFile(directory / markerName, std::string(markerText) + id + "\n");
}

std::optional<std::string> idOfBackups(const std::filesystem::path& directory) {
    const auto text = contentIfThere(directory / markerName).value_or("");
    if (!text.starts_with(markerText) || text.back() != '\n') return std::nullopt;
    return text.substr(markerText.size(), text.size() - markerText.size() - 1);
}

KeptBackups::KeptBackups(std::filesystem::path directory) : directory_(std::move(directory)) {
    auto id = idOfBackups(directory_);
    if (!id) throw Failure(Failure::Kind::notOurs, directory_.string() + " holds no backups of Kartei.");
    id_ = std::move(*id);
    // What opens a backup where it is takes no path from here.
    const rocksdb::BackupEngineOptions options(std::filesystem::absolute(databaseOfBackups(directory_)).string());
    rocksdb::BackupEngineReadOnly* engine = nullptr;
    require(rocksdb::BackupEngineReadOnly::Open(options, rocksdb::Env::Default(), &engine), "Cannot open the backups");
    engine_.reset(engine);
}

std::uint32_t KeptBackups::newest() const {
    rocksdb::BackupInfo whole;
    if (!engine_->GetLatestBackupInfo(&whole).ok()) {
        throw Failure(Failure::Kind::missing, directory_.string() + " holds no whole backup.");
    }
    std::vector<rocksdb::BackupID> damaged;
    engine_->GetCorruptedBackups(&damaged);
    const auto last = std::max_element(damaged.begin(), damaged.end());
    if (last != damaged.end() && *last > whole.backup_id) {
        throw Failure(Failure::Kind::damaged, "The newest backup, number " + std::to_string(*last) +
                                                  ", is damaged; the last that may be whole "
                                                  "is number " +
                                                  std::to_string(whole.backup_id) +
                                                  ", which a restore takes with --number.");
    }
    return whole.backup_id;
}

OpenedDatabase KeptBackups::opened(std::uint32_t number) const {
    rocksdb::BackupInfo backup;
    const auto known = engine_->GetBackupInfo(number, &backup, /*include_file_details=*/true);
    if (known.IsNotFound()) throw Failure(Failure::Kind::missing, noSuchBackup);
    require(known, "Cannot open the backup");
    return OpenedDatabase::unchanging(backup.name_for_open, backup.env_for_open);
}

void KeptBackups::requireWhole(std::uint32_t number) const {
    const auto sound = engine_->VerifyBackup(number, /*verify_with_checksum=*/true);
    if (sound.IsNotFound()) throw Failure(Failure::Kind::missing, noSuchBackup);
    if (!sound.ok()) throw Failure(Failure::Kind::damaged, "The backup is damaged: " + sound.ToString());
}

void KeptBackups::copyTo(const std::string& database, std::uint32_t number) const {
    require(engine_->RestoreDBFromBackup(number, database, database), "Cannot restore the backup");
}

}  // namespace kartei::ledger
