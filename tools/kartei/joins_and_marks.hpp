#pragma once
// Joins and marks of a ledger in this process, each by itself.

#include "ledger/view.hpp"
#include "tools/kartei/operations.hpp"

namespace kartei::tools {

// The link or merge at a position, in force or undone, where the view shows it.
Answer joinAt(const ledger::View& view, events::Position position);

// The pairs that are marked as different people. Looks through the log up to there, without opening what is sealed.
void listDistinct(const ledger::View& view, const LineSink& sink);

}  // namespace kartei::tools
