// The program `kartei`: puts the command line onto an embedded ledger, or one behind a server.

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "tools/bench/bench.hpp"
#include "tools/kartei/command_line.hpp"
#include "tools/remote/remote_operations.hpp"
#include "tools/service/server.hpp"

namespace {

std::string defaultActor() {
    const char* user = std::getenv("USER");
    return user == nullptr || *user == '\0' ? "admin" : user;
}

// Whoever starts a program without one of its three streams leaves its number to the next file that is opened: one of
// the database, into which answers would then be written. What takes its place can be neither read nor written here, so
// that using it fails as on a full disk.
bool standsInForClosedStreams() {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(stream, F_GETFD) != -1) continue;
        // The lowest number that is free is taken.
        if (::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY) != stream) return false;
    }
    return true;
}

}  // namespace

int main(int count, char** values) {
    using namespace kartei::tools;
    if (!standsInForClosedStreams()) return static_cast<int>(Failure::Kind::storage);
    std::ios::sync_with_stdio(false);
    const std::vector<std::string> arguments(values + 1, values + count);
    Streams streams{std::cin, std::cout, std::cerr, terminal::surfaceOf(STDOUT_FILENO),
                    terminal::surfaceOf(STDERR_FILENO)};
    return runCommandLine(arguments, streams,
                          {openEmbedded, remote::openRemote, runBench, service::serve, defaultActor()});
}
