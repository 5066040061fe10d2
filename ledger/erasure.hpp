#pragma once
// What goes with a record when it is erased, besides what is under its own key: the facts that have a key of their own
// (entry_sealing.hpp).
//
// Threads: a function; any thread at any time.

#include <utility>
#include <vector>

#include "ledger/indexing.hpp"
#include "ledger/reading.hpp"

namespace kartei::ledger {

// The positions of entries that are about the record and may have a key of their own, each once: facts that it holds
// (things.hpp), facts that name it and are about what nobody holds yet, and its joins with their undos, whose comments
// may name either side. Not refusals of others that cover it.
std::vector<Position> factsGoingWith(const Reading& reading, const RecordName& record);

// What the index would still tell of the record by the names of streams alone, which can be tested for an e-mail
// address or the name of an account: the streams of what the record holds, and the positions there. To be asked while
// the keys are there.
std::vector<std::pair<StreamName, Position>> testableStreams(const Reading& reading, const RecordName& record);

}  // namespace kartei::ledger
