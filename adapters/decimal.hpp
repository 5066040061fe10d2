#pragma once
// Decimal numbers of tills as they are written, exactly: no binary fraction ever holds an amount.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kartei::adapters {

// What stands in a number besides digits and a sign.
struct DecimalForm {
    char point = ',';
    char group = '.';  // between thousands; '\0': nothing may
};

// digits / 10^places, the places without zeros at the end.
struct Decimal {
    std::int64_t digits = 0;
    int places = 0;
    bool operator==(const Decimal&) const = default;
};

// "28,56", "-1.234,50", "+3", ",5". Nothing where the text is something else: an exponent, a currency, a group that is
// not three digits, or a number with more than 18 digits.
std::optional<Decimal> parseDecimal(std::string_view text, DecimalForm form);

// The number as people write it in English: "1", "0.5", "-2.25".
std::string toText(Decimal number);

// The product. Nothing where it has too many digits.
std::optional<Decimal> times(Decimal left, Decimal right);

// How many decimal places the currency has (ISO 4217, as Unicode CLDR has it): 2 for EUR, 0 for JPY.
int minorPlaces(std::string_view currency);

// The amount in minor units, 2856 for 28.56. Nothing where it is not a whole number of them, or is out of range.
std::optional<std::int64_t> minorUnits(Decimal amount, int places);
// The same, rounded to the nearest, half away from zero. Nothing where it is out of range.
std::optional<std::int64_t> roundedMinorUnits(Decimal amount, int places);

}  // namespace kartei::adapters
