// Merkle trees: against RFC 6962's definition written down as it stands, and against known roots.

#include <catch2/catch.hpp>
#include <map>

#include "ledger/merkle.hpp"

using namespace kartei::ledger;

namespace {

using Leaves = std::vector<Hash>;

std::size_t largestPowerBelow(std::size_t number) {
    std::size_t power = 1;
    while (power * 2 < number) power *= 2;
    return power;
}

// MTH of RFC 6962 §2.1.
Hash definedRoot(const Leaves& leaves, std::size_t from, std::size_t to) {
    if (from == to) return emptyRoot();
    if (to - from == 1) return leaves[from];
    const auto middle = from + largestPowerBelow(to - from);
    return nodeHash(definedRoot(leaves, from, middle), definedRoot(leaves, middle, to));
}

// PATH of RFC 6962 §2.1.1.
Leaves definedPath(const Leaves& leaves, std::size_t index, std::size_t from, std::size_t to) {
    if (to - from == 1) return {};
    const auto middle = from + largestPowerBelow(to - from);
    const bool left = index < middle;
    auto path = left ? definedPath(leaves, index, from, middle) : definedPath(leaves, index, middle, to);
    path.push_back(left ? definedRoot(leaves, middle, to) : definedRoot(leaves, from, middle));
    return path;
}

struct Built {
    Leaves leaves;
    TreeEdge edge;
    std::map<TileName, std::vector<Hash>> full;

    void grow(std::size_t size) {
        while (leaves.size() < size) {
            leaves.push_back(leafHash("entry " + std::to_string(leaves.size())));
            edge.add(leaves.back(), [&](const TileName& name, const std::vector<Hash>& hashes) {
                REQUIRE(hashes.size() == tileWidth);
                REQUIRE(full.emplace(name, hashes).second);
            });
        }
    }
    [[nodiscard]] TileReader tiles() const {
        return [this](const TileName& name) {
            const auto found = full.find(name);
            return found != full.end() ? found->second : edge.partial(name.level);
        };
    }
};

std::string hex(const Hash& hash) {
    std::string text;
    for (const unsigned char byte : hash.bytes) {
        text += "0123456789abcdef"[byte >> 4U];
        text += "0123456789abcdef"[byte & 15U];
    }
    return text;
}

std::string bytes(std::string_view hexText) {
    std::string out;
    for (std::size_t i = 0; i < hexText.size(); i += 2) {
        out += static_cast<char>(std::stoi(std::string(hexText.substr(i, 2)), nullptr, 16));
    }
    return out;
}

}  // namespace

TEST_CASE("Roots are those that the reference implementation of Certificate Transparency gives") {
    const std::array entries = {
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
    const std::map<std::size_t, std::string> roots = {
        {0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
        {2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
        {8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"}};
    TreeEdge edge;
    for (std::size_t size = 0; size <= entries.size(); ++size) {
        if (const auto known = roots.find(size); known != roots.end()) CHECK(hex(edge.root()) == known->second);
        if (size < entries.size()) edge.add(leafHash(bytes(entries[size])), {});
    }
}

TEST_CASE("The edge's root, and the root by tiles, are what RFC 6962 defines, at every size") {
    Built built;
    for (std::size_t size = 0; size <= 1'100; ++size) {
        built.grow(size);
        const auto defined = definedRoot(built.leaves, 0, size);
        REQUIRE(built.edge.root() == defined);
        REQUIRE(treeRoot(size, built.tiles()) == defined);
    }
    CHECK(built.full.size() == 4);
    for (const std::size_t size : {0U, 1U, 255U, 256U, 257U, 700U}) {
        CHECK(treeRoot(size, built.tiles()) == definedRoot(built.leaves, 0, size));
    }
}

TEST_CASE("An edge that is taken up again grows on as if it had never been left") {
    for (const std::size_t size : {0U, 1U, 3U, 255U, 256U, 257U, 511U, 512U, 1'000U}) {
        Built built;
        built.grow(size);
        TreeEdge again(size, built.tiles());
        CHECK(again.root() == built.edge.root());
        for (std::size_t i = size; i < size + 300; ++i) {
            built.grow(i + 1);
            again.add(built.leaves[i], [&](const TileName& name, const std::vector<Hash>& hashes) {
                CHECK(built.full.at(name) == hashes);
            });
            REQUIRE(again.root() == built.edge.root());
        }
    }
}

TEST_CASE("A tree of more than 65,536 leaves has three levels of tiles") {
    Built built;
    built.grow(70'000);
    CHECK(widthIn(70'000, {0, 272}) == tileWidth);
    CHECK(widthIn(70'000, {0, 273}) == 112);
    CHECK(widthIn(70'000, {0, 274}) == 0);
    CHECK(widthIn(70'000, {1, 0}) == tileWidth);
    CHECK(widthIn(70'000, {1, 1}) == 17);
    CHECK(widthIn(70'000, {2, 0}) == 1);
    CHECK(widthIn(70'000, {3, 0}) == 0);
    CHECK(built.full.size() == 273 + 1);
    CHECK(built.edge.root() == definedRoot(built.leaves, 0, 70'000));
    CHECK(TreeEdge(70'000, built.tiles()).root() == built.edge.root());
    for (const std::uint64_t index : {0U, 255U, 256U, 65'535U, 65'536U, 69'999U}) {
        const auto proof = inclusionProof(index, 70'000, built.tiles());
        CHECK(proof == definedPath(built.leaves, index, 0, 70'000));
        CHECK(rootFromInclusion(built.leaves[index], index, 70'000, proof) == built.edge.root());
    }
}

TEST_CASE("Inclusion proofs are RFC 6962's and lead to the root, and with anything changed they do not") {
    Built built;
    built.grow(300);
    for (const std::size_t size : {1U, 2U, 3U, 7U, 8U, 9U, 100U, 255U, 256U, 257U, 300U}) {
        const auto root = treeRoot(size, built.tiles());
        for (std::size_t index = 0; index < size; ++index) {
            auto proof = inclusionProof(index, size, built.tiles());
            REQUIRE(proof == definedPath(built.leaves, index, 0, size));
            REQUIRE(rootFromInclusion(built.leaves[index], index, size, proof) == root);
            CHECK(rootFromInclusion(built.leaves[(index + 1) % size], index, size, proof) !=
                  (size == 1 ? Hash() : root));
            CHECK(rootFromInclusion(built.leaves[index], size, size, proof) == std::nullopt);
            if (size > 1) CHECK(rootFromInclusion(built.leaves[index], (index + 1) % size, size, proof) != root);
            for (auto& hash : proof) {
                hash.bytes[7] ^= 1U;
                CHECK(rootFromInclusion(built.leaves[index], index, size, proof) != root);
                hash.bytes[7] ^= 1U;
            }
            proof.push_back(root);
            CHECK(rootFromInclusion(built.leaves[index], index, size, proof) == std::nullopt);
            proof.pop_back();
            if (proof.empty()) continue;
            proof.pop_back();
            CHECK(rootFromInclusion(built.leaves[index], index, size, proof) == std::nullopt);
        }
    }
}

TEST_CASE("Consistency proofs hold between all sizes, and with anything changed they do not") {
    Built built;
    built.grow(270);
    const std::array<std::uint64_t, 14> sizes = {0, 1, 2, 3, 4, 5, 8, 63, 64, 200, 255, 256, 257, 270};
    const auto head = [&](std::uint64_t size) { return TreeHead{size, treeRoot(size, built.tiles())}; };
    for (const auto before : sizes) {
        for (const auto after : sizes) {
            if (before > after) {
                CHECK_FALSE(isConsistent(head(before), head(after), {}));
                continue;
            }
            auto proof = consistencyProof(before, after, built.tiles());
            CHECK(isConsistent(head(before), head(after), proof));
            auto forged = head(before);
            forged.root.bytes[0] ^= 1U;
            CHECK_FALSE(isConsistent(forged, head(after), proof));
            forged = head(after);
            forged.root.bytes[0] ^= 1U;
            if (before != 0) CHECK_FALSE(isConsistent(head(before), forged, proof));
            for (auto& hash : proof) {
                hash.bytes[31] ^= 0x80U;
                CHECK_FALSE(isConsistent(head(before), head(after), proof));
                hash.bytes[31] ^= 0x80U;
            }
            proof.emplace_back();
            CHECK_FALSE(isConsistent(head(before), head(after), proof));
        }
    }
}
