#include "tools/kartei/event_range.hpp"

#include <algorithm>

namespace kartei::tools {

void eachEvent(const ledger::Business& business, const ledger::View& view,
               const std::optional<events::RecordName>& customer, events::Position first, events::Position last,
               const std::function<bool(const events::Event&)>& take) {
    last = std::min(last, view.then.upTo());
    if (!customer) {
        if (first <= last) business.scan(first, last, take);
        return;
    }
    for (const auto& event : view.then.eventsOf(view.customer(*customer))) {
        if (event->position < first || event->position > last) continue;
        if (!take(*event)) return;
    }
}

}  // namespace kartei::tools
