#pragma once
// Events of a stretch of the log, of everybody or of one customer.

#include <functional>
#include <optional>

#include "ledger/view.hpp"

namespace kartei::tools {

// From `first` to `last`, both included, but no further than the view goes, in the order of the log. `customer`: only
// those that concern this customer, as the view shows it. `take` returns false to stop.
void eachEvent(const ledger::Business& business, const ledger::View& view,
               const std::optional<events::RecordName>& customer, events::Position first, events::Position last,
               const std::function<bool(const events::Event&)>& take);

}  // namespace kartei::tools
