#pragma once
// Sources that nobody has connected yet.

#include <optional>

#include "events/event_types.hpp"
#include "ledger/ledger.hpp"

namespace kartei::tools {

// What connects a source that was never heard of, by its first import or delivery: who set that up vouches for it.
// Nothing where it was connected before; one that was disconnected stays so.
std::optional<events::SentEvent> firstConnection(const ledger::Business& business, const events::SourceName& source,
                                                 const std::optional<events::Declaration>& declaration);

}  // namespace kartei::tools
