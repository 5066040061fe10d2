#pragma once
// Why a file cannot be imported at all. (A single row that cannot be taken is a SkippedRow, see import_row.hpp.)

#include <string>
#include <utility>

namespace kartei::adapters {

enum class ProblemKind {
    unknownAdapter,   // there is no adapter of this name
    severalFiles,     // the adapter takes one file
    mappingMissing,   // the adapter needs a mapping and none was given
    mappingNotTaken,  // the adapter takes no mapping and one was given
    mappingInvalid,   // the mapping is no TOML, or says something that is not known
    columnMissing,    // the mapping names a column that the file does not have, or has more than once
    notText,          // the file is binary, or not in the encoding that the mapping names
    nothingThere,     // the file is empty: no header row, no card
    archiveInvalid,   // the archive cannot be read, or is made to harm whoever unpacks it
    fileMissing,      // the export lacks a file that it must have
    exportInvalid,    // what describes the export cannot be read: index.xml, the JSON
};

// `text` is a sentence for people. It names columns as the mapping writes them, and rules, but nothing that stands
// in the file: a file without a header row has a person in its first line.
struct AdapterProblem {
    ProblemKind kind{};
    std::string text;
    bool operator==(const AdapterProblem&) const = default;
};

}  // namespace kartei::adapters
