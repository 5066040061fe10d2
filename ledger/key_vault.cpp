#include "ledger/key_vault.hpp"

#include <sodium.h>

#include "ledger/failure.hpp"
#include "ledger/stored_keys.hpp"

namespace kartei::ledger {

namespace {

constexpr char recordKind = 'r';
constexpr char factKind = 'f';
constexpr char yearKind = 'y';
// New keys that may be known before those that nobody needs any more are looked for.
constexpr std::size_t leastSweep = 4096;

SecretKey keyFrom(const std::string& bytes) {
    SecretKey key{};
    if (bytes.size() != key.size()) throw Failure(Failure::Kind::damaged, "A stored key is damaged.");
    std::copy(bytes.begin(), bytes.end(), key.begin());
    return key;
}

std::string_view viewOf(const SecretKey& key) { return {reinterpret_cast<const char*>(key.data()), key.size()}; }

}  // namespace

KeyVault::KeyVault(DataDirectory& directory, const BusinessIdentity& identity)
    : directory_(directory), number_(identity.number), business_(identity.dataKey), sweepAt_(leastSweep) {}

KeyRow KeyVault::rowOf(const RecordName& record) const { return keys::indexed(number_, recordKind, record.text()); }
KeyRow KeyVault::rowOf(Position fact) const { return keys::indexed(number_, factKind, keys::number64(fact.value())); }
KeyRow KeyVault::rowOfYear(std::uint16_t year) const { return keys::indexed(number_, yearKind, keys::number64(year)); }

Result<SecretKey, NoKey> KeyVault::read(const KeyRow& row) const {
    if (hidden_.count(row) != 0) return failed(NoKey::destroyed);
    std::string wrapped;
    const auto status = directory_.database().Get({}, directory_.keys(), row, &wrapped);
    if (status.IsNotFound()) return failed(NoKey::missing);
    require(status, "Cannot read the keys");
    if (wrapped.empty()) return failed(NoKey::destroyed);
    auto key = directory_.masterKey().unwrap(wrapped, row);
    if (!key) throw Failure(Failure::Kind::damaged, "A stored key is damaged.");
    const auto found = keyFrom(*key);
    sodium_memzero(key->data(), key->size());
    return found;
}

Result<SecretKey, NoKey> KeyVault::find(const KeyRow& row) const {
    if (const auto known = directory_.keyCache().find(row)) return *known;
    return readToKeep(row);
}

Result<SecretKey, NoKey> KeyVault::readToKeep(const KeyRow& row) const {
    auto& cache = directory_.keyCache();
    const auto clearings = cache.clearings();
    auto key = read(row);
    if (key) cache.keep(row, *key, clearings);
    return key;
}

std::shared_ptr<NewKey> KeyVault::onItsWay(const KeyRow& row) {
    const std::lock_guard<std::mutex> guard(making_);
    const auto known = new_.find(row);
    return known == new_.end() ? nullptr : known->second.lock();
}

std::optional<WritingKey> KeyVault::forWriting(const KeyRow& row) {
    if (const auto cached = directory_.keyCache().find(row)) return WritingKey{*cached, nullptr};
    // What many facts of one batch ask for is not on the disk yet.
    if (auto made = onItsWay(row)) return WritingKey{made->key, std::move(made)};
    if (const auto known = readToKeep(row)) return WritingKey{*known, nullptr};
    const std::lock_guard<std::mutex> guard(making_);
    auto& slot = new_[row];
    if (auto made = slot.lock()) return WritingKey{made->key, std::move(made)};
    // It may have been stored since it was looked for.
    const auto stored = read(row);
    if (stored) return WritingKey{*stored, nullptr};
    if (stored.error() == NoKey::destroyed) return std::nullopt;
    auto made = std::make_shared<NewKey>();
    made->row = row;
    made->key = randomKey();
    made->wrapped = directory_.masterKey().wrap(viewOf(made->key), row);
    slot = made;
    if (new_.size() > sweepAt_) {
        std::erase_if(new_, [](const auto& entry) { return entry.second.expired(); });
        sweepAt_ = std::max(leastSweep, 2 * new_.size());
    }
    return WritingKey{made->key, std::move(made)};
}

void KeyVault::save(const std::shared_ptr<NewKey>& key, Position entry, std::vector<StoredRow>& rows) {
    if (key->saved) return;
    key->saved = true;
    rows.push_back({directory_.keys(), key->row, key->wrapped});
    saved_.emplace_back(entry, key);
}

void KeyVault::save(const SecretKey& key, Position fact, std::vector<StoredRow>& rows) const {
    auto row = rowOf(fact);
    auto wrapped = directory_.masterKey().wrap(viewOf(key), row);
    rows.push_back({directory_.keys(), std::move(row), std::move(wrapped)});
}

void KeyVault::release(Position durable) {
    while (!saved_.empty() && saved_.front().first <= durable) saved_.pop_front();
}

void KeyVault::eachRecord(const std::function<void(const RecordName& record, State state)>& take) const {
    each(recordKind, [&](std::string_view name, State state) { take(RecordName::trusted(name), state); });
}

void KeyVault::eachYear(const std::function<void(std::uint16_t year, State state)>& take) const {
    each(yearKind,
         [&](std::string_view name, State state) { take(static_cast<std::uint16_t>(keys::readNumber(name)), state); });
}

void KeyVault::each(char kind, const std::function<void(std::string_view name, State state)>& take) const {
    const std::string prefix = keys::indexed(number_, kind);
    const auto rows = directory_.rows(directory_.keys());
    for (rows->Seek(prefix); rows->Valid() && rows->key().starts_with(prefix); rows->Next()) {
        const auto row = rows->key().ToString();
        const bool isDestroyed = rows->value().empty() || isHiddenInBackup(row);
        take(std::string_view(row).substr(prefix.size()), isDestroyed ? State::destroyed : State::there);
    }
    require(rows->status(), "Cannot read the keys");
}

bool KeyVault::isHiddenInBackup(const KeyRow& row) const { return directory_.isBackup() && hidden_.count(row) != 0; }

bool KeyVault::isOnDisk(const KeyRow& row) const {
    std::string value;
    const auto status = directory_.database().Get({}, directory_.keys(), row, &value);
    if (status.IsNotFound()) return false;
    require(status, "Cannot read the keys");
    return !value.empty() && !isHiddenInBackup(row);
}

void KeyVault::destroy(const KeyRow& row, std::vector<StoredRow>& rows) const {
    rows.push_back({directory_.keys(), row, std::string()});
}

void KeyVault::hide(const std::vector<StoredRow>& rows) {
    for (const auto& row : rows) hidden_.insert(row.key);
    forgetAll();
}

}  // namespace kartei::ledger
