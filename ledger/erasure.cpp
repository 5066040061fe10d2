#include "ledger/erasure.hpp"

#include <algorithm>

#include "events/cloud_event.hpp"

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

}  // namespace

std::vector<Position> factsGoingWith(const Reading& reading, const RecordName& record) {
    std::vector<Position> facts;
    for (const auto stream : recordStreams) {
        for (const auto& event : reading.ownEvents(record, stream)) {
            if (event->subject == record || std::visit(Sides{record}, event->data)) facts.push_back(event->position);
        }
    }
    std::sort(facts.begin(), facts.end());
    return facts;
}

}  // namespace kartei::ledger
