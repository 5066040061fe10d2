#include "adapters/person_values.hpp"

#include <unicode/locid.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <map>

#include "adapters/text_forms.hpp"
#include "events/time.hpp"

namespace kartei::adapters {

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

// Takes between `fewest` and `most` digits off the front.
std::optional<int> takeNumber(std::string_view& text, std::size_t fewest, std::size_t most) {
    std::size_t length = 0;
    int value = 0;
    while (length < most && length < text.size() && isDigit(text[length])) value = value * 10 + (text[length++] - '0');
    if (length < fewest) return std::nullopt;
    text.remove_prefix(length);
    return value;
}

bool takeLetter(std::string_view& text, char letter) {
    if (text.empty() || text.front() != letter) return false;
    text.remove_prefix(1);
    return true;
}

// Nothing, or a time of day: "T12:00:00Z", " 00:00", " 0:00:00.000".
bool isEndOrTime(std::string_view rest) {
    if (rest.empty()) return true;
    if (!takeLetter(rest, 'T') && !takeLetter(rest, ' ')) return false;
    if (!takeNumber(rest, 1, 2) || !takeLetter(rest, ':') || !takeNumber(rest, 2, 2)) return false;
    return rest.find_first_not_of("0123456789:.,+-Z") == std::string_view::npos;
}

std::optional<std::string> germanDay(std::string_view text) {
    const auto day = takeNumber(text, 1, 2);
    if (!day || !takeLetter(text, '.')) return std::nullopt;
    const auto month = takeNumber(text, 1, 2);
    if (!month || !takeLetter(text, '.')) return std::nullopt;
    if (text.empty()) return events::dateText(std::nullopt, *month, *day);
    const auto year = takeNumber(text, 4, 4);
    if (!year || !isEndOrTime(text)) return std::nullopt;
    return events::dateText(year, *month, *day);
}

std::optional<std::string> isoDay(std::string_view text) {
    if (text.starts_with("--")) return events::isDate(text) ? std::optional(std::string(text)) : std::nullopt;
    const auto year = takeNumber(text, 4, 4);
    if (!year || !takeLetter(text, '-')) return std::nullopt;
    const auto month = takeNumber(text, 2, 2);
    if (!month || !takeLetter(text, '-')) return std::nullopt;
    const auto day = takeNumber(text, 2, 2);
    if (!day || !isEndOrTime(text)) return std::nullopt;
    return events::dateText(year, *month, *day);
}

std::optional<std::string> compactDay(std::string_view text) {
    if (text.size() != 8) return std::nullopt;
    const auto year = takeNumber(text, 4, 4);
    const auto month = takeNumber(text, 2, 2);
    const auto day = takeNumber(text, 2, 2);
    if (!year || !month || !day) return std::nullopt;
    return events::dateText(year, *month, *day);
}

// Words that belong to the family name behind them, in lower case only: "Van" may be a given name.
bool isParticle(std::string_view word) {
    constexpr std::array particles = {"von", "vom", "van", "vor", "zu",    "zum", "zur", "der",
                                      "dem", "den", "de",  "del", "della", "di",  "da",  "dos",
                                      "du",  "la",  "le",  "ter", "ten",   "und", "af",  "av"};
    return std::any_of(particles.begin(), particles.end(), [&](const char* particle) { return word == particle; });
}

std::string joined(const std::vector<std::string_view>& words, std::size_t from, std::size_t to) {
    std::string text;
    for (std::size_t i = from; i < to; ++i) {
        if (!text.empty()) text += ' ';
        text += words[i];
    }
    return text;
}

std::vector<std::string_view> wordsOf(std::string_view text) {
    std::vector<std::string_view> words;
    for (text = trimmed(text); !text.empty(); text = trimmed(text)) {
        const std::size_t end = std::min(text.find_first_of(" \t\r\n"), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return words;
}

using CountryNames = std::map<std::string, std::string, std::less<>>;

void addCountry(CountryNames& names, const char* code) {
    const icu::Locale country("", code);
    const auto add = [&](std::string_view name) {
        if (!name.empty()) names.emplace(folded(name), code);
    };
    add(code);
    add(country.getISO3Country());
    for (const icu::Locale& language : {icu::Locale::getGerman(), icu::Locale::getEnglish()}) {
        icu::UnicodeString name;
        std::string text;
        country.getDisplayCountry(language, name).toUTF8String(text);
        add(text);
    }
}

CountryNames allCountries() {
    CountryNames names;
    for (const char* const* code = icu::Locale::getISOCountries(); *code != nullptr; ++code) addCountry(names, *code);
    // Long forms and spellings that CLDR does not list as the display name.
    const std::initializer_list<std::pair<const char*, const char*>> others = {
        {"bundesrepublik deutschland", "DE"},
        {"federal republic of germany", "DE"},
        {"republik österreich", "AT"},
        {"schweizerische eidgenossenschaft", "CH"},
        {"united states of america", "US"},
        {"vereinigte staaten von amerika", "US"},
        {"u.s.a.", "US"},
        {"u.s.", "US"},
        {"great britain", "GB"},
        {"großbritannien", "GB"},
        {"uk", "GB"},
        {"tschechische republik", "CZ"},
        {"czech republic", "CZ"},
        {"the netherlands", "NL"},
        {"turkey", "TR"},
        {"russische föderation", "RU"},
        {"republic of austria", "AT"},
        {"österreich", "AT"}};
    for (const auto& [name, code] : others) names.emplace(folded(name), code);
    return names;
}

}  // namespace

std::optional<std::string> parseDay(std::string_view text, const std::vector<DayForm>& forms) {
    text = trimmed(text);
    for (const DayForm form : forms) {
        std::optional<std::string> day;
        switch (form) {
            case DayForm::german: day = germanDay(text); break;
            case DayForm::iso: day = isoDay(text); break;
            case DayForm::compact: day = compactDay(text); break;
        }
        if (day) return day;
    }
    return std::nullopt;
}

SplitName splitFullName(std::string_view name, NameOrder order) {
    if (const std::size_t comma = name.find(','); comma != std::string_view::npos) {
        return {std::string(trimmed(name.substr(comma + 1))), std::string(trimmed(name.substr(0, comma)))};
    }
    const std::vector<std::string_view> words = wordsOf(name);
    if (words.size() < 2) return {std::string(), joined(words, 0, words.size())};
    if (order == NameOrder::familyFirst) {
        std::size_t end = 1;
        while (end + 1 < words.size() && isParticle(words[end - 1])) ++end;
        return {joined(words, end, words.size()), joined(words, 0, end)};
    }
    std::size_t begin = words.size() - 1;
    while (begin > 1 && isParticle(words[begin - 1])) --begin;
    return {joined(words, 0, begin), joined(words, begin, words.size())};
}

std::optional<std::string> countryCode(std::string_view text) {
    static const CountryNames names = allCountries();
    const auto found = names.find(folded(text));
    if (found == names.end()) return std::nullopt;
    return found->second;
}

}  // namespace kartei::adapters
