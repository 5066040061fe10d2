#include "adapters/decimal.hpp"

#include <unicode/ucurr.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>

#include "adapters/text_forms.hpp"

namespace kartei::adapters {

namespace {

constexpr std::size_t mostDigits = 18;  // what 64 bits hold for certain
constexpr std::size_t groupDigits = 3;
constexpr std::int64_t ten = 10;

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool areDigits(std::string_view text) { return std::all_of(text.begin(), text.end(), isDigit); }

// The digits before the point, without what stands between thousands. Nothing where a group is not one.
std::optional<std::string> ungrouped(std::string_view whole, char group) {
    const std::size_t first = group == '\0' ? std::string_view::npos : whole.find(group);
    if (first == std::string_view::npos) return std::string(whole);
    if (first == 0 || first > groupDigits) return std::nullopt;
    std::string digits(whole.substr(0, first));
    for (std::size_t at = first; at < whole.size(); at += groupDigits + 1) {
        const auto next = whole.substr(at + 1, groupDigits);
        if (whole[at] != group || next.size() != groupDigits || !areDigits(next)) return std::nullopt;
        digits += next;
    }
    return digits;
}

std::optional<std::int64_t> scaledUp(std::int64_t number, int places) {
    for (int i = 0; i < places; ++i) {
        if (__builtin_mul_overflow(number, ten, &number)) return std::nullopt;
    }
    return number;
}

Decimal withoutZeros(Decimal number) {
    while (number.places > 0 && number.digits % ten == 0) {
        number.digits /= ten;
        --number.places;
    }
    return number;
}

}  // namespace

std::optional<Decimal> parseDecimal(std::string_view text, DecimalForm form) {
    text = trimmed(text);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    const std::size_t point = text.find(form.point);
    const auto whole = ungrouped(text.substr(0, point), form.group);
    if (!whole) return std::nullopt;
    std::string_view fraction = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
    const std::string digits = *whole + std::string(fraction);
    if (digits.empty() || !areDigits(digits)) return std::nullopt;
    const std::size_t significant = std::min(digits.find_first_not_of('0'), digits.size());
    if (digits.size() - significant > mostDigits || fraction.size() > mostDigits) return std::nullopt;
    std::int64_t value = 0;
    for (const char digit : digits) value = value * ten + (digit - '0');
    return withoutZeros({negative ? -value : value, static_cast<int>(fraction.size())});
}

std::string toText(Decimal number) {
    const bool negative = number.digits < 0;
    std::string text = std::to_string(number.digits);
    if (negative) text.erase(0, 1);
    const auto places = static_cast<std::size_t>(number.places);
    if (text.size() <= places) text.insert(0, places + 1 - text.size(), '0');
    if (places > 0) text.insert(text.size() - places, 1, '.');
    return negative ? "-" + text : text;
}

std::optional<Decimal> times(Decimal left, Decimal right) {
    Decimal product{0, left.places + right.places};
    if (__builtin_mul_overflow(left.digits, right.digits, &product.digits)) return std::nullopt;
    return withoutZeros(product);
}

int minorPlaces(std::string_view currency) {
    const auto code =
        icu::UnicodeString::fromUTF8(icu::StringPiece(currency.data(), static_cast<int>(currency.size())));
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeString terminated = code;
    const int places = ucurr_getDefaultFractionDigits(terminated.getTerminatedBuffer(), &status);
    constexpr int usual = 2;
    return U_FAILURE(status) ? usual : places;
}

std::optional<std::int64_t> minorUnits(Decimal amount, int places) {
    amount = withoutZeros(amount);
    if (amount.places > places) return std::nullopt;
    return scaledUp(amount.digits, places - amount.places);
}

std::optional<std::int64_t> roundedMinorUnits(Decimal amount, int places) {
    if (amount.places <= places) return minorUnits(amount, places);
    constexpr std::int64_t half = ten / 2;
    // All digits but one behind the last that stays are cut off; that one decides, for half and more go away from zero.
    while (amount.places > places + 1) {
        amount.digits /= ten;
        --amount.places;
    }
    const std::int64_t last = amount.digits % ten;
    const std::int64_t kept = amount.digits / ten;
    if (last >= half) return kept + 1;
    return last <= -half ? kept - 1 : kept;
}

}  // namespace kartei::adapters
