#pragma once
// An import over HTTP: the file is uploaded, and its run followed to the end.

#include "tools/kartei/operations.hpp"
#include "tools/remote/exchange.hpp"

namespace kartei::tools::remote {

// As Operations::import. Where the watcher ends it, the run goes on at the server. Where the stream breaks off, it is
// opened again; `unreachable` where the server does not come back, or `interrupted` where it came back without the run.
Answer followedImport(Exchange& exchange, const ImportRequest& request, const ImportWatcher& watcher);

}  // namespace kartei::tools::remote
