#pragma once
// Which streams an event belongs to. The one rule for it: asked when an event is recorded, and again for every entry
// that the index has to be completed with.

#include <string>
#include <vector>

#include "ledger/business_facts.hpp"
#include "ledger/reading.hpp"

namespace kartei::ledger {

struct StreamEntry {
    Stream stream{};
    std::string name;
    Position position;  // of the event itself, or of an earlier one that it brings along
};

// `before`: the log up to just before the event; `business`: the same.
std::vector<StreamEntry> streamsOf(const events::Event& event, const Reading& before, const BusinessFacts& business);

// The name of an account's stream.
std::string accountName(const events::SourceName& source, std::string_view username);

}  // namespace kartei::ledger
