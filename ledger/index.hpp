#pragma once
// Where to find events: by the sender's event id, and by stream. A stream is a list of positions under a name: the
// events of a record, of an appointment, of an import run. All of it follows from the entries of the log.
//
// How it works: the newest part is in memory (recent_index.hpp). When that is full, a new one takes its place and a
// thread writes the full one to RocksDB as sorted runs (sorted_rows.hpp), together with the position up to which the
// index is then complete; meanwhile it is still looked into. After a crash the rest is completed from the log. So an
// append writes no random key and waits for none. Where the data directory is not held, everything behind what is on
// the disk stays in memory.
//
// Threads: one writer at a time; readers at any time, without a lock.

#include <atomic>
#include <functional>
#include <future>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "events/codec.hpp"
#include "ledger/data_directory.hpp"
#include "ledger/published.hpp"
#include "ledger/recent_index.hpp"

namespace kartei::ledger {

using events::Position;
using events::Token;

// What is known under a sender's event id.
struct KnownEvent {
    Position position;                      // none: it was acknowledged as unchanged
    std::optional<Token> unchangedContent;  // then: what it said
};

// What a writer found absent from the disk before its turn came. It holds as long as no spill ended since.
struct LookedAhead {
    std::uint64_t spills = 0;  // that had ended before
    bool lacksEvent = false;
    std::vector<Token> absentStreams;
    [[nodiscard]] bool lacksStream(const Token& name) const;
};

// A sum over everything that an index says: the same for the same content, however it is stored.
class IndexSum {
public:
    void addStream(const Token& name, Position position) { add('s', name, position); }
    void addEvent(const Token& id, Position position) { add('e', id, position); }
    bool operator==(const IndexSum&) const = default;

private:
    void add(char kind, const Token& token, Position position);
    std::uint64_t first_ = 0;
    std::uint64_t second_ = 0;
};

class Index {
public:
    Index(DataDirectory& directory, std::uint32_t business);

    // Positions in the stream up to `upTo`, ascending, each once.
    [[nodiscard]] std::vector<Position> stream(const Token& name, Position upTo) const;
    [[nodiscard]] std::optional<KnownEvent> event(const Token& id) const;

    // The same, of the part that is not on the disk yet.
    [[nodiscard]] std::vector<Position> recentStream(const Token& name, Position upTo) const;
    [[nodiscard]] std::optional<KnownEvent> recentEvent(const Token& id) const;

    // What an event will ask for: whether its id is known, and some streams.
    struct Question {
        Token event;
        std::vector<Token> streams;
    };
    // Looks for all of it on the disk at once, which is several times as fast as one by one.
    [[nodiscard]] std::vector<LookedAhead> lookAhead(const std::vector<Question>& questions) const;
    [[nodiscard]] bool holds(const LookedAhead& ahead) const { return ahead.spills == spills_.load(); }

    // Takes positions out of streams whose names, that they are there at all, would tell of who is erased. `rows`: what
    // must be written for it, together with what destroys the keys. All that is indexed must be on the disk (`spill`).
    void forget(const std::vector<std::pair<Token, Position>>& entries, std::vector<StoredRow>& rows) const;
    // Forgets what follows from the log, to be completed from it again. Where nobody reads yet.
    void forgetAll();

    // The writer's part.
    void addToStream(const Token& name, Position position);
    void addEvent(const Token& id, Position position);
    // Remembers an unchanged event until it is in RocksDB; its row is part of the synced batch.
    void addUnchanged(const Token& id, const Token& content);
    void setCursor(const events::SourceName& source, const std::string& cursor);
    [[nodiscard]] std::optional<std::string> cursor(const events::SourceName& source) const;

    // Whether enough is in memory to be worth writing out.
    [[nodiscard]] bool isFull() const;
    // Begins to write the part in memory out, in a thread of its own; waits for an earlier one first.
    // `completeTo`: every entry up to there is in this index, and is on the disk when `untilDurable` returns.
    void beginSpill(Position completeTo, std::function<void()> untilDurable);
    // Lets go of what has been written out. Throws what went wrong in writing.
    enum class Patience { wait, onlyIfDone };
    void endSpill(Patience patience);
    // Both at once. Everything up to `completeTo` must be on the disk.
    void spill(Position completeTo);
    // Of everything up to the position, on the disk and in memory. For an audit; takes the longer the larger the index
    // is. No spill may be going on. `except`: positions that do not count.
    [[nodiscard]] IndexSum sum(Position upTo, const std::set<Position>& except) const;
    // Up to where RocksDB has it; the entries behind must be added again after a crash.
    [[nodiscard]] Position spilledTo() const { return spilledTo_; }

private:
    struct Recent {
        Recent(std::uint32_t idRoom, std::uint32_t positionRoom) : ids(idRoom), streams(positionRoom) {}
        RecentIndex ids;
        RecentIndex streams;
        // For the writer only.
        std::map<Token, Token> unchanged;
        std::map<events::SourceName, std::string> cursors;
    };
    struct Parts {
        std::shared_ptr<Recent> current;
        std::shared_ptr<const Recent> leaving;  // being written out; null when nothing is
    };
    void readRuns(const Token& name, Position upTo, std::vector<Position>& out) const;
    void writeOut(const Recent& recent, Position completeTo) const;
    Recent& current() { return *parts_.own().current; }
    void grow(std::uint32_t idRoom, std::uint32_t positionRoom);
    void publish(std::shared_ptr<Recent> current, std::shared_ptr<const Recent> leaving);

    DataDirectory& directory_;
    std::uint32_t business_;
    Published<Parts> parts_;
    std::atomic<std::uint64_t> spills_{0};  // ended
    Position spillingTo_;
    Position spilledTo_;
    std::future<void> writing_;
};

}  // namespace kartei::ledger
