#pragma once
// What a join or an undo would do, without doing it: the decision is made as it would be, and what it yields is shown
// (projections/previews.hpp) instead of recorded.

#include <string>

#include "ledger/ledger.hpp"
#include "tools/kartei/operations.hpp"

namespace kartei::tools {

// What would be refused is refused. Throw ledger::Failure. `caller`: who would do it.
Answer previewOf(const ledger::Business& business, const ledger::Link& command, const ledger::Caller& caller);
Answer previewOf(const ledger::Business& business, const ledger::Merge& command, const ledger::Caller& caller);
// Dependent joins are shown and refuse nothing.
Answer previewOf(const ledger::Business& business, ledger::Undoing command, const ledger::Caller& caller);

}  // namespace kartei::tools
