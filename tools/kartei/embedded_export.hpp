#pragma once
// The archives that an export gives, from a ledger in this process: what is in them, and under which names.

#include <string_view>
#include <vector>

#include "ledger/ledger.hpp"
#include "tools/kartei/archive.hpp"

namespace kartei::tools {

// For the person: what is known of them (projections/customer_copy.hpp), and a page that says so.
std::vector<ArchiveFile> copyFiles(const ledger::Reading& reading, const ledger::Customer& customer,
                                   std::string_view business, events::Time at);

// For an auditor: the customer's events, their entries as stored, and the proof that the log has them, all against one
// checkpoint, with what is needed to check it without Kartei (handout/HOW-TO-CHECK.md). It costs what the person's own
// events cost.
std::vector<ArchiveFile> evidenceFiles(ledger::Business& business, const ledger::Reading& reading,
                                       const ledger::Customer& customer);

}  // namespace kartei::tools
