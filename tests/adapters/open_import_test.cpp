#include "adapters/open_import.hpp"

#include "import_testing.hpp"

using namespace kartei::adapters;
using namespace kartei::adapters::testing;

namespace {

ProblemKind problemOf(std::string_view adapter, const std::string& bytes, const std::optional<std::string>& mapping) {
    return testing::problemOf(openImport(adapter, {{"file", bytes}}, mapping, TestNaming().naming("test"))).kind;
}

}  // namespace

TEST_CASE("Adapters are opened by name", "[adapters][open]") {
    const std::string mapping = "[record]\nid = \"a\"\n[attributes]\nemail = \"b\"\n";
    CHECK(readAll(openImport("csv", {{"", "a,b\n1,2\n"}}, mapping, TestNaming().naming("x"))).people.size() == 1);
    CHECK(readAll(openImport("vcard", {{"", "BEGIN:VCARD\nVERSION:3.0\nFN:A B\nEND:VCARD\n"}}, std::nullopt,
                             TestNaming().naming("x")))
              .people.size() == 1);
    CHECK(problemOf("outlook", "", std::nullopt) == ProblemKind::unknownAdapter);
    CHECK(problemOf("csv", "a,b\n", std::nullopt) == ProblemKind::mappingMissing);
    CHECK(problemOf("csv", "a,b\n", "nonsense") == ProblemKind::mappingInvalid);
    CHECK(problemOf("csv", "a,c\n", mapping) == ProblemKind::columnMissing);
    CHECK(problemOf("csv", "", mapping) == ProblemKind::nothingThere);
    CHECK(problemOf("comcash", "a,b\n", std::nullopt) == ProblemKind::columnMissing);
    CHECK(problemOf("vcard", "", std::nullopt) == ProblemKind::nothingThere);
    CHECK(problemOf("vcard", "BEGIN:VCARD\nEND:VCARD\n", mapping) == ProblemKind::mappingNotTaken);
    CHECK(testing::problemOf(
              openImport("csv", {{"a.csv", "a,b\n"}, {"b.csv", "a,b\n"}}, mapping, TestNaming().naming("x")))
              .kind == ProblemKind::severalFiles);
    CHECK(problemOf("dsfinvk", "", std::nullopt) == ProblemKind::exportInvalid);
    CHECK(problemOf("dsfinvk", "{}", mapping) == ProblemKind::mappingNotTaken);
}

TEST_CASE("Only an export of several files may be a folder") {
    CHECK(takesFolder("dsfinvk"));
    CHECK_FALSE(takesFolder("csv"));
    CHECK_FALSE(takesFolder("outlook"));
}

TEST_CASE("A source is the adapter's own, or what the mapping says", "[adapters][open]") {
    CHECK(defaultSource("comcash").text() == "comcash");
    CHECK(defaultSource("csv").text() == "csv");
    CHECK(defaultSource("outlook").empty());
    const auto sourceWith = [](const std::optional<std::string>& mapping) {
        const auto source = defaultSource("csv", mapping);
        REQUIRE(source.has_value());
        return source->text();
    };
    CHECK(sourceWith(std::nullopt) == "csv");
    CHECK(sourceWith("source = \"kasse\"\n[record]\nid = \"a\"\n[attributes]\nemail = \"b\"\n") == "kasse");
    CHECK(sourceWith("[record]\nid = \"a\"\n[attributes]\nemail = \"b\"\n") == "csv");
    CHECK_FALSE(defaultSource("csv", "nonsense").has_value());
    CHECK_FALSE(defaultSource("outlook", std::nullopt).has_value());
}
