#include "adapters/local_time.hpp"

#include <unicode/gregocal.h>
#include <unicode/timezone.h>

#include <charconv>
#include <memory>
#include <vector>

#include "adapters/person_values.hpp"
#include "adapters/text_forms.hpp"

namespace kartei::adapters {

namespace {

constexpr std::size_t dayLength = std::string_view("2026-03-14").size();

std::optional<int> number(std::string_view digits, std::size_t most) {
    int value = 0;
    if (digits.empty() || digits.size() > most) return std::nullopt;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size() || value < 0) return std::nullopt;
    return value;
}

struct Clock {
    int hour = 0, minute = 0, second = 0;
};

std::optional<Clock> parseClock(std::string_view text) {
    text = trimmed(text);
    text = text.substr(0, text.find('.'));  // fractions of a second
    constexpr int hours = 24;
    constexpr int sixty = 60;
    std::vector<int> parts;
    for (;;) {
        const std::size_t colon = text.find(':');
        const auto part = number(text.substr(0, colon), 2);
        if (!part || *part >= (parts.empty() ? hours : sixty)) return std::nullopt;
        parts.push_back(*part);
        if (colon == std::string_view::npos) break;
        text.remove_prefix(colon + 1);
    }
    if (parts.size() != 2 && parts.size() != 3) return std::nullopt;
    return Clock{parts[0], parts[1], parts.size() == 3 ? parts[2] : 0};
}

std::unique_ptr<icu::TimeZone> zoneOf(const std::string& name) {
    return std::unique_ptr<icu::TimeZone>(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(name)));
}

}  // namespace

bool isTimeZone(const std::string& zone) { return *zoneOf(zone) != icu::TimeZone::getUnknown(); }

std::optional<events::Time> localTime(std::string_view day, std::string_view clock, const std::string& zone) {
    const auto time = parseClock(clock);
    if (!time || day.size() != dayLength || !events::isDate(day)) return std::nullopt;
    const auto year = number(day.substr(0, 4), 4);
    const auto month = number(day.substr(5, 2), 2);
    const auto date = number(day.substr(8, 2), 2);
    if (!year || !month || !date) return std::nullopt;
    UErrorCode status = U_ZERO_ERROR;
    icu::GregorianCalendar calendar(zoneOf(zone).release(), status);
    if (U_FAILURE(status)) return std::nullopt;
    calendar.clear();
    calendar.setRepeatedWallTimeOption(UCAL_WALLTIME_FIRST);
    calendar.setSkippedWallTimeOption(UCAL_WALLTIME_LAST);
    calendar.set(*year, *month - 1, *date, time->hour, time->minute, time->second);
    const double milliseconds = calendar.getTime(status);
    if (U_FAILURE(status)) return std::nullopt;
    constexpr std::int64_t microseconds = 1'000;
    return events::Time(static_cast<std::int64_t>(milliseconds) * microseconds);
}

std::optional<events::Time> timeInZone(std::string_view text, const std::string& zone) {
    text = trimmed(text);
    if (const auto time = events::Time::parse(text)) return time;
    if (text.size() <= dayLength || (text[dayLength] != 'T' && text[dayLength] != ' ')) return std::nullopt;
    return localTime(text.substr(0, dayLength), text.substr(dayLength + 1), zone);
}

}  // namespace kartei::adapters
