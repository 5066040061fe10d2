#include "ledger/log_audit.hpp"

#include <algorithm>
#include <set>

#include "events/cloud_event.hpp"
#include "ledger/erasure.hpp"
#include "ledger/failure.hpp"
#include "ledger/indexing.hpp"
#include "ledger/stored_keys.hpp"
#include "ledger/things.hpp"

namespace kartei::ledger {

namespace {

constexpr std::uint64_t progressEvery = 10'000;

class Auditor {
public:
    // `checkpoints`: they were read before the log, which others may extend meanwhile, so none is of more than it.
    Auditor(Business& business, TreeComparison checkpoints, Business::SettledLog log)
        : business_(business),
          now_(log.reading),
          stored_(log.tree),
          facts_(std::move(log.facts)),
          tree_(std::move(checkpoints)) {}

    Audit run(std::optional<Fault> ofCheckpoints, const AuditProgress& progress) {
        const std::uint64_t head = now_.upTo().value();
        note(std::move(ofCheckpoints));
        audit_.checkpoints = tree_.checkpoints();
        if (audit_.fault) return std::move(audit_);
        try {
            business_.scanBytes(Position(1), now_.upTo(), [&](Position position, std::string_view bytes) {
                if (position.value() % progressEvery == 0) progress(position.value(), head);
                return take(position, bytes);
            });
        } catch (const Failure& failure) {
            note(Position(tree_.size() + 1), failure.what());
        }
        audit_.tree = {tree_.size(), tree_.root()};
        if (audit_.fault) return std::move(audit_);
        note(tree_.end(stored_));
        compareAnchor();
        compareKeys();
        if (business_.indexSum(now_.upTo(), unknowable_) != expected_)
            note(Position(), "The index is not what the entries say.");
        // What is damaged and was not asked for until now.
        if (!audit_.fault) business_.directory().checkTables();
        progress(head, head);
        return std::move(audit_);
    }

private:
    void note(Position position, std::string what) {
        if (!audit_.fault) audit_.fault = Fault{position, std::move(what)};
    }
    void note(std::optional<Fault> fault) {
        if (fault) note(fault->position, std::move(fault->what));
    }

    // A backup is older than what was signed since.
    void compareAnchor() {
        const auto problem = business_.anchorProblem();
        if (!problem) return;
        if (business_.directory().isBackup() && problem->kind() == Failure::Kind::behindAnchor) return;
        note(Position(), problem->what());
    }

    bool take(Position position, std::string_view bytes) {
        note(tree_.add(leafHash(bytes)));
        try {
            takeEvent(business_.decoded(bytes, position));
        } catch (const Failure& failure) {
            note(position, failure.what());
        }
        return !audit_.fault;
    }

    void takeEvent(const events::Event& event) {
        if (event.recordedTime < lastTime_) note(event.position, "The entry was recorded before the one before it.");
        lastTime_ = event.recordedTime;
        if (event.destroyed && !isErasedFact(event)) {
            note(event.position, "The key of the entry was destroyed, but nobody that it tells of was erased.");
        }
        if (!isKnowable(event)) {
            unknowable_.insert(event.position);
            return;
        }
        for (const auto& stream : streamsOf(event, now_.at(event.position.previous()))) {
            const auto token = business_.tokens().stream(static_cast<char>(stream.stream), stream.name);
            expected_.addStream(token, event.position);
        }
        expected_.addEvent(event.id, event.position);
    }

    // Whether a record that the fact is about, or a side of the join, was erased.
    bool isErasedFact(const events::Event& event) const {
        const auto isErased = [this](const RecordName& name) { return facts_.erased.count(name) != 0; };
        if (events::isReported(event.data) && isErased(holderOf(now_, event))) return true;
        for (const auto& stream : streamsOf(event, now_.at(event.position.previous()))) {
            if (isOfRecord(stream.stream) && isErased(RecordName::trusted(stream.name))) return true;
        }
        return false;
    }

    // What went with a record has no key either.
    void compareKeysOfFacts(const RecordName& record) {
        const auto erasedAt = now_.record(record)->erasedAt;
        if (!erasedAt) return;
        for (const auto fact : factsGoingWith(now_.at(erasedAt->previous()), record)) {
            if (business_.keys().isOnDisk(business_.keys().rowOf(fact)))
                note(fact, "The entry tells of a record that was erased, but its key is there still.");
        }
    }

    // A key is destroyed where its record, or its year's receipts, were erased, and only there.
    void compareKeys() {
        business_.keys().eachRecord([this](const RecordName& record, KeyVault::State state) {
            const bool isDestroyed = state == KeyVault::State::destroyed;
            if (isDestroyed == (facts_.erased.count(record) != 0)) return;
            note(Position(), isDestroyed ? "The key of a record was destroyed, but the record was not erased."
                                         : "A record was erased, but its key is there still.");
        });
        for (const auto& [record, time] : facts_.erased) compareKeysOfFacts(record);
        business_.keys().eachYear([this](std::uint16_t year, KeyVault::State state) {
            const bool isDestroyed = state == KeyVault::State::destroyed;
            if (isDestroyed == (facts_.erasedReceipts.count(year) != 0)) return;
            note(Position(), isDestroyed ? "The key of a year's receipts was destroyed, but they were not erased."
                                         : "Receipts of a year were erased, but their key is there still.");
        });
    }

    // Whether it can still be told in which streams the event was: not after its data, or that of a fact that it
    // assigns, was destroyed.
    bool isKnowable(const events::Event& event) const {
        if (event.destroyed) return false;
        const auto* undone = std::get_if<events::JoinUndone>(&event.data);
        return undone == nullptr ||
               std::none_of(undone->assign.begin(), undone->assign.end(), [this](const events::Assignment& assignment) {
                   return now_.event(assignment.position)->destroyed;
               });
    }

    Business& business_;
    Reading now_;
    TreeHead stored_;
    BusinessFacts facts_;
    Audit audit_;
    TreeComparison tree_;
    IndexSum expected_;
    std::set<Position> unknowable_;
    Time lastTime_;
};

std::size_t erasuresIn(const BusinessFacts& facts) { return facts.erased.size() + facts.erasedReceipts.size(); }

}  // namespace

Audit auditLog(Business& business, const AuditProgress& progress) {
    while (true) {
        TreeComparison tree(business.tree());
        auto ofCheckpoints = tree.readCheckpoints();
        auto log = business.settledLog();
        const auto erasures = erasuresIn(log.facts);
        auto audit = Auditor(business, std::move(tree), std::move(log)).run(std::move(ofCheckpoints), progress);
        // What is erased meanwhile is missing where it was still to be compared.
        if (!audit.fault || erasuresIn(business.settledLog().facts) == erasures) return audit;
    }
}

std::optional<Fault> compareWithCheckpoint(const Business& business, std::string_view note) {
    const auto& tree = business.tree();
    const auto checkpoint = tree.opened(note);
    if (!checkpoint) return Fault{Position(), "The checkpoint is not one of this log: its key, name or form differs."};
    const auto& before = checkpoint->tree;
    if (before.size > business.head().value()) {
        return Fault{business.head().next(),
                     "The log is shorter than it was: the checkpoint has " + std::to_string(before.size) + " entries."};
    }
    if (tree.hasGrownFrom(before, business.head().value())) return std::nullopt;
    return Fault{Position(before.size), "The log is another one than it was: a fork at or before this position."};
}

}  // namespace kartei::ledger
