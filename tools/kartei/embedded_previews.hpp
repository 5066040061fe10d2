#pragma once
// What a join or an undo would do, without doing it: the decision is made as it would be, and what it yields is shown
// (projections/previews.hpp) instead of recorded.

#include <string>

#include "ledger/ledger.hpp"
#include "tools/kartei/operations.hpp"

namespace kartei::tools {

// What would be refused is refused. Throw ledger::Failure. `actor`: who would do it.
Answer previewOf(const ledger::Business& business, const ledger::Link& command, const std::string& actor);
Answer previewOf(const ledger::Business& business, const ledger::Merge& command, const std::string& actor);
// Dependent joins are shown and refuse nothing.
Answer previewOf(const ledger::Business& business, ledger::Undoing command);

}  // namespace kartei::tools
