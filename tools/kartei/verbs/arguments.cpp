#include "tools/kartei/verbs/arguments.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include "events/normal_forms.hpp"

namespace kartei::tools {

namespace {

constexpr std::int64_t microsecondsPerSecond = 1'000'000;

template <class Out>
std::function<Problem(const std::string&)> parsing(Out& out, auto parse, std::string wanted) {
    return [&out, parse, wanted = std::move(wanted)](const std::string& text) -> Problem {
        auto value = parse(text);
        if (!value) return wanted;
        out = std::move(*value);
        return std::nullopt;
    };
}

constexpr const char* wantsRecord = "must be a record: SOURCE/ID, such as comcash/4711";
constexpr const char* wantsPosition = "must be a position: a whole number from 1";

std::optional<int> number(std::string_view text, std::size_t begin, std::size_t length) {
    int value = 0;
    const char* first = text.data() + begin;
    const auto [end, error] = std::from_chars(first, first + length, value);
    if (error != std::errc{} || end != first + length || value < 0) return std::nullopt;
    return value;
}

// "2026-03-14", "2026-03-14 10:30" and "2026-03-14 10:30:15", in local time.
std::optional<events::Time> parseLocalTime(std::string_view text, Moment moment) {
    constexpr std::size_t dayLength = 10;
    constexpr std::size_t minuteLength = 16;
    constexpr std::size_t secondLength = 19;
    if (text.size() != dayLength && text.size() != minuteLength && text.size() != secondLength) return std::nullopt;
    if (!events::isDate(text.substr(0, dayLength))) return std::nullopt;
    std::tm local{};
    local.tm_year = number(text, 0, 4).value_or(0) - 1900;
    local.tm_mon = number(text, 5, 2).value_or(1) - 1;
    local.tm_mday = number(text, 8, 2).value_or(1);
    local.tm_isdst = -1;
    const bool lastMoment = moment == Moment::last;
    if (text.size() >= minuteLength) {
        const bool hasSecond = text.size() == secondLength;
        const auto hour = number(text, 11, 2);
        const auto minute = number(text, 14, 2);
        const auto second = hasSecond ? number(text, 17, 2) : 0;
        const bool separated = (text[dayLength] == ' ' || text[dayLength] == 'T') && text[13] == ':' &&
                               (!hasSecond || text[minuteLength] == ':');
        if (!separated || !hour || !minute || !second) return std::nullopt;
        if (*hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
        local.tm_hour = *hour;
        local.tm_min = *minute;
        local.tm_sec = *second;
        if (lastMoment) ++(hasSecond ? local.tm_sec : local.tm_min);
    } else if (lastMoment) {
        ++local.tm_mday;  // mktime carries over
    }
    const std::int64_t microseconds = std::mktime(&local) * microsecondsPerSecond;
    return events::Time(lastMoment ? microseconds - 1 : microseconds);
}

}  // namespace

std::optional<events::Position> parsePosition(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    const events::Position position(value);
    // The latest stands for no position of a log, and has none behind it.
    if (value == 0 || position == events::Position::latest()) return std::nullopt;
    return position;
}

std::optional<events::Position> parseReached(std::string_view text) {
    return text == "0" ? events::Position() : parsePosition(text);
}

std::optional<events::Time> parseTime(std::string_view text, Moment moment) {
    if (const auto exact = events::Time::parse(text)) return exact;
    return parseLocalTime(text, moment);
}

Argument argument(std::string name, std::string value, std::string help,
                  std::function<Problem(const std::string&)> take) {
    Argument made;
    made.name = std::move(name);
    made.value = std::move(value);
    made.help = std::move(help);
    made.need = made.isOption() ? Argument::Need::optional : Argument::Need::required;
    made.take = std::move(take);
    return made;
}

Argument severalOf(Argument argument) {
    argument.values = Argument::Values::several;
    return argument;
}

std::vector<std::string> listItems(std::string_view list) {
    std::vector<std::string> items;
    while (!list.empty()) {
        auto item = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), item.size() + 1));
        item.remove_prefix(std::min(item.find_first_not_of(' '), item.size()));
        item = item.substr(0, item.find_last_not_of(' ') + 1);
        if (!item.empty()) items.emplace_back(item);
    }
    if (items.empty()) items.emplace_back();
    return items;
}

Argument textArgument(std::string name, std::string& out, std::string help, std::string value) {
    return argument(std::move(name), std::move(value), std::move(help), [&out](const std::string& text) -> Problem {
        out = text;
        return std::nullopt;
    });
}

Argument speakingArgument(std::string name, std::string& out, std::string help, std::string value) {
    return argument(std::move(name), std::move(value), std::move(help), [&out](const std::string& text) -> Problem {
        if (events::saysNothing(text)) return "must not be blank";
        out = text;
        return std::nullopt;
    });
}

Argument recordArgument(std::string name, events::RecordName& out, std::string help) {
    return argument(std::move(name), "RECORD", std::move(help), parsing(out, events::RecordName::parse, wantsRecord));
}
Argument recordArgument(std::string name, std::optional<events::RecordName>& out, std::string help) {
    return argument(std::move(name), "RECORD", std::move(help), parsing(out, events::RecordName::parse, wantsRecord));
}

Argument recordsArgument(std::string name, std::vector<events::RecordName>& out, std::string help) {
    return severalOf(argument(std::move(name), "RECORD", std::move(help), [&out](const std::string& text) -> Problem {
        const auto record = events::RecordName::parse(text);
        if (!record) return wantsRecord;
        out.push_back(*record);
        return std::nullopt;
    }));
}

Argument sourceArgument(std::string name, std::optional<events::SourceName>& out, std::string help) {
    return argument(
        std::move(name), "SOURCE", std::move(help),
        parsing(out, events::SourceName::parse, "must be a source: small letters, digits and -, at most 32"));
}

Argument positionArgument(std::string name, events::Position& out, std::string help) {
    return argument(std::move(name), "POSITION", std::move(help), parsing(out, parsePosition, wantsPosition));
}
Argument positionArgument(std::string name, std::optional<events::Position>& out, std::string help) {
    return argument(std::move(name), "POSITION", std::move(help), parsing(out, parsePosition, wantsPosition));
}

Argument numberArgument(std::string name, std::optional<std::uint32_t>& out, std::string help) {
    return argument(std::move(name), "NUMBER", std::move(help), [&out](const std::string& text) -> Problem {
        const auto number = parsePosition(text);
        if (!number || number->value() > UINT32_MAX) return "must be a whole number from 1";
        out = static_cast<std::uint32_t>(number->value());
        return std::nullopt;
    });
}

Argument positionsArgument(std::string name, std::vector<events::Position>& out, std::string help) {
    return severalOf(argument(std::move(name), "POSITION", std::move(help), [&out](const std::string& text) -> Problem {
        const auto position = parsePosition(text);
        if (!position) return wantsPosition;
        out.push_back(*position);
        return std::nullopt;
    }));
}

Argument asOfArgument(AsOf& out) {
    auto take = [&out](const std::string& text) -> Problem {
        if (const auto position = parsePosition(text)) {
            out = *position;
        } else if (const auto time = parseTime(text, Moment::last)) {
            out = *time;
        } else {
            return "must be a position, or a time such as 2026-03-14T09:30:00Z or \"2026-03-14 10:30\"";
        }
        return std::nullopt;
    };
    return argument("--at", "POSITION|TIME",
                    "As it was at this position or time; a day, a minute or a second means its end", std::move(take));
}

Argument timeArgument(std::string name, std::optional<events::Time>& out, Moment moment, std::string help) {
    return argument(std::move(name), "TIME", std::move(help),
                    parsing(
                        out, [moment](const std::string& text) { return parseTime(text, moment); },
                        "must be a time such as 2026-03-14T09:30:00Z, \"2026-03-14 10:30\" or 2026-03-14"));
}

}  // namespace kartei::tools
