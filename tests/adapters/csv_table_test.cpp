#include "adapters/csv_table.hpp"

#include <catch2/catch.hpp>

using namespace kartei::adapters;

namespace {

CsvTable tableOf(std::string text, CsvLayout layout = {}) {
    auto decoded = decodeText(std::move(text));
    REQUIRE(decoded.has_value());
    auto table = CsvTable::read(*decoded, layout);
    REQUIRE(table.has_value());
    return *table;
}

std::string cell(const CsvTable& table, std::size_t row, std::size_t column) {
    return std::string(table.cell(table.row(row), column));
}

}  // namespace

TEST_CASE("The delimiter is found out", "[adapters][csv]") {
    CHECK(tableOf("a,b,c\n1,2,3\n").delimiter() == ',');
    CHECK(tableOf("a;b;c\n1;2;3\n").delimiter() == ';');
    CHECK(tableOf("a\tb\tc\n1\t2\t3\n").delimiter() == '\t');
    // More commas than semicolons, but they are within the cells.
    CHECK(tableOf("Name;Ort\nMuster, Max;Bonn, Rhein\nMuster, Moritz;Bad, Ems\n").delimiter() == ';');
    CHECK(tableOf("\"a, b, c\";\"d\"\n\"1,2\";\"3;4\"\n").delimiter() == ';');
    CHECK(tableOf("Betrag, netto;Betrag, brutto\n1,50;2,50\n3;4\n").delimiter() == ';');
}

TEST_CASE("Excel's sep line is obeyed, and counted as a line", "[adapters][csv]") {
    const auto table = tableOf("sep=|\r\na|b\r\n1|2\r\n");
    CHECK(table.delimiter() == '|');
    REQUIRE(table.rowCount() == 1);
    CHECK(table.row(0).line == 3);
    CHECK(cell(table, 0, 1) == "2");
}

TEST_CASE("Quoted cells hold delimiters, quotes and line breaks, and rows tell where they start", "[adapters][csv]") {
    const auto table = tableOf("id;note;x\r\n1;\"a;b\r\n\r\n\"\"c\"\"\";y\r\n\r\n   \r\n2; \"z\" ;w\r\n3;;v");
    REQUIRE(table.rowCount() == 3);
    CHECK(cell(table, 0, 1) == "a;b\r\n\r\n\"c\"");
    CHECK(cell(table, 0, 2) == "y");
    CHECK(table.row(0).line == 2);
    CHECK(table.row(0).lastLine == 4);
    CHECK(table.row(1).line == 7);
    CHECK(cell(table, 1, 1) == "z");
    CHECK(table.row(2).line == 8);
    CHECK(cell(table, 2, 1).empty());
}

TEST_CASE("Lines may end with CR alone", "[adapters][csv]") {
    const auto table = tableOf("a;b\r1;2\r\r3;4\r");
    REQUIRE(table.rowCount() == 2);
    CHECK(table.row(1).line == 4);
    CHECK(cell(table, 1, 0) == "3");
}

TEST_CASE("A quote in the middle of a cell is an ordinary character", "[adapters][csv]") {
    const auto table = tableOf("id;name\n1;Haus \"Rose\" GmbH\n2;5\" Rohr\n");
    REQUIRE(table.rowCount() == 2);
    CHECK(cell(table, 0, 1) == "Haus \"Rose\" GmbH");
    CHECK(cell(table, 1, 1) == "5\" Rohr");
}

TEST_CASE("Rows with other than the header row's cells have a flaw", "[adapters][csv]") {
    const std::string text = "a;b;c\n1;2\n1;2;3;4\n1;2;3;;\n1;2;3\n;;\n1;2;\n";
    const auto table = tableOf(text);
    REQUIRE(table.rowCount() == 5);
    CHECK(table.row(0).flaw == CsvFlaw::cellsMissing);
    CHECK(table.row(1).flaw == CsvFlaw::cellsTooMany);
    CHECK(table.row(1).line == 3);
    CHECK(table.row(2).flaw == CsvFlaw::none);
    CHECK(table.row(3).flaw == CsvFlaw::none);
    CHECK(table.row(4).flaw == CsvFlaw::none);
    CHECK(table.row(4).line == 7);

    const auto filled = tableOf(text, {std::nullopt, ShortRows::fill});
    CHECK(filled.row(0).flaw == CsvFlaw::none);
    CHECK(cell(filled, 0, 2).empty());
    CHECK(filled.row(1).flaw == CsvFlaw::cellsTooMany);
}

TEST_CASE("A stray quote costs its own row only", "[adapters][csv]") {
    SECTION("where another quote follows later") {
        const auto table = tableOf("a;b\n1;x\n2;\"open\n3;y\n4;\"z\"\n5;w\n");
        REQUIRE(table.rowCount() == 5);
        CHECK(table.row(1).flaw == CsvFlaw::textAfterQuote);
        CHECK(table.row(1).line == 3);
        CHECK(table.row(2).flaw == CsvFlaw::none);
        CHECK(table.row(2).line == 4);
        CHECK(cell(table, 2, 0) == "3");
        CHECK(cell(table, 3, 1) == "z");
        CHECK(cell(table, 4, 1) == "w");
    }
    SECTION("where none follows") {
        const auto table = tableOf("a;b\n1;\"open\n2;y\n");
        REQUIRE(table.rowCount() == 2);
        CHECK(table.row(0).flaw == CsvFlaw::quoteNotClosed);
        CHECK(table.row(0).line == 2);
        CHECK(cell(table, 1, 1) == "y");
    }
    SECTION("where text follows the closing quote") {
        const auto table = tableOf("a;b\n\"Haus\" Rose;1\n2;y\n");
        REQUIRE(table.rowCount() == 2);
        CHECK(table.row(0).flaw == CsvFlaw::textAfterQuote);
        CHECK(cell(table, 1, 0) == "2");
    }
}

TEST_CASE("Many stray quotes do not make reading slow", "[adapters][csv]") {
    std::string text = "a;b\n";
    for (int i = 0; i < 50'000; ++i) text += "1;\"open\n";
    const auto table = tableOf(text);
    CHECK(table.rowCount() == 50'000);
    CHECK(table.row(49'999).flaw == CsvFlaw::quoteNotClosed);
}

TEST_CASE("A row with bytes that are no text has a flaw", "[adapters][csv]") {
    const auto table = tableOf("a;b\nä;ö\n1;\"ü\nx\xFC\"\n2;ß\n");
    REQUIRE(table.rowCount() == 3);
    CHECK(table.row(0).flaw == CsvFlaw::none);
    CHECK(table.row(1).flaw == CsvFlaw::notText);
    CHECK(table.row(2).flaw == CsvFlaw::none);
}

TEST_CASE("Files without rows, and files without anything", "[adapters][csv]") {
    CHECK(tableOf("a;b\n").rowCount() == 0);
    CHECK(tableOf("\n\n a ; b \n").header() == std::vector<std::string>{"a", "b"});
    for (const char* text : {"", "\n \r\n", ";;\n"}) {
        const auto table = CsvTable::read({text, TextEncoding::utf8, {}}, {});
        REQUIRE_FALSE(table.has_value());
        CHECK(table.error().kind == ProblemKind::nothingThere);
    }
    const auto broken = CsvTable::read({"\"a;b\n1;2\n", TextEncoding::utf8, {}}, {});
    REQUIRE_FALSE(broken.has_value());
    CHECK(broken.error().kind == ProblemKind::notText);
}
