#pragma once
// Joins and marks of a ledger in this process, each by itself.

#include "ledger/ledger.hpp"
#include "tools/kartei/operations.hpp"

namespace kartei::tools {

// The link or merge at a position, in force or undone.
Answer joinAt(const ledger::Business& business, events::Position position, JoinsSeen seen);

// The pairs that are marked as different people now. Looks through the whole log, without opening what is sealed.
void listDistinct(const ledger::Business& business, const LineSink& sink);

}  // namespace kartei::tools
