#pragma once
// Merkle trees as RFC 6962 §2.1 defines them, over SHA-256: hashes, proofs and how to check them.
//
// The tree is read through its tiles (C2SP tlog-tiles): runs of 256 hashes, each the hash of a complete subtree. Tile
// `index` of level L holds the hashes of the subtrees of 256^L leaves that begin at leaf index * 256^(L+1). The last
// tile of a level is partial and holds as many as there are. Everything here is a pure function of those.
//
// Sizes and indexes count leaves from 0; the entry at position P is leaf P - 1.

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kartei::ledger {

struct Hash {
    std::array<unsigned char, 32> bytes{};
    auto operator<=>(const Hash&) const = default;
    [[nodiscard]] std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
};

// Of any bytes; SHA-256 as FIPS 180-4 has it.
Hash sha256(std::string_view bytes);

Hash leafHash(std::string_view entry);               // SHA-256(0x00 ‖ entry)
Hash nodeHash(const Hash& left, const Hash& right);  // SHA-256(0x01 ‖ left ‖ right)
Hash emptyRoot();                                    // SHA-256 of nothing

inline constexpr unsigned tileHeight = 8;
inline constexpr std::uint64_t tileWidth = std::uint64_t{1} << tileHeight;

struct TileName {
    unsigned level = 0;
    std::uint64_t index = 0;
    auto operator<=>(const TileName&) const = default;
};
// The hashes of a tile, as many as there are, at least those that the tree size in question needs.
using TileReader = std::function<std::vector<Hash>(const TileName&)>;

// The root of 1 to 256 hashes that stand side by side: a tile's own hash in the level above, when it is full.
Hash rootOf(const std::vector<Hash>& hashes);

// How many hashes the tile has in a tree of that size: 256 where it is full, 0 where there is none.
std::uint64_t widthIn(std::uint64_t treeSize, const TileName& tile);

// The root of the tree of the first `size` leaves.
Hash treeRoot(std::uint64_t size, const TileReader& tiles);

// RFC 6962 §2.1.1, from the leaf's sibling up. `index` < `size`.
std::vector<Hash> inclusionProof(std::uint64_t index, std::uint64_t size, const TileReader& tiles);

// RFC 6962 §2.1.2. `oldSize` <= `size`; empty where either is 0 or both are the same.
std::vector<Hash> consistencyProof(std::uint64_t oldSize, std::uint64_t size, const TileReader& tiles);

// RFC 9162 §2.1.3.2: the root that the proof leads to; nothing where the proof has not the length that it must have.
std::optional<Hash> rootFromInclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                                      const std::vector<Hash>& proof);

// RFC 9162 §2.1.4.2: whether the tree of `oldSize` leaves is the beginning of the tree of `size`.
struct TreeHead {
    std::uint64_t size = 0;
    Hash root;
    bool operator==(const TreeHead&) const = default;
};
bool isConsistent(const TreeHead& before, const TreeHead& after, const std::vector<Hash>& proof);

// The right edge of a growing tree: what is needed to add leaves and to know the root, 256 hashes a level at most.
// Not for several threads at once.
class TreeEdge {
public:
    // The edge of the tree of that size. `tiles` gives the partial tiles.
    TreeEdge() = default;
    TreeEdge(std::uint64_t size, const TileReader& tiles);

    // Adds a leaf. Tiles that it completes, from the lowest level up, go to `complete` with their 256 hashes.
    using Complete = std::function<void(const TileName&, const std::vector<Hash>&)>;
    void add(const Hash& leaf, const Complete& complete);

    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] Hash root() const;
    // The partial tile of a level; empty where there is none.
    [[nodiscard]] const std::vector<Hash>& partial(unsigned level) const;

private:
    void put(unsigned level, const Hash& hash);

    std::uint64_t size_ = 0;
    std::vector<std::vector<Hash>> partials_;  // by level
    std::vector<Hash> subtrees_;               // the complete subtrees that the tree is made of, the largest first
};

}  // namespace kartei::ledger
