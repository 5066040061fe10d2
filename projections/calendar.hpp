#pragma once
// A customer's appointments as an iCalendar (RFC 5545), for calendars. Written by libical.

#include <string>
#include <string_view>
#include <vector>

#include "projections/history.hpp"

namespace kartei::projections {

// An event for each appointment; receipts without one are none. UID is the appointment's name within the business, so
// that a later copy brings the same event up to date. DTSTAMP is when the last fact of the appointment was recorded.
// An appointment that was missed stands as it was booked, with X-KARTEI-STATUS:missed; so does one that was checked
// out.
std::string calendarOf(const ledger::Reading& reading, const std::vector<Visit>& visits, std::string_view business);

}  // namespace kartei::projections
