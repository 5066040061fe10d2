#pragma once
// Which year a receipt is of, and how long it must be kept: § 147 AO (3), (4): eight years, from the end of the year in
// which it was made.
//
// Nobody says in which time zone the shop is. So each question is answered as the place answers it, wherever on earth,
// where a receipt has to stay longest.

#include <cstdint>

#include "events/time.hpp"

namespace kartei::ledger {

inline constexpr std::uint16_t yearsKept = 8;

// The year whose key a receipt is under. The last hours of a year count for the next one.
std::uint16_t fiscalYearOf(events::Time time);

// Whether receipts of that year must still be kept.
bool mustBeKept(std::uint16_t year, events::Time now);

}  // namespace kartei::ledger
