#pragma once
// Points in time and days as Kartei keeps them.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kartei::events {

// Microseconds since 1970-01-01T00:00:00Z.
class Time {
public:
    constexpr Time() = default;
    constexpr explicit Time(std::int64_t microseconds) : microseconds_(microseconds) {}
    [[nodiscard]] constexpr std::int64_t microseconds() const { return microseconds_; }
    constexpr auto operator<=>(const Time&) const = default;

    // RFC 3339 §5.6 with any offset: "2026-03-14T09:30:00Z", "2026-03-14T10:30:00.5+01:00". Fractions beyond a
    // microsecond are cut off; a leap second counts as the second before it. Years 0001 to 9999.
    static std::optional<Time> parse(std::string_view text);

private:
    std::int64_t microseconds_ = 0;
};

// RFC 3339 in UTC, with as many digits of a second as it takes: "2026-03-14T09:30:00Z".
std::string toText(Time time);

// `YYYY-MM-DD`, or `--MM-DD` for a day whose year is not known (as in vCard, RFC 6350 §4.3.1). 29 February is a
// day where there is no year.
bool isDate(std::string_view text);

// A day in the form of isDate. Nothing where there is no such day. `year` absent: not known.
std::optional<std::string> dateText(std::optional<int> year, int month, int day);

}  // namespace kartei::events
