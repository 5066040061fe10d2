#pragma once
// `kartei serve`: opens a data directory, puts the service on it and a listener in front.

#include <functional>
#include <optional>
#include <string>

#include "tools/kartei/embedded_operations.hpp"
#include "tools/kartei/serve_request.hpp"

namespace kartei::tools::service {

// Serves until SIGTERM or SIGINT; what was begun then is answered first, for at most ten seconds. `say` gets what
// whoever started it should read: where it listens, and once, when the business has no token yet, the first one, of an
// admin. Returns what kept it from serving.
std::optional<Failure> serve(const EmbeddedOptions& given, const ServeRequest& request,
                             const std::function<void(const std::string&)>& say);

}  // namespace kartei::tools::service
