#include "tools/service/event_feed.hpp"

#include <algorithm>

#include "events/cloud_event.hpp"
#include "events/json.hpp"

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
    PortalSight(const ledger::Reading& now, const events::SourceName& source, Position from)
        : now_(now), source_(source), from_(from) {}

    [[nodiscard]] bool shows(const events::Event& event) const {
        if (const auto* link = std::get_if<events::RecordsLinked>(&event.data))
            return concerns(link->a, link->b) && isInForce(link->a, event.position);
        if (const auto* merge = std::get_if<events::RecordsMerged>(&event.data))
            return concerns(merge->from, merge->into) && isInForce(merge->from, event.position);
        if (const auto* undone = std::get_if<events::JoinUndone>(&event.data))
            return concerns(undone->a, undone->b) && undone->join < from_;
        if (std::holds_alternative<events::RecordErased>(event.data)) return isOf(*event.subject, source_);
        return false;
    }

private:
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
};

std::string sent(const events::Event& event) {
    rapidjson::StringBuffer buffer;
    events::JsonWriter out(buffer);
    events::writeCloudEvent(out, event);
    return "id: " + std::to_string(event.position.value()) + "\nevent: " + std::string(typeName(event.data)) +
           "\ndata: " + std::string(buffer.GetString(), buffer.GetSize()) + "\n\n";
}

}  // namespace

void eachEvent(const ledger::Business& business, const EventFeed::Beginning& beginning, Position to,
               const std::function<bool(const events::Event&)>& take) {
    const auto now = business.now();
    std::optional<PortalSight> sight;
    if (beginning.portal) sight.emplace(now, *beginning.portal, beginning.from);
    const auto shown = [&](const events::Event& event) { return (sight && !sight->shows(event)) || take(event); };
    if (!beginning.customer) {
        if (beginning.from <= to) business.scan(beginning.from, to, shown);
        return;
    }
    for (const auto& event : now.eventsOf(now.customer(*beginning.customer))) {
        if (event->position < beginning.from || event->position > to) continue;
        if (!shown(*event)) return;
    }
}

std::string EventFeed::next() {
    const Position head = business_.head();
    if (head < next_) return {};
    std::string chunk;
    auto rest = beginning_;
    rest.from = next_;
    Position last = head;
    eachEvent(business_, rest, head, [&](const events::Event& event) {
        chunk += sent(event);
        if (chunk.size() < chunkBytes) return true;
        last = event.position;
        return false;
    });
    next_ = last.next();
    return chunk;
}

}  // namespace kartei::tools::service
