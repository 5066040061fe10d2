#include "projections/calendar.hpp"

#include <libical/ical.h>

#include <memory>

#include "projections/exchange_text.hpp"

namespace kartei::projections {

namespace {

struct FreeComponent {
    void operator()(icalcomponent* component) const { icalcomponent_free(component); }
};
using Component = std::unique_ptr<icalcomponent, FreeComponent>;

// In UTC, whole seconds.
icaltimetype utc(events::Time time) {
    constexpr std::int64_t microseconds = 1'000'000;
    const auto behind = time.microseconds() % microseconds < 0 ? 1 : 0;
    return icaltime_from_timet_with_zone(time.microseconds() / microseconds - behind, 0,
                                         icaltimezone_get_utc_timezone());
}

void add(icalcomponent* component, icalproperty* property) { icalcomponent_add_property(component, property); }

icalproperty* kept(const char* name, std::string_view value) {
    auto* property = icalproperty_new_x(std::string(value).c_str());
    icalproperty_set_x_name(property, name);
    return property;
}

Component eventOf(const ledger::Reading& reading, const Visit& visit, std::string_view business) {
    const auto& booked = *visit.appointment;
    const auto status = visit.status();
    const auto starts = utc(booked.startsAt);
    Component event(icalcomponent_new(ICAL_VEVENT_COMPONENT));
    add(event.get(), icalproperty_new_uid((booked.name.text() + "@" + std::string(business) + ".kartei").c_str()));
    add(event.get(), icalproperty_new_dtstamp(utc(reading.event(booked.lastPosition)->recordedTime)));
    add(event.get(), icalproperty_new_dtstart(starts));
    if (booked.endsAt && icaltime_compare(utc(*booked.endsAt), starts) > 0) {  // §3.8.2.2: later than the start
        add(event.get(), icalproperty_new_dtend(utc(*booked.endsAt)));
    }
    const bool cancelled = status == ledger::VisitStatus::cancelled;
    add(event.get(), icalproperty_new_status(cancelled ? ICAL_STATUS_CANCELLED : ICAL_STATUS_CONFIRMED));
    add(event.get(), kept("X-KARTEI-STATUS", toText(status)));
    const auto service = exchangeText(booked.service);
    add(event.get(), icalproperty_new_summary(service.empty() ? "Termin" : service.c_str()));
    if (!booked.staff.empty()) add(event.get(), icalproperty_new_contact(exchangeText(booked.staff).c_str()));
    if (!booked.note.empty()) add(event.get(), icalproperty_new_description(exchangeText(booked.note).c_str()));
    return event;
}

std::string textOf(icalcomponent* component) {
    const std::unique_ptr<char, decltype(&icalmemory_free_buffer)> text(icalcomponent_as_ical_string_r(component),
                                                                        icalmemory_free_buffer);
    return text == nullptr ? std::string() : std::string(text.get());
}

}  // namespace

std::string calendarOf(const ledger::Reading& reading, const std::vector<Visit>& visits, std::string_view business) {
    const Component calendar(icalcomponent_new(ICAL_VCALENDAR_COMPONENT));
    add(calendar.get(), icalproperty_new_version("2.0"));
    add(calendar.get(), icalproperty_new_prodid("-//Kartei//Copy for the customer//EN"));
    for (const auto& visit : visits) {
        if (!visit.appointment) continue;
        icalcomponent_add_component(calendar.get(), eventOf(reading, visit, business).release());
    }
    return textOf(calendar.get());
}

}  // namespace kartei::projections
