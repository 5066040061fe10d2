// The program `kartei`: puts the command line onto an embedded ledger.

#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "tools/bench/bench.hpp"
#include "tools/kartei/command_line.hpp"

namespace {

std::string defaultActor() {
    const char* user = std::getenv("USER");
    return user == nullptr || *user == '\0' ? "admin" : user;
}

}  // namespace

int main(int count, char** values) {
    using namespace kartei::tools;
    std::ios::sync_with_stdio(false);
    const std::vector<std::string> arguments(values + 1, values + count);
    Streams streams{std::cin, std::cout, std::cerr, terminal::surfaceOf(STDOUT_FILENO),
                    terminal::surfaceOf(STDERR_FILENO)};
    return runCommandLine(arguments, streams, {openEmbedded, runBench, defaultActor()});
}
