#include "adapters/mapping.hpp"

#include <catch2/catch.hpp>

using namespace kartei::adapters;
using kartei::events::Field;

namespace {

Mapping parsed(const std::string& toml) {
    auto mapping = parseMapping(toml);
    INFO((mapping ? std::string() : mapping.error().text));
    REQUIRE(mapping.has_value());
    return *mapping;
}

std::string problemOf(const std::string& toml) {
    const auto mapping = parseMapping(toml);
    REQUIRE_FALSE(mapping.has_value());
    CHECK(mapping.error().kind == ProblemKind::mappingInvalid);
    return mapping.error().text;
}

const std::string least = "[record]\nid = \"Nr\"\n[attributes]\n";

}  // namespace

TEST_CASE("A mapping says everything at once", "[adapters][mapping]") {
    const Mapping mapping = parsed(R"(
        source = "kasse"
        [file]
        encoding = "IBM850"
        delimiter = "\t"
        short_rows = "fill"
        [record]
        key = ["Vorname", "PLZ"]
        [attributes]
        givenName = "Vorname"
        street = ["Straße", "Nr"]
        salutation = { column = "Anrede", values = { "2" = "Frau" }, blank = ["K. A."] }
        birthDate = { column = "Geb", formats = ["iso", "german"], unreadable = "custom" }
        tags = { columns = ["T1", "T2"], split = "|" }
        country = { value = "DE" }
        [custom]
        "Pass-ID" = "Pass"
        [notifications]
        sms = "SMS"
        email = { column = "Mail", yes = ["Gern"], no = ["Bloß nicht"], empty = "no" })");
    CHECK(mapping.source->text() == "kasse");
    CHECK(mapping.encoding == "IBM850");
    CHECK(mapping.layout.delimiter == '\t');
    CHECK(mapping.layout.shortRows == ShortRows::fill);
    CHECK_FALSE(mapping.idColumn);
    CHECK(mapping.keyColumns == std::vector<std::string>{"Vorname", "PLZ"});
    REQUIRE(mapping.attributes.size() == 6);
    for (const auto& rule : mapping.attributes) {
        if (rule.field == Field::STREET) CHECK(rule.value.columns == std::vector<std::string>{"Straße", "Nr"});
        if (rule.field == Field::SALUTATION) {
            CHECK(rule.value.translations.at("2") == "Frau");
            CHECK(rule.value.blanks.contains("k. a."));
        }
        if (rule.field == Field::BIRTH_DATE) {
            CHECK(rule.dayForms == std::vector{DayForm::iso, DayForm::german});
            CHECK(rule.unreadable == UnreadableDay::custom);
        }
        if (rule.field == Field::TAGS) CHECK((rule.split == "|" && rule.value.separator == "|"));
        if (rule.field == Field::COUNTRY) CHECK((rule.value.columns.empty() && rule.value.fixed == "DE"));
    }
    REQUIRE(mapping.custom.size() == 1);
    CHECK(mapping.custom.front().name == "Pass-ID");
    REQUIRE(mapping.sms);
    CHECK(mapping.sms->yes.contains("ja"));
    REQUIRE(mapping.email);
    CHECK(mapping.email->yes == std::set<std::string>{"gern"});
    CHECK(mapping.email->no.contains("bloss nicht"));
    CHECK(mapping.email->empty == EmptySwitch::no);
}

TEST_CASE("A full name has an order", "[adapters][mapping]") {
    const Mapping mapping = parsed("[record]\nid = \"Nr\"\n[full_name]\ncolumn = \"Name\"\norder = \"family_first\"\n");
    REQUIRE(mapping.fullName);
    CHECK(mapping.fullName->order == NameOrder::familyFirst);
    CHECK(mapping.fullName->value.columns == std::vector<std::string>{"Name"});
}

TEST_CASE("What a mapping does not know is a problem that names it", "[adapters][mapping]") {
    using Catch::Matchers::Contains;
    CHECK_THAT(problemOf("[record\nid"), Contains("line 1"));
    CHECK_THAT(problemOf(least + "email = \"M\"\n[atributes]\n"), Contains("atributes: is not known here"));
    CHECK_THAT(problemOf(least + "givenNam = \"Vorname\"\n"), Contains("attributes.givenNam: is not a field"));
    CHECK_THAT(problemOf(least + "password = \"Kennwort\"\n"), Contains("attributes.password: is not a field"));
    CHECK_THAT(problemOf(least + "custom = \"X\"\n"), Contains("[custom]"));
    CHECK_THAT(problemOf(least + "email = { column = \"M\", colour = \"red\" }\n"),
               Contains("attributes.email.colour: is not known here"));
    CHECK_THAT(problemOf(least + "email = { column = \"M\", formats = [\"iso\"] }\n"),
               Contains("attributes.email.formats"));
    CHECK_THAT(problemOf(least + "birthDate = { column = \"G\", formats = [\"us\"] }\n"),
               Contains("german, iso and compact"));
    CHECK_THAT(problemOf(least + "birthDate = { column = \"G\", unreadable = \"guess\" }\n"),
               Contains("refuse, custom"));
    CHECK_THAT(problemOf(least + "email = 3\n"), Contains("attributes.email: must be a column"));
    CHECK_THAT(problemOf(least + "email = []\n"), Contains("attributes.email: must be a column"));
    CHECK_THAT(problemOf(least + "email = { column = \"M\", value = \"x\" }\n"), Contains("say one of"));
    CHECK_THAT(problemOf(least + "country = { value = \"Elbonia\" }\n"), Contains("attributes.country"));
    CHECK_THAT(problemOf(least + "birthDate = { value = \"heute\" }\n"), Contains("must be a day"));
}

TEST_CASE("A mapping that cannot work is a problem", "[adapters][mapping]") {
    using Catch::Matchers::Contains;
    CHECK_THAT(problemOf("[attributes]\nemail = \"M\"\n"), Contains("record: is missing"));
    CHECK_THAT(problemOf("[record]\n[attributes]\nemail = \"M\"\n"), Contains("say one of id and key"));
    CHECK_THAT(problemOf("[record]\nid = \"a\"\nkey = [\"b\"]\n[attributes]\nemail = \"M\"\n"), Contains("say one of"));
    CHECK_THAT(problemOf("[record]\nid = \"a\"\n"), Contains("takes nothing"));
    CHECK_THAT(problemOf("source = \"Meine Kasse\"\n" + least + "email = \"M\"\n"), Contains("source: must be"));
    CHECK_THAT(problemOf(least + "givenName = \"V\"\n[full_name]\ncolumn = \"Name\"\n"),
               Contains("full_name: stands instead"));
    CHECK_THAT(problemOf(least + "email = \"M\"\n[file]\ndelimiter = \"|\"\n"), Contains("file.delimiter"));
    CHECK_THAT(problemOf(least + "email = \"M\"\n[notifications]\nsms = { value = \"ja\" }\n"),
               Contains("notifications.sms"));
}
