#include "adapters/comcash.hpp"

#include "adapters/mapping.hpp"
#include "adapters/open_import.hpp"
#include "import_testing.hpp"

using namespace kartei;
using namespace kartei::adapters;
using namespace kartei::adapters::testing;

namespace {

const std::string header =
    "Kundennummer;Anrede;Vorname;Nachname;Straße;PLZ;Ort;Telefon;Mobil;E-Mail;Geburtsdatum;SMS;E-Mail-Versand;"
    "Bemerkung\r\n";

Imported import(const std::string& file, const std::optional<std::string>& mapping = std::nullopt) {
    return readAll(openImport("comcash", {{"kunden.csv", file}}, mapping, TestNaming().naming("comcash")));
}

}  // namespace

TEST_CASE("The COMCASH preset is a mapping like any other", "[adapters][comcash]") {
    const auto mapping = parseMapping(comcashMapping());
    REQUIRE(mapping.has_value());
    CHECK(mapping->source->text() == "comcash");
    CHECK(mapping->idColumn == "Kundennummer");
}

TEST_CASE("A COMCASH list is imported with every column", "[adapters][comcash]") {
    const auto [people, skipped] = import(
        header +
        "4711;Frau;Anna;Müller;Königsstraße 5;90402;Nürnberg;0911 123456;0171 1234567;anna@example.com;03.3.1980;"
        "Ja;Nein;\"mag Tee,\r\nkeine Milch\"\r\n"
        "4712;;Berta;;;;;;;;00.00.0000;;;\r\n");
    CHECK(skipped.empty());
    REQUIRE(people.size() == 2);
    const auto& anna = people[0];
    CHECK(anna.record.text() == "comcash/4711");
    CHECK(text(anna, Field::SALUTATION) == "Frau");
    CHECK(text(anna, Field::GIVEN_NAME) == "Anna");
    CHECK(text(anna, Field::FAMILY_NAME) == "Müller");
    CHECK(text(anna, Field::STREET) == "Königsstraße 5");
    CHECK(text(anna, Field::POSTAL_CODE) == "90402");
    CHECK(text(anna, Field::CITY) == "Nürnberg");
    CHECK(text(anna, Field::PHONE) == "0911 123456");
    CHECK(text(anna, Field::MOBILE) == "0171 1234567");
    CHECK(text(anna, Field::EMAIL) == "anna@example.com");
    CHECK(text(anna, Field::BIRTH_DATE) == "1980-03-03");
    CHECK(text(anna, Field::NOTES) == "mag Tee,\r\nkeine Milch");
    CHECK(anna.notifications == events::Notifications{true, false});
    CHECK(people[1].line == 4);
    CHECK(isCleared(people[1], Field::BIRTH_DATE));
    CHECK(people[1].notifications == events::Notifications{});
}

TEST_CASE("The preset can be overridden", "[adapters][comcash]") {
    const auto [people, skipped] =
        import("KdNr,Name\n1,Müller\n", "[record]\nid = \"KdNr\"\n[attributes]\nfamilyName = \"Name\"\n");
    CHECK(skipped.empty());
    REQUIRE(people.size() == 1);
    CHECK(people[0].record.text() == "comcash/1");
}
