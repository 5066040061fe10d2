#include "adapters/text_encoding.hpp"

#include <catch2/catch.hpp>

using namespace kartei::adapters;
using namespace std::string_literals;

TEST_CASE("Text is found to be UTF-8, with and without a byte order mark", "[adapters][encoding]") {
    const auto plain = decodeText("Jörg Straße €");
    REQUIRE(plain.has_value());
    CHECK(plain->encoding == TextEncoding::utf8);
    CHECK(plain->text == "Jörg Straße €");

    const auto marked = decodeText(
        "\xEF\xBB\xBF"
        "Jörg");
    REQUIRE(marked.has_value());
    CHECK(marked->encoding == TextEncoding::utf8);
    CHECK(marked->text == "Jörg");
}

TEST_CASE("Text that is no UTF-8 is Windows-1252, quotes and the euro sign included", "[adapters][encoding]") {
    const auto decoded = decodeText(
        "J\xF6rg Stra\xDF"
        "e \x80 \x84Haus\x93");
    REQUIRE(decoded.has_value());
    CHECK(decoded->encoding == TextEncoding::windows1252);
    CHECK(decoded->text == "Jörg Straße € „Haus“");
    CHECK(decoded->damagedLines.empty());
}

TEST_CASE("UTF-16 is read by its byte order mark", "[adapters][encoding]") {
    const auto little = decodeText("\xFF\xFEJ\0\xF6\0r\0g\0"s);
    REQUIRE(little.has_value());
    CHECK(little->encoding == TextEncoding::utf16LittleEndian);
    CHECK(little->text == "Jörg");

    const auto big = decodeText("\xFE\xFF\0J\0\xF6\0r\0g"s);
    REQUIRE(big.has_value());
    CHECK(big->encoding == TextEncoding::utf16BigEndian);
    CHECK(big->text == "Jörg");
}

TEST_CASE("UTF-8 with a few damaged bytes stays UTF-8 and tells their lines", "[adapters][encoding]") {
    const auto decoded = decodeText("Jörg\r\nMü\xFCller\rBärbel\n\xC3");
    REQUIRE(decoded.has_value());
    CHECK(decoded->encoding == TextEncoding::utf8);
    CHECK(decoded->text == "Jörg\r\nMü\uFFFDller\rBärbel\n\uFFFD");
    CHECK(decoded->damagedLines == std::vector<std::size_t>{2, 4});
}

TEST_CASE("Binary files are no text", "[adapters][encoding]") {
    const auto decoded = decodeText("PK\x03\x04\0\0\0"s);
    REQUIRE_FALSE(decoded.has_value());
    CHECK(decoded.error().kind == ProblemKind::notText);
}

TEST_CASE("UTF-16 without a byte order mark is no text", "[adapters][encoding]") {
    std::string wide;
    for (const char letter : "Nr;Name\n1;Anna\n"s) wide += std::string{letter, '\0'};
    for (const auto& bytes : {wide, '\0' + wide.substr(0, wide.size() - 1), "\n\n" + wide}) {
        const auto decoded = decodeText(bytes);
        REQUIRE_FALSE(decoded.has_value());
        CHECK_THAT(decoded.error().text, Catch::Matchers::Contains("UTF-16"));
    }
}

TEST_CASE("A NUL in a line is damage of that line alone", "[adapters][encoding]") {
    for (const auto* letter : {"ö", "\xF6"}) {
        CAPTURE(letter);
        const auto decoded = decodeText("Nr;Name\n1;J"s + letter + "rg\n2;M" + "\0"s + "ller\n3;Peter\n");
        REQUIRE(decoded.has_value());
        CHECK(decoded->text == "Nr;Name\n1;Jörg\n2;M\uFFFDller\n3;Peter\n");
        CHECK(decoded->damagedLines == std::vector<std::size_t>{3});
    }
    const auto named = decodeText("Nr;Name\n1;J\x94rg\n2;M"s + "\0"s + "ller\n", "IBM850");
    REQUIRE(named.has_value());
    CHECK(named->damagedLines == std::vector<std::size_t>{3});
}

TEST_CASE("A named encoding is used as named", "[adapters][encoding]") {
    const auto decoded = decodeText("J\x94rg", "IBM850");
    REQUIRE(decoded.has_value());
    CHECK(decoded->text == "Jörg");

    const auto unknown = decodeText("Jörg", "klingon-8");
    REQUIRE_FALSE(unknown.has_value());
    CHECK(unknown.error().kind == ProblemKind::mappingInvalid);
    CHECK(unknown.error().text.find("klingon-8") != std::string::npos);
}
