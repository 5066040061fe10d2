// How a business keeps to its anchor (anchor.hpp): compared when it is opened, renewed while it is written to.

#include <sodium.h>

#include <algorithm>

#include "ledger/erasure.hpp"
#include "ledger/failure.hpp"
#include "ledger/ledger.hpp"

namespace kartei::ledger {

namespace {

Incarnation latestIncarnation(const std::vector<AnchorEntry>& entries, Incarnation own) {
    for (const auto& entry : entries) {
        if (const auto* began = std::get_if<BeginningEntry>(&entry)) own = std::max(own, began->incarnation);
    }
    return own;
}

// Where the anchor is lost, nobody knows how many there were, of a copy of the directory perhaps. So the next number is
// one that nobody else has: two logs that sign under one name would be a fork.
Incarnation incarnationAfter(Incarnation latest) {
    constexpr std::uint32_t farthest = 1'000'000;
    return latest + 1 + randombytes_uniform(farthest);
}

Failure anchorLost() {
    return {
        Failure::Kind::anchorLost,
        "The anchor of this log is not where it should be, so nobody can tell whether entries are missing or persons "
        "were erased since. Put it back or name it by --anchor; where it is lost, an admin goes on with "
        "`kartei log incarnation`."};
}

Failure journalLost() {
    return {
        Failure::Kind::anchorLost,
        "The anchor of this log has lost its journal, or part of it. The log knows who was erased: the next command "
        "that records something writes the journal anew."};
}

Failure behindAnchor(Position last, const DataDirectory& directory) {
    if (directory.isBackup()) {
        return {Failure::Kind::behindAnchor, "The backup ends at position " + std::to_string(last.value()) +
                                                 ", before what was signed of the log, which went on after it."};
    }
    return {Failure::Kind::behindAnchor,
            "The log ends at position " + std::to_string(last.value()) +
                ", before what was signed of it: entries were lost, or an older copy was put in its place. It can be "
                "read; to go on from here, an admin says `kartei log incarnation`."};
}

}  // namespace

// Puts empty rows where keys are that an entry of the anchor tells of.
class Business::Destruction {
public:
    Destruction(Business& business, Position last) : business_(business), last_(last) {}

    void operator()(const ErasureEntry& erasure) {
        destroy(business_.keys_.rowOf(erasure.record));
        // Behind that there may be other people's facts now.
        const auto shared = std::min(
            last_, sharedBy(erasure.incarnation, business_.identity_.incarnation, business_.anchor_.entries()));
        for (const auto fact : erasure.facts) {
            const auto row = business_.keys_.rowOf(fact);
            if (fact <= shared && business_.keys_.isStored(row)) destroy(row);
        }
    }
    void operator()(const ReceiptsEntry& receipts) { destroy(business_.keys_.rowOfYear(receipts.year)); }
    void operator()(const BeginningEntry&) {}
    void operator()(const RevocationEntry&) {}

    CommitUnit unit;

private:
    // Unless it is gone.
    void destroy(const KeyRow& row) {
        const auto found = business_.keys_.find(row);
        if (found || found.error() == NoKey::missing) business_.keys_.destroy(row, unit.rows);
    }

    Business& business_;
    Position last_;
};

bool Business::keepsAnchor() const { return directory_.isHeld() && anchor_.access() == Access::writing; }

void Business::requireWritable() const {
    directory_.requireHeld();
    if (keepsAnchor()) return;
    throw Failure(Failure::Kind::locked, directory_.path().string() + " was opened to be read.");
}

// Destroys again what was erased after this copy of the data directory was made. Before anything is read. Where it is
// only read, nobody here sees it any more; the same where the anchor is not whole, for then it may be another's.
void Business::destroyAnchored(Position last) {
    Destruction destruction(*this, last);
    for (const auto& entry : anchor_.entries()) std::visit(destruction, entry);
    auto& unit = destruction.unit;
    if (unit.rows.empty()) return;
    if (!keepsAnchor() || !anchor_.isWhole()) {
        keys_.hide(unit.rows);
        return directory_.dropViews(number_);
    }
    // Which of its streams could be tested for who is erased, nobody can tell before the index is complete.
    index_.forgetAll();
    unit.rows.push_back(directory_.pendingPurge(number_, last.next(), {}));
    committer_.wait(committer_.queue(std::move(unit)));
    keys_.forgetAll();
    directory_.dropViews(number_);
    directory_.purge(number_);
}

// Revokes again what was revoked after this copy of the data directory was made.
void Business::revokeAnchored() {
    if (!keepsAnchor()) return;
    const auto known = accessTokens_.revoked();
    std::vector<Hash> forgotten;
    for (const auto& entry : anchor_.entries()) {
        const auto* revocation = std::get_if<RevocationEntry>(&entry);
        if (revocation != nullptr && std::find(known.begin(), known.end(), revocation->token) == known.end())
            forgotten.push_back(revocation->token);
    }
    accessTokens_.revokeAgain(forgotten);
}

bool Business::revokeToken(std::string_view name) {
    requireWritable();
    const auto token = accessTokens_.revoke(name);
    if (!token) return false;
    const std::vector<AnchorEntry> entries{RevocationEntry{identity_.incarnation, head(), *token}};
    if (isSound()) {
        anchor(entries);
    } else {
        // Revoked here in any case. The anchor is told when what is wrong with it is mended.
        const std::lock_guard<std::mutex> guard(anchoring_);
        unanchored_.insert(unanchored_.end(), entries.begin(), entries.end());
    }
    requireSound();
    return true;
}

// What the log itself does not say of erasures, or says of when they were made again.
void Business::noteAnchored() {
    for (const auto& entry : anchor_.entries()) {
        if (const auto* erasure = std::get_if<ErasureEntry>(&entry)) {
            const auto [known, isNew] = facts_.erased.emplace(erasure->record, erasure->time);
            // In an earlier incarnation: since then, not since it was said again.
            if (erasure->incarnation != identity_.incarnation) known->second = std::min(known->second, erasure->time);
        } else if (const auto* receipts = std::get_if<ReceiptsEntry>(&entry)) {
            facts_.erasedReceipts.emplace(receipts->year, Position());
        }
    }
}

void Business::compareWithAnchor() {
    const auto& note = anchor_.checkpoint();
    if (!note) {
        if (head().isNone()) return anchorHead();
        problem_ = anchorLost();
        // Who was erased since is to be seen in no backup.
        if (directory_.isBackup()) throw Failure(*problem_);
        return;
    }
    const auto latest = latestIncarnation(anchor_.entries(), identity_.incarnation);
    const auto anchored = tree_->opened(*note, latest);
    if (!anchored) {
        throw Failure(Failure::Kind::damaged, "What is anchored is not a checkpoint of this log, or is damaged.");
    }
    // A log that was never begun anew, and has all that was signed of it, has all that the journal had.
    const bool isAllInLog =
        !directory_.isBackup() && identity_.incarnation == 1 && latest == 1 && anchored->tree.size <= head().value();
    if (!anchor_.isWhole() && !isAllInLog) {
        problem_ = anchorLost();
        if (directory_.isBackup()) throw Failure(*problem_);
        return;
    }
    // That of an earlier one: this incarnation was stopped before it had anchored anything.
    if (anchored->incarnation < identity_.incarnation) return anchorHead();
    if (anchored->incarnation > identity_.incarnation || anchored->tree.size > head().value()) {
        problem_ = behindAnchor(head(), directory_);
    } else if (!tree_->hasGrownFrom(anchored->tree, head().value())) {
        throw Failure(Failure::Kind::damaged, "The log is not what was signed of it up to position " +
                                                  std::to_string(anchored->tree.size) +
                                                  ": it was altered, or is another one.");
    } else {
        anchored_ = Position(anchored->tree.size);
        if (!anchor_.isWhole()) problem_ = journalLost();
    }
}

// Adds to the anchor's journal what only the log knows of erasures, and the directory of tokens, where the log is
// sound.
void Business::completeAnchor() {
    const bool isLogSound = !problem_ || anchored_ != Position::latest();
    if (!keepsAnchor() || !isLogSound) return;
    if (anchor_.isWhole()) {
        const auto missing = knownBesides(anchor_.entries());
        if (!missing.empty()) anchor_.add(missing);
        return;
    }
    anchor_.replaceJournal(knownBesides({}));
    problem_.reset();
    hasProblem_.store(false);
}

void Business::anchorHead() {
    if (!keepsAnchor()) return;
    const std::lock_guard<std::mutex> guard(anchoring_);
    if (problem_ && problem_->kind() != Failure::Kind::storage) return;
    const Position last = head();
    if (anchored_ == last && !problem_ && unanchored_.empty()) return;
    try {
        addUnanchored();
        anchor_.keepCheckpoint(tree_->checkpoint(last.value()));
        anchored_ = last;
        problem_.reset();
    } catch (const Failure& failure) {
        problem_ = failure;
    }
    hasProblem_.store(problem_.has_value(), std::memory_order_release);
}

std::optional<Failure> Business::anchorProblem() const {
    const std::lock_guard<std::mutex> guard(anchoring_);
    return problem_;
}

void Business::requireSound() const {
    if (!hasProblem_.load(std::memory_order_acquire)) return;
    if (const auto problem = anchorProblem()) throw *problem;
}

void Business::addUnanchored() {
    if (unanchored_.empty()) return;
    anchor_.add(unanchored_);
    unanchored_.clear();
}

// Remembers it outside; returns when it is on the disk. What cannot be added now is added before anything else is
// recorded.
void Business::anchor(const std::vector<AnchorEntry>& entries) {
    {
        const std::lock_guard<std::mutex> guard(anchoring_);
        unanchored_.insert(unanchored_.end(), entries.begin(), entries.end());
    }
    anchorHead();
    requireSound();
}

Result<Incarnation, Refusal> Business::beginIncarnation(const events::BusinessName& name, const Caller& caller) {
    requireWritable();
    const auto problem = anchorProblem();
    if (!problem || problem->kind() == Failure::Kind::storage) {
        return failed(Refusal{RefusalCode::logIsSound, "The log is what its anchor says, and goes on.", {}});
    }
    identity_.incarnation = incarnationAfter(latestIncarnation(anchor_.entries(), identity_.incarnation));
    std::vector<AnchorEntry> entries{BeginningEntry{identity_.incarnation, head()}};
    if (problem->kind() == Failure::Kind::anchorLost) {
        for (auto& entry : knownBesides({})) entries.push_back(std::move(entry));
    }
    const auto erasedElsewhere = anchor_.entries();
    anchor_.add(entries);
    directory_.setIncarnation(name, identity_.incarnation);
    tree_ = std::make_unique<LogTree>(directory_, identity_, head());
    {
        const std::lock_guard<std::mutex> guard(anchoring_);
        problem_.reset();
        anchored_ = Position::latest();  // of nothing that this incarnation has signed
    }
    anchorHead();
    requireSound();
    eraseAgain(erasedElsewhere, caller);
    return identity_.incarnation;
}

// Says in the log, too, that a record is erased, where it has forgotten.
void Business::eraseAgain(const std::vector<AnchorEntry>& entries, const Caller& caller) {
    for (const auto& entry : entries) {
        const auto* erasure = std::get_if<ErasureEntry>(&entry);
        if (erasure == nullptr) continue;
        // Refused where the log had not heard of the record yet.
        (void)decide(Erase{{erasure->record},
                           "erased before, and again after an older copy was restored",
                           Erase::Joined::leaveAsTheyAre},
                     caller);
    }
}

std::vector<AnchorEntry> Business::knownBesides(const std::vector<AnchorEntry>& entries) const {
    auto known = facts();
    const auto tokens = accessTokens_.revoked();
    std::set<Hash> revoked(tokens.begin(), tokens.end());
    for (const auto& entry : entries) {
        if (const auto* erasure = std::get_if<ErasureEntry>(&entry)) known.erased.erase(erasure->record);
        if (const auto* receipts = std::get_if<ReceiptsEntry>(&entry)) known.erasedReceipts.erase(receipts->year);
        if (const auto* revocation = std::get_if<RevocationEntry>(&entry)) revoked.erase(revocation->token);
    }
    const auto reading = now();
    std::vector<AnchorEntry> besides;
    for (const auto& [name, time] : known.erased) {
        const auto erasedAt = reading.record(name)->erasedAt;
        if (!erasedAt) continue;
        ErasureEntry erasure{identity_.incarnation, *erasedAt, time, name, {}};
        // Who holds what may have changed since.
        for (const auto fact : factsGoingWith(reading.at(*erasedAt), name)) {
            const auto key = keys_.find(keys_.rowOf(fact));
            if (!key && key.error() == NoKey::destroyed) erasure.facts.push_back(fact);
        }
        besides.emplace_back(std::move(erasure));
    }
    for (const auto& [year, position] : known.erasedReceipts) {
        besides.emplace_back(ReceiptsEntry{identity_.incarnation, position, year});
    }
    for (const auto& token : revoked) besides.emplace_back(RevocationEntry{identity_.incarnation, head(), token});
    return besides;
}

}  // namespace kartei::ledger
