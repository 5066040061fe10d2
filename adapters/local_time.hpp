#pragma once
// Times of day of tills that do not say how far they are from UTC.

#include <optional>
#include <string>
#include <string_view>

#include "events/time.hpp"

namespace kartei::adapters {

inline constexpr const char* germanZone = "Europe/Berlin";

// Whether ICU knows the time zone by this name of the IANA Time Zone Database.
bool isTimeZone(const std::string& zone);

// The moment at which a clock in the zone showed this: `day` as parseDay gives it, with a year; `clock` "12:05" or
// "12:05:30". An hour that the clock shows twice (the end of summer time) is taken for its first, for most tills put
// the clock back by themselves and nobody works then; one that it never shows (its beginning) is taken as of a clock
// that was not put forward yet. Nothing where the text is no time.
std::optional<events::Time> localTime(std::string_view day, std::string_view clock, const std::string& zone);

// RFC 3339, or the same without an offset, in the zone: "2026-03-14T09:30:00", with a blank for the T as well.
std::optional<events::Time> timeInZone(std::string_view text, const std::string& zone);

}  // namespace kartei::adapters
