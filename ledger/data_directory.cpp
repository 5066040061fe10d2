#include "ledger/data_directory.hpp"

#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "ledger/durable_files.hpp"
#include "ledger/failure.hpp"
#include "ledger/files.hpp"
#include "ledger/kept_backups.hpp"
#include "ledger/stored_keys.hpp"

namespace kartei::ledger {

namespace {

constexpr std::string_view formatKey = "format";
constexpr std::string_view formatVersion = "1";
// A file that says whose directory this is, so that nobody opens a stranger's RocksDB.
constexpr const char* markerName = "KARTEI";
constexpr const char* databaseName = "rocksdb";
constexpr std::string_view beingMade = "Kartei data directory, being made\n";
constexpr std::string_view beingRestored = "Kartei data directory, being restored\n";
constexpr std::string_view whole = "Kartei data directory, format 1\n";
constexpr std::string_view idPrefix = "id ";
constexpr std::size_t idBytes = 8;
// A secret that everybody knows: what it is wrapped with is the master key.
constexpr std::string_view masterKeyProof = "kartei";

std::string randomHex(std::size_t count) {
    std::string bytes(count, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    std::string hex(2 * count + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    hex.pop_back();
    return hex;
}

MarkedDirectory readMarker(const std::filesystem::path& path) {
    const auto text = contentIfThere(path / markerName).value_or("");
    const auto idIn = [&](std::string_view first) {
        std::string id = text.substr(first.size());
        if (!id.starts_with(idPrefix) || id.size() != idPrefix.size() + 2 * idBytes + 1) {
            throw Failure(Failure::Kind::damaged, (path / markerName).string() + " is damaged.");
        }
        return id.substr(idPrefix.size(), 2 * idBytes);
    };
    if (text.starts_with(whole)) return {idIn(whole), true};
    if (text.starts_with(beingMade)) return {idIn(beingMade), false};
    if (text.starts_with(beingRestored)) {
        throw Failure(Failure::Kind::damaged, path.string() + " was not restored to its end: restore it again.");
    }
    if (text.empty()) return {};  // its making was cut short at once
    if (text.starts_with("Kartei data directory")) {
        throw Failure(Failure::Kind::newerVersion, path.string() + " was written by a newer version of Kartei.");
    }
    throw Failure(Failure::Kind::notOurs, path.string() + " is not a Kartei data directory.");
}

bool isWritable(const std::filesystem::path& path) {
    std::error_code ignored;
    for (const auto& part : {path, path / databaseName, path / databaseName / "LOCK"}) {
        if (std::filesystem::exists(part, ignored) && ::access(part.c_str(), W_OK) != 0) return false;
    }
    return true;
}

// Throws where that cannot be found out.
bool isThere(const std::filesystem::path& file) {
    std::error_code error;
    const bool found = std::filesystem::exists(file, error);
    if (error) throw Failure(Failure::Kind::storage, file.string() + " cannot be looked at: " + error.message() + ".");
    return found;
}

// Whether the directory is empty, but for a marker that a crash left without its name.
bool holdsNothing(const std::filesystem::path& path) {
    std::error_code error;
    const auto unfinished = unfinishedOf(path / markerName);
    for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
        if (entry.path() != unfinished) return false;
    }
    return !error;
}

// The marker of the directory; an empty one where there is nothing yet. Refuses a directory that holds anything that is
// not ours.
MarkedDirectory inspect(const std::filesystem::path& path, Opening opening) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) return {};
    if (!std::filesystem::is_directory(path, error)) {
        throw Failure(Failure::Kind::notOurs, path.string() + " is not a directory.");
    }
    if (::access(path.c_str(), R_OK | X_OK) != 0) {
        throw Failure(Failure::Kind::storage, path.string() + " cannot be read.");
    }
    if (auto id = idOfBackups(path)) {
        if (opening == Opening::reading) return {std::move(*id), true};
        throw Failure(
            Failure::Kind::storage,
            path.string() + " holds backups, which are only read: `kartei restore` makes a data directory of one.");
    }
    if (opening != Opening::reading && !isWritable(path)) {
        throw Failure(Failure::Kind::storage, path.string() + " cannot be written to.");
    }
    if (std::filesystem::exists(path / markerName, error)) {
        auto marker = readMarker(path);
        if (marker.id.empty() && isThere(path / databaseName)) {
            throw Failure(Failure::Kind::damaged,
                          (path / markerName).string() + " is empty, and there is a database beside it.");
        }
        if (marker.isWhole && !isThere(path / databaseName / "CURRENT")) {
            throw Failure(Failure::Kind::damaged,
                          path.string() + " is a Kartei data directory, but its database is gone.");
        }
        return marker;
    }
    if (holdsNothing(path)) return {};
    throw Failure(Failure::Kind::notOurs, path.string() + " holds something else than a Kartei data directory.");
}

// The marker is there before anything else, and says that the directory is whole once the database is there.
void writeMarker(const std::filesystem::path& path, std::string_view state, const std::string& id) {
    replaceFile(path / markerName, std::string(state).append(idPrefix).append(id).append("\n"));
}

void startSodium() {
    if (sodium_init() < 0) throw Failure(Failure::Kind::storage, "libsodium cannot start.");
}

}  // namespace

Failure noDataDirectory() {
    return {Failure::Kind::missing, "There is no data directory where --data says; the first write makes it."};
}

MarkedDirectory markedDirectory(const std::filesystem::path& path, Opening opening) {
    startSodium();
    auto marker = inspect(path, opening);
    if (!marker.id.empty()) return marker;
    if (opening != Opening::create) throw noDataDirectory();
    makeDirectory(path);
    marker.id = randomHex(idBytes);
    writeMarker(path, beingMade, marker.id);
    return marker;
}

void restoreDataDirectory(const std::filesystem::path& path, const std::string& id,
                          const std::function<void(const std::string& database)>& fill) {
    std::error_code ignored;
    const bool cutShort = contentIfThere(path / markerName).value_or("").starts_with(beingRestored);
    if (!cutShort && std::filesystem::exists(path, ignored) && !holdsNothing(path)) {
        throw Failure(Failure::Kind::notOurs,
                      path.string() + " is there already: a restore makes a data directory of its own.");
    }
    makeDirectory(path);
    writeMarker(path, beingRestored, id);
    std::filesystem::remove_all(path / databaseName);
    fill((path / databaseName).string());
    syncToDisk(path / databaseName);
    writeMarker(path, whole, id);
}

namespace {

OpenedDatabase opened(const std::filesystem::path& path, Opening opening) {
    const auto marker = markedDirectory(path, opening);
    if (idOfBackups(path)) {
        const KeptBackups backups(path);
        return backups.opened(backups.newest());
    }
    const auto database = path / databaseName;
    if (opening != Opening::reading || isWritable(path)) {
        if (auto held = OpenedDatabase::held(database)) return std::move(*held);
    }
    if (opening != Opening::reading) {
        throw Failure(Failure::Kind::locked, path.string() + " is in use by another process.");
    }
    if (!marker.isWhole) throw noDataDirectory();
    return OpenedDatabase::beside(database);
}

}  // namespace

DataDirectory::DataDirectory(const std::filesystem::path& path, const MasterKey& masterKey, Opening opening)
    : DataDirectory(path, opened(path, opening), masterKey) {
    const auto marker = markedDirectory(path, opening);
    id_ = marker.id;
    if (isHeld() && !marker.isWhole) writeMarker(path, whole, marker.id);
}

DataDirectory::DataDirectory(const std::filesystem::path& path, OpenedDatabase database, const MasterKey& masterKey)
    : path_(path), masterKey_(masterKey), opened_(std::move(database)) {
    startSodium();
    checkFormat();
    checkMasterKey();
    checkBusinesses();
}

void DataDirectory::requireHeld() const {
    if (isHeld()) return;
    throw Failure(Failure::Kind::locked,
                  path_.string() +
                      " is only read here: another process has it open, it cannot be written to, or it is a backup.");
}

const ScratchCopy& DataDirectory::copiedViews() const {
    const std::lock_guard<std::mutex> guard(copying_);
    if (!copiedViews_) copiedViews_ = std::make_unique<const ScratchCopy>(*rows(opened_.family(Family::views)));
    return *copiedViews_;
}

rocksdb::ColumnFamilyHandle* DataDirectory::views() const {
    return isHeld() ? opened_.family(Family::views) : copiedViews().family();
}

rocksdb::DB& DataDirectory::viewsDatabase() const { return isHeld() ? database() : copiedViews().database(); }

void DataDirectory::putSynced(const std::string& key, const std::string& value) const {
    requireHeld();
    rocksdb::WriteOptions synced;
    synced.sync = true;
    require(database().Put(synced, names(), key, value), "Cannot write to the data directory");
}

void DataDirectory::requireNothingStored() const {
    const auto entries = rows(log());
    entries->SeekToFirst();
    require(entries->status(), "Cannot read the log");
    if (!entries->Valid() && businesses().empty()) return;
    throw Failure(Failure::Kind::damaged, "The data directory holds a log, but not what it must say of itself.");
}

namespace {

// A business's number, which begins what is stored of it.
std::uint32_t numberIn(std::string_view stored) {
    return static_cast<std::uint32_t>(keys::readNumber(stored.substr(0, sizeof(std::uint32_t))));
}

// `names`: the data directory's own rows.
std::set<std::uint32_t> numbersOfBusinesses(rocksdb::Iterator& names) {
    std::set<std::uint32_t> numbers;
    const std::string prefix(keys::businessPrefix);
    for (names.Seek(prefix); names.Valid() && names.key().starts_with(prefix); names.Next())
        numbers.insert(numberIn(names.value().ToStringView()));
    require(names.status(), "Cannot read the data directory");
    return numbers;
}

}  // namespace

void DataDirectory::checkBusinesses() const {
    const auto known = numbersOfBusinesses(*rows(names()));
    const auto entries = rows(log());
    for (entries->SeekToFirst(); entries->Valid();) {
        const auto number = numberIn(entries->key().ToStringView());
        if (known.count(number) == 0)
            throw Failure(Failure::Kind::damaged, "There is a log whose business is not known: its row is missing.");
        entries->Seek(keys::business(number + 1));
    }
    require(entries->status(), "Cannot read the log");
}

void DataDirectory::checkFormat() {
    std::string version;
    const auto status = database().Get({}, names(), std::string(formatKey), &version);
    if (status.IsNotFound()) {
        requireNothingStored();
        return putSynced(std::string(formatKey), std::string(formatVersion));
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
    const auto& own = opened_.families();
    const bool isOwn = std::find(own.begin(), own.end(), family) != own.end();
    return std::unique_ptr<rocksdb::Iterator>((isOwn ? database() : viewsDatabase()).NewIterator(options, family));
}

void DataDirectory::checkTables() const {
    constexpr std::size_t readAhead = std::size_t{2} * 1024 * 1024;
    rocksdb::ReadOptions options;
    options.readahead_size = readAhead;
    if (isHeld()) return require(database().VerifyChecksum(options), "Cannot read the tables");
    // That looks for tables by their names, which are gone where the holder has replaced them.
    for (auto* family : opened_.families()) {
        const auto rows = this->rows(family, readAhead);
        for (rows->SeekToFirst(); rows->Valid();) rows->Next();
        require(rows->status(), "Cannot read the tables");
    }
}

void DataDirectory::checkMasterKey() {
    const std::string row(keys::masterKey);
    std::string wrapped;
    const auto status = database().Get({}, names(), row, &wrapped);
    if (status.IsNotFound()) {
        requireNothingStored();
        return putSynced(row, masterKey_.wrap(masterKeyProof, row));
    }
    require(status, "Cannot read the data directory");
    if (masterKey_.unwrap(wrapped, row) != std::string(masterKeyProof)) {
        throw Failure(Failure::Kind::wrongKey, "This is not the master key of " + path_.string() + ".");
    }
}

namespace {

template <class Secret>
void appendSecret(std::string& out, const Secret& secret) {
    out.append(secret.begin(), secret.end());
}
template <class Secret>
void takeSecret(std::string_view& in, Secret& secret) {
    std::copy_n(in.begin(), secret.size(), secret.begin());
    in.remove_prefix(secret.size());
}

std::string rowOf(const events::BusinessName& name) { return std::string(keys::businessPrefix) + name.text(); }

std::string encodeIdentity(const BusinessIdentity& identity, const MasterKey& masterKey, const std::string& row) {
    std::string secrets;
    appendSecret(secrets, identity.key);
    appendSecret(secrets, identity.signingSeed);
    appendSecret(secrets, identity.dataKey);
    std::string value = keys::business(identity.number);
    keys::appendNumber32(value, identity.incarnation);
    value += static_cast<char>(identity.origin.size());
    value += identity.origin + masterKey.wrap(secrets, row);
    sodium_memzero(secrets.data(), secrets.size());
    return value;
}

BusinessIdentity decodeIdentity(std::string_view value, const MasterKey& masterKey, const std::string& row) {
    const auto damaged = [] { return Failure(Failure::Kind::damaged, "The entry of a business is damaged."); };
    const auto plain = keys::plainPartOfBusiness(value);
    if (!plain) throw damaged();
    BusinessIdentity identity;
    identity.number = static_cast<std::uint32_t>(keys::readNumber(value.substr(0, sizeof(std::uint32_t))));
    identity.incarnation =
        static_cast<Incarnation>(keys::readNumber(value.substr(sizeof(std::uint32_t), sizeof(Incarnation))));
    identity.origin = value.substr(keys::originAt, *plain - keys::originAt);
    auto secrets = masterKey.unwrap(value.substr(*plain), row);
    if (!secrets || secrets->size() != 3 * sizeof(SecretKey)) throw damaged();
    std::string_view rest = *secrets;
    takeSecret(rest, identity.key);
    takeSecret(rest, identity.signingSeed);
    takeSecret(rest, identity.dataKey);
    sodium_memzero(secrets->data(), secrets->size());
    return identity;
}

// Different for every log that was ever begun, so that no two are taken for one.
std::string newOrigin(const events::BusinessName& name) { return "kartei/" + name.text() + "/" + randomHex(idBytes); }

}  // namespace

std::optional<BusinessIdentity> DataDirectory::find(const events::BusinessName& name) {
    std::string value;
    const auto status = database().Get({}, names(), rowOf(name), &value);
    if (status.IsNotFound()) return std::nullopt;
    require(status, "Cannot read the data directory");
    return decodeIdentity(value, masterKey_, rowOf(name));
}

BusinessIdentity DataDirectory::findOrCreate(const events::BusinessName& name) {
    const std::lock_guard<std::mutex> guard(creating_);
    if (auto known = find(name)) return *known;
    const auto taken = numbersOfBusinesses(*rows(names()));
    BusinessIdentity identity;
    identity.number = taken.empty() ? 1 : *taken.rbegin() + 1;
    randombytes_buf(identity.key.data(), identity.key.size());
    randombytes_buf(identity.signingSeed.data(), identity.signingSeed.size());
    identity.dataKey = randomKey();
    identity.origin = newOrigin(name);
    putSynced(rowOf(name), encodeIdentity(identity, masterKey_, rowOf(name)));
    return identity;
}

std::vector<events::BusinessName> DataDirectory::businesses() const {
    std::vector<events::BusinessName> all;
    const std::string prefix(keys::businessPrefix);
    const auto rows = this->rows(names());
    for (rows->Seek(prefix); rows->Valid() && rows->key().starts_with(prefix); rows->Next()) {
        all.push_back(events::BusinessName::trusted(rows->key().ToStringView().substr(prefix.size())));
    }
    require(rows->status(), "Cannot read the data directory");
    return all;
}

void DataDirectory::dropViews(std::uint32_t business) const {
    rocksdb::WriteOptions unsynced;
    unsynced.disableWAL = true;
    rocksdb::WriteBatch batch;
    batch.DeleteRange(views(), keys::business(business), keys::business(business + 1));
    require(viewsDatabase().Write(unsynced, &batch), "Cannot write to the data directory");
    require(viewsDatabase().Flush({}, views()), "Cannot write to the data directory");
}

void DataDirectory::setIncarnation(const events::BusinessName& name, Incarnation incarnation) {
    const std::lock_guard<std::mutex> guard(creating_);
    auto identity = find(name).value();
    identity.incarnation = incarnation;
    putSynced(rowOf(name), encodeIdentity(identity, masterKey_, rowOf(name)));
}

std::string logName(const BusinessIdentity& identity, Incarnation incarnation) {
    return incarnation == 1 ? identity.origin : identity.origin + "/" + std::to_string(incarnation);
}

std::optional<Incarnation> incarnationNamed(const BusinessIdentity& identity, std::string_view name) {
    if (name == identity.origin) return 1;
    if (!name.starts_with(identity.origin + "/")) return std::nullopt;
    Incarnation incarnation = 0;
    const auto digits = name.substr(identity.origin.size() + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), incarnation);
    const bool isNumber = error == std::errc() && end == digits.data() + digits.size();
    return isNumber && name == logName(identity, incarnation) ? std::optional(incarnation) : std::nullopt;
}

}  // namespace kartei::ledger
