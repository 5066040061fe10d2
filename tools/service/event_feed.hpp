#pragma once
// Events as one reader sees them: those that are there, and then those that come.
//
// A portal, which shows people their visits, sees the decisions that concern records of its source, and no join that is
// not in force any more (DESIGN §4): of a join that was undone it learns only where it may have read of the join
// before, which is where it begins to read behind it.
//
// Threads: an EventFeed, one at a time. The business must outlive it.

#include <functional>
#include <optional>
#include <string>

#include "ledger/ledger.hpp"
#include "tools/service/message.hpp"

namespace kartei::tools::service {

class EventFeed final : public Feed {
public:
    struct Beginning {
        events::Position from;                       // the first position
        std::optional<events::RecordName> customer;  // nothing: of everybody
        std::optional<events::SourceName> portal;    // whose source's portal reads; nothing: somebody who reads all
    };
    EventFeed(ledger::Business& business, Beginning beginning)
        : business_(business), beginning_(std::move(beginning)), next_(beginning_.from) {}

    // As server-sent events: the position is the id, the type the name.
    std::string next() override;
    [[nodiscard]] bool isOver() const override { return false; }

private:
    ledger::Business& business_;
    Beginning beginning_;
    events::Position next_;
};

// The events of such a reader up to a position. `take` returns false to stop.
void eachEvent(const ledger::Business& business, const EventFeed::Beginning& beginning, events::Position to,
               const std::function<bool(const events::Event&)>& take);

}  // namespace kartei::tools::service
