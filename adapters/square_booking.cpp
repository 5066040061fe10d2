// Bookings of Square Appointments.

#include <algorithm>
#include <utility>

#include "adapters/square_objects.hpp"

namespace kartei::adapters {

namespace {

constexpr std::int64_t microsecondsOfMinute = 60'000'000;
constexpr std::int64_t mostMinutes = 525'600;  // a year
// Square's times are of a second or a millisecond.
constexpr std::int64_t finestSteps = 999;

// When a version came about. The version itself puts in order what happened within Square's own step of time.
events::Time timeOf(events::Time updatedAt, std::int64_t version) {
    return events::Time(updatedAt.microseconds() + std::min(version, finestSteps));
}

// There is no end: the segments are added up, and the breaks between them. Nothing where one of them has no length.
std::optional<events::Time> endOf(events::Time start, const std::vector<Foreign>& segments) {
    std::int64_t minutes = 0;
    for (std::size_t at = 0; at < segments.size(); ++at) {
        const auto length = segments[at]["duration_minutes"].number(0, mostMinutes);
        if (!length) return std::nullopt;
        minutes += *length;
        const bool isLast = at + 1 == segments.size();
        if (!isLast) minutes += segments[at]["intermission_minutes"].number(0, mostMinutes).value_or(0);
    }
    if (minutes == 0) return std::nullopt;
    return events::Time(start.microseconds() + minutes * microsecondsOfMinute);
}

// What the segments say under a name, each once.
std::optional<std::string> listed(const std::vector<Foreign>& segments, const char* member) {
    std::vector<std::string> seen;
    std::string text;
    for (const auto& segment : segments) {
        const auto said = segment[member].text().value_or("");
        if (said.empty() || std::find(seen.begin(), seen.end(), said) != seen.end()) continue;
        text += (text.empty() ? "" : ", ") + said;
        seen.push_back(said);
    }
    return text.empty() ? std::nullopt : std::optional(text);
}

events::BookedVia bookedViaOf(const Foreign& booking) {
    const auto creator = booking["creator_details"]["creator_type"].text().value_or("");
    const auto source = booking["source"].text().value_or("");
    if (creator == "TEAM_MEMBER" || source == "FIRST_PARTY_MERCHANT") return events::BookedVia::STAFF;
    if (creator == "CUSTOMER" || source == "FIRST_PARTY_BUYER" || source == "THIRD_PARTY_BUYER")
        return events::BookedVia::ONLINE;
    return events::BookedVia::UNKNOWN;
}

// Why it does not take place, by its status; nothing where it does.
std::optional<std::string> cancellationOf(const std::string& status) {
    if (status == "CANCELLED_BY_CUSTOMER") return "cancelled by the customer";
    if (status == "CANCELLED_BY_SELLER") return "cancelled by the business";
    if (status == "DECLINED") return "declined by the business";
    return std::nullopt;
}

// What follows from the order of the versions where they are of several people: whoever it is not of any more has it
// cancelled, just before the version that is of somebody else. That goes for whom the version before was of, and for
// whom this one is of, where it comes after a newer one.
std::vector<std::pair<events::RecordName, events::Time>> displaced(const std::vector<KnownAppointmentFact>& facts,
                                                                   const events::RecordName& record,
                                                                   events::Time time) {
    const KnownAppointmentFact* before = nullptr;
    const KnownAppointmentFact* after = nullptr;
    for (const auto& fact : facts) {
        if (!std::holds_alternative<events::AppointmentBooked>(fact.data)) continue;
        if (fact.time < time) before = &fact;
        if (fact.time > time && after == nullptr) after = &fact;
    }
    const auto justBefore = [](events::Time next) { return events::Time(next.microseconds() - 1); };
    std::vector<std::pair<events::RecordName, events::Time>> ends;
    if (before != nullptr && before->record != record) ends.emplace_back(before->record, justBefore(time));
    if (after != nullptr && after->record != record) ends.emplace_back(record, justBefore(after->time));
    return ends;
}

}  // namespace

void readSquareBooking(SquareDelivery& delivery) {
    const auto booking = delivery.object["booking"];
    const auto customer = booking["customer_id"].text();
    if (!customer || customer->empty()) return;
    const auto record = delivery.record(*customer, booking["customer_id"]);
    const auto appointment = booking["id"].requiredItem();
    const auto version = booking["version"].requiredNumber(0, highestSquareVersion);
    const auto time = timeOf(booking["updated_at"].requiredTime(), version);
    const auto segments = booking["appointment_segments"].items();
    events::AppointmentBooked booked;
    booked.appointment = appointment;
    booked.startsAt = booking["start_at"].requiredTime();
    booked.endsAt = endOf(booked.startsAt, segments);
    booked.service = listed(segments, "service_variation_id");
    booked.staff = listed(segments, "team_member_id");
    booked.bookedVia = bookedViaOf(booking);
    const auto note = booking["customer_note"].text().value_or("");
    if (!note.empty()) booked.note = note;
    delivery.add(delivery.eventId, record, time, std::move(booked));
    const auto status = booking["status"].requiredText();
    if (const auto reason = cancellationOf(status))
        delivery.add(delivery.eventId + ":cancelled", record, time, events::AppointmentCancelled{appointment, *reason});
    if (status == "NO_SHOW")
        delivery.add(delivery.eventId + ":missed", record, time, events::AppointmentMissed{appointment, std::nullopt});
    const auto known = delivery.lookups.factsOf(events::qualified(appointment, delivery.settings.source));
    for (const auto& [whose, end] : displaced(known, record, time)) {
        delivery.add("moved:" + appointment.text() + ":" + events::toText(end) + ":" + whose.text(), whose, end,
                     events::AppointmentCancelled{appointment, "moved to another customer"});
    }
}

}  // namespace kartei::adapters
