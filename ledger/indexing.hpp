#pragma once
// Which streams an event belongs to. The one rule for it: asked when an event is recorded, and again for every entry
// that the index has to be completed with.

#include <string>
#include <vector>

#include "ledger/reading.hpp"

namespace kartei::ledger {

struct StreamName {
    Stream stream{};
    std::string name;
    bool operator==(const StreamName&) const = default;
};

// `before`: the log up to just before the event.
std::vector<StreamName> streamsOf(const events::Event& event, const Reading& before);

// The name of an account's stream.
std::string accountName(const events::SourceName& source, std::string_view username);

}  // namespace kartei::ledger
