#pragma once
// What adapters of webhooks may ask, answered from a business's log.

#include "adapters/webhook.hpp"
#include "ledger/ledger.hpp"

namespace kartei::tools::service {

// Each answer is as of when it is asked for. The business must outlive it.
adapters::Lookups hookLookups(const ledger::Business& business, const events::SourceName& source);

}  // namespace kartei::tools::service
