#pragma once
// Runs of imports with their counts, as the log has them, and as whoever runs them knows better.

#include <functional>
#include <optional>
#include <string>

#include "ledger/view.hpp"
#include "tools/kartei/operations.hpp"

namespace kartei::tools {

// A run in this process. Of what is refused and unchanged the log learns when the run is over.
struct LiveImport {
    ImportProgress progress;
    std::optional<Answer> outcome = std::nullopt;  // of one that is over
};

// What is known of a run besides the log; nothing where it is none in this process.
using LiveImports = std::function<std::optional<LiveImport>(const events::RunName& run)>;

// One object each, by start: {"run","source","startedAt","status","expected","imported",…}. The status is `running` or
// `completed`; where `live` is there, all that run are known to it, and one of which it knows nothing is `interrupted`.
// Of a running one, `imported` is what is stored so far, and `live` adds "done", "left" and "perSecond".
// In the past only what the log says is told, as if `live` were not there.
void listImports(const ledger::Business& business, const ledger::View& view, const LineSink& sink,
                 const LiveImports& live = {});

// The object of one run, with "leftOut" and the "problems" of one that ended in this process; nothing where there is no
// such run. `source`: only where it is of this one.
std::optional<std::string> importOf(const ledger::Business& business, const ledger::View& view,
                                    const events::RunName& run, const LiveImports& live,
                                    const std::optional<events::SourceName>& source = std::nullopt);

}  // namespace kartei::tools
