#pragma once
// Exports of German fiscal tills (DSFinV-K, till_receipt.hpp), in either form:
//
// - the CSV export: the files of a folder, or a zip archive of them, in which index.xml describes transactions.csv, and
// with it lines.csv, references.csv
//   and cashregister.csv where the till has something to say in them (dsfinvk_csv.hpp);
// - the JSON form: a cash point closing (dsfinvk_json.hpp).
//
// Rows have the number of their line in transactions.csv; in JSON, of the transaction, from 1.

#include <memory>

#include "adapters/import_input.hpp"
#include "adapters/import_row.hpp"
#include "adapters/problem.hpp"
#include "events/result.hpp"

namespace kartei::adapters {

// Problems: exportInvalid, where it is neither; those of readDsfinvkCsv and readDsfinvkJson.
Result<std::unique_ptr<ImportReader>, AdapterProblem> readDsfinvk(ImportInput input, const Naming& naming);

}  // namespace kartei::adapters
