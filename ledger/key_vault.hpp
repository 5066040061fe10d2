#pragma once
// The keys of a business: one for each record, for facts that have one of their own, for each year of receipts, and one
// for everything else (DESIGN §7). To destroy a key is to destroy what was sealed with it.
//
// How it works: each key stands wrapped under the master key in a row of its own (stored_keys.hpp), which gets there in
// the same synced batch as the first entry that needs it. A destroyed key leaves an empty row, so that it can be told
// from one that is lost. Keys that were asked for lately are kept unwrapped in memory (key_cache.hpp).
//
// A writer asks for keys before its facts have a position, together with other writers. A key that is new is made then,
// and everybody who asks gets the same one; its row is saved by the first of their facts that is really recorded.
//
// Threads: any, at any time; `save` and `release` under the business's lock.

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>

#include "events/codec.hpp"
#include "events/result.hpp"
#include "ledger/committer.hpp"
#include "ledger/data_directory.hpp"

namespace kartei::ledger {

using events::Position;
using events::RecordName;

// Which row of the keys' family a key stands in.
using KeyRow = std::string;

// A key that is not stored yet.
struct NewKey {
    KeyRow row;
    SecretKey key{};
    std::string wrapped;
    bool saved = false;  // on its way to the disk; under the business's lock
};

// A key to seal with.
struct WritingKey {
    SecretKey key{};
    std::shared_ptr<NewKey> isNew;  // null: it is stored
};

enum class NoKey {
    destroyed,  // what was sealed with it is gone for ever
    missing,    // it never was, or was lost
};

class KeyVault {
public:
    // `directory` must outlive it.
    KeyVault(DataDirectory& directory, const BusinessIdentity& identity);
    KeyVault(const KeyVault&) = delete;
    KeyVault& operator=(const KeyVault&) = delete;

    [[nodiscard]] KeyRow rowOf(const RecordName& record) const;
    [[nodiscard]] KeyRow rowOf(Position fact) const;
    [[nodiscard]] KeyRow rowOfYear(std::uint16_t year) const;

    // Throws Failure where the row is damaged.
    [[nodiscard]] Result<SecretKey, NoKey> find(const KeyRow& row) const;

    // Whether a key stands in the row.
    [[nodiscard]] bool isStored(const KeyRow& row) const { return find(row).has_value(); }

    // The key that stands in the row, or a new one. Nothing where it was destroyed.
    [[nodiscard]] std::optional<WritingKey> forWriting(const KeyRow& row);

    // For what belongs to no record.
    [[nodiscard]] const SecretKey& ofBusiness() const { return business_; }

    // Adds the key's row to what is to be written, unless that was done before.
    void save(const std::shared_ptr<NewKey>& key, Position entry, std::vector<StoredRow>& rows);
    // A key for the one fact at this position.
    void save(const SecretKey& key, Position fact, std::vector<StoredRow>& rows) const;
    // Lets go of keys whose rows are on the disk, those of entries up to `durable`.
    void release(Position durable);

    // Puts an empty row in the place of the key.
    void destroy(const KeyRow& row, std::vector<StoredRow>& rows) const;
    // Takes rows that `destroy` made for destroyed, without writing them. Before anything else is asked.
    void hide(const std::vector<StoredRow>& rows);
    // To be called once the empty rows are on the disk: no key is found in memory any more.
    void forgetAll() { directory_.keyCache().clear(); }

    // Whether a key stands in the row on the disk; of a backup, whether it is to be read.
    [[nodiscard]] bool isOnDisk(const KeyRow& row) const;
    // Every record, or every year, whose key is stored or was destroyed, in order, as it is on the disk; of a backup,
    // which cannot be changed, as it is to be read. Both throw Failure where the keys
    // cannot be read.
    enum class State { there, destroyed };
    void eachRecord(const std::function<void(const RecordName& record, State state)>& take) const;
    void eachYear(const std::function<void(std::uint16_t year, State state)>& take) const;

private:
    [[nodiscard]] Result<SecretKey, NoKey> read(const KeyRow& row) const;
    [[nodiscard]] bool isHiddenInBackup(const KeyRow& row) const;
    // The same, and the next time it is found in memory.
    [[nodiscard]] Result<SecretKey, NoKey> readToKeep(const KeyRow& row) const;
    // A new key that some fact holds on to, not stored or just stored; null where there is none.
    [[nodiscard]] std::shared_ptr<NewKey> onItsWay(const KeyRow& row);
    // `take` gets what stands in the row's key behind the kind.
    void each(char kind, const std::function<void(std::string_view name, State state)>& take) const;

    DataDirectory& directory_;
    std::uint32_t number_;
    SecretKey business_;
    std::set<KeyRow> hidden_;

    std::mutex making_;
    std::unordered_map<KeyRow, std::weak_ptr<NewKey>> new_;
    std::size_t sweepAt_;
    std::deque<std::pair<Position, std::shared_ptr<NewKey>>> saved_;  // under the business's lock
};

}  // namespace kartei::ledger
