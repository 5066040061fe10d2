#include "tools/kartei/render/values.hpp"

#include <unicode/ucurr.h>

#include <array>
#include <cstdio>
#include <ctime>

#include "events/time.hpp"

namespace kartei::tools::render {

namespace {

constexpr std::int64_t microsecondsPerSecond = 1'000'000;
constexpr std::size_t currencyLetters = 3;

std::size_t fractionDigits(std::string_view currency) {
    constexpr std::size_t usual = 2;
    if (currency.size() != currencyLetters) return usual;
    std::array<UChar, currencyLetters + 1> code{};
    for (std::size_t i = 0; i < currencyLetters; ++i) code[i] = static_cast<unsigned char>(currency[i]);
    UErrorCode status = U_ZERO_ERROR;
    const auto digits = ucurr_getDefaultFractionDigits(code.data(), &status);
    return U_FAILURE(status) || digits < 0 ? usual : static_cast<std::size_t>(digits);
}

}  // namespace

std::string moneyText(std::int64_t minorUnits, std::string_view currency) {
    const bool negative = minorUnits < 0;
    // The magnitude of the smallest number has no room in its own type.
    const auto magnitude =
        negative ? 0 - static_cast<std::uint64_t>(minorUnits) : static_cast<std::uint64_t>(minorUnits);
    std::string digits = std::to_string(magnitude);
    if (const auto fraction = fractionDigits(currency); fraction > 0) {
        if (digits.size() <= fraction) digits.insert(0, fraction + 1 - digits.size(), '0');
        digits.insert(digits.size() - fraction, 1, ',');
    }
    return (negative ? "-" : "") + digits + " " + std::string(currency);
}

std::string moneyText(View money) {
    const auto amount = money["amount"].number();
    if (!amount) return {};
    return moneyText(*amount, money["currency"].text());
}

std::string localTime(std::string_view rfc3339) {
    const auto time = events::Time::parse(rfc3339);
    if (!time) return std::string(rfc3339);
    std::int64_t seconds = time->microseconds() / microsecondsPerSecond;
    if (time->microseconds() % microsecondsPerSecond < 0) --seconds;
    const std::time_t clock = seconds;
    std::tm local{};
    if (localtime_r(&clock, &local) == nullptr) return std::string(rfc3339);
    std::array<char, 32> buffer{};
    const auto length = std::strftime(buffer.data(), buffer.size(), "%Y-%m-%d %H:%M", &local);
    return {buffer.data(), length};
}

std::string localTime(View time) { return localTime(time.text()); }

std::string personName(View file) {
    const auto value = [&](std::string_view field) { return file["attributes"][field]["value"].text(); };
    std::string name = value("givenName");
    const auto family = value("familyName");
    if (!name.empty() && !family.empty()) name += ' ';
    name += family;
    if (name.empty()) name = value("company");
    if (name.empty()) name = value("email");
    return name;
}

std::string joinText(View join) {
    if (join["from"]) return "merge " + join["from"].text() + " into " + join["into"].text();
    return "link " + join["a"].text() + " and " + join["b"].text();
}

}  // namespace kartei::tools::render
