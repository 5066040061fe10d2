#pragma once
// The ledger: businesses in a data directory, each with its log. Facts are appended, decisions made, and both are on
// the disk when the call returns.
//
// How a business works: a decision is made under the business's own lock, on the state that all entries before it
// give, those on their way to the disk included. What it yields gets the next positions and goes to the committer; the
// lock is released, and the caller waits for the disk together with everybody else. Readers take no lock: they read
// up to the last position that is on the disk.
//
// A thread of the ledger anchors the log every second, where it has grown (anchor.hpp).
//
// A directory of backups is read in the same way, as the newest of them was, but for who was erased since: that wants
// the anchor. Its log being older than the anchor is no fault.
//
// Opened for reading (Opening::reading) a business can be read and nothing more: what would record something throws
// Failure, of kind `locked`, and the anchor is neither held nor written to, so that another copy of the directory can
// be in use meanwhile. Who was erased since this copy was made is not seen; the keys go from the files when somebody
// opens it who records something. Where the directory is not held, because another process has it, it is read as of the
// moment of its opening, and no checkpoint is signed.
//
// Threads: every call may be made from any thread.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <span>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "events/cloud_event.hpp"
#include "ledger/access_tokens.hpp"
#include "ledger/anchor.hpp"
#include "ledger/business_facts.hpp"
#include "ledger/committer.hpp"
#include "ledger/data_directory.hpp"
#include "ledger/decide.hpp"
#include "ledger/entry_sealing.hpp"
#include "ledger/failure.hpp"
#include "ledger/index.hpp"
#include "ledger/key_vault.hpp"
#include "ledger/outcome_counts.hpp"
#include "ledger/reading.hpp"
#include "ledger/staged_log.hpp"
#include "ledger/tokens.hpp"

namespace kartei::ledger {

// Who calls. The role decides whether a fact counts as recorded by staff (DESIGN §4).
struct Caller {
    std::string actor;
    events::Role role{};
    // What follows is of decisions alone.
    std::string onBehalfOf = {};  // for whom; empty: nobody was named
    // Decide only where what is concerned has not changed since this position: the people, or the rules. Not heeded
    // where it is about neither, as by an export.
    std::optional<Position> unchangedSince = std::nullopt;
    // A key that the caller made up for this decision: once more with the same key and the same request, it answers
    // with the position that it had; with another request it is refused. What recorded nothing is decided again.
    struct Repeatable {
        std::string key;
        std::string request;
    };
    std::optional<Repeatable> repeatable = std::nullopt;
};

// The outcome of one reported fact.
struct Recorded {
    Position position;
    bool isNew = true;  // no: it was recorded before, and is acknowledged with its first position
};
using Outcome = std::variant<Recorded, Unchanged, Refusal>;

// The outcome of a decision: the position of its (last) event; none where there was nothing to change.
struct DecisionOutcome {
    Position position;
};

class Business final : public LogSource {
public:
    using Clock = std::function<Time()>;
    // Takes whom the last entries erase out of what projections have stored of the business, before its files are
    // written anew. Called in an erasure, by whom Projecting::building is held. Empty: there are no projections, or
    // nobody is reading them, and all of their rows are dropped.
    using ForgetInViews = std::function<void(Business& business)>;
    // `forgetInViews` must outlive it.
    Business(DataDirectory& directory, Committer& committer, const BusinessIdentity& identity, Anchor anchor,
             Clock clock, const ForgetInViews& forgetInViews);
    ~Business() override;
    Business(const Business&) = delete;
    Business& operator=(const Business&) = delete;

    // Records facts in their order. A fact that a rule refuses does not stop its neighbours. At most
    // limits::batchEvents at once.
    std::vector<Outcome> append(std::vector<events::SentEvent> facts, const Caller& caller);

    // Decides a command and records what it yields, all or nothing.
    Result<DecisionOutcome, Refusal> decide(const Link& command, const Caller& caller);
    Result<DecisionOutcome, Refusal> decide(const Merge& command, const Caller& caller);
    Result<DecisionOutcome, Refusal> decide(const Undoing& command, const Caller& caller);
    Result<DecisionOutcome, Refusal> decide(const RecordName& record, const ResolveChanges& command,
                                            const Caller& caller);
    Result<DecisionOutcome, Refusal> decide(const MarkDistinct& command, const Caller& caller);
    Result<DecisionOutcome, Refusal> decide(const ClearDistinct& command, const Caller& caller);
    Result<DecisionOutcome, Refusal> decide(const SetPolicy& command, const Caller& caller);
    Result<DecisionOutcome, Refusal> decide(const Export& command, const Caller& caller);
    // When it returns, no file of the data directory holds a byte of the records' data any more, nor of their keys.
    Result<DecisionOutcome, Refusal> decide(const Erase& command, const Caller& caller);
    // The same of what the receipts of a year say.
    Result<DecisionOutcome, Refusal> decide(const EraseReceipts& command, const Caller& caller);

    // What keeps the log from going on: it is not what its anchor says, or the anchor cannot be written to. Then every
    // append and decision throws it; reads go on.
    [[nodiscard]] std::optional<Failure> anchorProblem() const;
    // Whether there is none; without waiting.
    [[nodiscard]] bool isSound() const { return !hasProblem_.load(std::memory_order_acquire); }
    // Goes on with the log as it is, though it is behind its anchor or the anchor is lost, under a name of its own: so
    // nobody takes what it signs from now on for what was signed before. Nobody else may use the business meanwhile.
    // Refused where nothing is wrong. `name`: its own.
    Result<Incarnation, Refusal> beginIncarnation(const events::BusinessName& name, const Caller& caller);
    // Signs a checkpoint of all that is on the disk and anchors it, where that was not done before. Where it cannot be
    // done, anchorProblem says so.
    void anchorHead();

    // What the command would be decided on, and would yield, as of now; nothing is recorded.
    // `facts` must live as long as what is returned.
    [[nodiscard]] static JoinState joinState(const Reading& reading, const BusinessFacts& facts, const RecordName& a,
                                             const RecordName& b);
    [[nodiscard]] static UndoState undoState(const Reading& reading, Position position);
    // Why the caller may not decide on these records' people; nothing where it may.
    [[nodiscard]] static std::optional<Refusal> changedSince(const Caller& caller, const Reading& reading,
                                                             const std::vector<RecordName>& records);

    // The log up to the last position on the disk.
    [[nodiscard]] Reading now() const { return {*this, head()}; }
    // What became of facts and decisions since it was opened.
    [[nodiscard]] const OutcomeCounts& counts() const { return counts_; }
    [[nodiscard]] Position head() const { return Position(head_.load(std::memory_order_acquire)); }
    // The last position whose event was recorded at that time or before; none where there is no such event.
    [[nodiscard]] Position positionAt(Time time) const;
    // Entries as they are stored, from one position to another, both included. `take` returns false to stop.
    void scanBytes(Position from, Position to,
                   const std::function<bool(Position position, std::string_view bytes)>& take) const;
    // The same, decoded.
    void scan(Position from, Position to, const std::function<bool(const events::Event&)>& take) const;
    // The same without a look at any key: what is sealed stays closed.
    void scanClear(Position from, Position to, const std::function<bool(const events::Event&)>& take) const;

    // The tree over the log, and a signed checkpoint of all that is on the disk; where the data directory is not held,
    // the last that was signed, and a Failure where none was.
    [[nodiscard]] const LogTree& tree() const { return *tree_; }
    [[nodiscard]] std::string checkpoint() { return tree_->checkpoint(head().value()); }

    // What the index says up to a position; to compare with what the entries say. Of the positions in `except` nothing
    // is counted.
    IndexSum indexSum(Position upTo, const std::set<Position>& except = {});

    [[nodiscard]] SharedEvent entry(Position position) const override;
    // What the stored bytes of an entry say. Throws Failure where they cannot be read.
    [[nodiscard]] events::Event decoded(std::string_view bytes, Position position) const;
    // The entry as it is stored, which is what the tree's hashes are of.
    [[nodiscard]] std::string entryBytes(Position position) const;
    [[nodiscard]] std::vector<Position> stream(Stream stream, std::string_view name, Position upTo) const override;
    [[nodiscard]] bool hasAssignments() const override { return hasAssignments_.load(std::memory_order_acquire); }
    [[nodiscard]] BusinessFacts facts() const;
    // The log at a moment when nothing is on its way to the disk, so that what is stored besides agrees with it.
    struct SettledLog {
        Reading reading;
        TreeHead tree;  // as it is stored
        BusinessFacts facts;
    };
    [[nodiscard]] SettledLog settledLog() const;
    [[nodiscard]] std::optional<std::string> cursor(const events::SourceName& source) const;
    [[nodiscard]] const Tokens& tokens() const { return tokens_; }
    [[nodiscard]] AccessTokens& accessTokens() { return accessTokens_; }
    // Revokes a token in older copies of the directory, too. False where there is none of the name. Where the anchor
    // cannot be written to it throws Failure, and the token is revoked here.
    bool revokeToken(std::string_view name);
    // To be held by who writes the business's projections: `building` by who makes all rows anew, compares them with
    // the log, or erases; `turn` (within it, where both are) by who changes those that serve.
    struct Projecting {
        std::mutex building;
        std::mutex turn;
    };
    [[nodiscard]] Projecting& projecting() const { return projecting_; }
    [[nodiscard]] KeyVault& keys() { return keys_; }
    [[nodiscard]] std::uint32_t number() const { return number_; }
    [[nodiscard]] Incarnation incarnation() const { return identity_.incarnation; }
    [[nodiscard]] DataDirectory& directory() const { return directory_; }

private:
    struct Prepared;  // a fact, ready for its turn
    struct Made;      // what a decision yields, ready for its position
    class Destruction;

    void complete();
    // The caller's turn to record something, until the lock is gone. Throws Failure where it is only read.
    [[nodiscard]] std::unique_lock<std::mutex> turn() const;
    [[nodiscard]] rocksdb::PinnableSlice stored(Position position) const;
    [[nodiscard]] Reading staged() const { return {stagedLog_, stagedHead_}; }
    void note(const events::Event& event, const Reading& before);
    void commit(CommitUnit& unit, std::unique_lock<std::mutex>& lock);
    void spillWhenFull();
    void prepare(std::span<Prepared> facts, const Caller& caller) const;
    void count(const Outcome& outcome);
    Outcome appendOne(CommitUnit& unit, Prepared& ready, const Caller& caller);
    [[nodiscard]] std::optional<Outcome> knownOutcome(const Prepared& ready) const;
    [[nodiscard]] FactState factState(const Reading& reading, const events::SentEvent& fact) const;
    [[nodiscard]] std::optional<RecordName> redirect(events::SentEvent& fact) const;
    std::optional<Position> stage(CommitUnit& unit, events::Event event, const SealedBody& sealed);
    void react(CommitUnit& unit, const events::Event& event);
    // The outcome that a decision had before, or why this one may not be made, when that is on the disk; nothing where
    // it is to be made.
    std::optional<Result<DecisionOutcome, Refusal>> settled(const Caller& caller, std::unique_lock<std::mutex>& lock);
    // Returns the refusal when what it may rest on is on the disk.
    Result<DecisionOutcome, Refusal> refused(Refusal refusal, std::unique_lock<std::mutex>& lock);
    // Until all that was staged is on the disk.
    void waitForStaged(std::unique_lock<std::mutex>& lock);
    template <class Decide>
    Result<DecisionOutcome, Refusal> decideOn(const Caller& caller, const Decide& decide);
    Result<DecisionOutcome, Refusal> record(Decided decided, const Caller& caller, std::unique_lock<std::mutex>& lock);
    // `now`: when it is recorded; `unit`: what is written along with the events.
    Result<DecisionOutcome, Refusal> recordAt(Time now, Decided decided, const Caller& caller,
                                              std::unique_lock<std::mutex>& lock, CommitUnit unit);
    // `keys`: rows that destroy them; `entries`: what is anchored.
    Result<DecisionOutcome, Refusal> recordErasure(Time now, Decided decided, const Caller& caller,
                                                   std::unique_lock<std::mutex>& lock, CommitUnit keys,
                                                   const std::vector<AnchorEntry>& entries);
    std::vector<Position> destroyKeys(const Reading& reading, const RecordName& record, CommitUnit& unit) const;
    void destroyAnchored(Position last);
    void revokeAnchored();
    void noteAnchored();
    void compareWithAnchor();
    void completeAnchor();
    // Whether it is this process that adds to the anchor: no where the log was opened to be read.
    [[nodiscard]] bool keepsAnchor() const;
    void requireWritable() const;
    void anchor(const std::vector<AnchorEntry>& entries);
    void addUnanchored();
    void requireSound() const;
    void eraseAgain(const std::vector<AnchorEntry>& entries, const Caller& caller);
    // Erasures and revocations of which the entries say nothing.
    [[nodiscard]] std::vector<AnchorEntry> knownBesides(const std::vector<AnchorEntry>& entries) const;
    Made decidedEvent(Time now, const NewEvent& next, const Caller& caller, Position position);
    Time recordingTime();

    DataDirectory& directory_;
    Committer& committer_;
    BusinessIdentity identity_;
    std::uint32_t number_;
    Tokens tokens_;
    mutable KeyVault keys_;
    AccessTokens accessTokens_;
    EntrySealing sealing_;
    Clock clock_;
    const ForgetInViews& forgetInViews_;
    Index index_;
    std::unique_ptr<LogTree> tree_;       // opened when the log's end is known
    std::atomic<std::uint64_t> head_{0};  // on the disk
    std::atomic<bool> hasAssignments_{false};

    // The anchor, and what is wrong with it; under the lock.
    mutable std::mutex anchoring_;
    Anchor anchor_;
    Position anchored_ = Position::latest();  // up to where; the latest: not known
    std::optional<Failure> problem_;
    std::atomic<bool> hasProblem_{false};
    std::vector<AnchorEntry> unanchored_;  // what could not be added to it yet

    mutable Projecting projecting_;

    // The writer's, under the lock.
    mutable std::mutex deciding_;
    BusinessFacts facts_;
    OutcomeCounts counts_;
    Position stagedHead_;
    Time lastRecorded_;
    StagedLog stagedLog_;
    std::uint64_t lastUnit_ = 0;
};

// Where a ledger is kept.
struct Place {
    std::filesystem::path data;
    std::filesystem::path anchor;  // outside of it, and not restored along with it (anchor.hpp)
};

class Ledger {
public:
    // Throws what DataDirectory and AnchorDirectory throw. `clock`: where the time of recording comes from.
    // `forgetInViews`: of projections that are stored (Business).
    Ledger(const Place& place, const MasterKey& masterKey, Business::Clock clock = systemClock(),
           Opening opening = Opening::create, Business::ForgetInViews forgetInViews = {});
    ~Ledger();
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;
    static Business::Clock systemClock();

    // No: it can only be read, see Business.
    [[nodiscard]] bool holdsDirectory() const { return directory_.isHeld(); }

    // Opens the business where it is not open yet; whoever wants another one does not wait for that. Null where there
    // is no such business. Throws Failure where it cannot be opened, for a second the same one without another try.
    Business* find(const events::BusinessName& name);
    Business& findOrCreate(const events::BusinessName& name);
    // Whether there is such a business, and this is a token of it; whether it can be opened or not.
    [[nodiscard]] bool hasToken(const events::BusinessName& name, std::string_view token);
    // Those that are open, and how many could not be opened when it was tried last.
    struct Businesses {
        std::vector<Business*> open;
        std::size_t notOpened = 0;
    };
    [[nodiscard]] Businesses businesses() const;
    [[nodiscard]] const DataDirectory& directory() const { return directory_; }

    // Grows whenever something was written to the disk.
    [[nodiscard]] std::uint64_t written() const { return committer_.written(); }
    [[nodiscard]] Commits commits() const { return committer_.commits(); }
    [[nodiscard]] const Durations& commitTimes() const { return committer_.durations(); }
    // No: the disk has said no; only a restart can help.
    [[nodiscard]] bool canRecord() const { return holdsDirectory() && committer_.canWrite(); }
    [[nodiscard]] const MasterKey& masterKey() const { return directory_.masterKey(); }
    // Wraps all keys under another master key, which must be in a safe place already: once it begins, the directory may
    // be under the new key. When it returns, with the number of keys, no file of the data directory holds anything that
    // the one before could open. Throws std::logic_error where a business has been opened before.
    std::uint64_t changeMasterKey(const MasterKey& next);

private:
    // Where a business is opened, once.
    struct Slot {
        std::mutex opening;
        std::unique_ptr<Business> business;
        std::optional<Failure> problem;               // of the last try
        std::chrono::steady_clock::time_point again;  // not tried before, where there is a problem
        std::atomic<Business*> opened{nullptr};
        std::atomic<bool> hasProblem{false};
    };
    Business& open(const events::BusinessName& name, const BusinessIdentity& identity);
    [[nodiscard]] Business* opened(const events::BusinessName& name) const;
    Slot& slotOf(const events::BusinessName& name);
    void finishErasures();
    bool isAnyKeyLeft(const BusinessIdentity& identity, const Anchor& anchor);
    void anchorAll();

    AnchorDirectory anchors_;  // before the directory: what is anchored later is not missing in what is read
    DataDirectory directory_;
    Committer committer_;
    Business::Clock clock_;
    const Business::ForgetInViews forgetInViews_;
    mutable std::shared_mutex slotsMutex_;
    std::map<events::BusinessName, Slot> slots_;

    std::mutex stoppingMutex_;
    std::condition_variable stopped_;
    bool stopping_ = false;
    std::thread anchoring_;  // signs and anchors, at most once a second
};

}  // namespace kartei::ledger
