#pragma once
// The Merkle tree over one business's log: the evidence that no entry was altered, taken out or put in between.
//
// How it works: with every batch of entries goes what the tree has become: each tile that they complete, and the tree's
// size and root. Partial tiles are not stored; they follow from the entries and the tiles below. Signed checkpoints are
// kept for ever. When a log is opened, its end is compared with the tree: the entries behind the last complete tiles
// must lead to the stored root. Where they do not, all of it is read to say where the fault lies (tree_comparison.hpp).
//
// Threads: `extend` is the committer's alone. Everything else may be called by any thread; it reads what is on the
// disk.
//
// It does not check the whole log when it is opened: that is what LogAudit (log_audit.hpp) is for.

#include <rocksdb/write_batch.h>

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/names.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/data_directory.hpp"

namespace kartei::ledger {

class LogTree {
public:
    // `last`: the log's last entry. Throws Failure where log and tree do not fit.
    LogTree(DataDirectory& directory, const BusinessIdentity& identity, events::Position last);

    // Adds the entries that follow the last, and puts what the tree becomes into the batch.
    void extend(rocksdb::WriteBatch& batch, const std::vector<std::string_view>& entries);

    // The tile with at least the hashes that it has in a tree of that size.
    [[nodiscard]] std::vector<Hash> tile(const TileName& name, std::uint64_t treeSize) const;
    [[nodiscard]] TileReader tilesFor(std::uint64_t treeSize) const;

    // The signed checkpoint of the tree of that size, which is on the disk: the stored one, or a new one that is
    // stored, synced. Never signs what the last one signed cannot have grown into; throws Failure instead. Where the
    // data directory is not held nothing is signed: its holder might sign something else, or lose what is not synced
    // yet. Then it is the last one that is stored.
    [[nodiscard]] std::string checkpoint(std::uint64_t treeSize);
    // The last one that this incarnation, or one before, has signed; nothing where there is none.
    [[nodiscard]] std::optional<std::string> lastCheckpoint() const;
    // All that were ever signed, by incarnation and size, which are those under which they are stored.
    struct StoredCheckpoint {
        Incarnation incarnation = 1;
        std::uint64_t size = 0;
        std::string note;
    };
    [[nodiscard]] std::vector<StoredCheckpoint> checkpoints() const;
    // The sizes above the first, up to the second, that this incarnation has signed.
    [[nodiscard]] std::vector<std::uint64_t> signedSizes(std::uint64_t above, std::uint64_t upTo) const;
    [[nodiscard]] NoteVerifier verifier() const { return signer_.verifier(); }
    // What a checkpoint of this log says, whichever incarnation up to that of this one signed it.
    struct Signed {
        Incarnation incarnation = 1;
        TreeHead tree;
    };
    [[nodiscard]] std::optional<Signed> opened(std::string_view note) const;
    // The same, also of the incarnations that may follow: a log that an older copy was put in the place of has them.
    [[nodiscard]] std::optional<Signed> opened(std::string_view note, Incarnation upTo) const;
    // Whether the log has grown from that tree.
    [[nodiscard]] bool hasGrownFrom(const TreeHead& before, std::uint64_t treeSize) const;

    // The hashes of the stored entries from one leaf to before another.
    [[nodiscard]] std::vector<Hash> leaves(std::uint64_t from, std::uint64_t to) const;
    // Size and root as stored with the last batch.
    [[nodiscard]] TreeHead storedHead() const;
    // The stored hashes of a complete tile; nothing where there is none, or it has not its size.
    [[nodiscard]] std::optional<std::vector<Hash>> storedTile(const TileName& name) const;

private:
    // Of a complete tile. Such roots are kept in memory: until the tile above is complete too, and stored, every
    // checkpoint and proof asks for them again.
    [[nodiscard]] Hash rootOfWhole(const TileName& name, std::uint64_t treeSize) const;
    [[nodiscard]] std::string checkpointKey(std::uint64_t treeSize) const;
    [[nodiscard]] std::string key(const TileName& name) const;

    DataDirectory& directory_;
    BusinessIdentity identity_;
    NoteSigner signer_;
    TreeEdge edge_;
    std::mutex signing_;
    mutable std::mutex rootsMutex_;
    mutable std::map<TileName, Hash> roots_;
};

}  // namespace kartei::ledger
