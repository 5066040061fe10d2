#pragma once
// Checks everything that is stored of a business's log: that each entry can be read and is where it belongs, that the
// entries give the stored tree, that every checkpoint ever signed is of a beginning of this log, that the index says
// what the entries say, and that no block of the database is damaged. What the projections say is checked by their own
// rebuild.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/ledger.hpp"
#include "ledger/tree_comparison.hpp"

namespace kartei::ledger {

struct Audit {
    TreeHead tree;  // of all entries
    std::uint64_t checkpoints = 0;
    std::optional<Fault> fault;
};

using AuditProgress = std::function<void(std::uint64_t done, std::uint64_t all)>;
// Others may record meanwhile: what is checked is the log as it was when this began. Where somebody was erased
// meanwhile, a fault may come from that, so it is looked for again. Throws Failure where what is damaged belongs to
// none of these.
Audit auditLog(Business& business, const AuditProgress& progress);

// Compares the log with a checkpoint that somebody kept outside: the fault where the log is not what it was grown from.
// Malformed, or signed by another key: a fault too.
std::optional<Fault> compareWithCheckpoint(const Business& business, std::string_view note);

}  // namespace kartei::ledger
