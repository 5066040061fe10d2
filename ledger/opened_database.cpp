#include "ledger/opened_database.hpp"

#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <chrono>
#include <cstdarg>
#include <thread>

#include "ledger/durable_files.hpp"
#include "ledger/failure.hpp"
#include "ledger/files.hpp"
#include "ledger/position_runs.hpp"
#include "ledger/write_ahead_log.hpp"

namespace kartei::ledger {

namespace {

constexpr std::size_t blockCacheBytes = std::size_t{128} * 1024 * 1024;
constexpr double bloomBitsPerKey = 10;
constexpr double memtableBloomRatio = 0.1;  // most keys that are asked for are not there

// How often it is tried while its holder changes the list of tables all the time.
constexpr int attempts = 200;
constexpr std::chrono::milliseconds betweenAttempts{5};

// RocksDB's own log goes nowhere. On a full disk a line that cannot be written to it is an error that nobody handles:
// RocksDB's own handling of errors writes lines, and Debian's build ends the process by an assertion. And whatever is
// said there is one more thing in the data directory that could tell of somebody.
class NoLog final : public rocksdb::Logger {
public:
    using rocksdb::Logger::Logv;
    void Logv(const char* /*format*/, std::va_list /*values*/) override {}
};

rocksdb::BlockBasedTableOptions tableOptions(const std::shared_ptr<rocksdb::Cache>& cache) {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = cache;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(bloomBitsPerKey));
    table.format_version = 5;
    return table;
}

// In the order of Family.
std::vector<rocksdb::ColumnFamilyDescriptor> families() {
    const auto cache = rocksdb::NewLRUCache(blockCacheBytes);
    rocksdb::ColumnFamilyOptions plain;
    plain.compression = rocksdb::kNoCompression;
    plain.table_factory.reset(rocksdb::NewBlockBasedTableFactory(tableOptions(cache)));
    rocksdb::ColumnFamilyOptions index = plain;
    index.merge_operator = std::make_shared<PositionRuns>();
    index.memtable_whole_key_filtering = true;
    index.memtable_prefix_bloom_size_ratio = memtableBloomRatio;
    return {{rocksdb::kDefaultColumnFamilyName, plain},
            {"log", plain},
            {"index", index},
            {"views", plain},
            {"tree", plain},
            {"keys", plain}};
}

rocksdb::DBOptions options() {
    rocksdb::DBOptions options;
    options.info_log = std::make_shared<NoLog>();
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    return options;
}

rocksdb::DBOptions readingOptions() {
    auto options = ledger::options();
    options.max_open_files = -1;  // every table is opened at once and stays open
    return options;
}

std::filesystem::path givenUpMark(const std::filesystem::path& path) { return path.parent_path() / "views-given-up"; }

// RocksDB itself looks only after it has written to the directory.
bool isLocked(const std::filesystem::path& path) {
    const auto file = path / "LOCK";
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return false;
    auto* environment = rocksdb::Env::Default();
    rocksdb::FileLock* lock = nullptr;
    if (!environment->LockFile(file.string(), &lock).ok()) return true;
    require(environment->UnlockFile(lock), "Cannot unlock the data directory");
    return false;
}

// Which MANIFEST counts.
std::optional<std::string> currentOf(const std::filesystem::path& path) { return contentOf(path / "CURRENT"); }

}  // namespace

void require(const rocksdb::Status& status, const char* doing) {
    if (status.ok()) return;
    if (!status.IsCorruption()) throw Failure(Failure::Kind::storage, std::string(doing) + ": " + status.ToString());
    const std::string what = status.getState() == nullptr ? "" : std::string(" (") + status.getState() + ")";
    throw Failure(Failure::Kind::damaged, std::string(doing) + ": what is stored is damaged" + what + ".");
}

std::optional<OpenedDatabase> OpenedDatabase::held(const std::filesystem::path& path) {
    if (isLocked(path)) return std::nullopt;
    requireWholeLogs(path);
    auto options = ledger::options();
    options.create_if_missing = true;
    options.create_missing_column_families = true;
    options.max_total_wal_size = std::uint64_t{256} * 1024 * 1024;
    // The list of tables is written anew with each change, so that none of what it said before stays (DESIGN §7).
    options.max_manifest_file_size = 1;
    const auto syncs = std::make_shared<SyncTimes>();
    options.listeners.push_back(syncs);
    const bool areViewsGivenUp = std::filesystem::exists(givenUpMark(path));
    auto families = ledger::families();
    auto& views = families.at(static_cast<std::size_t>(Family::views));
    const auto newViews = views;
    if (areViewsGivenUp) views.options.disable_auto_compactions = true;  // which would meet the damage again
    rocksdb::DB* opened = nullptr;
    Families handles;
    const auto status = rocksdb::DB::Open(options, path.string(), families, &handles, &opened);
    if (status.IsIOError() && status.ToString().find("lock") != std::string::npos) return std::nullopt;
    require(status, "Cannot open the data directory");
    OpenedDatabase database(Access::held, nullptr, opened, std::move(handles));
    database.syncs_ = syncs;
    if (areViewsGivenUp) {
        database.renew(Family::views, newViews);
        std::filesystem::remove(givenUpMark(path));
    }
    return database;
}

void OpenedDatabase::renew(Family which, const rocksdb::ColumnFamilyDescriptor& as) {
    auto*& family = families_.at(static_cast<std::size_t>(which));
    require(database_->DropColumnFamily(family), "Cannot throw the projection away");
    require(database_->DestroyColumnFamilyHandle(family), "Cannot throw the projection away");
    family = nullptr;
    require(database_->CreateColumnFamily(as.options, as.name, &family), "Cannot begin the projection anew");
}

void giveUpViews(const std::filesystem::path& path) { replaceFile(givenUpMark(path), ""); }

// Where it changed meanwhile it is opened anew: RocksDB's TryCatchUpWithPrimary, called while the list of tables
// changes, was seen (7.8.3) to leave families at different moments, and to fail an assertion.
OpenedDatabase OpenedDatabase::beside(const std::filesystem::path& path) {
    for (int attempt = 0; attempt < attempts; ++attempt) {
        const auto before = currentOf(path);
        rocksdb::DB* opened = nullptr;
        Families handles;
        // The second path is for RocksDB's log of what it does, of which there is none.
        const auto status = rocksdb::DB::OpenAsSecondary(readingOptions(), path.string(), path.string(),
                                                         ledger::families(), &handles, &opened);
        const bool isWhole = currentOf(path) == before;
        if (isWhole) require(status, "Cannot read the data directory");
        if (status.ok()) {
            OpenedDatabase database(Access::beside, nullptr, opened, std::move(handles));
            if (isWhole) return database;
        }
        std::this_thread::sleep_for(betweenAttempts);
    }
    throw Failure(Failure::Kind::storage, "The data directory changes faster than it can be read; try again.");
}

OpenedDatabase OpenedDatabase::copy(const std::filesystem::path& path) {
    auto options = readingOptions();
    options.avoid_flush_during_recovery = true;
    auto families = ledger::families();
    for (auto& family : families) family.options.disable_auto_compactions = true;
    rocksdb::DB* opened = nullptr;
    Families handles;
    require(rocksdb::DB::Open(options, path.string(), families, &handles, &opened), "Cannot read the copy");
    return OpenedDatabase(Access::held, nullptr, opened, std::move(handles));
}

OpenedDatabase OpenedDatabase::unchanging(const std::string& name, std::shared_ptr<rocksdb::Env> environment) {
    auto options = readingOptions();
    if (environment) options.env = environment.get();
    rocksdb::DB* opened = nullptr;
    Families handles;
    require(rocksdb::DB::OpenForReadOnly(options, name, ledger::families(), &handles, &opened),
            "Cannot read the data directory");
    return OpenedDatabase(Access::unchanging, std::move(environment), opened, std::move(handles));
}

OpenedDatabase::~OpenedDatabase() {
    if (!database_) return;  // moved from
    for (auto* family : families_) {
        if (family != nullptr) database_->DestroyColumnFamilyHandle(family);
    }
    database_->Close().PermitUncheckedError();
}

}  // namespace kartei::ledger
