#pragma once
// The program kartei on a Kartei that knows nothing.

#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "tests/tools/kartei/fake_operations.hpp"
#include "tools/kartei/command_line.hpp"

namespace kartei::tools {

// One run of the program on a made-up ledger.
struct Run {
    Script script;
    EmbeddedOptions opened;
    std::optional<remote::RemoteOptions> asked;  // of a server
    bool wasOpened = false;
    std::vector<std::string> benched;
    std::optional<std::string> benchProblem;
    std::istringstream in;
    std::ostringstream out, err;

    int operator()(const std::vector<std::string>& arguments) {
        Streams streams{in, out, err, {}, {}};
        const Foundations foundations{
            [this](const EmbeddedOptions& options) -> Result<std::unique_ptr<Operations>, Failure> {
                opened = options;
                wasOpened = true;
                return std::make_unique<FakeOperations>(script);
            },
            [this](const remote::RemoteOptions& options) -> Result<std::unique_ptr<Operations>, Failure> {
                asked = options;
                return std::make_unique<FakeOperations>(script);
            },
            [this](const std::vector<std::string>& rest) {
                benched = rest;
                return benchProblem;
            },
            {},
            "tester"};
        return runCommandLine(arguments, streams, foundations);
    }
};

}  // namespace kartei::tools
