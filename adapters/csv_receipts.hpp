#pragma once
// Receipts of a CSV file, one a row, as a mapping reads them.
//
// - The receipt's name is the id column's text, in the source; a row whose text is no id is skipped, and so is a
//   second row with the same id.
// - A row that is not paid, or does not say so where the mapping has a column for it, or without a customer, is left
// out.
// - A row is skipped where it has a flaw (csv_table.hpp), or its day, time or amount is none. The reason names the
//   column, never the value.

#include <memory>
#include <string>

#include "adapters/import_row.hpp"
#include "adapters/problem.hpp"
#include "adapters/receipt_mapping.hpp"
#include "events/result.hpp"

namespace kartei::adapters {

// Problems: those of decodeText and CsvTable::read; columnMissing, naming all the columns that the file lacks.
Result<std::unique_ptr<ImportReader>, AdapterProblem> readCsvReceipts(std::string bytes, ReceiptMapping mapping,
                                                                      Naming naming);

}  // namespace kartei::adapters
