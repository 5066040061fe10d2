#include "events/time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace kartei::events {

namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr std::int64_t microsecondsPerSecond = 1'000'000;
constexpr std::int64_t firstSecond = -62'135'596'800;  // 0001-01-01T00:00:00Z
constexpr std::int64_t lastSecond = 253'402'300'799;   // 9999-12-31T23:59:59Z

// Takes exactly `digits` decimal digits off the front of `text`.
std::optional<int> takeNumber(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) return std::nullopt;
    int value = 0;
    for (const char c : text.substr(0, digits)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(digits);
    return value;
}

bool takeLetter(std::string_view& text, std::string_view oneOf) {
    if (text.empty() || oneOf.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<year_month_day> takeDay(std::string_view& text) {
    const auto y = takeNumber(text, 4);
    if (!y || *y == 0 || !takeLetter(text, "-")) return std::nullopt;
    const auto m = takeNumber(text, 2);
    if (!m || !takeLetter(text, "-")) return std::nullopt;
    const auto d = takeNumber(text, 2);
    if (!d) return std::nullopt;
    const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
    if (!date.ok()) return std::nullopt;
    return date;
}

// Digits after the point, as microseconds. At least one digit must be there.
std::optional<int> takeFraction(std::string_view& text) {
    int value = 0;
    int scale = 100'000;
    std::size_t digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        value += (text.front() - '0') * scale;
        scale /= 10;
        ++digits;
        text.remove_prefix(1);
    }
    if (digits == 0) return std::nullopt;
    return value;
}

// The offset from UTC in seconds.
std::optional<int> takeOffset(std::string_view& text) {
    if (takeLetter(text, "Zz")) return 0;
    if (text.empty()) return std::nullopt;
    const bool west = text.front() == '-';
    if (!takeLetter(text, "+-")) return std::nullopt;
    const auto hours = takeNumber(text, 2);
    if (!hours || *hours > 23 || !takeLetter(text, ":")) return std::nullopt;
    const auto minutes = takeNumber(text, 2);
    if (!minutes || *minutes > 59) return std::nullopt;
    const int seconds = (*hours * 60 + *minutes) * 60;
    return west ? -seconds : seconds;
}

}  // namespace

std::optional<Time> Time::parse(std::string_view text) {
    const auto date = takeDay(text);
    if (!date || !takeLetter(text, "Tt ")) return std::nullopt;
    const auto hour = takeNumber(text, 2);
    if (!hour || *hour > 23 || !takeLetter(text, ":")) return std::nullopt;
    const auto minute = takeNumber(text, 2);
    if (!minute || *minute > 59 || !takeLetter(text, ":")) return std::nullopt;
    auto second = takeNumber(text, 2);
    if (!second || *second > 60) return std::nullopt;
    if (*second == 60) second = 59;
    int fraction = 0;
    if (takeLetter(text, ".")) {
        const auto digits = takeFraction(text);
        if (!digits) return std::nullopt;
        fraction = *digits;
    }
    const auto offset = takeOffset(text);
    if (!offset || !text.empty()) return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(*date).time_since_epoch().count();
    const std::int64_t seconds = ((days * 24 + *hour) * 60 + *minute) * 60 + *second - *offset;
    if (seconds < firstSecond || seconds > lastSecond) return std::nullopt;  // an offset may lead out of the years
    return Time(seconds * microsecondsPerSecond + fraction);
}

std::string toText(Time time) {
    using std::chrono::microseconds;
    // A damaged entry may hold any number; years beyond the format are written as its first or last moment.
    constexpr std::int64_t first = firstSecond * microsecondsPerSecond;
    constexpr std::int64_t last = lastSecond * microsecondsPerSecond + (microsecondsPerSecond - 1);
    const std::chrono::sys_time<microseconds> point{microseconds{std::clamp(time.microseconds(), first, last)}};
    const auto days = std::chrono::floor<std::chrono::days>(point);
    const year_month_day date{days};
    const std::chrono::hh_mm_ss clock{point - days};
    std::array<char, 48> buffer{};
    int length = std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02d",
                               static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                               static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                               static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
    std::string text(buffer.data(), static_cast<std::size_t>(length));
    if (const auto fraction = clock.subseconds().count(); fraction != 0) {
        length = std::snprintf(buffer.data(), buffer.size(), ".%06d", static_cast<int>(fraction));
        text.append(buffer.data(), static_cast<std::size_t>(length));
        text.erase(text.find_last_not_of('0') + 1);
    }
    return text + "Z";
}

std::optional<std::string> dateText(std::optional<int> knownYear, int monthNumber, int dayNumber) {
    constexpr int anyLeapYear = 2000;
    if (knownYear && (*knownYear < 1 || *knownYear > 9999)) return std::nullopt;
    const year_month_day date{year{knownYear.value_or(anyLeapYear)}, month{static_cast<unsigned>(monthNumber)},
                              day{static_cast<unsigned>(dayNumber)}};
    if (monthNumber < 1 || monthNumber > 12 || dayNumber < 1 || dayNumber > 31 || !date.ok()) return std::nullopt;
    std::array<char, 32> buffer{};
    if (knownYear) {
        std::snprintf(buffer.data(), buffer.size(), "%04d-%02d-%02d", *knownYear, monthNumber, dayNumber);
    } else {
        std::snprintf(buffer.data(), buffer.size(), "--%02d-%02d", monthNumber, dayNumber);
    }
    return std::string(buffer.data());
}

bool isDate(std::string_view text) {
    if (text.starts_with("--")) {
        std::string_view rest = text.substr(2);
        const auto m = takeNumber(rest, 2);
        if (!m || !takeLetter(rest, "-")) return false;
        const auto d = takeNumber(rest, 2);
        return d && rest.empty() && dateText(std::nullopt, *m, *d).has_value();
    }
    return takeDay(text).has_value() && text.empty();
}

}  // namespace kartei::events
