#pragma once
// Events as one reader sees them: those that are there, and then those that come.
//
// A portal, which shows people their visits, sees the decisions that concern records of its source, and no join that is
// not in force any more (DESIGN §4): of a join that was undone it learns only where it was told of the join in this
// stream, and never why. Where it begins to read later it cannot prove what it was told before.
//
// How it works: of everybody, each piece goes on behind the one before, and looks at so many entries at most, for a
// portal may be shown few of them. Of one customer, whoever that is at the moment, the events are read once, as often
// as there is something new of them, and sent in pieces.
//
// Threads: an EventFeed, one at a time. The business must outlive it.

#include <deque>
#include <functional>
#include <optional>
#include <set>

#include "ledger/view.hpp"
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
    Piece next() override;
    [[nodiscard]] bool isOver() const override { return false; }

private:
    // The customer's events that are not sent yet.
    struct Unsent {
        ledger::Customer customer;
        events::Position upTo;  // as of there
        std::deque<ledger::SharedEvent> events;
    };
    Piece ofEverybody(const ledger::View& view);
    Piece ofCustomer(const ledger::View& view);
    void readCustomer(const ledger::View& view);

    ledger::Business& business_;
    Beginning beginning_;
    events::Position next_;
    std::set<events::Position> joins_;  // that a portal was told of
    std::optional<Unsent> unsent_;      // nothing before the customer was read
};

// Takes an event as the reader may know it; null: not at all. False: enough.
using EventSink = std::function<bool(events::Position position, const events::Event* shown)>;

// The events of such a reader that the view has, up to a position. `joins`: those that a portal was told of.
void eachEvent(const ledger::Business& business, const ledger::View& view, const EventFeed::Beginning& beginning,
               events::Position to, std::set<events::Position>& joins, const EventSink& take);

}  // namespace kartei::tools::service
