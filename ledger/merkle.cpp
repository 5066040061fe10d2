#include "ledger/merkle.hpp"

// The low-level functions: those that took their place look the algorithm up anew for every hash, which takes longer
// than hashing an entry does.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <bit>
#include <cstring>

namespace kartei::ledger {

namespace {

constexpr char leafPrefix = 0;
constexpr char nodePrefix = 1;

bool isPowerOfTwo(std::uint64_t number) { return std::has_single_bit(number); }

// The largest power of two below `number`, which is at least 2.
std::uint64_t split(std::uint64_t number) { return std::bit_floor(number - 1); }

// The root of hashes [from, to) of a tile; their number need not be a power of two.
Hash rootOfRange(const std::vector<Hash>& hashes, std::size_t from, std::size_t to) {
    if (to - from == 1) return hashes.at(from);
    const std::size_t middle = from + split(to - from);
    return nodeHash(rootOfRange(hashes, from, middle), rootOfRange(hashes, middle, to));
}

// Reads a tree's inner hashes out of its tiles.
class Tree {
public:
    explicit Tree(const TileReader& tiles) : tiles_(tiles) {}

    // The root of leaves [from, to), which are a range that RFC 6962 §2.1 divides the tree into.
    Hash range(std::uint64_t from, std::uint64_t to) {
        const std::uint64_t count = to - from;
        if (isPowerOfTwo(count)) return subtree(static_cast<unsigned>(std::countr_zero(count)), from / count);
        const std::uint64_t middle = from + split(count);
        return nodeHash(range(from, middle), range(middle, to));
    }

    void path(std::uint64_t index, std::uint64_t from, std::uint64_t to, std::vector<Hash>& out) {
        if (to - from == 1) return;
        const std::uint64_t middle = from + split(to - from);
        if (index < middle) {
            path(index, from, middle, out);
            out.push_back(range(middle, to));
        } else {
            path(index, middle, to, out);
            out.push_back(range(from, middle));
        }
    }

    // SUBPROOF of RFC 6962 §2.1.2, for the leaves [from, to) and an old tree that ends at `oldEnd`.
    enum class Old { known, unknown };
    void subproof(std::uint64_t oldEnd, std::uint64_t from, std::uint64_t to, Old old, std::vector<Hash>& out) {
        if (oldEnd == to) {
            if (old == Old::unknown) out.push_back(range(from, to));
            return;
        }
        const std::uint64_t middle = from + split(to - from);
        if (oldEnd <= middle) {
            subproof(oldEnd, from, middle, old, out);
            out.push_back(range(middle, to));
        } else {
            subproof(oldEnd, middle, to, Old::unknown, out);
            out.push_back(range(from, middle));
        }
    }

private:
    // The root of the complete subtree number `index` of 2^height leaves.
    Hash subtree(unsigned height, std::uint64_t index) {
        const unsigned level = height / tileHeight;
        const unsigned within = height % tileHeight;
        const std::uint64_t first = index << within;
        const auto hashes = tiles_({level, first / tileWidth});
        const auto offset = static_cast<std::size_t>(first % tileWidth);
        return rootOfRange(hashes, offset, offset + (std::size_t{1} << within));
    }

    const TileReader& tiles_;
};

}  // namespace

Hash sha256(std::string_view bytes) {
    Hash hash;
    SHA256_CTX state;
    SHA256_Init(&state);
    SHA256_Update(&state, bytes.data(), bytes.size());
    SHA256_Final(hash.bytes.data(), &state);
    return hash;
}

Hash leafHash(std::string_view entry) {
    thread_local std::string prefixed;
    prefixed.assign(1, leafPrefix).append(entry);
    return sha256(prefixed);
}

Hash nodeHash(const Hash& left, const Hash& right) {
    std::array<char, 1 + 2 * sizeof(Hash::bytes)> joined{nodePrefix};
    std::memcpy(joined.data() + 1, left.bytes.data(), left.bytes.size());
    std::memcpy(joined.data() + 1 + left.bytes.size(), right.bytes.data(), right.bytes.size());
    return sha256({joined.data(), joined.size()});
}

Hash emptyRoot() { return sha256({}); }

Hash rootOf(const std::vector<Hash>& hashes) { return rootOfRange(hashes, 0, hashes.size()); }

std::uint64_t widthIn(std::uint64_t treeSize, const TileName& tile) {
    const unsigned shift = tile.level * tileHeight;
    const std::uint64_t hashes = shift < 64 ? treeSize >> shift : 0;  // at this level
    const std::uint64_t whole = hashes / tileWidth;
    if (tile.index < whole) return tileWidth;
    return tile.index == whole ? hashes % tileWidth : 0;
}

Hash treeRoot(std::uint64_t size, const TileReader& tiles) {
    return size == 0 ? emptyRoot() : Tree(tiles).range(0, size);
}

std::vector<Hash> inclusionProof(std::uint64_t index, std::uint64_t size, const TileReader& tiles) {
    std::vector<Hash> proof;
    Tree(tiles).path(index, 0, size, proof);
    return proof;
}

std::vector<Hash> consistencyProof(std::uint64_t oldSize, std::uint64_t size, const TileReader& tiles) {
    std::vector<Hash> proof;
    if (oldSize != 0 && oldSize != size) Tree(tiles).subproof(oldSize, 0, size, Tree::Old::known, proof);
    return proof;
}

std::optional<Hash> rootFromInclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                                      const std::vector<Hash>& proof) {
    if (index >= size) return std::nullopt;
    std::uint64_t node = index;
    std::uint64_t last = size - 1;
    Hash root = leaf;
    for (const auto& sibling : proof) {
        if (last == 0) return std::nullopt;
        if (node % 2 == 1 || node == last) {
            root = nodeHash(sibling, root);
            for (; node % 2 == 0 && node != 0; node /= 2) last /= 2;
        } else {
            root = nodeHash(root, sibling);
        }
        node /= 2;
        last /= 2;
    }
    return last == 0 ? std::optional(root) : std::nullopt;
}

bool isConsistent(const TreeHead& before, const TreeHead& after, const std::vector<Hash>& proof) {
    if (before.size > after.size) return false;
    if (before.size == after.size) return proof.empty() && before.root == after.root;
    if (before.size == 0) return proof.empty() && before.root == emptyRoot();
    // A tree that is complete begins the proof itself.
    std::vector<Hash> path;
    if (isPowerOfTwo(before.size)) path.push_back(before.root);
    path.insert(path.end(), proof.begin(), proof.end());
    if (path.empty()) return false;
    std::uint64_t node = before.size - 1;
    std::uint64_t last = after.size - 1;
    for (; node % 2 == 1; node /= 2) last /= 2;
    Hash oldRoot = path.front();
    Hash newRoot = path.front();
    for (auto next = path.begin() + 1; next != path.end(); ++next) {
        if (last == 0) return false;
        if (node % 2 == 1 || node == last) {
            oldRoot = nodeHash(*next, oldRoot);
            newRoot = nodeHash(*next, newRoot);
            for (; node % 2 == 0 && node != 0; node /= 2) last /= 2;
        } else {
            newRoot = nodeHash(newRoot, *next);
        }
        node /= 2;
        last /= 2;
    }
    return last == 0 && oldRoot == before.root && newRoot == after.root;
}

TreeEdge::TreeEdge(std::uint64_t size, const TileReader& tiles) : size_(size) {
    for (unsigned level = 0; level * tileHeight < 64 && size >> (level * tileHeight) != 0; ++level) {
        const TileName last{level, (size >> (level * tileHeight)) / tileWidth};
        const auto width = widthIn(size, last);
        partials_.push_back(width == 0 ? std::vector<Hash>() : tiles(last));
        partials_.back().resize(width);
    }
    std::uint64_t from = 0;
    for (std::uint64_t rest = size; rest != 0; rest -= std::bit_floor(rest)) {
        const std::uint64_t to = from + std::bit_floor(rest);
        subtrees_.push_back(Tree(tiles).range(from, to));
        from = to;
    }
}

void TreeEdge::add(const Hash& leaf, const Complete& complete) {
    const std::uint64_t before = size_++;
    put(0, leaf);
    Hash hash = leaf;
    unsigned height = 0;
    // Each complete subtree that the leaf ends is put together with the one beside it, as in counting with carries.
    while (((before >> height) & 1U) != 0) {
        hash = nodeHash(subtrees_.back(), hash);
        subtrees_.pop_back();
        if (++height % tileHeight != 0) continue;
        const unsigned level = height / tileHeight - 1;
        complete({level, before >> height}, partials_[level]);
        partials_[level].clear();
        put(level + 1, hash);
    }
    subtrees_.push_back(hash);
}

void TreeEdge::put(unsigned level, const Hash& hash) {
    if (level == partials_.size()) partials_.emplace_back().reserve(tileWidth);
    partials_[level].push_back(hash);
}

Hash TreeEdge::root() const {
    if (subtrees_.empty()) return emptyRoot();
    Hash root = subtrees_.back();
    for (auto subtree = subtrees_.rbegin() + 1; subtree != subtrees_.rend(); ++subtree) root = nodeHash(*subtree, root);
    return root;
}

const std::vector<Hash>& TreeEdge::partial(unsigned level) const {
    static const std::vector<Hash> none;
    return level < partials_.size() ? partials_[level] : none;
}

}  // namespace kartei::ledger
