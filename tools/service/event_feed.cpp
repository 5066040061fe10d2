#include "tools/service/event_feed.hpp"

#include <algorithm>
#include <utility>

#include "tools/kartei/answers.hpp"
#include "tools/kartei/event_range.hpp"
#include "tools/service/exchange.hpp"

namespace kartei::tools::service {

namespace {

using events::Position;

// What one call sends at most, and looks at.
constexpr std::size_t chunkBytes = std::size_t{64} * 1024;
constexpr std::size_t chunkEvents = mostLookedAt;

bool isOf(const events::RecordName& record, const events::SourceName& source) {
    return events::sourceOf(record) == source;
}

// What a portal may know.
class PortalSight {
public:
    // `joins`: those that it was told of in this stream, which grows.
    PortalSight(const ledger::Reading& now, const events::SourceName& source, std::set<Position>& joins)
        : now_(now), source_(source), joins_(joins) {}

    // The event as it may know it; nothing where it may not.
    [[nodiscard]] std::optional<events::Event> shown(const events::Event& event) {
        if (!shows(event)) return std::nullopt;
        auto known = event;
        if (auto* link = std::get_if<events::RecordsLinked>(&known.data)) link->comment.reset();
        if (auto* merge = std::get_if<events::RecordsMerged>(&known.data)) merge->comment.reset();
        if (auto* undone = std::get_if<events::JoinUndone>(&known.data)) undone->reason.reset();
        if (auto* erased = std::get_if<events::RecordErased>(&known.data)) erased->reason.reset();
        return known;
    }

private:
    [[nodiscard]] bool shows(const events::Event& event) {
        if (const auto* link = std::get_if<events::RecordsLinked>(&event.data))
            return concerns(link->a, link->b) && tells(link->a, event.position);
        if (const auto* merge = std::get_if<events::RecordsMerged>(&event.data))
            return concerns(merge->from, merge->into) && tells(merge->from, event.position);
        if (const auto* undone = std::get_if<events::JoinUndone>(&event.data)) return joins_.count(undone->join) != 0;
        if (std::holds_alternative<events::RecordErased>(event.data)) return isOf(*event.subject, source_);
        return false;
    }
    bool tells(const events::RecordName& side, Position join) {
        const bool isTold = isInForce(side, join);
        if (isTold) joins_.insert(join);
        return isTold;
    }
    [[nodiscard]] bool concerns(const events::RecordName& a, const events::RecordName& b) const {
        return isOf(a, source_) || isOf(b, source_);
    }
    [[nodiscard]] bool isInForce(const events::RecordName& side, Position join) const {
        const auto facts = now_.record(side);
        return std::any_of(facts->joins.begin(), facts->joins.end(),
                           [&](const ledger::Join& known) { return known.position == join && !known.undoneAt; });
    }

    ledger::Reading now_;
    const events::SourceName& source_;
    std::set<Position>& joins_;
};

std::string sent(const events::Event& event) {
    return "id: " + std::to_string(event.position.value()) + "\nevent: " + std::string(typeName(event.data)) +
           "\ndata: " + cloudEventOf(event) + "\n\n";
}

// Who reads, at a moment.
class Reader {
public:
    Reader(const ledger::View& view, const EventFeed::Beginning& beginning, std::set<Position>& joins) {
        if (beginning.portal) sight_.emplace(view.now, *beginning.portal, joins);
    }
    bool give(const events::Event& event, const EventSink& take) {
        if (!sight_) return take(event.position, &event);
        const auto known = sight_->shown(event);
        return take(event.position, known ? &*known : nullptr);
    }

private:
    std::optional<PortalSight> sight_;
};

}  // namespace

void eachEvent(const ledger::Business& business, const ledger::View& view, const EventFeed::Beginning& beginning,
               Position to, std::set<Position>& joins, const EventSink& take) {
    Reader reader(view, beginning, joins);
    tools::eachEvent(business, view, beginning.customer, beginning.from, to,
                     [&](const events::Event& event) { return reader.give(event, take); });
}

Feed::Piece EventFeed::next() {
    const auto view = ledger::viewOfNow(business_, ledger::Ledger::systemClock()(), ledger::PastJoins::asTheyWere);
    if (view.now.upTo() < next_) return {};
    return beginning_.customer ? ofCustomer(view) : ofEverybody(view);
}

Feed::Piece EventFeed::ofEverybody(const ledger::View& view) {
    Piece piece;
    auto rest = beginning_;
    rest.from = next_;
    Position last = view.now.upTo();
    std::size_t looked = 0;
    eachEvent(business_, view, rest, last, joins_, [&](Position position, const events::Event* shown) {
        if (shown != nullptr) piece.text += sent(*shown);
        if (++looked < chunkEvents && piece.text.size() < chunkBytes) return true;
        last = position;
        piece.isMore = true;
        return false;
    });
    next_ = last.next();
    return piece;
}

void EventFeed::readCustomer(const ledger::View& view) {
    Unsent unsent{view.customer(*beginning_.customer), view.now.upTo(), {}};
    for (auto& event : view.now.eventsOf(unsent.customer)) {
        if (event->position >= next_) unsent.events.push_back(std::move(event));
    }
    unsent_ = std::move(unsent);
}

Feed::Piece EventFeed::ofCustomer(const ledger::View& view) {
    // What an erasure takes away is not sent any more, and who is one person may have changed.
    if (!unsent_ || view.now.lastPosition(unsent_->customer) > unsent_->upTo) readCustomer(view);
    Piece piece;
    Reader reader(view, beginning_, joins_);
    auto& left = unsent_->events;
    while (!left.empty() && piece.text.size() < chunkBytes) {
        reader.give(*left.front(), [&](Position position, const events::Event* shown) {
            if (shown != nullptr) piece.text += sent(*shown);
            next_ = position.next();
            return true;
        });
        left.pop_front();
    }
    piece.isMore = !left.empty();
    if (!piece.isMore) next_ = unsent_->upTo.next();
    return piece;
}

}  // namespace kartei::tools::service
