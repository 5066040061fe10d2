#pragma once
// Whether what is stored of a business still fits together, and what is said of it, for tests that take something away.

#include <string>

#include "ledger/ledger.hpp"

namespace kartei::testing {

// The value of a row of the keys: a wrapped key, empty where it was destroyed.
std::string storedKey(const ledger::Business& business, const ledger::KeyRow& row);

// "sound", or the first fault.
std::string auditOf(ledger::Business& business);

// Whether files computed anew from the log equal those that are stored.
bool rebuildMatches(ledger::Business& business);

// The protocol of the customer that the record belongs to, an entry a line.
std::string protocolOf(ledger::Business& business, const char* name);

}  // namespace kartei::testing
