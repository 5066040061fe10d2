#include "adapters/vcard.hpp"

#include "events/limits.hpp"
#include "import_testing.hpp"

using namespace kartei;
using namespace kartei::adapters;
using namespace kartei::adapters::testing;

namespace {

Imported import(const std::string& bytes, const TestNaming& names = {}) {
    return readAll(readVcards(bytes, names.naming("buch")));
}

ImportedPerson only(const std::string& lines, const std::string& version = "4.0") {
    const auto imported = import("BEGIN:VCARD\r\nVERSION:" + version + "\r\n" + lines + "END:VCARD\r\n");
    INFO((imported.skipped.empty() ? std::string() : imported.skipped.front().reason));
    REQUIRE(imported.people.size() == 1);
    return imported.people.front();
}

std::string refusal(const std::string& lines, const std::string& version = "3.0") {
    const auto imported = import("\r\nBEGIN:VCARD\r\nVERSION:" + version + "\r\n" + lines + "END:VCARD\r\n");
    REQUIRE(imported.skipped.size() == 1);
    CHECK(imported.skipped.front().line == 2);
    return imported.skipped.front().reason;
}

std::string repeated(const std::string& text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
}

}  // namespace

TEST_CASE("Android's address book: six cards, quoted-printable over lines", "[adapters][vcard][shared]") {
    const auto file = sharedFile("ez-vcard/John_Doe_ANDROID.vcf");
    if (!file) return;
    TestNaming names;
    const auto [people, skipped] = import(*file, names);
    CHECK(skipped.empty());
    REQUIRE(people.size() == 6);
    CHECK(text(people[0], Field::EMAIL) == "john.doe@company.com");
    CHECK(tags(people[0]) == events::TextList{"My Contacts"});
    CHECK(text(people[1], Field::EMAIL) == "jane.doe@company.com");
    CHECK(text(people[2], Field::FAMILY_NAME) == "Ñ Ñ Ñ Ñ");
    CHECK(text(people[2], Field::MOBILE) == "123456789");
    CHECK(text(people[3], Field::FAMILY_NAME) == repeated("Ñ ", 10) + "Ñ");
    CHECK(text(people[3], Field::MOBILE) == "123456");
    CHECK(text(people[3], Field::PHONE) == "234567");
    const std::string note = repeated("Ñ ", 7) + "Ñ" + repeated("Ñ ", 7) + repeated("Ñ", 2) + repeated(" Ñ", 4);
    CHECK(text(people[3], Field::NOTES) == note + "\n" + note);
    CHECK(text(people[4], Field::FAMILY_NAME) == "Ñ Ñ");
    CHECK(text(people[4], Field::GIVEN_NAME) == "Ñ Ñ Ñ");
    CHECK(text(people[4], Field::EMAIL) == "bob@company.com");
    CHECK(text(people[4], Field::PHONE) == "123456");
    CHECK(text(people[4], Field::COMPANY) == repeated("Ñ", 12));
    CHECK(text(people[5], Field::EMAIL) == "henry@company.com");
    CHECK(text(people[5], Field::COMPANY) == repeated("Ñ", 44));
    CHECK(names.keys->size() == 6);
    CHECK(names.keys->front() == "\x1Fjohn.doe@company.com");
}

TEST_CASE("Evolution's card: escapes, groups, a UID", "[adapters][vcard][shared]") {
    const auto file = sharedFile("ez-vcard/John_Doe_EVOLUTION.vcf");
    if (!file) return;
    const auto [people, skipped] = import(*file);
    CHECK(skipped.empty());
    REQUIRE(people.size() == 1);
    const auto& john = people.front();
    CHECK(john.record.text() == "buch/477343c8e6bf375a9bac1f96a5000837");
    CHECK(text(john, Field::SALUTATION) == "Mr.");
    CHECK(text(john, Field::GIVEN_NAME) == "John");
    CHECK(text(john, Field::FAMILY_NAME) == "Doe");
    CHECK(text(john, Field::COMPANY) == "IBM");
    CHECK(text(john, Field::EMAIL) == "john.doe@ibm.com");
    CHECK(text(john, Field::MOBILE) == "905-666-1234");
    CHECK(text(john, Field::PHONE) == "905-555-1234");
    CHECK(text(john, Field::STREET) == "15 Crescent moon drive");
    CHECK(text(john, Field::CITY) == "Albaney");
    CHECK(text(john, Field::POSTAL_CODE) == "12345");
    CHECK(text(john, Field::COUNTRY) == "US");
    CHECK(text(john, Field::BIRTH_DATE) == "1980-03-22");
    CHECK(tags(john) == events::TextList{"VIP"});
    CHECK_THAT(text(john, Field::NOTES),
               Catch::Matchers::StartsWith("THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND "
                                           "CONTRIBUTORS \"AS IS\" AND ANY"));
    CHECK_THAT(text(john, Field::NOTES), Catch::Matchers::EndsWith("ADVISED OF THE POSSIBILITY OF SUCH DAMAGE."));
}

TEST_CASE("Gmail's card: an address in one text", "[adapters][vcard][shared]") {
    const auto file = sharedFile("ez-vcard/John_Doe_GMAIL.vcf");
    if (!file) return;
    TestNaming names;
    const auto [people, skipped] = import(*file, names);
    CHECK(skipped.empty());
    REQUIRE(people.size() == 1);
    const auto& john = people.front();
    CHECK(john.record.text() == "buch/~0");
    CHECK(names.keys->front() == "mr. john richter, james doe sr.\x1Fjohn.doe@ibm.com");
    CHECK(text(john, Field::FAMILY_NAME) == "Doe");
    CHECK(text(john, Field::MOBILE) == "905-555-1234");
    CHECK(text(john, Field::PHONE) == "905-666-1234");
    CHECK(text(john, Field::STREET) ==
          "Crescent moon drive\n555-asd\nNice Area, Albaney, New York 12345\nUnited States of America");
    CHECK(isCleared(john, Field::CITY));
    CHECK(text(john, Field::BIRTH_DATE) == "1980-03-22");
    CHECK_THAT(text(john, Field::NOTES), Catch::Matchers::EndsWith("SUCH DAMAGE.\nFavotire Color: Blue"));
}

TEST_CASE("Outlook's cards: 2.1 with pictures and keys", "[adapters][vcard][shared]") {
    const auto file = sharedFile("ez-vcard/John_Doe_MS_OUTLOOK.vcf");
    const auto older = sharedFile("ez-vcard/outlook-2003.vcf");
    if (!file || !older) return;
    const auto imported = import(*file);
    REQUIRE(imported.people.size() == 1);
    CHECK(imported.skipped.empty());
    const auto& john = imported.people.front();
    CHECK(text(john, Field::SALUTATION) == "Mr.");
    CHECK(text(john, Field::GIVEN_NAME) == "John");
    CHECK(text(john, Field::FAMILY_NAME) == "Doe");
    CHECK(text(john, Field::EMAIL) == "john.doe@ibm.cm");
    CHECK(text(john, Field::PHONE) == "(905) 555-1234");
    CHECK(isCleared(john, Field::MOBILE));
    CHECK(text(john, Field::STREET) == "Cresent moon drive");  // marked as preferred, so before the one at home
    CHECK(text(john, Field::BIRTH_DATE) == "1980-03-22");

    const auto importedOlder = import(*older);
    REQUIRE(importedOlder.people.size() == 1);
    const auto& joey = importedOlder.people.front();
    CHECK(text(joey, Field::COMPANY) == "Company, The");
    CHECK(text(joey, Field::NOTES) == "This is the note field!!\nSecond line\n\nThird line is empty");
    CHECK(text(joey, Field::PHONE) == "BusinessPhone");
    CHECK(text(joey, Field::MOBILE) == "MobilePhone");
    CHECK(text(joey, Field::STREET) == "123 Main St");
    CHECK(text(joey, Field::CITY) == "Austin");
    CHECK(text(joey, Field::COUNTRY) == "US");
    CHECK(text(joey, Field::EMAIL) == "jdoe@hotmail.com");
    CHECK(text(joey, Field::BIRTH_DATE) == "1980-03-21");
}

TEST_CASE("Gmail's list and the example of RFC 2426", "[adapters][vcard][shared]") {
    const auto list = sharedFile("ez-vcard/gmail-list.vcf");
    const auto example = sharedFile("ez-vcard/rfc2426-example.vcf");
    if (!list || !example) return;
    const auto three = import(*list);
    REQUIRE(three.people.size() == 3);
    CHECK(three.skipped.empty());
    CHECK(text(three.people[0], Field::FAMILY_NAME) == "Smith");
    CHECK(text(three.people[1], Field::GIVEN_NAME) == "Chris");
    CHECK(text(three.people[2], Field::EMAIL) == "dwhite@gmail.com");
    CHECK(three.people[2].line == 13);

    const auto two = import(*example);
    REQUIRE(two.people.size() == 2);
    CHECK(two.skipped.empty());
    CHECK(text(two.people[0], Field::GIVEN_NAME) == "Frank");
    CHECK(text(two.people[0], Field::FAMILY_NAME) == "Dawson");
    CHECK(text(two.people[0], Field::EMAIL) == "Frank_Dawson@Lotus.com");
    CHECK(text(two.people[0], Field::PHONE) == "+1-919-676-9515");
    CHECK(text(two.people[0], Field::STREET) == "6544 Battleford Drive");
    CHECK(text(two.people[0], Field::POSTAL_CODE) == "27613-3502");
    CHECK(text(two.people[0], Field::COUNTRY) == "US");
    CHECK(text(two.people[1], Field::FAMILY_NAME) == "Howes");
    CHECK(text(two.people[1], Field::POSTAL_CODE) == "94043");
}

TEST_CASE("A file without a card cannot be imported", "[adapters][vcard][shared]") {
    const auto noCard = readVcards("Some licence text: all rights\nreserved\n", TestNaming().naming("buch"));
    REQUIRE_FALSE(noCard.has_value());
    CHECK(noCard.error().kind == ProblemKind::nothingThere);
    const auto file = sharedFile("ez-vcard/vcard-samples-license.txt");
    if (!file) return;
    CHECK_FALSE(readVcards(*file, TestNaming().naming("buch")).has_value());
}

TEST_CASE("A vCard 4.0 in full", "[adapters][vcard]") {
    const auto person = only(
        "UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1\r\n"
        "FN:Dr. Bärbel Müller-Lüdenscheidt\r\n"
        "N:Müller-Lüdenscheidt;Bärbel;;Dr.;\r\n"
        "EMAIL;TYPE=work;PREF=2:b@arbeit.example\r\n"
        "item1.EMAIL;TYPE=home;PREF=1:b@haus.example\r\n"
        "TEL;VALUE=uri;TYPE=\"voice,home\":tel:+49-911-123;ext=5\r\n"
        "TEL;VALUE=uri;TYPE=\"cell,voice\";PREF=1:tel:+49-171-1234567\r\n"
        "ADR;TYPE=work;LABEL=\"Büro: 2. Stock; links\":;;Arbeitsweg 1;Fürth;;90762;Germany\r\n"
        "ADR;TYPE=home:;;Königstraße 5\\, Hinterhaus;Nürnberg;Bayern;90402;Deutschland\r\n"
        "BDAY:--0322\r\n"
        "LANG;PREF=2:en\r\nLANG;PREF=1:de-DE\r\n"
        "CATEGORIES:Stammkunde,VIP\\, Gold\r\nCATEGORIES:Stammkunde\r\n"
        "NOTE:Erste Zeile\\nzweite\\, Zeile\r\n"
        "ORG:Salon Ölmühle\\; Söhne;Färben\r\n"
        "PHOTO:data:image/jpeg;base64,/9j/4AAQSkZJRgABAQ\r\n AAAA\r\n");
    CHECK(person.record.text() == "buch/4fbe8971-0bc3-424c-9c26-36c3e1eff6b1");
    CHECK(text(person, Field::SALUTATION) == "Dr.");
    CHECK(text(person, Field::GIVEN_NAME) == "Bärbel");
    CHECK(text(person, Field::FAMILY_NAME) == "Müller-Lüdenscheidt");
    CHECK(text(person, Field::EMAIL) == "b@haus.example");
    CHECK(text(person, Field::PHONE) == "+49-911-123");
    CHECK(text(person, Field::MOBILE) == "+49-171-1234567");
    CHECK(text(person, Field::STREET) == "Königstraße 5, Hinterhaus");
    CHECK(text(person, Field::CITY) == "Nürnberg");
    CHECK(text(person, Field::COUNTRY) == "DE");
    CHECK(text(person, Field::BIRTH_DATE) == "--03-22");
    CHECK(text(person, Field::LANGUAGE) == "de-DE");
    CHECK(tags(person) == events::TextList{"Stammkunde", "VIP, Gold"});
    CHECK(text(person, Field::NOTES) == "Erste Zeile\nzweite, Zeile");
    CHECK(text(person, Field::COMPANY) == "Salon Ölmühle; Söhne");
    CHECK(person.attributes.find(Field::CUSTOM) == nullptr);
}

TEST_CASE("Birthdays in every form", "[adapters][vcard]") {
    const auto day = [](const std::string& line) {
        return text(only("FN:A B\r\n" + line + "\r\n"), Field::BIRTH_DATE);
    };
    CHECK(day("BDAY:1980-03-22") == "1980-03-22");
    CHECK(day("BDAY:19800321") == "1980-03-21");
    CHECK(day("BDAY:--0322") == "--03-22");
    CHECK(day("BDAY:--03-22") == "--03-22");
    CHECK(day("BDAY:1953-10-15T23:10:00Z") == "1953-10-15");
    CHECK(day("BDAY:19531015T231000Z") == "1953-10-15");
    CHECK(day("BDAY:--0203T101500") == "--02-03");
    CHECK(day("BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29") == "--02-29");
    for (const char* partial : {"BDAY:1985", "BDAY:1985-04", "BDAY:---12", "BDAY:--04", "BDAY:T102200",
                                "BDAY:", "BDAY;VALUE=text:circa 1800"}) {
        CAPTURE(partial);
        CHECK(day(partial).empty());
    }
    CHECK(refusal("FN:A B\r\nBDAY:1980-02-30\r\n") == "BDAY: is no date");
}

TEST_CASE("Names from what there is", "[adapters][vcard]") {
    const auto split = only("FN:Anna von der Leyen\r\nN:;;;;\r\nEMAIL:a@b.de\r\n", "3.0");
    CHECK(text(split, Field::GIVEN_NAME) == "Anna");
    CHECK(text(split, Field::FAMILY_NAME) == "von der Leyen");
    const auto company = only("FN:Salon Rose\r\nORG:Salon Rose\r\nTEL:1\r\n", "3.0");
    CHECK(text(company, Field::COMPANY) == "Salon Rose");
    CHECK(isCleared(company, Field::FAMILY_NAME));
    const auto kind = only("KIND:org\r\nFN:Salon Rose\r\n");
    CHECK(text(kind, Field::COMPANY) == "Salon Rose");
    CHECK(isCleared(kind, Field::FAMILY_NAME));
}

TEST_CASE("Numbers and addresses by their types", "[adapters][vcard]") {
    const auto person = only(
        "FN:A B\r\nTEL;FAX;PREF:1\r\nTEL;PAGER:2\r\nTEL;WORK:3\r\nTEL;HOME;PREF:4\r\nTEL;CELL:5\r\nTEL;CELL;FAX:6\r\n"
        "ADR;WORK:;;Werk 1;;;;\r\nADR;HOME:;;;;;;\r\nADR:Postfach 7;;;Ulm;;;Elbonia\r\n",
        "2.1");
    CHECK(text(person, Field::PHONE) == "4");
    CHECK(text(person, Field::MOBILE) == "5");
    CHECK(text(person, Field::STREET) == "Postfach 7");
    CHECK(text(person, Field::CITY) == "Ulm");
    CHECK(isCleared(person, Field::COUNTRY));
}

TEST_CASE("Ids: a UID, a token of one, or a token of the person", "[adapters][vcard]") {
    CHECK(only("FN:A B\r\nUID:URN:UUID:4FBE8971-0BC3-424C-9C26\r\n").record.text() == "buch/4FBE8971-0BC3-424C-9C26");
    CHECK(only("FN:A B\r\nUID:anna.mueller\r\n").record.text() ==
          "buch/~0");  // may be a name, so it is not kept readable
    TestNaming names;
    const auto cards = import(
        "BEGIN:VCARD\nVERSION:4.0\nUID:http://example.com/1\nFN:A B\nEND:VCARD\n"
        "BEGIN:VCARD\nVERSION:4.0\nFN:Änne B\nTEL:123\nTEL;TYPE=cell:456\nEND:VCARD\n"
        "BEGIN:VCARD\nVERSION:4.0\nFN:ÄNNE B\nTEL;TYPE=cell:456\nEND:VCARD\n"
        "BEGIN:VCARD\nVERSION:4.0\nN:Meier;Ida;;;\nEND:VCARD\n",
        names);
    REQUIRE(cards.people.size() == 4);
    CHECK(cards.people[1].record == cards.people[2].record);
    CHECK(*names.keys == std::vector<std::string>{"http://example.com/1",
                                                  "änne b\x1F"
                                                  "456",
                                                  "ida meier\x1F"});
}

TEST_CASE("Cards that cannot be taken are told, the others imported", "[adapters][vcard]") {
    using Catch::Matchers::Contains;
    CHECK_THAT(refusal("NOTE:niemand\r\n"), Contains("nothing names the card"));
    CHECK_THAT(refusal("UID:4FBE8971-0BC3-424C-9C26\r\nN:;;;;\r\n"), Contains("has no name, address or number"));
    CHECK_THAT(refusal("FN:A B\r\n", "5.0"), Contains("VERSION"));
    CHECK_THAT(refusal("KIND:group\r\nFN:Alle\r\n", "4.0"), Contains("KIND"));
    CHECK_THAT(refusal("X-ADDRESSBOOKSERVER-KIND:group\r\nFN:Alle\r\n"), Contains("KIND"));
    CHECK_THAT(refusal("FN:A B\r\nNOTE:" + std::string(limits::text + 1, 'a') + "\r\n"),
               Contains("NOTE: the text is too long"));
    CHECK_THAT(refusal("FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=F6rg\r\n", "2.1"), Contains("FN: holds bytes"));

    const auto mixed = import("BEGIN:VCARD\nFN:A B\nBEGIN:VCARD\nFN:C D\nEND:VCARD\nBEGIN:VCARD\nFN:E F\n");
    REQUIRE(mixed.people.size() == 1);
    CHECK(text(mixed.people[0], Field::GIVEN_NAME) == "C");
    REQUIRE(mixed.skipped.size() == 2);
    CHECK(mixed.skipped[0].line == 1);
    CHECK(mixed.skipped[1].line == 6);
}

TEST_CASE("Files in UTF-16 and with a byte order mark", "[adapters][vcard]") {
    const std::string ascii = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ida Meier\r\nEND:VCARD\r\n";
    std::string wide = "\xFF\xFE";
    for (const char c : ascii) {
        wide += c;
        wide += '\0';
    }
    CHECK(import(wide).people.size() == 1);
    CHECK(import("\xEF\xBB\xBF" + ascii).people.size() == 1);
    CHECK_FALSE(readVcards(std::string("BEGIN:VCARD\0", 12), TestNaming().naming("buch")).has_value());
}

TEST_CASE("A card with a NUL is reported, and the others are taken", "[adapters][vcard]") {
    const std::string card = "BEGIN:VCARD\nVERSION:4.0\nUID:";
    const std::string end = "\nEND:VCARD\n";
    const auto imported = import(card + "1\nFN:Anna" + end + card + "2\nFN:Be" + std::string(1, '\0') + "a" + end +
                                 card + "3\nFN:Cora" + end);
    CHECK(imported.people.size() == 2);
    REQUIRE(imported.skipped.size() == 1);
    CHECK(imported.skipped[0].line == 6);
    CHECK_THAT(imported.skipped[0].reason, Catch::Matchers::Contains("NUL"));
}
