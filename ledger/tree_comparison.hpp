#pragma once
// Compares a log's entries with the tree and the checkpoints that are stored of them, and says where the first fault
// lies.
//
// How it works: the tree is made anew from the entries. Each tile that they complete is stored, and its hashes say
// exactly which entry differs. In the last, incomplete tile only roots are stored: of the whole log, and of each size
// that was signed. So a fault there lies behind the largest size whose root is right, and not behind the smallest whose
// root is wrong.
//
// Threads: one at a time.

#include <map>
#include <optional>
#include <string>

#include "events/names.hpp"
#include "ledger/log_tree.hpp"

namespace kartei::ledger {

// The first thing that is wrong.
struct Fault {
    events::Position position;  // the first entry that it can concern; none where it is of no single one
    std::string what;           // one sentence, without personal data
};

class TreeComparison {
public:
    // `tree` must outlive it.
    explicit TreeComparison(const LogTree& tree) : tree_(tree) {}

    // The stored checkpoints, before the first entry. The first that is damaged or contradicts another one is a fault;
    // those that can be read are compared all the same.
    std::optional<Fault> readCheckpoints();
    // The next entry, by its hash.
    std::optional<Fault> add(const Hash& leaf);
    // Behind the last entry: whether all lead to the stored root, and no checkpoint is of more.
    [[nodiscard]] std::optional<Fault> end(const TreeHead& stored) const;

    [[nodiscard]] std::uint64_t size() const { return edge_.size(); }
    [[nodiscard]] Hash root() const { return edge_.root(); }
    // How many checkpoints could be read.
    [[nodiscard]] std::uint64_t checkpoints() const { return read_; }

private:
    std::optional<Fault> compareTile(const TileName& name, const std::vector<Hash>& hashes);
    std::optional<Fault> compareCheckpoint();
    // A fault behind what proved right, up to the last entry so far.
    [[nodiscard]] Fault between(const std::string& what) const;

    const LogTree& tree_;
    TreeEdge edge_;
    std::map<std::uint64_t, Hash> signed_;  // still to be compared
    std::uint64_t read_ = 0;
    // Up to which size the log is right, by what was signed, and by the tiles.
    std::uint64_t proved_ = 0;
    std::uint64_t tiled_ = 0;
};

// The first fault of a log whose entries do not lead to that root; reads all of it.
Fault firstFault(const LogTree& tree, const TreeHead& stored);

// "position 42: …", or the sentence alone.
std::string textOf(const Fault& fault);

}  // namespace kartei::ledger
