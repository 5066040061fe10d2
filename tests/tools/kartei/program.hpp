#pragma once
// The program as it is called, in this process: from its arguments to its exit code and what it prints.

#include <sstream>
#include <string>
#include <vector>

#include "tests/support/test_ledger.hpp"
#include "tools/kartei/command_line.hpp"

namespace kartei::tools::testing {

struct Ended {
    int code = 0;
    std::string out;
    std::string err;
};

// Runs `kartei --data DATA --anchor ANCHOR ARGUMENTS…` under the master key of all tests.
inline Ended runKartei(const ledger::Place& place, std::vector<std::string> arguments, const std::string& input = {}) {
    std::istringstream in(input);
    std::ostringstream out, err;
    Streams streams{in, out, err, {}, {}};
    const Foundations foundations{[](EmbeddedOptions options) {
                                      options.masterKey = kartei::testing::masterKey();
                                      return openEmbedded(options);
                                  },
                                  {},
                                  [](const auto&) { return std::nullopt; },
                                  {},
                                  "tester"};
    arguments.insert(arguments.begin(), {"--data", place.data.string(), "--anchor", place.anchor.string()});
    const int code = runCommandLine(arguments, streams, foundations);
    return {code, out.str(), err.str()};
}
// The same with an anchor beside the data directory.
inline Ended runKartei(const std::filesystem::path& data, const std::vector<std::string>& arguments,
                       const std::string& input = {}) {
    return runKartei(kartei::testing::placeOf(data), arguments, input);
}

}  // namespace kartei::tools::testing
