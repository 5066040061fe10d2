#pragma once
// index.xml: what the files of an export for the tax office hold.
//
// The form is that of the Beschreibungsstandard for GoBD (formerly GDPdU) data carriers, gdpdu-01-09-2004.dtd. What is
// read of it: of each Table its URL, DecimalSymbol and DigitGroupingSymbol, and of its VariableLength the
// ColumnDelimiter, TextEncapsulator and the names of VariablePrimaryKey and VariableColumn in their order. Files of
// fixed length are passed over. Defaults are those of the standard: `;`, `"`, decimal comma.
//
// The DTD is not read, and entities that a document defines are not resolved.

#include <string>
#include <string_view>
#include <vector>

#include "adapters/decimal.hpp"
#include "adapters/problem.hpp"
#include "events/result.hpp"

namespace kartei::adapters {

struct GobdTable {
    std::string file;  // "transactions.csv"
    std::vector<std::string> columns;
    char delimiter = ';';
    DecimalForm decimals;
};

// Problem: exportInvalid, where it is longer than 1 MiB, is no XML, has no Table, or a table whose delimiter or
// encapsulator is not one that CSV files have.
Result<std::vector<GobdTable>, AdapterProblem> readGobdIndex(std::string_view xml);

}  // namespace kartei::adapters
