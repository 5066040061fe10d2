#include "ledger/log_tree.hpp"

#include <algorithm>
#include <memory>

#include "ledger/failure.hpp"
#include "ledger/in_parallel.hpp"
#include "ledger/stored_keys.hpp"
#include "ledger/tree_comparison.hpp"

namespace kartei::ledger {

namespace {

// Entries that one thread hashes in one go.
constexpr std::size_t hashedAtOnce = 128;

// Enough for the incomplete tiles of every level.
constexpr std::size_t mostRoots = 4096;

constexpr char tileKind = 't';
constexpr char headKind = 's';
constexpr char checkpointKind = 'c';

[[noreturn]] void damaged(const std::string& what) { throw Failure(Failure::Kind::damaged, what); }

std::string bytesOf(const std::vector<Hash>& hashes) {
    std::string bytes;
    bytes.reserve(hashes.size() * sizeof(Hash::bytes));
    for (const auto& hash : hashes) bytes += hash.view();
    return bytes;
}

Hash hashFrom(std::string_view bytes) {
    Hash hash;
    std::copy_n(bytes.begin(), hash.bytes.size(), hash.bytes.begin());
    return hash;
}

}  // namespace

LogTree::LogTree(DataDirectory& directory, const BusinessIdentity& identity, events::Position last)
    : directory_(directory),
      identity_(identity),
      signer_(logName(identity, identity.incarnation), identity.signingSeed) {
    const TreeHead head = storedHead();
    if (head.size != last.value()) {
        damaged("The log ends at position " + std::to_string(last.value()) + ", but its tree has " +
                std::to_string(head.size) + " entries.");
    }
    edge_ = TreeEdge(head.size, tilesFor(head.size));
    if (edge_.root() != head.root) damaged(textOf(firstFault(*this, head)));
}

std::string LogTree::key(const TileName& name) const {
    return keys::indexed(identity_.number, tileKind, static_cast<char>(name.level) + keys::number64(name.index));
}

TreeHead LogTree::storedHead() const {
    std::string value;
    const auto status =
        directory_.database().Get({}, directory_.tree(), keys::indexed(identity_.number, headKind), &value);
    if (status.IsNotFound()) return {0, emptyRoot()};
    require(status, "Cannot read the tree");
    if (value.size() != sizeof(std::uint64_t) + sizeof(Hash::bytes)) damaged("The tree's head is damaged.");
    return {keys::readNumber(std::string_view(value).substr(0, 8)), hashFrom(std::string_view(value).substr(8))};
}

void LogTree::extend(rocksdb::WriteBatch& batch, const std::vector<std::string_view>& entries) {
    std::vector<Hash> leaves(entries.size());
    inParallel(entries.size(), hashedAtOnce, [&](std::size_t from, std::size_t to, unsigned /*worker*/) {
        for (auto i = from; i < to; ++i) leaves[i] = leafHash(entries[i]);
    });
    for (const auto& leaf : leaves) {
        edge_.add(leaf, [&](const TileName& name, const std::vector<Hash>& hashes) {
            batch.Put(directory_.tree(), key(name), bytesOf(hashes));
        });
    }
    batch.Put(directory_.tree(), keys::indexed(identity_.number, headKind),
              keys::number64(edge_.size()) + std::string(edge_.root().view()));
}

std::optional<std::vector<Hash>> LogTree::storedTile(const TileName& name) const {
    rocksdb::PinnableSlice bytes;
    const auto status = directory_.database().Get({}, directory_.tree(), key(name), &bytes);
    if (status.IsNotFound() || (status.ok() && bytes.size() != tileWidth * sizeof(Hash::bytes))) return std::nullopt;
    require(status, "Cannot read the tree");
    std::vector<Hash> hashes;
    for (std::size_t at = 0; at < bytes.size(); at += sizeof(Hash::bytes)) {
        hashes.push_back(hashFrom(bytes.ToStringView().substr(at)));
    }
    return hashes;
}

std::vector<Hash> LogTree::leaves(std::uint64_t from, std::uint64_t to) const {
    std::vector<Hash> hashes;
    const auto rows = directory_.rows(directory_.log());
    rows->Seek(keys::entry(identity_.number, events::Position(from + 1)));
    for (auto leaf = from; leaf < to; ++leaf, rows->Next()) {
        require(rows->status(), "Cannot read the log");
        const events::Position position(leaf + 1);
        if (!rows->Valid() || rows->key() != keys::entry(identity_.number, position)) {
            damaged("The log is damaged at position " + std::to_string(position.value()) + ": the entry is missing.");
        }
        hashes.push_back(leafHash(rows->value().ToStringView()));
    }
    return hashes;
}

std::vector<Hash> LogTree::tile(const TileName& name, std::uint64_t treeSize) const {
    const auto width = widthIn(treeSize, name);
    if (width == tileWidth) {
        auto whole = storedTile(name);
        if (!whole) damaged("A tile of the log's tree is missing or damaged.");
        return std::move(*whole);
    }
    const std::uint64_t first = name.index * tileWidth;
    if (name.level == 0) return leaves(first, first + width);
    std::vector<Hash> hashes;
    for (auto below = first; below < first + width; ++below) {
        hashes.push_back(rootOfWhole({name.level - 1, below}, treeSize));
    }
    return hashes;
}

Hash LogTree::rootOfWhole(const TileName& name, std::uint64_t treeSize) const {
    {
        const std::lock_guard<std::mutex> guard(rootsMutex_);
        const auto known = roots_.find(name);
        if (known != roots_.end()) return known->second;
    }
    const auto root = rootOf(tile(name, treeSize));
    const std::lock_guard<std::mutex> guard(rootsMutex_);
    if (roots_.size() == mostRoots) roots_.clear();
    roots_.emplace(name, root);
    return root;
}

TileReader LogTree::tilesFor(std::uint64_t treeSize) const {
    return [this, treeSize](const TileName& name) { return tile(name, treeSize); };
}

std::vector<LogTree::StoredCheckpoint> LogTree::checkpoints() const {
    std::vector<StoredCheckpoint> all;
    const std::string prefix = keys::indexed(identity_.number, checkpointKind);
    const auto rows = directory_.rows(directory_.tree());
    for (rows->Seek(prefix); rows->Valid() && rows->key().starts_with(prefix); rows->Next()) {
        const auto place = rows->key().ToStringView().substr(prefix.size());
        if (place.size() != sizeof(Incarnation) + sizeof(std::uint64_t)) damaged("A checkpoint's row is damaged.");
        all.push_back({static_cast<Incarnation>(keys::readNumber(place.substr(0, sizeof(Incarnation)))),
                       keys::readNumber(place.substr(sizeof(Incarnation))), rows->value().ToString()});
    }
    require(rows->status(), "Cannot read the tree");
    return all;
}

std::vector<std::uint64_t> LogTree::signedSizes(std::uint64_t above, std::uint64_t upTo) const {
    std::vector<std::uint64_t> sizes;
    const auto last = checkpointKey(upTo);
    const auto rows = directory_.rows(directory_.tree());
    for (rows->Seek(checkpointKey(above + 1)); rows->Valid() && rows->key().compare(last) <= 0; rows->Next()) {
        const auto key = rows->key().ToStringView();
        if (key.size() != last.size()) damaged("A checkpoint's row is damaged.");
        sizes.push_back(keys::readNumber(key.substr(key.size() - sizeof(std::uint64_t))));
    }
    require(rows->status(), "Cannot read the tree");
    return sizes;
}

std::string LogTree::checkpointKey(std::uint64_t treeSize) const {
    std::string rest;
    keys::appendNumber32(rest, identity_.incarnation);
    return keys::indexed(identity_.number, checkpointKind, rest + keys::number64(treeSize));
}

std::optional<std::string> LogTree::lastCheckpoint() const {
    const auto rows = directory_.rows(directory_.tree());
    rows->SeekForPrev(checkpointKey(UINT64_MAX));
    require(rows->status(), "Cannot read the tree");
    if (!rows->Valid() || !rows->key().starts_with(keys::indexed(identity_.number, checkpointKind)))
        return std::nullopt;
    return rows->value().ToString();
}

std::optional<LogTree::Signed> LogTree::opened(std::string_view note) const {
    return opened(note, identity_.incarnation);
}

std::optional<LogTree::Signed> LogTree::opened(std::string_view note, Incarnation upTo) const {
    const auto incarnation = incarnationNamed(identity_, note.substr(0, note.find('\n')));
    if (!incarnation || *incarnation > upTo) return std::nullopt;
    const NoteVerifier verifier(logName(identity_, *incarnation), signer_.verifier().key());
    const auto checkpoint = openCheckpoint(note, verifier);
    return checkpoint ? std::optional(Signed{*incarnation, checkpoint->tree}) : std::nullopt;
}

bool LogTree::hasGrownFrom(const TreeHead& before, std::uint64_t treeSize) const {
    return before.size <= treeSize && treeRoot(before.size, tilesFor(before.size)) == before.root;
}

std::string LogTree::checkpoint(std::uint64_t treeSize) {
    const std::lock_guard<std::mutex> guard(signing_);
    if (!directory_.isHeld()) {
        if (auto last = lastCheckpoint()) return std::move(*last);
        directory_.requireHeld();
    }
    std::string known;
    const auto status = directory_.database().Get({}, directory_.tree(), checkpointKey(treeSize), &known);
    if (status.ok()) return known;
    if (!status.IsNotFound()) require(status, "Cannot read the tree");
    if (const auto last = lastCheckpoint()) {
        const auto before = opened(*last);
        if (!before || (before->tree.size <= treeSize && !hasGrownFrom(before->tree, treeSize)))
            damaged("The log is not what the last signed checkpoint says.");
    }
    const Checkpoint checkpoint{verifier().name(), {treeSize, treeRoot(treeSize, tilesFor(treeSize))}};
    auto note = signer_.sign(checkpoint.text());
    rocksdb::WriteOptions synced;
    synced.sync = true;
    require(directory_.database().Put(synced, directory_.tree(), checkpointKey(treeSize), note),
            "Cannot store the checkpoint");
    return note;
}

}  // namespace kartei::ledger
