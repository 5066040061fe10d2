#pragma once
// A CSV file as rows and cells: RFC 4180 as real programs write it, read with libcsv.
//
// - The first row that is not blank is the header row. Rows of nothing but blank cells are left out, as are blank
//   lines.
// - Delimiter: `;`, `,` or tab, found out: the one that gives most of the first records as many cells as the header
//   row. An Excel line `sep=;` before the header row is obeyed.
// - Quoted cells may hold delimiters, quotes (doubled) and line breaks. A quote in the middle of a cell that does not
//   begin with one is an ordinary character (`Haus "Rose"`).
// - Cells come trimmed.
// - A row with cells beyond the header row's is taken where those are blank, and has a flaw otherwise. A row with
//   fewer cells has a flaw: it looks the same as a row that an unquoted line break has torn in two, and to take the
//   missing cells for empty ones would clear the person's fields. `ShortRows::fill` takes them for empty all the same,
//   for programs that leave empty cells out at the end.
// - A quoted cell that does not end, or with text behind its closing quote, is a flaw of its row; reading goes on with
//   the line after the one where that row begins, so that one stray quote does not swallow the others.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/problem.hpp"
#include "adapters/text_encoding.hpp"
#include "events/result.hpp"

namespace kartei::adapters {

enum class ShortRows { refuse, fill };

struct CsvLayout {
    std::optional<char> delimiter;  // nothing: found out
    ShortRows shortRows = ShortRows::refuse;
};

enum class CsvFlaw { none, quoteNotClosed, textAfterQuote, cellsMissing, cellsTooMany, notText };

// The flaw as a reason for people; empty for none.
std::string_view toText(CsvFlaw flaw);

class CsvTable {
public:
    struct Cell {
        std::size_t offset = 0;
        std::size_t size = 0;
    };
    struct Row {
        std::size_t line = 0;      // where it starts, from 1
        std::size_t lastLine = 0;  // where it ends
        std::size_t firstCell = 0;
        std::size_t cellCount = 0;
        CsvFlaw flaw = CsvFlaw::none;
    };

    // Problem: nothingThere, where there is no header row; notText, where the header row has a flaw.
    static Result<CsvTable, AdapterProblem> read(const DecodedText& file, const CsvLayout& layout);

    [[nodiscard]] char delimiter() const { return delimiter_; }
    [[nodiscard]] const std::vector<std::string>& header() const { return header_; }
    [[nodiscard]] std::size_t rowCount() const { return rows_.size(); }  // without the header row
    [[nodiscard]] const Row& row(std::size_t index) const { return rows_[index]; }
    // The cell of a row without a flaw; empty where the row ends before it.
    [[nodiscard]] std::string_view cell(const Row& row, std::size_t column) const;

private:
    friend class CsvReading;
    CsvTable() = default;
    std::optional<AdapterProblem> takeHeader();
    void judgeRows(const DecodedText& file, ShortRows shortRows);
    [[nodiscard]] bool isBlank(const Row& row, std::size_t fromColumn) const;

    char delimiter_ = ',';
    std::string text_;  // the cells, one behind the other
    std::vector<Cell> cells_;
    std::vector<Row> rows_;
    std::vector<std::string> header_;
};

}  // namespace kartei::adapters
