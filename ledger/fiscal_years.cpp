#include "ledger/fiscal_years.hpp"

#include <algorithm>
#include <chrono>

namespace kartei::ledger {

namespace {

using std::chrono::hours;
constexpr hours earliestPlace{14};  // UTC+14, where a year begins first
constexpr hours latestPlace{-12};   // UTC-12, where it ends last

int yearAt(events::Time time, hours offset) {
    using namespace std::chrono;
    const auto there = sys_time<microseconds>(microseconds(time.microseconds())) + offset;
    return static_cast<int>(year_month_day(floor<days>(there)).year());
}

}  // namespace

std::uint16_t fiscalYearOf(events::Time time) {
    return static_cast<std::uint16_t>(std::clamp(yearAt(time, earliestPlace), 1, 9999));
}

bool mustBeKept(std::uint16_t year, events::Time now) { return yearAt(now, latestPlace) <= year + yearsKept; }

}  // namespace kartei::ledger
