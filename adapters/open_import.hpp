#pragma once
// The one door to the adapters that read a file: `csv`, `comcash`, `dsfinvk`, `vcard`.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/import_input.hpp"
#include "adapters/import_row.hpp"
#include "adapters/problem.hpp"
#include "events/names.hpp"
#include "events/result.hpp"

namespace kartei::adapters {

// Reads a file, or for dsfinvk the files of a folder. `mappingToml`: csv needs it; comcash takes it instead of its
// preset, of which it has one for customers and one for receipts, chosen by the file's name (comcash.hpp); dsfinvk and
// vcard take none. A mapping of receipts (receipt_mapping.hpp) makes receipts of the rows, any other makes people of
// them.
//
// Problems: unknownAdapter, severalFiles, mappingMissing, mappingNotTaken, and those of parseMapping,
// parseReceiptMapping, readCsv, readCsvReceipts, readDsfinvk and readVcards. Single rows that cannot be taken are no
// problem; they come as SkippedRow.
Result<std::unique_ptr<ImportReader>, AdapterProblem> openImport(std::string_view adapter, ImportInput input,
                                                                 const std::optional<std::string>& mappingToml,
                                                                 const Naming& naming);

// Whether what the adapter reads may be a folder of files.
bool takesFolder(std::string_view adapter);

// The source that an adapter's customers are from where nobody says it: the adapter's own name. Empty where there is
// no such adapter.
events::SourceName defaultSource(std::string_view adapter);

// The same, but a mapping that names a source decides. Problem: that of parseMapping, or unknownAdapter.
Result<events::SourceName, AdapterProblem> defaultSource(std::string_view adapter,
                                                         const std::optional<std::string>& mappingToml);

}  // namespace kartei::adapters
