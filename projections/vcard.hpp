#pragma once
// A customer as a vCard 4.0 (RFC 6350), for address books.

#include <string>

#include "ledger/customer.hpp"

namespace kartei::projections {

// N, FN, ORG, EMAIL, TEL, ADR, BDAY, LANG, NOTE, CATEGORIES from the values that the file shows; of addresses and
// numbers, also those that stand beside them, the shown one preferred (PREF=1). UID is the name of the leading record.
// Fields of the business's own (`custom`) have no place in a vCard.
// `revised`: when the last of it was recorded.
std::string vcardOf(const ledger::Customer& customer, const ledger::JoinedFields& fields, events::Time revised);

}  // namespace kartei::projections
