#pragma once
// What goes with a record when it is erased, besides what is under its own key: the facts that have a key of their own
// (entry_sealing.hpp).
//
// Threads: a function; any thread at any time.

#include <vector>

#include "ledger/reading.hpp"

namespace kartei::ledger {

// The positions of entries that are about the record and may have a key of their own, each once: facts that it holds
// (things.hpp), and its joins with their undos, whose comments may name either side. Not refusals of others that cover
// it.
std::vector<Position> factsGoingWith(const Reading& reading, const RecordName& record);

}  // namespace kartei::ledger
