// The names that Kartei takes, and those that it does not (DESIGN §2).

#include <catch2/catch.hpp>

#include "events/names.hpp"

using namespace kartei::events;

namespace {
const std::string letters32(32, 'a');
const std::string letters128(128, 'Z');
}  // namespace

TEST_CASE("Names of businesses and sources are short, lower-case and without blanks") {
    for (const auto* good : {"a", "salon-7", "comcash", "0", "-"}) {
        INFO(good);
        CHECK(BusinessName::parse(good));
        CHECK(SourceName::parse(good));
    }
    CHECK(SourceName::parse(letters32));
    CHECK_FALSE(SourceName::parse(letters32 + "a"));
    for (const auto* bad : {"", "A", "a_b", "a.b", "a b", "a/b", "ü", "a\n", "~"}) {
        INFO(bad);
        CHECK_FALSE(BusinessName::parse(bad));
        CHECK_FALSE(SourceName::parse(bad));
    }
    CHECK_FALSE(SourceName::parse(std::string_view("a\0b", 3)));
}

TEST_CASE("A record's name is a source and an id") {
    for (const auto* good : {"comcash/4711", "terminbuch/r-209", "a/~Az09._-", "a/.", "a/.."}) {
        INFO(good);
        CHECK(RecordName::parse(good));
    }
    CHECK(RecordName::parse(letters32 + "/" + letters128));
    CHECK_FALSE(RecordName::parse(letters32 + "/" + letters128 + "Z"));
    CHECK_FALSE(RecordName::parse(letters32 + "a/1"));
    for (const auto* bad : {"", "/", "4711", "comcash/", "/4711", "comcash/4/7", "Comcash/1", "comcash/a b",
                            "comcash/ä", "comcash/anna@example.com", "comcash/1\n", " comcash/1"}) {
        INFO(bad);
        CHECK_FALSE(RecordName::parse(bad));
    }
}

TEST_CASE("A record's name gives its source and its id") {
    const auto name = *RecordName::parse("terminbuch/r-209");
    CHECK(sourceOf(name) == *SourceName::parse("terminbuch"));
    CHECK(idOf(name) == "r-209");
}

TEST_CASE("An item without a slash belongs to the sender's source") {
    const auto sender = *SourceName::parse("terminbuch");
    CHECK(qualified(*ItemName::parse("b77"), sender).text() == "terminbuch/b77");
    CHECK(qualified(*ItemName::parse("comcash/b77"), sender).text() == "comcash/b77");
    for (const auto* bad : {"", "/", "a/b/c", "b 77", "b77/", "/b77"}) {
        INFO(bad);
        CHECK_FALSE(ItemName::parse(bad));
    }
}

TEST_CASE("A currency is three capital letters") {
    CHECK(Currency::parse("EUR"));
    for (const auto* bad : {"", "EU", "EURO", "eur", "E1R", "€"}) CHECK_FALSE(Currency::parse(bad));
}

TEST_CASE("Positions count from 1, and none comes before") {
    CHECK(Position().isNone());
    CHECK(Position().next() == Position(1));
    CHECK(Position(1).previous().isNone());
    CHECK(Position().previous().isNone());
    CHECK(Position(2) < Position::latest());
}
