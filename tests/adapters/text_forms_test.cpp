#include "adapters/text_forms.hpp"

#include <catch2/catch.hpp>

using namespace kartei::adapters;

TEST_CASE("Texts are trimmed of white space, no-break spaces included", "[adapters][forms]") {
    CHECK(trimmed(" \t\u00A0Anna\u00A0 \r\n") == "Anna");
    CHECK(trimmed(" \u00A0 ").empty());
    CHECK(trimmed("à").size() == 2);  // its second byte is that of a no-break space
}

TEST_CASE("Folding makes case and form no difference", "[adapters][forms]") {
    CHECK(folded(" Straße ") == "strasse");
    CHECK(folded("STRASSE") == folded("Straße"));
    CHECK(folded("M\u00DCLLER") == folded("mu\u0308ller"));
}

TEST_CASE("A natural key tells its parts apart and is empty where they all are", "[adapters][forms]") {
    CHECK(naturalKey({"Anna ", " MÜLLER"}) == "anna\x1Fmüller");
    CHECK(naturalKey({"ab", "c"}) != naturalKey({"a", "bc"}));
    CHECK(naturalKey({"", "c"}) ==
          "\x1F"
          "c");
    CHECK(naturalKey({" ", ""}).empty());
}

TEST_CASE("Lines end with LF, CRLF or CR and are counted alike", "[adapters][forms]") {
    const auto lines = splitLines("a\r\n\rb\nc");
    REQUIRE(lines.size() == 4);
    CHECK(lines[1].text.empty());
    CHECK(lines[2].text == "b");
    CHECK(lines[3].number == 4);
}

TEST_CASE("Lists leave blanks and repetitions out", "[adapters][forms]") {
    CHECK(splitList("Stamm, VIP,,Stamm ", ",") == std::vector<std::string>{"Stamm", "VIP"});
    CHECK(splitList("", ",").empty());
}
