#include "tools/bench/workload.hpp"

#include <array>

namespace kartei::tools {

namespace {

constexpr std::array givenNames = {"Anna", "Jörg", "Mehmet", "Sophie", "Łukasz", "Ingrid", "Bärbel", "Tom"};
constexpr std::array familyNames = {"Müller", "Schmidt", "Yılmaz", "Weiß", "Kowalski", "Straßer", "Öztürk", "Maier"};

const events::SourceName till = events::SourceName::trusted("comcash");
const events::SourceName booking = events::SourceName::trusted("terminbuch");

events::Time timeOf(std::uint64_t number) {
    constexpr std::int64_t first = 1'700'000'000;
    constexpr std::int64_t microseconds = 1'000'000;
    return events::Time((first + static_cast<std::int64_t>(number)) * microseconds);
}

events::SentEvent sent(const events::SourceName& source, std::uint64_t number, events::Body data) {
    events::SentEvent event;
    event.id = "bench-event-" + std::to_string(number);
    event.source = source;
    event.subject = workloadRecord(number / eventsPerCustomer);
    event.time = timeOf(number);
    event.data = std::move(data);
    return event;
}

events::Body imported(std::uint64_t customer) {
    events::RecordImported data;
    const auto text = std::to_string(customer);
    data.attributes.set(events::Field::GIVEN_NAME, givenNames[customer % givenNames.size()]);
    data.attributes.set(events::Field::FAMILY_NAME, familyNames[customer / 8 % familyNames.size()] + ("-" + text));
    data.attributes.set(events::Field::EMAIL, "person" + text + "@example.com");
    data.attributes.set(events::Field::MOBILE, "0171 " + std::to_string(1'000'000 + customer));
    data.attributes.set(events::Field::STREET, "Hauptstraße " + text);
    data.attributes.set(events::Field::POSTAL_CODE, "80331");
    data.attributes.set(events::Field::CITY, "München");
    data.attributes.set(events::Field::BIRTH_DATE, "1980-03-03");
    data.notifications = events::Notifications{true, false};
    return data;
}

events::ItemName item(const events::SourceName& source, std::uint64_t number) {
    return events::ItemName::trusted(source.text() + "/n" + std::to_string(number));
}

events::Body booked(std::uint64_t number) {
    constexpr std::int64_t hour = std::int64_t{3600} * 1'000'000;
    events::AppointmentBooked data;
    data.appointment = item(booking, number);
    data.startsAt = timeOf(number);
    data.endsAt = events::Time(data.startsAt.microseconds() + hour);
    data.service = "Waschen, Schneiden, Föhnen";
    data.staff = "Carla";
    data.bookedVia = number % 3 == 0 ? events::BookedVia::STAFF : events::BookedVia::ONLINE;
    return data;
}

events::Body checkedOut(std::uint64_t number) {
    const auto euro = events::Currency::trusted("EUR");
    events::VisitCheckedOut data;
    data.receipt = item(till, number);
    data.appointment = item(booking, number - 1);
    data.total = events::Money{4500, euro};
    data.items = {{"Waschen, Schneiden, Föhnen", "1", events::Money{4000, euro}},
                  {"Pflege", "1", events::Money{500, euro}}};
    return data;
}

events::Body message(std::uint64_t number) {
    events::MessageSent data;
    data.message = item(till, number);
    data.channel = events::Channel::SMS;
    data.purpose = events::Purpose::REMINDERS;
    data.template_ = "appointment-tomorrow";
    data.address = "+491711234567";
    return data;
}

}  // namespace

events::RecordName workloadRecord(std::uint64_t customer) {
    return events::RecordName::trusted("comcash/" + std::to_string(customer + 1));
}

events::SentEvent workloadEvent(std::uint64_t number) {
    switch (number % eventsPerCustomer) {
        case 0: return sent(till, number, imported(number / eventsPerCustomer));
        case 9: return sent(till, number, message(number));
        default:
            return number % 2 == 1 ? sent(booking, number, booked(number)) : sent(till, number, checkedOut(number));
    }
}

std::vector<events::SentEvent> workloadEvents(std::uint64_t from, std::uint64_t count) {
    std::vector<events::SentEvent> batch;
    batch.reserve(count);
    for (std::uint64_t number = from; number < from + count; ++number) batch.push_back(workloadEvent(number));
    return batch;
}

std::vector<events::SentEvent> workloadSources() {
    std::vector<events::SentEvent> connected;
    for (const auto& source : {till, booking}) {
        auto& event = connected.emplace_back();
        event.id = "bench-connected";
        event.source = source;
        event.data = events::SourceConnected{"bench", events::Declaration{"bench", "Made up; nobody is in here."}};
    }
    return connected;
}

}  // namespace kartei::tools
