#include "ledger/facts_since.hpp"

#include <algorithm>
#include <map>

#include "events/cloud_event.hpp"
#include "ledger/entry_sealing.hpp"

namespace kartei::ledger {

namespace {

bool recordedByStaff(const events::Event& event) {
    const auto* booked = std::get_if<events::AppointmentBooked>(&event.data);
    return isStaff(event.role) || (booked != nullptr && booked->bookedVia == events::BookedVia::STAFF);
}

struct DefinesRecord {
    bool operator()(const events::RecordImported&) const { return true; }
    bool operator()(const events::RecordRegistered&) const { return true; }
    bool operator()(const events::RecordEntered&) const { return true; }
    bool operator()(const events::RecordDeleted&) const { return true; }
    bool operator()(const events::RecordEmailVerified&) const { return true; }
    bool operator()(const events::AccountChanged&) const { return true; }
    template <class Other>
    bool operator()(const Other&) const {
        return false;
    }
};

// Whether the fact can be another record's: nothing of it is sealed under the key of the one that it names. (All that a
// checkout seals is under the key of its year.)
bool canChangeOwner(const events::Event& fact) {
    if (std::visit(DefinesRecord(), fact.data)) return false;
    return std::holds_alternative<events::VisitCheckedOut>(fact.data) ||
           partKeyOf(fact.data, fact.subject, fact.role) == events::PartKey::FACT;
}

class Assignable {
public:
    Assignable(const Reading& reading, const std::vector<FactSince>& facts) : reading_(reading) {
        for (const auto& fact : facts) since_[fact.thing].push_back(fact.position);
    }

    // All facts about the thing, whoever holds them and since when.
    [[nodiscard]] bool isAssignable(const Thing& thing) const {
        const auto all = factsAbout(reading_, thing);
        const auto& since = since_.at(thing);
        return std::any_of(all.begin(), all.end(), [](const auto& fact) { return recordedByStaff(*fact); }) &&
               std::all_of(all.begin(), all.end(), [&](const auto& fact) {
                   return canChangeOwner(*fact) && std::find(since.begin(), since.end(), fact->position) != since.end();
               });
    }

private:
    const Reading& reading_;
    std::map<Thing, std::vector<Position>> since_;
};

}  // namespace

std::vector<FactSince> factsSince(const Reading& reading, const Customer& customer, Position join) {
    std::vector<FactSince> facts;
    for (const auto& [name, record] : customer.records) {
        for (const auto stream : recordStreams) {
            for (const auto& fact : reading.ownEvents(name, stream)) {
                if (fact->position <= join || !events::isReported(fact->data) || fact->subject != name) continue;
                const auto original = reading.event(fact->position);
                const auto thing = thingOf(reading, *original);
                facts.push_back({fact->position, std::string(typeName(fact->data)),
                                 reportedHolderOf(reading, *original), name, thing});
            }
        }
    }
    std::sort(facts.begin(), facts.end(),
              [](const FactSince& a, const FactSince& b) { return a.position < b.position; });
    const Assignable assignable(reading, facts);
    std::map<Thing, bool> known;
    for (auto& fact : facts) {
        const auto found = known.find(fact.thing);
        if (found == known.end()) known[fact.thing] = assignable.isAssignable(fact.thing);
        fact.isAssignable = known[fact.thing];
    }
    return facts;
}

}  // namespace kartei::ledger
