#include "adapters/gobd_index.hpp"

#include "archive_testing.hpp"

using namespace kartei::adapters;
using namespace kartei::adapters::testing;

namespace {

std::string indexOf(const std::string& table) {
    return "<?xml version=\"1.0\"?><!DOCTYPE DataSet SYSTEM \"gdpdu-01-09-2004.dtd\"><DataSet><Media>" + table +
           "</Media></DataSet>";
}

std::string tableOf(const std::string& more, const std::string& layout) {
    return indexOf("<Table><URL> a.csv </URL>" + more + "<VariableLength>" + layout +
                   "<VariablePrimaryKey><Name>ID</Name></VariablePrimaryKey>"
                   "<VariableColumn><Name>B</Name><AlphaNumeric/></VariableColumn></VariableLength></Table>");
}

GobdTable only(const std::string& xml) {
    const auto tables = readGobdIndex(xml);
    INFO((tables ? std::string() : tables.error().text));
    REQUIRE(tables.has_value());
    REQUIRE(tables->size() == 1);
    return tables->front();
}

ProblemKind problemOf(const std::string& xml) {
    const auto tables = readGobdIndex(xml);
    REQUIRE_FALSE(tables.has_value());
    return tables.error().kind;
}

}  // namespace

TEST_CASE("The index says what each file holds", "[adapters][gobd]") {
    const auto tables = readGobdIndex(sampleFile("dsfinvk/index.xml"));
    REQUIRE(tables.has_value());
    REQUIRE(tables->size() == 4);
    CHECK(tables->front().file == "transactions.csv");
    CHECK(tables->front().columns.size() == 23);
    CHECK(tables->front().columns.front() == "Z_KASSE_ID");
    CHECK(tables->front().columns.back() == "BON_NOTIZ");
    CHECK(tables->front().delimiter == ';');
    CHECK(tables->front().decimals.point == ',');
    CHECK(tables->front().decimals.group == '.');
}

TEST_CASE("Symbols are the standard's where the index names none", "[adapters][gobd]") {
    const auto usual = only(tableOf("", ""));
    CHECK(usual.file == "a.csv");
    CHECK(usual.columns == std::vector<std::string>{"ID", "B"});
    CHECK(usual.delimiter == ';');
    CHECK(usual.decimals.point == ',');
    const auto other = only(tableOf("<DecimalSymbol>.</DecimalSymbol>", "<ColumnDelimiter>&#9;</ColumnDelimiter>"));
    CHECK(other.delimiter == '\t');
    CHECK(other.decimals.point == '.');
    CHECK(other.decimals.group == '\0');
}

TEST_CASE("An index that cannot be followed is refused", "[adapters][gobd]") {
    CHECK(problemOf("") == ProblemKind::exportInvalid);
    CHECK(problemOf("Z_KASSE_ID;Z_NR") == ProblemKind::exportInvalid);
    CHECK(problemOf("<DataSet><Media>") == ProblemKind::exportInvalid);
    CHECK(problemOf(indexOf("")) == ProblemKind::exportInvalid);
    CHECK(problemOf(tableOf("", "") + std::string(std::size_t{1} << 20U, ' ')) == ProblemKind::exportInvalid);
    CHECK(problemOf(tableOf("", "<ColumnDelimiter>;;</ColumnDelimiter>")) == ProblemKind::exportInvalid);
    CHECK(problemOf(tableOf("", "<ColumnDelimiter>,</ColumnDelimiter>")) == ProblemKind::exportInvalid);
    CHECK(problemOf(tableOf("", "<TextEncapsulator>'</TextEncapsulator>")) == ProblemKind::exportInvalid);
    CHECK(problemOf(tableOf("<DecimalSymbol>,</DecimalSymbol><DigitGroupingSymbol>,</DigitGroupingSymbol>", "")) ==
          ProblemKind::exportInvalid);
}

TEST_CASE("Entities of the document's own are not resolved", "[adapters][gobd]") {
    const std::string xml =
        "<?xml version=\"1.0\"?><!DOCTYPE DataSet [<!ENTITY a \"b.csv\"><!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
        "<DataSet><Media><Table><URL>&a;&x;</URL><VariableLength/></Table></Media></DataSet>";
    CHECK(only(xml).file == "&a;&x;");
}
