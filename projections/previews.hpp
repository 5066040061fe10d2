#pragma once
// What would happen: the answers of `--dry-run`. The same fold with one join added or left out (DESIGN §3, what if).

#include <string>

#include "ledger/decide.hpp"
#include "ledger/reading.hpp"

namespace kartei::projections {

// {"dryRun":true,"before":[file,file],"after":file} for a link or merge that no rule refuses.
std::string joinPreview(const ledger::Reading& reading, const ledger::JoinState& state, const ledger::Join& join);

// The preview of an undo (DESIGN §4, dryRun): files before and after, each fact since the join with the side it goes
// to, joins that depend on it, who may have seen or received what was not theirs, and what each person will notice
// (notices.hpp). `state.join` must be in force. Joins that depend on it are left out as well. `command` is one that no
// rule refuses, but for those joins. All that is shown of the time after is read from the log as it would be with the
// undo in it (ledger/what_if.hpp).
std::string undoPreview(const ledger::Reading& reading, const ledger::UndoState& state, const ledger::Undoing& command);

}  // namespace kartei::projections
