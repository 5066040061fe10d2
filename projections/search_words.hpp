#pragma once
// How a search finds customers: which words a file is found by, and which of them a query asks for.
//
// A word is found by its first three letters, so that an index entry says little and "Mül" finds "Müller"; whether
// the whole query fits is then checked against the file. An e-mail address is found by its words and as a whole, a
// telephone number by its last seven digits, whichever way it is written.

#include <string>
#include <string_view>
#include <vector>

#include "ledger/customer.hpp"

namespace kartei::projections {

// The words of a customer's file, in normal form, sorted, each once.
std::vector<std::string> wordsOf(const ledger::JoinedFields& fields);

// The words of a query.
std::vector<std::string> wordsOfQuery(std::string_view text);

// Under which entry of the index a word is kept.
std::string_view indexedPart(std::string_view word);

// Whether every word of the query begins one of the file's.
bool fits(const std::vector<std::string>& query, const std::vector<std::string>& file);

}  // namespace kartei::projections
