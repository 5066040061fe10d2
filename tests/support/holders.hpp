#pragma once
// Whose each fact ought to be, worked out from a whole log at once, to compare with: what is about a thing goes with
// the thing (DESIGN §4), and nothing is asked of the ledger's own index or rules.

#include <map>
#include <string>

#include "tests/support/log_without.hpp"

namespace kartei::testing {

struct Held {
    std::string thing;          // that the fact is about, by some name for it
    events::RecordName holder;  // empty: nobody's, for it brings news of a message that nobody knows
    bool isAssigned = false;
};

// All facts that were reported of a record, or of a message.
std::map<events::Position, Held> holders(const RememberedLog& log);

}  // namespace kartei::testing
