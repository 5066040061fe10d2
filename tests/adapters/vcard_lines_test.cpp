#include "adapters/vcard_lines.hpp"

#include <catch2/catch.hpp>

using namespace kartei::adapters;

namespace {

// The properties of one card, given its lines.
std::vector<Property> propertiesIn(const std::string& lines, CardVersion version) {
    const std::string file = "BEGIN:VCARD\r\n" + lines + "END:VCARD\r\n";
    const auto cards = findCards(file);
    REQUIRE(cards.size() == 1);
    CHECK(cards.front().flaw.empty());
    return propertiesOf(cards.front(), version);
}

Property only(const std::string& lines, CardVersion version) {
    const auto properties = propertiesIn(lines, version);
    REQUIRE(properties.size() == 1);
    return properties.front();
}

}  // namespace

TEST_CASE("Cards are found, and what is none", "[adapters][vcard]") {
    const auto cards = findCards(
        "\r\nBEGIN:VCARD\r\nFN:a\r\nEND:VCARD\r\n\r\n"
        "stray\r\nmore\r\n"
        "begin:vCard\r\nFN:b\r\n"
        "BEGIN:VCARD  \r\nFN:c\r\nNOTE:x\r\n BEGIN:VCARD\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nFN:d");
    REQUIRE(cards.size() == 5);
    CHECK(cards[0].line == 2);
    CHECK(cards[0].flaw.empty());
    CHECK(cards[1].line == 6);
    CHECK(cards[1].isStray);
    CHECK(cards[2].line == 8);
    CHECK_FALSE(cards[2].flaw.empty());
    CHECK(cards[3].line == 10);
    CHECK(cards[3].flaw.empty());
    CHECK(cards[3].lines.size() == 3);  // the folded BEGIN is text of the note
    CHECK(cards[4].line == 15);
    CHECK_FALSE(cards[4].flaw.empty());
}

TEST_CASE("An agent's card within a card is left out", "[adapters][vcard]") {
    const auto cards = findCards("BEGIN:VCARD\nFN:a\nAGENT:\nBEGIN:VCARD\nFN:b\nEND:VCARD\nTEL:1\nEND:VCARD\n");
    REQUIRE(cards.size() == 1);
    CHECK(cards[0].flaw.empty());
    CHECK(cards[0].lines.size() == 3);
}

TEST_CASE("Lines are unfolded as their version folds", "[adapters][vcard]") {
    CHECK(only("NOTE:Gru\r\n \xC3\r\n \x9F\r\n", CardVersion::v30).value == "Gruß");  // a character cut in two
    CHECK(only("NOTE:a\r\n\tb\r\n", CardVersion::v40).value == "ab");
    CHECK(only("NOTE:a\r\n b\r\n", CardVersion::v21).value == "a b");
}

TEST_CASE("Quoted-printable goes on over soft line breaks", "[adapters][vcard]") {
    const auto note = only("NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BC=\r\nller=0D=0AZeile =\r\n zwei=3D\r\n",
                           CardVersion::v21);
    CHECK(note.value == "Müller\r\nZeile  zwei=");
    CHECK(plainText(note.value, CardVersion::v21) == "Müller\nZeile  zwei=");

    const auto both = propertiesIn("ORG;QUOTED-PRINTABLE:A=C4=\r\n\r\nFN:b=ZZ\r\n", CardVersion::v21);
    REQUIRE(both.size() == 2);
    CHECK(both[0].value == "AÄ");  // no charset and no UTF-8: Windows-1252
    CHECK(both[1].value == "b=ZZ");
}

TEST_CASE("A charset is obeyed, an unknown one found out", "[adapters][vcard]") {
    CHECK(only("FN;CHARSET=ISO-8859-15:\xA4\r\n", CardVersion::v21).value == "€");
    CHECK(only("FN;CHARSET=windows-1252;ENCODING=QUOTED-PRINTABLE:J=F6rg\r\n", CardVersion::v21).value == "Jörg");
    CHECK(only("FN;CHARSET=klingon:Jörg\r\n", CardVersion::v21).value == "Jörg");
    CHECK(only("FN:J\xF6rg\r\n", CardVersion::v21).value == "Jörg");
    const auto damaged = only("FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=F6rg\r\n", CardVersion::v21);
    CHECK(damaged.damaged);
    CHECK(damaged.value == "J\uFFFDrg");
}

TEST_CASE("Groups and parameters are read in every form", "[adapters][vcard]") {
    const auto bare = only("TEL;CELL;PREF:1\r\n", CardVersion::v21);
    CHECK(bare.types == std::set<std::string>{"CELL", "PREF"});
    CHECK(bare.preference == 1);
    CHECK(only("item1.TEL;type=cell;type=VOICE:1\r\n", CardVersion::v30).types ==
          std::set<std::string>{"CELL", "VOICE"});
    const auto listed = only("tel;TYPE=\"cell,voice\";PREF=7;VALUE=uri;X-A=\"b:c;d\":tel:+49\r\n", CardVersion::v40);
    CHECK(listed.name == "TEL");
    CHECK(listed.types == std::set<std::string>{"CELL", "VOICE"});
    CHECK(listed.preference == 7);
    CHECK(listed.valueKind == "URI");
    CHECK(listed.value == "tel:+49");
}

TEST_CASE("Base64 is left out, however it is folded", "[adapters][vcard]") {
    for (const char* lines : {"PHOTO;ENCODING=BASE64;JPEG:/9j/\r\n AAA=\r\n\r\nFN:a\r\n",  // 2.1, indented
                              "PHOTO;BASE64:/9j/\r\nAAAB\r\nCCC=\r\n\r\nFN:a\r\n",         // 2.1, not indented
                              "PHOTO;ENCODING=b;TYPE=JPEG:/9j/\r\n AAA=\r\nFN:a\r\n"}) {   // 3.0
        const auto properties = propertiesIn(lines, CardVersion::v21);
        REQUIRE(properties.size() == 2);
        CHECK(properties[0].binary);
        CHECK(properties[0].value.empty());
        CHECK(properties[1].value == "a");
    }
}

TEST_CASE("Escapes are resolved by version", "[adapters][vcard]") {
    CHECK(plainText("a\\, b\\; c\\nd\\Ne\\\\f http\\://x \\\"q\\\"", CardVersion::v30) ==
          "a, b; c\nd\ne\\f http://x \"q\"");
    CHECK(plainText("C:\\neu\\; a\\,b", CardVersion::v21) == "C:\\neu; a,b");
    CHECK(components("Doe;John;Richter\\, James;Mr.", CardVersion::v30, " ") ==
          std::vector<std::string>{"Doe", "John", "Richter, James", "Mr."});
    CHECK(components("Stevenson;John;Philip,Paul;Dr.,Prof.", CardVersion::v40, " ") ==
          std::vector<std::string>{"Stevenson", "John", "Philip Paul", "Dr. Prof."});
    CHECK(components("Company, The;Dep\\;artment", CardVersion::v21, ", ") ==
          std::vector<std::string>{"Company, The", "Dep;artment"});
}

TEST_CASE("The version is read, and 3.0 where there is none", "[adapters][vcard]") {
    const auto version = [](std::string_view line) {
        const std::string file = "BEGIN:VCARD\nFN:a\n" + std::string(line) + "\nEND:VCARD\n";
        return versionOf(findCards(file).front());
    };
    CHECK(version("VERSION:2.1") == CardVersion::v21);
    CHECK(version("version:4.0 ") == CardVersion::v40);
    CHECK(version("NOTE:x") == CardVersion::v30);
    CHECK_FALSE(version("VERSION:5.0").has_value());
}
