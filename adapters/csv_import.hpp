#pragma once
// Customers of a CSV file, as a mapping reads them.
//
// - The record's id is the id column's text as it is; a row whose text is no id (see events::RecordName) is skipped.
//   With a natural key the id is Naming::tokenOf of the key columns, folded and joined (text_forms.hpp, naturalKey);
//   a row in which all of them are blank is skipped.
// - Every mapped field is listed in each person's attributes: with its value, or cleared where the cells are blank.
//   Columns that the mapping does not name are not read.
// - Values stay as they came, trimmed. A day becomes YYYY-MM-DD or --MM-DD; a country its code; tags a list.
// - A row is skipped where it has a flaw (csv_table.hpp), a day or country is none, a switch is neither yes nor no, or
//   a value is longer than limits::text. The reason names the column, never the value.
// - A row that says nothing about its person is skipped: no mapped column but those of the id or key, and of the
//   notifications, has a value. A customer of whom nothing is known but a number helps nobody to find the person.
// - Two rows with one id are two persons of the same name here: the second is a change of the first.

#include <memory>
#include <string>

#include "adapters/import_row.hpp"
#include "adapters/mapping.hpp"
#include "adapters/problem.hpp"
#include "events/result.hpp"

namespace kartei::adapters {

// Problems: those of decodeText and CsvTable::read; columnMissing, naming all the columns that the file lacks.
Result<std::unique_ptr<ImportReader>, AdapterProblem> readCsv(std::string bytes, Mapping mapping, Naming naming);

}  // namespace kartei::adapters
