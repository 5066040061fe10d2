#pragma once
// What the benchmarks feed a ledger: customers of a salon with their bookings, checkouts and messages, about 300 bytes
// of JSON an event, the same for the same numbers.

#include <cstdint>
#include <string>
#include <vector>

#include "events/cloud_event.hpp"

namespace kartei::tools {

inline constexpr std::uint64_t eventsPerCustomer = 10;

// The event with this number. Each customer is imported into `comcash` first and then has bookings of `terminbuch`,
// checkouts and a message.
events::SentEvent workloadEvent(std::uint64_t number);
std::vector<events::SentEvent> workloadEvents(std::uint64_t from, std::uint64_t count);

// Both sources, connected.
std::vector<events::SentEvent> workloadSources();

// The customer's record in the till.
events::RecordName workloadRecord(std::uint64_t customer);

}  // namespace kartei::tools
