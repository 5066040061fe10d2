#pragma once
// The one door to the adapters that read a file of customers: `csv`, `comcash`, `vcard`.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/import_row.hpp"
#include "adapters/problem.hpp"
#include "events/names.hpp"
#include "events/result.hpp"

namespace kartei::adapters {

// Reads a file. `mappingToml`: csv needs it; comcash takes it instead of its preset; vcard takes none.
//
// Problems: unknownAdapter, mappingMissing, mappingNotTaken, and those of parseMapping, readCsv and readVcards.
// Single rows that cannot be taken are no problem; they come as SkippedRow.
Result<std::unique_ptr<ImportReader>, AdapterProblem> openImport(std::string_view adapter, std::string bytes,
                                                                 const std::optional<std::string>& mappingToml,
                                                                 const Naming& naming);

// The source that an adapter's customers are from where nobody says it: the adapter's own name. Empty where there is
// no such adapter.
events::SourceName defaultSource(std::string_view adapter);

// The same, but a mapping that names a source decides. Problem: that of parseMapping, or unknownAdapter.
Result<events::SourceName, AdapterProblem> defaultSource(std::string_view adapter,
                                                         const std::optional<std::string>& mappingToml);

}  // namespace kartei::adapters
