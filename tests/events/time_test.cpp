// Points in time as RFC 3339 writes them, and days.

#include <catch2/catch.hpp>

#include "events/time.hpp"

using namespace kartei::events;

namespace {
std::string again(std::string_view text) {
    const auto time = Time::parse(text);
    return time ? toText(*time) : "none";
}
}  // namespace

TEST_CASE("Times are read with any offset and written in UTC") {
    CHECK(Time::parse("1970-01-01T00:00:00Z")->microseconds() == 0);
    CHECK(Time::parse("1969-12-31T23:59:59.999999Z")->microseconds() == -1);
    CHECK(again("2026-03-14T09:30:00Z") == "2026-03-14T09:30:00Z");
    CHECK(again("2026-03-14T10:30:00+01:00") == "2026-03-14T09:30:00Z");
    CHECK(again("2026-03-14T00:30:00+01:00") == "2026-03-13T23:30:00Z");
    CHECK(again("2026-12-31T23:00:00-05:30") == "2027-01-01T04:30:00Z");
    CHECK(again("2026-03-14T09:30:00-00:00") == "2026-03-14T09:30:00Z");
    CHECK(again("2026-03-14T09:30:00+23:59") == "2026-03-13T09:31:00Z");
    CHECK(again("2026-03-14t09:30:00z") == "2026-03-14T09:30:00Z");
    CHECK(again("1582-10-04T00:00:00Z") == "1582-10-04T00:00:00Z");
    CHECK(again("0001-01-01T00:00:00Z") == "0001-01-01T00:00:00Z");
    CHECK(again("9999-12-31T23:59:59Z") == "9999-12-31T23:59:59Z");
}

TEST_CASE("Fractions of a second are kept to a microsecond") {
    CHECK(again("2026-03-14T09:30:00.5Z") == "2026-03-14T09:30:00.5Z");
    CHECK(again("2026-03-14T09:30:00.000001Z") == "2026-03-14T09:30:00.000001Z");
    CHECK(again("2026-03-14T09:30:00.1234567891234567890Z") == "2026-03-14T09:30:00.123456Z");
    CHECK(again("2026-03-14T09:30:00.000Z") == "2026-03-14T09:30:00Z");
    CHECK(again("1969-12-31T23:59:59.5Z") == "1969-12-31T23:59:59.5Z");
}

TEST_CASE("29 February is a day in leap years alone") {
    CHECK(again("2024-02-29T00:00:00Z") == "2024-02-29T00:00:00Z");
    CHECK(again("2000-02-29T00:00:00Z") == "2000-02-29T00:00:00Z");
    CHECK(again("2026-02-29T00:00:00Z") == "none");
    CHECK(again("1900-02-29T00:00:00Z") == "none");
}

TEST_CASE("A leap second counts as the second before it") {
    CHECK(again("2016-12-31T23:59:60Z") == "2016-12-31T23:59:59Z");
    CHECK(again("2017-01-01T00:59:60+01:00") == "2016-12-31T23:59:59Z");
    CHECK(again("2016-12-31T23:59:61Z") == "none");
}

TEST_CASE("What is no time of RFC 3339 is refused") {
    for (const auto* bad : {"",
                            "2026",
                            "2026-03-14",
                            "2026-03-14T09:30:00",
                            "2026-03-14T09:30Z",
                            "2026-03-14T24:00:00Z",
                            "2026-03-14T09:60:00Z",
                            "2026-00-14T09:30:00Z",
                            "2026-13-14T09:30:00Z",
                            "2026-04-31T09:30:00Z",
                            "2026-03-00T09:30:00Z",
                            "0000-01-01T00:00:00Z",
                            "26-03-14T09:30:00Z",
                            "2026-3-14T09:30:00Z",
                            "2026-03-14T09:30:00.Z",
                            "2026-03-14T09:30:00,5Z",
                            "2026-03-14T09:30:00+1:00",
                            "2026-03-14T09:30:00+0100",
                            "2026-03-14T09:30:00+24:00",
                            "2026-03-14T09:30:00+01:60",
                            "2026-03-14T09:30:00 Z",
                            "2026-03-14T09:30:00Z ",
                            " 2026-03-14T09:30:00Z",
                            "+2026-03-14T09:30:00Z",
                            "2026-03-14T-9:30:00Z",
                            "10000-01-01T00:00:00Z",
                            "2026-03-14T09:30:00ZZ",
                            "1773480600"}) {
        INFO(bad);
        CHECK_FALSE(Time::parse(bad));
    }
}

TEST_CASE("What is read as a time is written as one") {
    for (const auto* text : {"0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00-01:00",
                             "9999-12-31T23:59:59+01:00"}) {
        INFO(text);
        const auto time = Time::parse(text);
        if (time) CHECK(Time::parse(toText(*time)) == time);
    }
}

TEST_CASE("Days have a year, or none") {
    for (const auto* good : {"2026-03-14", "0001-01-01", "9999-12-31", "2024-02-29", "--02-29", "--12-31"}) {
        INFO(good);
        CHECK(isDate(good));
    }
    for (const auto* bad :
         {"", "2026-02-29", "--02-30", "--13-01", "--00-01", "--01-00", "-01-01", "2026-3-1", "14.03.2026",
          "2026-03-14T00:00:00Z", "2026-03", "--0101", "0000-01-01", "20260314", "2026-03-14 "}) {
        INFO(bad);
        CHECK_FALSE(isDate(bad));
    }
}

TEST_CASE("A day is written as it is read") {
    CHECK(dateText(2024, 2, 29) == "2024-02-29");
    CHECK(dateText(7, 1, 2) == "0007-01-02");
    CHECK(dateText(std::nullopt, 2, 29) == "--02-29");
    CHECK_FALSE(dateText(2026, 2, 29));
    CHECK_FALSE(dateText(std::nullopt, 2, 30));
    CHECK_FALSE(dateText(2026, 13, 1));
    CHECK_FALSE(dateText(2026, -1, 1));
    CHECK_FALSE(dateText(2026, 1, -1));
    CHECK_FALSE(dateText(2026, 1, 257));
    CHECK_FALSE(dateText(0, 1, 1));
    CHECK_FALSE(dateText(10000, 1, 1));
}
