#include "projections/history.hpp"

#include <algorithm>
#include <set>

#include "ledger/indexing.hpp"

namespace kartei::projections {

namespace {

using events::JsonWriter;
using events::writeMember;

void writeVisit(JsonWriter& out, const Visit& visit) {
    out.StartObject();
    if (visit.appointment) {
        const auto& booked = *visit.appointment;
        writeMember(out, "appointment", booked.name);
        writeMember(out, "record", booked.record);
        writeMember(out, "startsAt", booked.startsAt);
        writeMember(out, "endsAt", booked.endsAt);
        if (!booked.service.empty()) writeMember(out, "service", booked.service);
        if (!booked.staff.empty()) writeMember(out, "staff", booked.staff);
        if (booked.bookedVia != events::BookedVia::UNKNOWN) writeMember(out, "bookedVia", booked.bookedVia);
        writeMember(out, "status", toText(visit.status()));
    } else {
        writeMember(out, "appointment", visit.checkout->appointment);
        writeMember(out, "record", visit.checkout->record);
        writeMember(out, "startsAt", visit.checkout->time);
        writeMember(out, "status", toText(visit.status()));
    }
    if (visit.checkout) {
        writeMember(out, "receipt", visit.checkout->receipt);
        writeMember(out, "total", visit.checkout->total);
        if (!visit.checkout->items.empty()) writeMember(out, "items", visit.checkout->items);
    }
    writeMember(out, "position", visit.position());
    out.EndObject();
}

}  // namespace

events::Time Visit::startsAt() const { return appointment ? appointment->startsAt : checkout->time; }
ledger::VisitStatus Visit::status() const { return checkout ? ledger::VisitStatus::checkedOut : appointment->status; }

events::Position Visit::position() const { return appointment ? appointment->position : checkout->position; }

std::vector<Visit> visitsOf(const ledger::Reading& reading, const ledger::Customer& customer) {
    const auto erased = [&](const events::RecordName& record) {
        return customer.has(record) && customer.record(record).isErased();
    };
    const auto events = reading.eventsOf(customer, ledger::Stream::visits);
    std::map<events::ItemName, std::vector<const events::Event*>> byAppointment;
    std::vector<const events::Event*> all;
    for (const auto& event : events) {
        all.push_back(event.get());
        const auto* name = ledger::appointmentOf(event->data);
        if (name != nullptr) byAppointment[*name].push_back(event.get());
    }
    std::vector<Visit> visits;
    std::map<events::ItemName, std::size_t> placeOf;
    for (const auto& [name, facts] : byAppointment) {
        auto appointment = ledger::foldAppointment(name, facts);
        if (!appointment || erased(appointment->record)) continue;  // its receipts are kept
        placeOf.emplace(name, visits.size());
        visits.push_back({std::move(appointment), std::nullopt});
    }
    for (auto& checkout : ledger::checkoutsInForce(all)) {
        const auto place = checkout.appointment ? placeOf.find(*checkout.appointment) : placeOf.end();
        if (place == placeOf.end()) {
            visits.push_back({std::nullopt, std::move(checkout)});
        } else {
            visits[place->second].checkout = std::move(checkout);
        }
    }
    std::sort(visits.begin(), visits.end(), [](const Visit& a, const Visit& b) {
        return std::pair(a.startsAt(), a.position()) < std::pair(b.startsAt(), b.position());
    });
    return visits;
}

void writeVisits(JsonWriter& out, const std::vector<Visit>& visits) {
    out.Key("visits");
    out.StartArray();
    for (const auto& visit : visits) writeVisit(out, visit);
    out.EndArray();
}

std::string historyOf(const ledger::Reading& reading, const ledger::Customer& customer) {
    rapidjson::StringBuffer buffer;
    JsonWriter out(buffer);
    out.StartObject();
    writeMember(out, "customer", ledger::leadOf(customer, ledger::foldFields(customer).retired));
    writeVisits(out, visitsOf(reading, customer));
    out.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

std::string accountHistoryOf(const ledger::View& view, const events::RecordName& record) {
    const auto customer = view.customer(record);
    rapidjson::StringBuffer buffer;
    JsonWriter out(buffer);
    out.StartObject();
    writeMember(out, "account",
                ledger::accountName(events::sourceOf(record), customer.record(record).account->username));
    writeVisits(out, visitsOf(view.then, customer));
    out.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

Result<events::RecordName, AccountProblem> accountOwner(const ledger::View& view, const events::SourceName& source,
                                                        std::string_view username) {
    std::optional<ledger::Customer> person;
    events::RecordName owner;
    for (const auto& claim : view.then.events(ledger::Stream::account, ledger::accountName(source, username))) {
        if (!claim->subject) continue;
        const auto record = view.then.record(*claim->subject);
        if (!record->hasAccount() || record->account->username != username) continue;
        if (person && !person->has(record->name)) return failed(AccountProblem::ambiguous);
        if (!person) person = view.customer(record->name);
        owner = record->name;
    }
    if (!person) return failed(AccountProblem::unknown);
    if (view.of == ledger::View::Of::thePast && view.pastJoins == ledger::PastJoins::onlyIfInForceNow) {
        auto heir = accountOwner(view.ofNow(), source, username);
        if (!heir) return heir;
        if (!person->has(*heir)) return failed(AccountProblem::unknown);
    }
    return owner;
}

}  // namespace kartei::projections
