// `kartei erase` of somebody who was erased before, and has come back since.

#include <catch2/catch.hpp>

#include "tests/tools/kartei/program.hpp"

using namespace kartei;
using Catch::Matchers::Contains;
using tools::testing::runKartei;

namespace {

std::string registered(const std::string& id, const std::string& family) {
    return R"({"specversion":"1.0","id":")" + id +
           R"(","source":"web","type":"record.registered","subject":"web/anna",)" +
           R"("data":{"attributes":{"familyName":")" + family + "\"}}}\n";
}

}  // namespace

TEST_CASE("Who erases a record that was erased before is told of whoever came back and is not erased") {
    const testing::TemporaryDirectory temporary;
    const auto data = temporary.path() / "data";
    const auto erase = [&](const std::string& name) {
        return runKartei(data, {"--json", "erase", name, "--reason", "asked"}).out;
    };
    const std::string connected =
        R"({"specversion":"1.0","id":"c","source":"web","type":"source.connected","data":{"name":"Web"}})"
        "\n";
    REQUIRE(runKartei(data, {"append", "-"}, connected + registered("1", "First")).code == 0);
    CHECK(erase("web/anna") == "{\"position\":3}\n");
    CHECK(erase("web/anna") == "{\"position\":3}\n");
    REQUIRE(runKartei(data, {"append", "-"}, registered("2", "Second")).code == 0);
    CHECK(erase("web/anna") == "{\"position\":3,\"successors\":[\"web/anna~2\"]}\n");
    const auto told = runKartei(data, {"erase", "web/anna", "--reason", "asked"});
    CHECK(told.code == 0);
    CHECK_THAT(told.out, Contains("Erased at position 3.") && Contains("Not erased") && Contains("erase web/anna~2."));
    CHECK_THAT(runKartei(data, {"customer", "web/anna~2"}).out, Contains("Second"));
    CHECK(erase("web/anna~2") == "{\"position\":5}\n");
    CHECK(erase("web/anna") == "{\"position\":3}\n");
}
