#pragma once
// The preset for customer lists of COMCASH tills.
//
// COMCASH publishes no layout of its export; this is the one that its customers' lists are expected to have. The
// preset is an ordinary mapping, so that it can be printed, copied, changed, and given back with the import where a
// till's file is different (docs/import.md). Every column that it names must be there.

#include <string_view>

namespace kartei::adapters {

// The mapping's text, TOML as mapping.hpp describes it.
std::string_view comcashMapping();

}  // namespace kartei::adapters
