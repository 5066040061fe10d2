#pragma once
// Where to find events: by the sender's event id, and by stream. A stream is a list of positions under a name: the
// events of a record, of an appointment, of an import run. All of it follows from the entries of the log.
//
// How it works: the newest part is in memory (recent_index.hpp). When that is full, or the ledger closes, it is
// written to RocksDB as sorted runs, unsynced, together with the position up to which the index is then complete.
// After a crash the rest is completed from the log. So an append writes no random key.
//
// Threads: one writer at a time; readers at any time, without a lock.

#include <map>
#include <optional>
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

class Index {
public:
    Index(DataDirectory& directory, std::uint32_t business);

    // Positions in the stream up to `upTo`, ascending, each once.
    [[nodiscard]] std::vector<Position> stream(const Token& name, Position upTo) const;
    [[nodiscard]] std::optional<KnownEvent> event(const Token& id) const;

    // The writer's part.
    void addToStream(const Token& name, Position position);
    void addEvent(const Token& id, Position position);
    // Remembers an unchanged event until it is in RocksDB; its row is part of the synced batch.
    void addUnchanged(const Token& id, const Token& content) { unchanged_[id] = content; }
    void setCursor(const events::SourceName& source, const std::string& cursor) { cursors_[source] = cursor; }
    [[nodiscard]] std::optional<std::string> cursor(const events::SourceName& source) const;

    // Whether enough is in memory to be worth writing out.
    [[nodiscard]] bool isFull();
    // Writes the part in memory out. `completeTo`: every entry up to there is on the disk and in this index.
    void spill(Position completeTo);
    // Up to where RocksDB has it; the entries behind must be added again after a crash.
    [[nodiscard]] Position spilledTo() const { return spilledTo_; }

private:
    struct Recent {
        Recent();
        Recent(std::uint32_t idRoom, std::uint32_t positionRoom);
        RecentIndex ids;
        RecentIndex streams;
    };
    void readRuns(const Token& name, Position upTo, std::vector<Position>& out) const;
    void growStreams();
    void growIds();
    void replaceWith(std::uint32_t idRoom, std::uint32_t positionRoom);

    DataDirectory& directory_;
    std::uint32_t business_;
    Published<Recent> recent_;
    std::map<Token, Token> unchanged_;  // since the last spill
    std::map<events::SourceName, std::string> cursors_;
    Position spilledTo_;
};

}  // namespace kartei::ledger
