#include "adapters/person_values.hpp"

#include <catch2/catch.hpp>

using namespace kartei::adapters;

TEST_CASE("Days are read in the forms that are asked for", "[adapters][values]") {
    CHECK(parseDay("03.3.1980", allDayForms) == "1980-03-03");
    CHECK(parseDay("3.12.1980", allDayForms) == "1980-12-03");
    CHECK(parseDay("31.12.", allDayForms) == "--12-31");
    CHECK(parseDay("29.02.", allDayForms) == "--02-29");
    CHECK(parseDay("1980-03-22", allDayForms) == "1980-03-22");
    CHECK(parseDay("--03-22", allDayForms) == "--03-22");
    CHECK(parseDay("19560409", allDayForms) == "1956-04-09");
    CHECK(parseDay("1980-03-22 00:00:00", allDayForms) == "1980-03-22");
    CHECK(parseDay("1980-03-22T12:30:00Z", allDayForms) == "1980-03-22");
    CHECK(parseDay("22.03.1980 0:00:00", allDayForms) == "1980-03-22");
    CHECK_FALSE(parseDay("03.3.1980", {DayForm::iso, DayForm::compact}));
    CHECK_FALSE(parseDay("19560409", {DayForm::german}));
}

TEST_CASE("What is no day is none", "[adapters][values]") {
    for (const char* text : {"", "31.04.1980", "29.02.1981", "00.00.0000", "3.3.80", "3.3", "19551192", "1980-3-22",
                             "1980-03-22x", "22/03/1980", "31.12.1980 unbekannt", "--02-30", "198003221"}) {
        CAPTURE(text);
        CHECK_FALSE(parseDay(text, allDayForms));
    }
}

TEST_CASE("Full names are split", "[adapters][values]") {
    const auto given = NameOrder::givenFirst;
    CHECK(splitFullName("Thea Test", given) == SplitName{"Thea", "Test"});
    CHECK(splitFullName(" Anna  Maria Muster ", given) == SplitName{"Anna Maria", "Muster"});
    CHECK(splitFullName("Anna von der Leyen", given) == SplitName{"Anna", "von der Leyen"});
    CHECK(splitFullName("Muster, Max", given) == SplitName{"Max", "Muster"});
    CHECK(splitFullName("Madonna", given) == SplitName{"", "Madonna"});
    CHECK(splitFullName("", given) == SplitName{"", ""});
    CHECK(splitFullName("Muster Anna Maria", NameOrder::familyFirst) == SplitName{"Anna Maria", "Muster"});
    CHECK(splitFullName("von der Leyen Anna", NameOrder::familyFirst) == SplitName{"Anna", "von der Leyen"});
}

TEST_CASE("Countries have a code where it is certain", "[adapters][values]") {
    CHECK(countryCode("DE") == "DE");
    CHECK(countryCode("de") == "DE");
    CHECK(countryCode("AUT") == "AT");
    CHECK(countryCode("Deutschland") == "DE");
    CHECK(countryCode("ÖSTERREICH") == "AT");
    CHECK(countryCode("Switzerland") == "CH");
    CHECK(countryCode("U.S.A.") == "US");
    CHECK(countryCode("United States of America") == "US");
    CHECK_FALSE(countryCode("D"));
    CHECK_FALSE(countryCode("Elbonia"));
    CHECK_FALSE(countryCode("XX"));
    CHECK_FALSE(countryCode(""));
}
