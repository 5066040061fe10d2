#pragma once
// The presets for COMCASH tills: lists of customers, and receipts (files named `*_belege.csv`).
//
// COMCASH publishes no layout of its exports; these are the ones that they are expected to have. A preset is an
// ordinary mapping, so that it can be printed, copied, changed, and given back with the import where a till's file is
// different (docs/import.md, docs/tills.md). Every column that it names must be there.

#include <string_view>

namespace kartei::adapters {

// The mapping of customers, TOML as mapping.hpp describes it.
std::string_view comcashMapping();

// The mapping of receipts, TOML as receipt_mapping.hpp describes it.
std::string_view comcashReceiptMapping();

// Whether a file is one of receipts, by its name: `2025-03_belege.csv`, in whatever case.
bool isComcashReceipts(std::string_view fileName);

}  // namespace kartei::adapters
