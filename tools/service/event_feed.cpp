#include "tools/service/event_feed.hpp"

#include <algorithm>
#include <utility>

#include "events/cloud_event.hpp"
#include "events/json.hpp"
#include "tools/kartei/event_range.hpp"

namespace kartei::tools::service {

namespace {

using events::Position;

// What one call sends at most.
constexpr std::size_t chunkBytes = std::size_t{64} * 1024;

bool isOf(const events::RecordName& record, const events::SourceName& source) {
    return events::sourceOf(record) == source;
}

// What a portal may know.
class PortalSight {
public:
    // `from`: where it began to read; `joins`: those that it was told of since, which grows.
    PortalSight(const ledger::Reading& now, const events::SourceName& source, Position from, std::set<Position>& joins)
        : now_(now), source_(source), from_(from), joins_(joins) {}

    // The event as it may know it; nothing where it may not.
    [[nodiscard]] std::optional<events::Event> shown(const events::Event& event) {
        if (!shows(event)) return std::nullopt;
        auto known = event;
        if (auto* link = std::get_if<events::RecordsLinked>(&known.data)) link->comment.reset();
        if (auto* merge = std::get_if<events::RecordsMerged>(&known.data)) merge->comment.reset();
        if (auto* undone = std::get_if<events::JoinUndone>(&known.data)) hide(*undone, known.subject);
        return known;
    }

private:
    [[nodiscard]] bool shows(const events::Event& event) {
        if (const auto* link = std::get_if<events::RecordsLinked>(&event.data))
            return concerns(link->a, link->b) && tells(link->a, event.position);
        if (const auto* merge = std::get_if<events::RecordsMerged>(&event.data))
            return concerns(merge->from, merge->into) && tells(merge->from, event.position);
        if (const auto* undone = std::get_if<events::JoinUndone>(&event.data))
            return concerns(undone->a, undone->b) && (undone->join < from_ || joins_.count(undone->join) != 0);
        if (std::holds_alternative<events::RecordErased>(event.data)) return isOf(*event.subject, source_);
        return false;
    }
    // Why is nobody's business; and whoever was perhaps never told of the join learns nothing of the other side.
    void hide(events::JoinUndone& undone, std::optional<events::RecordName>& subject) const {
        undone.reason.reset();
        if (joins_.count(undone.join) != 0) return;
        undone.assign.clear();
        const auto own = isOf(undone.a, source_) ? undone.a : undone.b;
        undone.a = undone.b = own;
        subject = own;
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
    Position from_;
    std::set<Position>& joins_;
};

std::string sent(const events::Event& event) {
    rapidjson::StringBuffer buffer;
    events::JsonWriter out(buffer);
    events::writeCloudEvent(out, event);
    return "id: " + std::to_string(event.position.value()) + "\nevent: " + std::string(typeName(event.data)) +
           "\ndata: " + std::string(buffer.GetString(), buffer.GetSize()) + "\n\n";
}

}  // namespace

void eachEvent(const ledger::Business& business, const ledger::View& view, const EventFeed::Beginning& beginning,
               Position to, std::set<Position>& joins, const std::function<bool(const events::Event&)>& take) {
    std::optional<PortalSight> sight;
    if (beginning.portal) sight.emplace(view.now, *beginning.portal, beginning.begun, joins);
    const auto shown = [&](const events::Event& event) {
        if (!sight) return take(event);
        const auto known = sight->shown(event);
        return !known || take(*known);
    };
    tools::eachEvent(business, view, beginning.customer, beginning.from, to, shown);
}

std::string EventFeed::next() {
    const auto view = ledger::viewOfNow(business_, ledger::Ledger::systemClock()(), ledger::PastJoins::asTheyWere);
    const Position head = view.now.upTo();
    if (head < next_) return {};
    std::string chunk;
    auto rest = beginning_;
    rest.from = next_;
    Position last = head;
    eachEvent(business_, view, rest, head, joins_, [&](const events::Event& event) {
        chunk += sent(event);
        if (chunk.size() < chunkBytes) return true;
        last = event.position;
        return false;
    });
    next_ = last.next();
    return chunk;
}

}  // namespace kartei::tools::service
