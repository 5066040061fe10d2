#include "adapters/decimal.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>

using namespace kartei::adapters;

namespace {

const DecimalForm german;  // decimal comma
const DecimalForm english{'.', ','};

std::optional<std::int64_t> cents(std::string_view text, DecimalForm form = german) {
    const auto number = parseDecimal(text, form);
    return number ? minorUnits(*number, 2) : std::nullopt;
}

}  // namespace

TEST_CASE("Amounts are read exactly as they are written", "[adapters][decimal]") {
    CHECK(cents("28,56") == 2856);
    CHECK(cents("0,29") == 29);  // 28 as a binary fraction that is cut off
    CHECK(cents("-1.234.567,5") == -123456750);
    CHECK(cents("+3") == 300);
    CHECK(cents(",5") == 50);
    CHECK(cents(" 7,00000 ") == 700);
    CHECK(cents("0") == 0);
    CHECK(cents("1,234.50", english) == 123450);
    CHECK(cents("1249.90", {'.', '\0'}) == 124990);
}

TEST_CASE("What is no number in the form is none", "[adapters][decimal]") {
    for (const char* text : {"", "-", ",", "--1", "1e3", "12,5 EUR", "1,2,3", "12.50", "1.23,00", ".123,00",
                             "1234.567,00", "0x10", "1 000", "NaN", "1.2345", "1-"}) {
        INFO(text);
        CHECK_FALSE(parseDecimal(text, german).has_value());
    }
    CHECK_FALSE(parseDecimal("1,234", {'.', '\0'}).has_value());
}

TEST_CASE("Numbers out of range are none", "[adapters][decimal]") {
    CHECK(cents("9999999999999999,99") == 999999999999999999);
    CHECK_FALSE(parseDecimal("9999999999999999999", german).has_value());
    CHECK_FALSE(parseDecimal("0," + std::string(19, '1'), german).has_value());
    CHECK_FALSE(cents("999999999999999999").has_value());
    CHECK(parseDecimal("000000000000000000000012", german) == Decimal{12, 0});
}

TEST_CASE("An amount is a whole number of minor units or none", "[adapters][decimal]") {
    CHECK_FALSE(cents("14,285").has_value());
    CHECK(minorUnits({5, 0}, 0) == 5);
    CHECK(minorPlaces("EUR") == 2);
    CHECK(minorPlaces("JPY") == 0);
    CHECK(minorPlaces("KWD") == 3);
}

TEST_CASE("Products are rounded half away from zero", "[adapters][decimal]") {
    const auto product = [](std::string_view left, std::string_view right) {
        const auto result = times(parseDecimal(left, german).value(), parseDecimal(right, german).value());
        return result ? roundedMinorUnits(*result, 2) : std::nullopt;
    };
    CHECK(product("0,500", "28,56000") == 1428);
    CHECK(product("-1,000", "33,00000") == -3300);
    CHECK(product("0,333", "10,00000") == 333);
    CHECK(product("1,5", "0,09") == 14);  // 0,135
    CHECK(product("-1,5", "0,09") == -14);
    CHECK(product("0,3333", "0,1") == 3);  // 0,03333
    CHECK_FALSE(product("999999999999999", "999999999999999").has_value());
}

TEST_CASE("Numbers are written without what says nothing", "[adapters][decimal]") {
    CHECK(toText(parseDecimal("1,000", german).value()) == "1");
    CHECK(toText(parseDecimal("0,500", german).value()) == "0.5");
    CHECK(toText(parseDecimal("-2,25", german).value()) == "-2.25");
    CHECK(toText(parseDecimal("-0,050", german).value()) == "-0.05");
    CHECK(toText(parseDecimal("1.000", german).value()) == "1000");
}
