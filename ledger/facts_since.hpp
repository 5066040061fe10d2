#pragma once
// Which facts may change owner when a join is undone (DESIGN §4, Undo).
//
// Threads: a function; any thread at any time.

#include <vector>

#include "ledger/decide.hpp"

namespace kartei::ledger {

// The facts that the customer holds and that were recorded after the position, which is that of a join of its, in
// order. What is about a thing goes as a whole or not at all: its facts are assignable where staff recorded one of
// them, the customer holds all of them, and all were recorded since the join. Never assignable are facts that make or
// define a record, for its name is to resolve for ever, and what is sealed under the key of its record (DESIGN §7).
std::vector<FactSince> factsSince(const Reading& reading, const Customer& customer, Position join);

}  // namespace kartei::ledger
