#include "ledger/what_if.hpp"

#include "ledger/indexing.hpp"

namespace kartei::ledger {

WhatIf::WhatIf(const Reading& now, const Decision& decision) : now_(now), head_(now.upTo()) {
    for (const auto& next : decision.events) add(next);
}

void WhatIf::add(const NewEvent& next) {
    auto event = std::make_shared<events::Event>();
    event->position = head_.next();
    event->role = events::Role::ADMIN;
    event->subject = next.subject;
    event->data = next.data;
    for (const auto& place : streamsOf(*event, reading())) {
        streams_[{place.stream, place.name}].push_back(event->position);
    }
    head_ = event->position;
    events_.push_back(std::move(event));
}

SharedEvent WhatIf::entry(Position position) const {
    if (position <= now_.upTo()) return now_.event(position);
    return events_.at(position.value() - now_.upTo().value() - 1);
}

std::vector<Position> WhatIf::stream(Stream stream, std::string_view name, Position upTo) const {
    auto positions = now_.at(upTo).positions(stream, name);
    const auto added = streams_.find(std::pair(stream, std::string(name)));
    if (added == streams_.end()) return positions;
    for (const auto position : added->second) {
        if (position <= upTo) positions.push_back(position);
    }
    return positions;
}

}  // namespace kartei::ledger
