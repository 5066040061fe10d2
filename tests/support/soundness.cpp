#include "tests/support/soundness.hpp"

#include "ledger/log_audit.hpp"
#include "projections/protocol.hpp"
#include "projections/stored_views.hpp"
#include "tests/support/test_ledger.hpp"

namespace kartei::testing {

std::string storedKey(const ledger::Business& business, const ledger::KeyRow& row) {
    auto& directory = business.directory();
    std::string value;
    ledger::require(directory.database().Get({}, directory.keys(), row, &value), "Cannot read the key");
    return value;
}

std::string auditOf(ledger::Business& business) {
    const auto audit = ledger::auditLog(business, [](std::uint64_t, std::uint64_t) {});
    return audit.fault ? std::to_string(audit.fault->position.value()) + ": " + audit.fault->what : "sound";
}

bool rebuildMatches(ledger::Business& business) {
    projections::StoredViews views(business);
    return views.rebuild(projections::Switching::keepOld, [](std::uint64_t, std::uint64_t) {}).matches();
}

std::string protocolOf(ledger::Business& business, const char* name) {
    const auto reading = business.now();
    projections::Protocol protocol(reading);
    std::string text;
    for (const auto& event : reading.eventsOf(reading.customer(record(name)))) text += protocol.entry(*event) + "\n";
    return text;
}

}  // namespace kartei::testing
