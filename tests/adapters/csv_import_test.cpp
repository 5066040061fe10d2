#include "adapters/csv_import.hpp"

#include "events/limits.hpp"
#include "import_testing.hpp"

using namespace kartei;
using namespace kartei::adapters;
using namespace kartei::adapters::testing;

namespace {

Result<std::unique_ptr<ImportReader>, AdapterProblem> open(std::string bytes, const std::string& toml,
                                                           const TestNaming& names = {}) {
    auto mapping = parseMapping(toml);
    INFO((mapping ? std::string() : mapping.error().text));
    REQUIRE(mapping.has_value());
    return readCsv(std::move(bytes), *mapping, names.naming("kasse"));
}

const std::string simple = R"(
    [record]
    id = "Nr"
    [attributes]
    familyName = "Name"
    birthDate = "Geb"
)";

}  // namespace

TEST_CASE("The Freinet file: Windows-1252, semicolons, no id", "[adapters][import][shared]") {
    const auto file = sharedFile("german-csv/bulk-import-freinet.csv");
    if (!file) return;
    TestNaming names;
    const auto [people, skipped] = readAll(open(*file, mappingFile("freinet.toml"), names));
    CHECK(skipped.empty());
    REQUIRE(people.size() == 2);
    CHECK(people[0].line == 2);
    CHECK(people[0].record.text() == "kasse/~0");
    CHECK(text(people[0], Field::SALUTATION) == "Herr");
    CHECK(text(people[0], Field::GIVEN_NAME) == "Max");
    CHECK(text(people[0], Field::FAMILY_NAME) == "Muster");
    CHECK(text(people[0], Field::STREET) == "Kleinlangheimer Straße 12");
    CHECK(text(people[0], Field::POSTAL_CODE) == "97355");
    CHECK(text(people[0], Field::CITY) == "Kleinlangheim");
    CHECK(text(people[0], Field::COUNTRY) == "DE");
    CHECK(tags(people[0]) == events::TextList{"›Gold‹"});
    CHECK(isCleared(people[0], Field::CUSTOM));
    CHECK(people[1].record.text() == "kasse/~1");
    CHECK(text(people[1], Field::FAMILY_NAME) == "Musterin");
    CHECK(text(people[1], Field::CITY) == "Iphofen");
    CHECK(custom(people[1]) == events::TextMap{{"Karte gültig bis", "01.12.2029"}});
    CHECK(names.keys->front() ==
          "max\x1Fmuster\x1Fkleinlangheimer strasse 12\x1F"
          "97355");
}

TEST_CASE("The Bavarian file: full names, UTF-8, commas", "[adapters][import][shared]") {
    const auto file = sharedFile("german-csv/sample-bulk-import-bayern-extended.csv");
    if (!file) return;
    const auto [people, skipped] = readAll(open(*file, mappingFile("bayern.toml")));
    CHECK(skipped.empty());
    REQUIRE(people.size() == 5);
    CHECK(people[0].record.text() == "kasse/1291360");
    CHECK(text(people[0], Field::GIVEN_NAME) == "Bärta");
    CHECK(text(people[0], Field::FAMILY_NAME) == "Bäumeister");
    CHECK(text(people[0], Field::EMAIL) == "test@test.de");
    CHECK(custom(people[0]) == events::TextMap{{"Ablaufdatum", "03.3.2027"}});
    CHECK(tags(people[1]) == events::TextList{"gold"});
    CHECK(text(people[4], Field::FAMILY_NAME) == "Freinet");
    CHECK(people[4].line == 6);
}

TEST_CASE("The Nuremberg file: German days, an address in two columns", "[adapters][import][shared]") {
    const auto file = sharedFile("german-csv/sample-bulk-import-nuernberg.csv");
    if (!file) return;
    const auto [people, skipped] = readAll(open(*file, mappingFile("nuernberg.toml")));
    CHECK(skipped.empty());
    REQUIRE(people.size() == 4);
    CHECK(people[0].record.text() == "kasse/12345678");
    CHECK(text(people[0], Field::GIVEN_NAME) == "Thea");
    CHECK(text(people[0], Field::BIRTH_DATE) == "1992-04-05");
    CHECK(text(people[0], Field::STREET) == "Wertachstraße 29");
    CHECK(text(people[2], Field::STREET) == "2. Tür rechts, Ringstraße 16");
    CHECK(text(people[2], Field::CITY) == "München");
    CHECK(custom(people[2]) == events::TextMap{{"gültig ab", "07.2.2024"}, {"gültig bis", "03.3.2036"}});
    // One pass twice: the second row is a change, and clears what it has not.
    CHECK(people[3].record == people[2].record);
    CHECK(isCleared(people[3], Field::CITY));
    CHECK(isCleared(people[3], Field::STREET));
}

TEST_CASE("FEBRL 3: five thousand people, days that are none reported", "[adapters][import][shared]") {
    const auto file = sharedFile("febrl/dataset3.csv");
    if (!file) return;
    const auto [people, skipped] = readAll(open(*file, mappingFile("febrl.toml")));
    CHECK(people.size() == 4965);
    REQUIRE(skipped.size() == 35);
    CHECK(skipped.front().reason.find("\"date_of_birth\"") != std::string::npos);
    CHECK(people.front().record.text() == "kasse/rec-1496-org");
    CHECK(text(people.front(), Field::GIVEN_NAME) == "mitchell");
    CHECK(text(people.front(), Field::FAMILY_NAME) == "green");
    CHECK(text(people.front(), Field::STREET) == "7 wallaby place");
    CHECK(text(people.front(), Field::CITY) == "cleveland");
    CHECK(text(people.front(), Field::POSTAL_CODE) == "2119");
    CHECK(text(people.front(), Field::COUNTRY) == "AU");
    CHECK(text(people.front(), Field::BIRTH_DATE) == "1956-04-09");
    CHECK(custom(people.front()) == events::TextMap{{"address_2", "delmar"}, {"state", "sa"}});
    CHECK(people.back().line == 5001);
}

TEST_CASE("FEBRL 3 in whole: days that are none are kept as custom", "[adapters][import][shared]") {
    const auto file = sharedFile("febrl/dataset3.csv");
    if (!file) return;
    const auto [people, skipped] = readAll(open(*file, mappingFile("febrl_all_rows.toml")));
    CHECK(skipped.empty());
    CHECK(people.size() == 5000);
    std::size_t kept = 0;
    std::size_t empty = 0;
    for (const auto& person : people) {
        if (custom(person).contains("date_of_birth")) ++kept;
        if (isCleared(person, Field::BIRTH_DATE)) ++empty;
    }
    CHECK(kept == 35);
    CHECK(empty == 35 + 155);
}

TEST_CASE("Rows that cannot be taken are told with line and reason, never a value", "[adapters][import]") {
    const std::string file =
        "Nr;Name;Geb\n1;Anna;31.12.\n2;Geheim;32.13.1977\n;Ohne;\nx@y.de;Mail;\n3;Kurz\n4;\"Offen;1.1.1980\n5;Ende;\n" +
        std::string("6;") + std::string(limits::text + 1, 'a') + ";\n";
    const auto [people, skipped] = readAll(open(file, simple));
    REQUIRE(people.size() == 2);
    CHECK(text(people[0], Field::BIRTH_DATE) == "--12-31");
    CHECK(people[1].record.text() == "kasse/5");
    REQUIRE(skipped.size() == 6);
    const std::vector<std::pair<std::size_t, std::string>> wanted = {{3, "column \"Geb\": is no day"},
                                                                     {4, "column \"Nr\": is empty"},
                                                                     {5, "column \"Nr\": is no id"},
                                                                     {6, "fewer cells"},
                                                                     {7, "quote"},
                                                                     {9, "column \"Name\": the text is too long"}};
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        CHECK(skipped[i].line == wanted[i].first);
        CHECK_THAT(skipped[i].reason, Catch::Matchers::Contains(wanted[i].second));
        for (const char* value : {"Geheim", "1977", "x@y", "Mail", "Offen"}) {
            CHECK(skipped[i].reason.find(value) == std::string::npos);
        }
    }
}

TEST_CASE("A row with nothing but a number is no customer", "[adapters][import]") {
    const std::string toml =
        simple +
        "country = { value = \"DE\" }\n[custom]\nKarte = \"Karte\"\nNummer = \"Nr\"\n[notifications]\nsms = \"SMS\"\n";
    const auto [people, skipped] =
        readAll(open("Nr;Name;Geb;Karte;SMS\n7;Anna;;;\n8;;;;\n9;;;;ja\n10;;31.12.;;\n11;;;Gold;\n", toml));
    REQUIRE(people.size() == 3);
    CHECK(people[1].record.text() == "kasse/10");
    CHECK(people[2].record.text() == "kasse/11");
    REQUIRE(skipped.size() == 2);
    CHECK(skipped[0].line == 3);
    CHECK(skipped[1].line == 4);
    for (const auto& row : skipped) CHECK(row.reason == "has no name, address or number, nor any other value");
    const std::string fullName = "[record]\nid = \"Nr\"\n[full_name]\ncolumn = \"Name\"\n";
    CHECK(readAll(open("Nr;Name\n1;Anna\n2;\n", fullName)).skipped.size() == 1);
}

TEST_CASE("A text may be as long as the limit", "[adapters][import]") {
    const auto imported = readAll(open("Nr;Name;Geb\n6;" + std::string(limits::text, 'a') + ";\n", simple));
    CHECK(imported.people.size() == 1);
}

TEST_CASE("Empty cells clear, columns without a rule are not read", "[adapters][import]") {
    const auto [people, skipped] = readAll(open("Nr;Name;Geb;Email\n1; Müller ;;a@b.de\n", simple));
    REQUIRE(people.size() == 1);
    CHECK(text(people[0], Field::FAMILY_NAME) == "Müller");
    CHECK(isCleared(people[0], Field::BIRTH_DATE));
    CHECK(people[0].attributes.changes().size() == 2);
    CHECK_FALSE(people[0].notifications.sms);
}

TEST_CASE("Columns are found by name, whatever its case and umlauts' form", "[adapters][import]") {
    const auto imported = readAll(open("geb,NR,name\n,7,Anna\n", simple));
    REQUIRE(imported.people.size() == 1);
    CHECK(imported.people[0].record.text() == "kasse/7");
}

TEST_CASE("Columns that the file lacks, or has twice, are named", "[adapters][import]") {
    const auto missing = open("Nr;Vorname\n1;Anna\n", simple);
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error().kind == ProblemKind::columnMissing);
    CHECK_THAT(missing.error().text, Catch::Matchers::Contains("\"Geb\", \"Name\""));
    CHECK(missing.error().text.find("Vorname") == std::string::npos);  // may be a person, not a header

    const auto twice = open("Nr;Name;name;Geb\n", simple);
    REQUIRE_FALSE(twice.has_value());
    CHECK_THAT(twice.error().text, Catch::Matchers::Contains("more than once: \"Name\""));
}

TEST_CASE("Natural keys make ids, and rows without one are skipped", "[adapters][import]") {
    const std::string toml = "[record]\nkey = [\"Name\", \"PLZ\"]\n[attributes]\nfamilyName = \"Name\"\n";
    TestNaming names;
    const auto [people, skipped] = readAll(open("Name;PLZ;X\nMüller;1;a\nMÜLLER ;1;b\nMüller;;c\n;;d\n", toml, names));
    REQUIRE(people.size() == 3);
    CHECK(people[0].record == people[1].record);
    CHECK(people[2].record != people[0].record);
    REQUIRE(skipped.size() == 1);
    CHECK(skipped[0].line == 5);
    CHECK_THAT(skipped[0].reason, Catch::Matchers::Contains("columns \"Name\", \"PLZ\""));
}

TEST_CASE("Values are translated, joined, listed and left blank as the mapping says", "[adapters][import]") {
    const std::string toml = R"(
        [record]
        id = "Nr"
        [attributes]
        salutation = { column = "A", values = { "1" = "Herr", "2" = "Frau" }, blank = ["-"] }
        street = { columns = ["S", "H"], blank = ["-"] }
        tags = ["T1", "T2"]
        country = "L"
        familyName = "N"
    )";
    const auto [people, skipped] =
        readAll(open("Nr,A,S,H,T1,T2,L,N\n"
                     "1,2,Weg,5,\"VIP, Stamm\",Neu,Österreich,\n"
                     "2,-,-,-,,,,Bär\n"
                     "3,Dr.,Weg,-,VIP,VIP,de,\n"
                     "4,,,,,,Elbonia,\n",
                     toml));
    REQUIRE(people.size() == 3);
    CHECK(text(people[0], Field::SALUTATION) == "Frau");
    CHECK(text(people[0], Field::STREET) == "Weg 5");
    CHECK(tags(people[0]) == events::TextList{"VIP", "Stamm", "Neu"});
    CHECK(text(people[0], Field::COUNTRY) == "AT");
    CHECK(isCleared(people[1], Field::SALUTATION));
    CHECK(isCleared(people[1], Field::STREET));
    CHECK(isCleared(people[1], Field::TAGS));
    CHECK(isCleared(people[1], Field::COUNTRY));
    CHECK(text(people[2], Field::SALUTATION) == "Dr.");
    CHECK(text(people[2], Field::STREET) == "Weg");
    CHECK(text(people[2], Field::COUNTRY) == "DE");
    REQUIRE(skipped.size() == 1);
    CHECK_THAT(skipped[0].reason, Catch::Matchers::Contains("column \"L\": is no country"));
}

TEST_CASE("Switches are yes, no or unsaid", "[adapters][import]") {
    const std::string toml =
        "[record]\nid = \"Nr\"\n[attributes]\nfamilyName = \"N\"\n[notifications]\nsms = \"S\"\n"
        "email = { column = \"E\", empty = \"no\" }\n";
    const auto [people, skipped] =
        readAll(open("Nr,N,S,E\n1,a,Ja,1\n2,b,NEIN,x\n3,c,,\n4,d,vielleicht,J\n5,e,true,N\n", toml));
    REQUIRE(people.size() == 4);
    CHECK(people[0].notifications == events::Notifications{true, true});
    CHECK(people[1].notifications == events::Notifications{false, true});
    CHECK(people[2].notifications == events::Notifications{std::nullopt, false});
    CHECK(people[3].notifications == events::Notifications{true, false});
    REQUIRE(skipped.size() == 1);
    CHECK(skipped[0].reason == "column \"S\": is neither yes nor no");
}

TEST_CASE("A row with a NUL is reported, and the others are taken", "[adapters][import]") {
    const std::string file = "Nr;Name;Geb\n1;Anna;\n2;Be" + std::string(1, '\0') + "a;\n3;Cora;\n";
    const auto [people, skipped] = readAll(open(file, simple));
    REQUIRE(people.size() == 2);
    CHECK(people[1].record.text() == "kasse/3");
    REQUIRE(skipped.size() == 1);
    CHECK(skipped[0].line == 3);
    CHECK_THAT(skipped[0].reason, Catch::Matchers::Contains("NUL"));
}
