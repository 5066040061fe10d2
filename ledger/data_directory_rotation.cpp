// How all keys come under another master key.
//
// Wrapped keys stand in two families: in "keys" one in each row, in "default" those of the businesses, and the proof by
// which the master key is recognised. All of these rows change in one synced batch, together with the note that what
// they were must leave the files (data_directory_purge.cpp): a directory is under one master key or the other, whenever
// the computer stops. A row is opened only where it stands, so one that is damaged is found before anything is written.

#include "ledger/data_directory.hpp"
#include "ledger/failure.hpp"
#include "ledger/stored_keys.hpp"

#include <sodium.h>

namespace kartei::ledger {

namespace {

class Rewrapping {
public:
    Rewrapping(const MasterKey& before, const MasterKey& next) : before_(before), next_(next) {}

    [[nodiscard]] std::string key(std::string_view wrapped, std::string_view row) const {
        auto secret = before_.unwrap(wrapped, row);
        if (!secret) throw Failure(Failure::Kind::damaged, "A stored key is damaged.");
        auto again = next_.wrap(*secret, row);
        sodium_memzero(secret->data(), secret->size());
        return again;
    }
    [[nodiscard]] std::string business(std::string_view value, std::string_view row) const {
        const auto plain = keys::plainPartOfBusiness(value);
        if (!plain) throw Failure(Failure::Kind::damaged, "The entry of a business is damaged.");
        return std::string(value.substr(0, *plain)) + key(value.substr(*plain), row);
    }

private:
    const MasterKey& before_;
    const MasterKey& next_;
};

}  // namespace

std::uint64_t DataDirectory::changeMasterKey(const MasterKey& next) {
    requireHeld();
    const std::lock_guard<std::mutex> guard(creating_);
    const Rewrapping rewrapping(masterKey_, next);
    rocksdb::WriteBatch batch;
    std::uint64_t count = 0;
    const auto wrapped = rows(keys());
    for (wrapped->SeekToFirst(); wrapped->Valid(); wrapped->Next()) {
        if (wrapped->value().empty()) continue;  // destroyed, and stays so
        const auto row = wrapped->key();
        batch.Put(keys(), row, rewrapping.key(wrapped->value().ToStringView(), row.ToStringView()));
        ++count;
    }
    require(wrapped->status(), "Cannot read the keys");
    const auto named = rows(names());
    for (named->SeekToFirst(); named->Valid(); named->Next()) {
        const auto row = named->key().ToStringView();
        const auto value = named->value().ToStringView();
        if (row == keys::masterKey) batch.Put(names(), row, rewrapping.key(value, row));
        if (row.starts_with(keys::businessPrefix)) batch.Put(names(), row, rewrapping.business(value, row));
    }
    require(named->status(), "Cannot read the data directory");
    const auto pending = pendingPurge(0, {}, {});
    batch.Put(pending.family, pending.key, pending.value);
    rocksdb::WriteOptions synced;
    synced.sync = true;
    require(database().Write(synced, &batch), "Cannot write to the data directory");
    masterKey_ = next;
    return count;
}

}  // namespace kartei::ledger
