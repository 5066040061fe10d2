#pragma once
// What encryption and the Merkle tree cost a durable append in batches of 1,000.

#include <cstdint>
#include <filesystem>

namespace kartei::tools {

// Writes the workload's events for so many customers four times, with and without either, in the way that the ledger
// does: encoded (and sealed) on all cores, then one synced batch (with the tree). Rules, idempotency and indexes are
// left out: what is compared is the rest. Prints a line for each, held against the one with neither.
void benchCosts(const std::filesystem::path& directory, std::uint64_t customers);

}  // namespace kartei::tools
