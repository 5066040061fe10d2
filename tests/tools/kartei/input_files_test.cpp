// Files that are named on the command line and cannot be read.

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/tools/kartei/program.hpp"

using namespace kartei::tools::testing;
using Catch::Matchers::Contains;

TEST_CASE("A file that cannot be read is bad input, and so is a directory in its place") {
    const kartei::testing::TemporaryDirectory temporary;
    const auto data = temporary.path() / "data";
    const std::string connected =
        R"({"specversion":"1.0","id":"1","source":"till","type":"source.connected","data":{"name":"Till"}})";
    REQUIRE(runKartei(data, {"append", "-"}, connected).code == 0);
    const auto file = (temporary.path() / "customers.csv").string();
    std::ofstream(file) << "Nr;Name\n1;Anna\n";
    for (const auto& unreadable : {(temporary.path() / "nothing").string(), temporary.path().string()}) {
        for (const auto& arguments : std::vector<std::vector<std::string>>{
                 {"append", unreadable},
                 {"import", "csv", unreadable, "--declared-by", "Petra", "--declaration", "They agreed."},
                 {"import", "csv", file, "--mapping", unreadable, "--declared-by", "Petra", "--declaration",
                  "They agreed."},
                 {"verify", "--against", unreadable}}) {
            CAPTURE(arguments);
            const auto ended = runKartei(data, arguments);
            CHECK(ended.code == 2);
            CHECK_THAT(ended.err, Contains("cannot be read."));
            CHECK_THAT(ended.err, !Contains(unreadable));
        }
    }
}
