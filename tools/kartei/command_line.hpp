#pragma once
// `kartei VERB …`: reads the command line, opens the Kartei that it names, lets the verb run, and turns whatever comes
// of it into an exit code (DESIGN §9): 0 done; 1 refused by a rule; 2 bad input or usage; 3 storage or integrity.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/kartei/embedded_operations.hpp"
#include "tools/kartei/serve_request.hpp"
#include "tools/kartei/verbs/reply.hpp"
#include "tools/remote/remote_operations.hpp"

namespace kartei::tools {

// What the command line stands on; tests put their own in.
struct Foundations {
    std::function<Result<std::unique_ptr<Operations>, Failure>(const EmbeddedOptions&)> open;
    std::function<Result<std::unique_ptr<Operations>, Failure>(const remote::RemoteOptions&)> openRemote;
    // Returns what is wrong with the arguments; nothing where the benchmarks ran.
    std::function<std::optional<std::string>(const std::vector<std::string>& arguments)> bench;
    // Serves until it is stopped. Returns what kept it from serving. `say` gets what its starter should read.
    std::function<std::optional<Failure>(const EmbeddedOptions&, const ServeRequest&,
                                         const std::function<void(const std::string&)>& say)>
        serve;
    std::string defaultActor;
};

// `arguments`: without the program's own name.
int runCommandLine(const std::vector<std::string>& arguments, Streams& streams, const Foundations& foundations);

}  // namespace kartei::tools
