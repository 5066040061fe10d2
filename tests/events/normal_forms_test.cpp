// Forms in which values that mean the same are the same text.

#include <catch2/catch.hpp>

#include "events/normal_forms.hpp"

using namespace kartei::events;
using Words = std::vector<std::string>;

TEST_CASE("E-mail addresses are lower-case, with an ASCII domain and nothing around them") {
    CHECK(normalEmail("Anna@Example.COM") == "anna@example.com");
    CHECK(normalEmail(" anna@example.com\t\n") == "anna@example.com");
    CHECK(normalEmail("Anna@M\u00dcller.de") == "anna@xn--mller-kva.de");
    CHECK(normalEmail("anna@xn--mller-kva.de") == normalEmail("anna@m\u00fcller.de"));
    CHECK(normalEmail("J\u00d6RG@example.com") == "j\u00f6rg@example.com");
    CHECK(normalEmail("anna@stra\u00dfe.de") == "anna@xn--strae-oqa.de");
    CHECK(normalEmail("\"a@b\"@example.com") == "\"a@b\"@example.com");
}

TEST_CASE("What is no e-mail address has a form too") {
    CHECK(normalEmail("").empty());
    CHECK(normalEmail("  ").empty());
    CHECK(normalEmail("Anna") == "anna");
    CHECK(normalEmail("@") == "@");
}

TEST_CASE("The normal form of an e-mail address is its own normal form") {
    for (const auto* email :
         {"Anna@M\u00dcller.de", "J\u00d6RG@Example.com", "a@-.de", "a@b..c", "x@\u00fc\u00fc\u00fc"}) {
        INFO(email);
        CHECK(normalEmail(normalEmail(email)) == normalEmail(email));
    }
}

TEST_CASE("Telephone numbers are E.164, whichever way they are written") {
    for (const auto* phone : {"0171 1234567", "+49 171 1234567", "0049171-1234567", "(0171) 123 45 67",
                              "+49 (0)171 1234567", "0171/1234567"}) {
        INFO(phone);
        CHECK(normalPhone(phone) == "+491711234567");
    }
    CHECK(normalPhone("044 668 18 00", "CH") == "+41446681800");
    CHECK(normalPhone("+41 44 668 18 00") == "+41446681800");
}

TEST_CASE("What is no telephone number comes back as its digits") {
    CHECK(normalPhone("").empty());
    CHECK(normalPhone("unknown").empty());
    CHECK(normalPhone("12/34 56 78 90 12 34 56 78 90 12") == "1234567890123456789012");
}

TEST_CASE("Words are lower-case ASCII, umlauts two letters") {
    CHECK(searchWords("J\u00f6rg Stra\u00dfer-\u00d8ye") == Words{"joerg", "strasser", "oye"});
    CHECK(searchWords("M\u00dcLLER") == Words{"mueller"});
    CHECK(searchWords("Mu\u0308ller") == Words{"mueller"});
    CHECK(searchWords("  Anna   Maria ") == Words{"anna", "maria"});
    CHECK(searchWords("O'Neill") == Words{"oneill"});
    CHECK(searchWords("\u0415\u043b\u0435\u043d\u0430").size() == 1);
    CHECK(searchWords("Salon 7b") == Words{"salon", "7b"});
    CHECK(searchWords("").empty());
    CHECK(searchWords(" -.,/ ").empty());
}

TEST_CASE("A text of white space alone says nothing") {
    CHECK(saysNothing(""));
    CHECK(saysNothing(" \t\r\n"));
    CHECK(saysNothing("\u00A0\u2003\u3000"));
    CHECK_FALSE(saysNothing(" x "));
    CHECK_FALSE(saysNothing("\u200B"));  // no white space, says Unicode
    CHECK_FALSE(saysNothing("\xFF"));
}

TEST_CASE("Only ASCII letters are lowered as such") {
    CHECK(lowerAscii("Content-TYPE @[`{ ÄÖ 9") == "content-type @[`{ ÄÖ 9");
    CHECK(lowerAscii('Z') == 'z');
    CHECK(lowerAscii('[') == '[');
}
