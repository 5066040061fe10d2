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

// Runs `kartei --data DATA ARGUMENTS…` under the master key of all tests, with an anchor beside the data directory.
inline Ended runKartei(const std::filesystem::path& data, std::vector<std::string> arguments,
                       const std::string& input = {}) {
    std::istringstream in(input);
    std::ostringstream out, err;
    Streams streams{in, out, err, {}, {}};
    const Foundations foundations{[](EmbeddedOptions options) {
                                      options.masterKey = kartei::testing::masterKey();
                                      return openEmbedded(options);
                                  },
                                  [](const auto&) { return std::nullopt; }, "tester"};
    arguments.insert(arguments.begin(),
                     {"--data", data.string(), "--anchor", kartei::testing::placeOf(data).anchor.string()});
    const int code = runCommandLine(arguments, streams, foundations);
    return {code, out.str(), err.str()};
}

}  // namespace kartei::tools::testing
