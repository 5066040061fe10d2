// Files are read whole, and what cannot be read is told from what is empty.

#include "ledger/files.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "ledger/failure.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using ledger::contentOf;

TEST_CASE("A file is read whole, and what cannot be read is not taken for an empty one") {
    const testing::TemporaryDirectory temporary;
    const auto file = temporary.path() / "file";
    std::string bytes(200'000, 'x');
    bytes[70'000] = '\0';
    std::ofstream(file, std::ios::binary) << bytes;
    CHECK((contentOf(file) == bytes));
    CHECK((contentOf(file, 70'001) == bytes.substr(0, 70'001)));
    CHECK(contentOf(file, 0) == "");
    std::ofstream(temporary.path() / "empty").flush();
    CHECK(contentOf(temporary.path() / "empty") == "");
    CHECK_FALSE(contentOf(temporary.path() / "none"));
    CHECK_FALSE(contentOf(temporary.path()));
    CHECK((ledger::contentIfThere(file) == bytes));
    CHECK_FALSE(ledger::contentIfThere(temporary.path() / "none"));
    CHECK_THROWS_AS(ledger::contentIfThere(temporary.path()), ledger::Failure);
}

TEST_CASE("What is left in a stream is read, unless the stream breaks off") {
    std::istringstream in("first\nrest");
    std::string line;
    std::getline(in, line);
    CHECK(contentOf(in) == "rest");
    CHECK(contentOf(in) == "");
    std::istringstream broken("rest");
    broken.setstate(std::ios::badbit);
    CHECK_FALSE(contentOf(broken));
}
