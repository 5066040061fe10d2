#include "projections/vcard.hpp"

#include <catch2/catch.hpp>

#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;

namespace {

std::string cardOf(const TestLedger& ledger, const char* name) {
    const auto customer = ledger.customer(name);
    return projections::vcardOf(customer, ledger::foldFields(customer), second(90));
}

std::string cardWith(const char* attributes) {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", std::string(R"("attributes":{)") + attributes + "}");
    return cardOf(ledger, "till/1");
}

}  // namespace

TEST_CASE("A vCard has every field that vCard has a place for") {
    CHECK(cardWith(
              R"("salutation":"Frau","givenName":"Anna","familyName":"Weiß","company":"Weiß GmbH",)"
              R"("email":"anna@example.com","phone":"030 1","mobile":"0151 2","street":"Gasse 3","postalCode":"10119",)"
              R"("city":"Berlin","country":"DE","birthDate":"1961-02-14","language":"de","notes":"mag Tee",)"
              R"("tags":["Stamm","VIP"],"custom":{"size":"44"})") ==
          "BEGIN:VCARD\r\nVERSION:4.0\r\nPRODID:-//Kartei//Copy for the customer//EN\r\nUID;VALUE=text:till/1\r\n"
          "REV:20260101T000130Z\r\nKIND:individual\r\nFN:Anna Weiß\r\nN:Weiß;Anna;;Frau;\r\nORG:Weiß GmbH\r\n"
          "EMAIL:anna@example.com\r\nTEL;TYPE=cell;VALUE=text:0151 2\r\nTEL;TYPE=voice;VALUE=text:030 1\r\n"
          "ADR:;;Gasse 3;Berlin;;10119;DE\r\nBDAY:19610214\r\nLANG:de\r\nNOTE:mag Tee\r\nCATEGORIES:Stamm,VIP\r\n"
          "END:VCARD\r\n");
}

TEST_CASE("What has a meaning in a vCard is escaped, and control characters go") {
    const auto card = cardWith(R"("givenName":"A;n,n\\a","notes":"one\r\ntwo\rthree\u0007","tags":["a,b","c;d"])");
    CHECK_THAT(card, Contains("FN:A;n\\,n\\\\a\r\n"));
    CHECK_THAT(card, Contains("N:;A\\;n\\,n\\\\a;;;\r\n"));
    CHECK_THAT(card, Contains("NOTE:one\\ntwo\\nthree\r\n"));
    CHECK_THAT(card, Contains("CATEGORIES:a\\,b,c;d\r\n"));
}

TEST_CASE("What is no language tag is left to the JSON") {
    CHECK_THAT(cardWith(R"("language":"pt-BR")"), Contains("LANG:pt-BR\r\n"));
    CHECK_THAT(cardWith(R"("language":"Deutsch, Polnisch")"), !Contains("LANG"));
}

TEST_CASE("A birthday without a year") {
    CHECK_THAT(cardWith(R"("birthDate":"--02-29")"), Contains("BDAY:--0229\r\n"));
}

TEST_CASE("Who has no name is called by the company, or the record's name") {
    CHECK_THAT(cardWith(R"("company":"Weiß GmbH")"), Contains("KIND:org\r\nFN:Weiß GmbH\r\nORG:Weiß GmbH\r\n"));
    CHECK_THAT(cardWith(R"("email":"x@example.com")"), Contains("KIND:individual\r\nFN:till/1\r\nEMAIL"));
}

TEST_CASE("A vCard's lines are folded at 75 octets, and no character is torn apart") {
    std::string notes;
    for (int i = 0; i < 60; ++i) notes += i % 7 == 0 ? "𝄞ä" : "ß漢x";
    const auto card = cardWith((R"("notes":")" + notes + R"(")").c_str());
    std::string unfolded;
    std::size_t longest = 0;
    for (std::size_t from = 0; from < card.size();) {
        const auto end = card.find("\r\n", from);
        const auto line = card.substr(from, end - from);
        longest = std::max(longest, line.size());
        const bool continued = line.starts_with(' ');
        const auto first = static_cast<unsigned char>(line[continued ? 1 : 0]);
        CHECK((first & 0xC0U) != 0x80U);
        unfolded += continued ? line.substr(1) : "\n" + line;
        from = end + 2;
    }
    CHECK(longest <= 75);
    CHECK(longest > 71);
    CHECK_THAT(unfolded, Contains("\nNOTE:" + notes + "\n"));
}

TEST_CASE("Addresses that stand beside the shown one are in the vCard, each once") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", R"("attributes":{"email":"old@example.com","mobile":"0151 2"})");
    ledger.fact("record.imported", "web/1", R"("attributes":{"email":"new@example.com","mobile":"0151 2"})");
    ledger.link("till/1", "web/1");
    const auto card = cardOf(ledger, "web/1");
    CHECK_THAT(card, Contains("UID;VALUE=text:till/1\r\n"));
    CHECK_THAT(card, Contains("EMAIL;PREF=1:new@example.com\r\nEMAIL:old@example.com\r\n"));
    CHECK_THAT(card, Contains("TEL;TYPE=cell;VALUE=text;PREF=1:0151 2\r\nEND"));
}
