#include "ledger/data_directory.hpp"

#include <fcntl.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <sodium.h>
#include <unistd.h>

#include <fstream>

#include "ledger/failure.hpp"
#include "ledger/position_runs.hpp"
#include "ledger/stored_keys.hpp"

namespace kartei::ledger {

namespace {

constexpr std::string_view formatKey = "format";
constexpr std::string_view formatVersion = "1";
constexpr std::string_view businessPrefix = "business/";
// A file that says whose directory this is, so that nobody opens a stranger's RocksDB.
constexpr const char* markerName = "KARTEI";
constexpr const char* databaseName = "rocksdb";
constexpr std::string_view markerText = "Kartei data directory, format 1\n";

constexpr std::size_t blockCacheBytes = std::size_t{128} * 1024 * 1024;
constexpr double bloomBitsPerKey = 10;
constexpr double memtableBloomRatio = 0.1;  // most keys that are asked for are not there

rocksdb::BlockBasedTableOptions tableOptions(const std::shared_ptr<rocksdb::Cache>& cache) {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = cache;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(bloomBitsPerKey));
    table.format_version = 5;
    return table;
}

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
            {"tree", plain}};
}

// Says whether the directory is new. Refuses one that holds anything that is not ours.
enum class Found { nothing, ours };
Found inspect(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) return Found::nothing;
    if (!std::filesystem::is_directory(path, error)) {
        throw Failure(Failure::Kind::notOurs, path.string() + " is not a directory.");
    }
    if (::access(path.c_str(), R_OK | W_OK | X_OK) != 0) {
        throw Failure(Failure::Kind::storage, path.string() + " cannot be written to.");
    }
    const auto marker = path / markerName;
    if (std::filesystem::exists(marker, error)) {
        std::ifstream file(marker);
        std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
        if (text == markerText) {
            if (std::filesystem::exists(path / databaseName / "CURRENT", error)) return Found::ours;
            throw Failure(Failure::Kind::damaged,
                          path.string() + " is a Kartei data directory, but its database is gone.");
        }
        if (text.empty()) return Found::nothing;  // its making was cut short
        if (text.starts_with("Kartei data directory")) {
            throw Failure(Failure::Kind::newerVersion, path.string() + " was written by a newer version of Kartei.");
        }
        throw Failure(Failure::Kind::notOurs, path.string() + " is not a Kartei data directory.");
    }
    if (std::filesystem::is_empty(path, error)) return Found::nothing;
    throw Failure(Failure::Kind::notOurs, path.string() + " holds something else than a Kartei data directory.");
}

// A file, or the names in a directory.
void syncToDisk(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    if (descriptor >= 0) ::close(descriptor);
    if (!synced) throw Failure(Failure::Kind::storage, path.string() + " cannot be written to.");
}

// An empty marker says that the directory is being made; its text, written when the database is there, that it is
// whole.
void writeMarker(const std::filesystem::path& path, std::string_view text) {
    std::ofstream file(path / markerName);
    file << text;
    if (!file.flush()) throw Failure(Failure::Kind::storage, path.string() + " cannot be written to.");
    file.close();
    syncToDisk(path / markerName);
    syncToDisk(path);
}

void create(const std::filesystem::path& path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) throw Failure(Failure::Kind::storage, "Cannot make " + path.string() + ": " + error.message());
    writeMarker(path, "");
    syncToDisk(std::filesystem::absolute(path).parent_path());
}

}  // namespace

void require(const rocksdb::Status& status, const char* doing) {
    if (status.ok()) return;
    const auto kind = status.IsCorruption() ? Failure::Kind::damaged : Failure::Kind::storage;
    throw Failure(kind, std::string(doing) + ": " + status.ToString());
}

DataDirectory::DataDirectory(const std::filesystem::path& path, Opening opening) : path_(path) {
    if (sodium_init() < 0) throw Failure(Failure::Kind::storage, "libsodium cannot start.");
    const Found found = inspect(path);
    if (found == Found::nothing) {
        if (opening == Opening::existing) throw Failure(Failure::Kind::missing, "There is no data directory here yet.");
        create(path);
    }
    open();
    try {
        checkFormat();
        if (found == Found::nothing) writeMarker(path, markerText);
    } catch (...) {
        close();
        throw;
    }
}

void DataDirectory::open() {
    rocksdb::DBOptions options;
    options.create_if_missing = true;
    options.create_missing_column_families = true;
    options.max_total_wal_size = std::uint64_t{256} * 1024 * 1024;
    options.keep_log_file_num = 4;
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    rocksdb::DB* opened = nullptr;
    const auto status = rocksdb::DB::Open(options, (path_ / databaseName).string(), families(), &families_, &opened);
    if (status.IsIOError() && status.ToString().find("lock") != std::string::npos) {
        throw Failure(Failure::Kind::locked, path_.string() + " is in use by another process.");
    }
    require(status, "Cannot open the data directory");
    database_.reset(opened);
}

DataDirectory::~DataDirectory() { close(); }

void DataDirectory::close() {
    for (auto* family : families_) database_->DestroyColumnFamilyHandle(family);
    families_.clear();
    if (database_) database_->Close();
    database_.reset();
}

void DataDirectory::checkFormat() {
    std::string version;
    const auto status = database_->Get({}, names(), rocksdb::Slice(formatKey.data(), formatKey.size()), &version);
    if (status.IsNotFound()) {
        rocksdb::WriteOptions synced;
        synced.sync = true;
        require(database_->Put(synced, names(), rocksdb::Slice(formatKey.data(), formatKey.size()),
                               rocksdb::Slice(formatVersion.data(), formatVersion.size())),
                "Cannot write to the data directory");
        return;
    }
    require(status, "Cannot read the data directory");
    if (version != formatVersion) {
        throw Failure(Failure::Kind::newerVersion, "The data directory was written by a newer version of Kartei.");
    }
}

std::unique_ptr<rocksdb::Iterator> DataDirectory::rows(rocksdb::ColumnFamilyHandle* family,
                                                       std::size_t readAhead) const {
    rocksdb::ReadOptions options;
    options.ignore_range_deletions = true;
    options.readahead_size = readAhead;
    return std::unique_ptr<rocksdb::Iterator>(database_->NewIterator(options, family));
}

std::optional<BusinessIdentity> DataDirectory::find(const events::BusinessName& name) {
    std::string value;
    const auto status = database_->Get({}, names(), std::string(businessPrefix) + name.text(), &value);
    if (status.IsNotFound()) return std::nullopt;
    require(status, "Cannot read the data directory");
    BusinessIdentity identity;
    const std::size_t fixed = sizeof(std::uint32_t) + identity.key.size() + identity.signingSeed.size();
    if (value.size() <= fixed) {
        throw Failure(Failure::Kind::damaged, "The entry of a business is damaged.");
    }
    identity.number = static_cast<std::uint32_t>(keys::readNumber(std::string_view(value).substr(0, 4)));
    auto next = value.begin() + sizeof(std::uint32_t);
    std::copy_n(next, identity.key.size(), identity.key.begin());
    next += static_cast<std::ptrdiff_t>(identity.key.size());
    std::copy_n(next, identity.signingSeed.size(), identity.signingSeed.begin());
    identity.origin = value.substr(fixed);
    return identity;
}

namespace {

// Different for every log that was ever begun, so that no two are taken for one.
std::string newOrigin(const events::BusinessName& name) {
    std::array<unsigned char, 8> random{};
    randombytes_buf(random.data(), random.size());
    std::array<char, 2 * random.size() + 1> hex{};
    sodium_bin2hex(hex.data(), hex.size(), random.data(), random.size());
    return "kartei/" + name.text() + "/" + hex.data();
}

}  // namespace

BusinessIdentity DataDirectory::findOrCreate(const events::BusinessName& name) {
    const std::lock_guard<std::mutex> guard(creating_);
    if (auto known = find(name)) return *known;
    std::uint32_t last = 0;
    const auto all = rows(names());
    for (all->Seek(rocksdb::Slice(businessPrefix.data(), businessPrefix.size()));
         all->Valid() && all->key().starts_with(rocksdb::Slice(businessPrefix.data(), businessPrefix.size()));
         all->Next()) {
        last = std::max(last, static_cast<std::uint32_t>(keys::readNumber(all->value().ToStringView().substr(0, 4))));
    }
    require(all->status(), "Cannot read the data directory");
    BusinessIdentity identity;
    identity.number = last + 1;
    randombytes_buf(identity.key.data(), identity.key.size());
    std::string value = keys::business(identity.number);
    value.append(identity.key.begin(), identity.key.end());
    randombytes_buf(identity.signingSeed.data(), identity.signingSeed.size());
    value.append(identity.signingSeed.begin(), identity.signingSeed.end());
    identity.origin = newOrigin(name);
    value += identity.origin;
    rocksdb::WriteOptions synced;
    synced.sync = true;
    require(database_->Put(synced, names(), std::string(businessPrefix) + name.text(), value),
            "Cannot write to the data directory");
    return identity;
}

}  // namespace kartei::ledger
