#include "ledger/erasure.hpp"

#include <algorithm>

#include "events/cloud_event.hpp"
#include "ledger/things.hpp"

namespace kartei::ledger {

namespace {

struct Sides {
    const RecordName& record;
    bool operator()(const events::RecordsLinked& data) const { return data.a == record || data.b == record; }
    bool operator()(const events::RecordsMerged& data) const { return data.from == record || data.into == record; }
    bool operator()(const events::JoinUndone& data) const { return data.a == record || data.b == record; }
    template <class Other>
    bool operator()(const Other&) const {
        return false;
    }
};

// Adds the streams of what the fact says of itself. `position`: under which they know it.
void addTestable(const Reading& reading, const events::Event& fact, Position position,
                 std::vector<std::pair<StreamName, Position>>& found) {
    for (auto& name : streamsOf(fact, reading.at(fact.position.previous()))) {
        const bool isTestable = name.stream == Stream::email || name.stream == Stream::account;
        if (isTestable) found.emplace_back(std::move(name), position);
    }
}

}  // namespace

std::vector<std::pair<StreamName, Position>> testableStreams(const Reading& reading, const RecordName& record) {
    std::vector<std::pair<StreamName, Position>> found;
    for (const auto& fact : reading.ownEvents(record, Stream::file)) {
        const bool isOwn = events::isReported(fact->data) && fact->subject == record;
        if (isOwn) addTestable(reading, *fact, fact->position, found);
    }
    // What an undo assigned is found through the undo, too.
    for (const auto& event : reading.events(Stream::file, record.text())) {
        const auto* undone = std::get_if<events::JoinUndone>(&event->data);
        if (undone == nullptr) continue;
        for (const auto& assignment : undone->assign) {
            const auto fact = reading.event(assignment.position);
            if (holderOf(reading, *fact) == record) addTestable(reading, *fact, event->position, found);
        }
    }
    return found;
}

std::vector<Position> factsGoingWith(const Reading& reading, const RecordName& record) {
    std::vector<Position> facts;
    for (const auto stream : recordStreams) {
        for (const auto& event : reading.ownEvents(record, stream)) {
            if (event->subject == record || std::visit(Sides{record}, event->data)) facts.push_back(event->position);
        }
    }
    // News of a message that is not known yet is nobody's own.
    for (const auto& event : reading.events(Stream::messages, record.text())) {
        if (event->subject == record && holderOf(reading, *event).empty()) facts.push_back(event->position);
    }
    std::sort(facts.begin(), facts.end());
    return facts;
}

}  // namespace kartei::ledger
