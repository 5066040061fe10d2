#include "ledger/tree_comparison.hpp"

#include <algorithm>

namespace kartei::ledger {

using events::Position;

std::optional<Fault> TreeComparison::readCheckpoints() {
    std::optional<Fault> first;
    const auto note = [&first](Position position, std::string what) {
        if (!first) first = Fault{position, std::move(what)};
    };
    for (const auto& stored : tree_.checkpoints()) {
        const auto size = std::to_string(stored.size);
        const auto opened = tree_.opened(stored.note);
        if (!opened || opened->tree.size != stored.size || opened->incarnation != stored.incarnation) {
            note(Position(), "The stored checkpoint of the first " + size +
                                 " entries is damaged, or was not signed with this log's key.");
            continue;
        }
        ++read_;
        const auto [known, isNew] = signed_.emplace(stored.size, opened->tree.root);
        if (!isNew && known->second != opened->tree.root) {
            note(Position(stored.size), "Two signed checkpoints say different things of the log up to here.");
        }
    }
    if (edge_.size() == 0) {
        const auto fault = compareCheckpoint();
        if (fault) note(fault->position, fault->what);
    }
    return first;
}

std::optional<Fault> TreeComparison::add(const Hash& leaf) {
    std::optional<Fault> found;
    edge_.add(leaf, [&](const TileName& name, const std::vector<Hash>& hashes) {
        if (!found) found = compareTile(name, hashes);
    });
    return found ? found : compareCheckpoint();
}

std::optional<Fault> TreeComparison::compareTile(const TileName& name, const std::vector<Hash>& hashes) {
    const auto stored = tree_.storedTile(name);
    const bool ofLeaves = name.level == 0;
    if (stored == hashes) {
        if (ofLeaves) tiled_ = (name.index + 1) * tileWidth;
        return std::nullopt;
    }
    // Of a leaf tile, the first entry that differs is known.
    std::uint64_t at = 0;
    if (stored) {
        while ((*stored)[at] == hashes[at]) ++at;
    }
    return Fault{Position(ofLeaves ? name.index * tileWidth + at + 1 : edge_.size()),
                 stored && ofLeaves ? "The entry and its hash in the tree differ." : "A tile of the tree is damaged."};
}

// Where a checkpoint of the tree as it is now was signed.
std::optional<Fault> TreeComparison::compareCheckpoint() {
    const auto found = signed_.find(edge_.size());
    if (found == signed_.end()) return std::nullopt;
    const bool isRight = found->second == edge_.root();
    signed_.erase(found);
    if (!isRight) {
        return between("The log is not what was signed in the checkpoint of its first " + std::to_string(edge_.size()) +
                       " entries");
    }
    proved_ = edge_.size();
    return std::nullopt;
}

std::optional<Fault> TreeComparison::end(const TreeHead& stored) const {
    if (stored.root != edge_.root()) {
        if (std::max(tiled_, proved_) < edge_.size())
            return between("The end of the log does not lead to the root of its tree");
        return Fault{Position(), "The stored root is not the tree's, to which the entries lead."};
    }
    if (!signed_.empty()) return Fault{Position(), "A signed checkpoint is of a longer log than this one."};
    return std::nullopt;
}

Fault TreeComparison::between(const std::string& what) const {
    const auto size = edge_.size();
    if (size == 0) return {Position(), what + "."};
    // An entry and its tile may have been altered together: only what was signed is sure. Where a tile and what was
    // signed contradict each other, this must have happened.
    const auto right = tiled_ < size ? std::max(tiled_, proved_) : proved_;
    const auto first = std::to_string(right + 1);
    const auto where =
        right + 1 == size ? "at position " + first : "between positions " + first + " and " + std::to_string(size);
    const auto* unless = right == proved_ ? "." : ", if no complete tile before it was altered too.";
    return {Position(right + 1), what + ": the fault is " + where + unless};
}

Fault firstFault(const LogTree& tree, const TreeHead& stored) {
    TreeComparison comparison(tree);
    // What is wrong with a checkpoint itself says nothing of where the entries differ.
    (void)comparison.readCheckpoints();
    for (std::uint64_t from = 0; from < stored.size; from += tileWidth) {
        for (const auto& leaf : tree.leaves(from, std::min(from + tileWidth, stored.size))) {
            if (auto fault = comparison.add(leaf)) return std::move(*fault);
        }
    }
    if (auto fault = comparison.end(stored)) return std::move(*fault);
    return {Position(), "The stored tree is damaged."};
}

std::string textOf(const Fault& fault) {
    if (fault.position.isNone()) return fault.what;
    return "position " + std::to_string(fault.position.value()) + ": " + fault.what;
}

}  // namespace kartei::ledger
