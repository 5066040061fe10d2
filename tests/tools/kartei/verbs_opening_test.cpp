// How each verb opens the data directory.

#include <catch2/catch.hpp>
#include <iterator>
#include <sstream>

#include "tests/tools/kartei/fake_operations.hpp"
#include "tools/kartei/command_line.hpp"

using namespace kartei;
using namespace kartei::tools;
using ledger::Opening;

namespace {

Opening opening(const std::string& line) {
    std::istringstream words(line);
    std::istringstream in;
    std::ostringstream out;
    Streams streams{in, out, out, {}, {}};
    Script script;
    std::optional<Opening> opened;
    const auto code =
        runCommandLine({std::istream_iterator<std::string>(words), {}}, streams,
                       {[&](const EmbeddedOptions& options) -> Result<std::unique_ptr<Operations>, Failure> {
                            opened = options.opening;
                            return std::make_unique<FakeOperations>(script);
                        },
                        {},
                        [](const std::vector<std::string>&) { return std::nullopt; },
                        {},
                        "tester"});
    INFO(out.str());
    CHECK(code == 0);
    REQUIRE(opened);
    return *opened;
}

}  // namespace

TEST_CASE("only what can be recorded first makes a data directory") {
    for (const auto* creating : {"append -", "import csv -", "policy set automatic_link off"}) {
        CAPTURE(creating);
        CHECK(opening(creating) == Opening::create);
    }
    for (const auto* recording : {"link a/1 b/2", "undo 5 --reason mistake", "pending a/1 --take 5",
                                  "erase a/1 --reason asked", "rebuild", "key rotate", "log incarnation"}) {
        CAPTURE(recording);
        CHECK(opening(recording) == Opening::existing);
    }
}

TEST_CASE("what records nothing reads a data directory that another process has open") {
    for (const auto* reading : {"backup d",
                                "customer a/1",
                                "customers",
                                "history a/1",
                                "search anna",
                                "protocol",
                                "replay",
                                "imports",
                                "consent a/1",
                                "account a/anna",
                                "pending",
                                "pending a/1",
                                "policy show",
                                "rebuild --verify",
                                "verify",
                                "receipt 5",
                                "log key",
                                "log status",
                                "log publish d",
                                "link a/1 b/2 --dry-run",
                                "merge a/1 b/2 --take email --comment x --dry-run",
                                "undo 5 --dry-run"}) {
        CAPTURE(reading);
        CHECK(opening(reading) == Opening::reading);
    }
}
