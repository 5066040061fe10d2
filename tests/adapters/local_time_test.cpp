#include "adapters/local_time.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace kartei;
using namespace kartei::adapters;

namespace {

std::string utc(const std::optional<events::Time>& time) { return time ? toText(*time) : "none"; }

}  // namespace

TEST_CASE("A German clock is one or two hours ahead of UTC", "[adapters][time]") {
    CHECK(utc(localTime("2025-01-15", "12:05", germanZone)) == "2025-01-15T11:05:00Z");
    CHECK(utc(localTime("2025-07-15", "12:05:30", germanZone)) == "2025-07-15T10:05:30Z");
    CHECK(utc(localTime("2025-07-01", "00:30", germanZone)) == "2025-06-30T22:30:00Z");
    CHECK(utc(localTime("2025-07-15", "12:05", "Europe/London")) == "2025-07-15T11:05:00Z");
}

TEST_CASE("The hour that comes twice is its first, and the one that never comes is the next", "[adapters][time]") {
    CHECK(utc(localTime("2025-10-26", "02:30", germanZone)) == "2025-10-26T00:30:00Z");
    CHECK(utc(localTime("2025-10-26", "03:00", germanZone)) == "2025-10-26T02:00:00Z");
    CHECK(utc(localTime("2025-03-30", "02:30", germanZone)) == "2025-03-30T01:30:00Z");
}

TEST_CASE("What is no day or time of day is none", "[adapters][time]") {
    for (const char* clock :
         {"", "12", "24:00", "12:60", "12:00:61", "12:0x", "-1:00", "12:00:00:00", "012:00", "noon"}) {
        INFO(clock);
        CHECK_FALSE(localTime("2025-01-15", clock, germanZone).has_value());
    }
    CHECK_FALSE(localTime("2025-02-30", "12:00", germanZone).has_value());
    CHECK_FALSE(localTime("--02-03", "12:00", germanZone).has_value());
    CHECK_FALSE(localTime("", "12:00", germanZone).has_value());
}

TEST_CASE("An offset that is there counts, and the zone otherwise", "[adapters][time]") {
    CHECK(utc(timeInZone("2025-07-01T10:01:40+02:00", germanZone)) == "2025-07-01T08:01:40Z");
    CHECK(utc(timeInZone("2025-07-01T08:01:40Z", germanZone)) == "2025-07-01T08:01:40Z");
    CHECK(utc(timeInZone("2025-07-01T10:01:40", germanZone)) == "2025-07-01T08:01:40Z");
    CHECK(utc(timeInZone("2025-07-01T10:01:40.123", germanZone)) == "2025-07-01T08:01:40Z");
    CHECK(utc(timeInZone("2025-07-01 10:01", germanZone)) == "2025-07-01T08:01:00Z");
    CHECK_FALSE(timeInZone("2025-07-01", germanZone).has_value());
    CHECK_FALSE(timeInZone("01.07.2025 10:01", germanZone).has_value());
    CHECK_FALSE(timeInZone("", germanZone).has_value());
}

TEST_CASE("Time zones are known by their names", "[adapters][time]") {
    CHECK(isTimeZone("Europe/Berlin"));
    CHECK_FALSE(isTimeZone("Europe/Bärlin"));
    CHECK_FALSE(isTimeZone(""));
}
