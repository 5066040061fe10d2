#pragma once
// What single values of foreign files mean: days, full names, countries.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kartei::adapters {

// How a day may be written. A time of day behind it ("1980-03-22 00:00:00", as databases export) is dropped.
enum class DayForm {
    german,   // 03.3.1980, 3.3.1980; without a year 31.12. (DIN 5008 allows both)
    iso,      // 1980-03-22, and --03-22 without a year
    compact,  // 19800322
};

inline const std::vector<DayForm> allDayForms = {DayForm::german, DayForm::iso, DayForm::compact};

// The day as events::dateText writes it; nothing where the text is no day in any of the forms. A year of two digits
// is no year: nobody can tell its century.
std::optional<std::string> parseDay(std::string_view text, const std::vector<DayForm>& forms);

enum class NameOrder { givenFirst, familyFirst };

struct SplitName {
    std::string given;
    std::string family;
    bool operator==(const SplitName&) const = default;
};

// A full name in its two parts. With a comma the family name comes first, whatever `order` says ("Muster, Max").
// Without, the last word (givenFirst) or the first (familyFirst) is the family name, with the particles that go
// before it ("Anna von der Leyen"). A single word is a family name.
SplitName splitFullName(std::string_view name, NameOrder order);

// The code of ISO 3166-1 alpha-2: of a code of two or three letters ("de", "DEU"), of a country's German or English
// name as Unicode CLDR has it, or of a handful of certain other spellings ("U.S.A."). Nothing for all else; nothing
// is guessed.
std::optional<std::string> countryCode(std::string_view text);

}  // namespace kartei::adapters
