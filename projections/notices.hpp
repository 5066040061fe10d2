#pragma once
// What each person will notice when a join is undone: what the file, the history and the account lose, regain or show
// in another way.

#include <vector>

#include "events/json.hpp"
#include "ledger/reading.hpp"

namespace kartei::projections {

// A customer in a log: as it is, or as it would be.
struct SeenCustomer {
    const ledger::Reading& reading;
    const ledger::Customer& customer;
};

// Writes [{"record","field","text"}]: the lead of a person that comes out of `before`, a sentence, and the field that
// it is about, where it is about one.
void writeNotices(events::JsonWriter& out, const SeenCustomer& before, const ledger::Reading& then,
                  const std::vector<ledger::Customer>& after);

}  // namespace kartei::projections
