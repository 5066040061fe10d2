#pragma once
// From the state that a read is about to the view that answers it.

#include "ledger/view.hpp"
#include "tools/kartei/operations.hpp"

namespace kartei::tools {

// A position behind the log's end is bad input. A time before the first event gives a view in which nothing is there;
// one to come, all that there is, judged as of that time.
Result<ledger::View, Failure> viewOf(const ledger::Business& business, const AsOf& asOf, ledger::PastJoins pastJoins);

}  // namespace kartei::tools
