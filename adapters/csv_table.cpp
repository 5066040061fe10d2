#include "adapters/csv_table.hpp"

#include <csv.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>

#include "adapters/text_forms.hpp"

namespace kartei::adapters {

namespace {

constexpr std::array candidates = {';', ',', '\t'};
constexpr std::size_t recordsToJudge = 50;
constexpr std::size_t allRecords = std::numeric_limits<std::size_t>::max();
constexpr unsigned char strict = CSV_STRICT | CSV_STRICT_FINI;

// libcsv's parser, freed when it goes.
class Parser {
public:
    explicit Parser(char delimiter) : delimiter_(delimiter) { begin(); }
    ~Parser() { csv_free(&parser_); }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    void restart() {
        csv_free(&parser_);
        begin();
    }
    csv_parser* get() { return &parser_; }

private:
    void begin() {
        if (csv_init(&parser_, strict) != 0) throw std::bad_alloc();
        csv_set_delim(&parser_, static_cast<unsigned char>(delimiter_));
    }
    char delimiter_;
    csv_parser parser_{};
};

// The physical line at `offset`, with its ending.
std::string_view lineAt(std::string_view text, std::size_t offset) {
    const std::size_t end = text.find_first_of("\r\n", offset);
    if (end == std::string_view::npos) return text.substr(offset);
    const bool pair = text.substr(end).starts_with("\r\n");
    return text.substr(offset, end - offset + (pair ? 2 : 1));
}

}  // namespace

// Fills a table's cells and rows. libcsv is fed one physical line at a time, which is how the number of the line where
// a record begins is known.
class CsvReading {
public:
    CsvReading(std::string_view text, std::size_t firstLine, CsvTable& table)
        : text_(text), line_(firstLine), parser_(table.delimiter_), table_(table) {}

    // Reads up to `most` records.
    void run(std::size_t most) {
        while (table_.rows_.size() < most) {
            if (offset_ < text_.size()) {
                takeLine(lineAt(text_, offset_));
            } else if (open_) {
                end();
            } else {
                return;
            }
        }
    }

private:
    static void cellRead(void* bytes, std::size_t size, void* reading) {
        static_cast<CsvReading*>(reading)->addCell({static_cast<const char*>(bytes), size});
    }
    static void recordRead(int, void* reading) { static_cast<CsvReading*>(reading)->addRecord(); }

    void takeLine(std::string_view line) {
        const std::size_t number = line_++;
        offset_ += line.size();
        if (!open_) {
            if (isBlankLine(line)) return;
            start_ = {number, number, table_.cells_.size(), 0, CsvFlaw::none};
            resumeAt_ = offset_;
            textStart_ = table_.text_.size();
            open_ = true;
        }
        feed(line);
    }

    // Strict but for one thing: a quote inside an unquoted cell is let through.
    void feed(std::string_view bytes) {
        while (!bytes.empty()) {
            const std::size_t taken = csv_parse(parser_.get(), bytes.data(), bytes.size(), cellRead, recordRead, this);
            bytes.remove_prefix(taken);
            if (bytes.empty()) return;
            if (csv_error(parser_.get()) != CSV_EPARSE) throw std::bad_alloc();
            if (parser_.get()->quoted != 0) return abandon(CsvFlaw::textAfterQuote);
            csv_set_opts(parser_.get(), 0);
            csv_parse(parser_.get(), bytes.data(), 1, cellRead, recordRead, this);
            csv_set_opts(parser_.get(), strict);
            bytes.remove_prefix(1);
        }
    }

    void end() {
        if (csv_fini(parser_.get(), cellRead, recordRead, this) != 0) return abandon(CsvFlaw::quoteNotClosed);
        open_ = false;
    }

    void abandon(CsvFlaw flaw) {
        table_.cells_.resize(start_.firstCell);
        table_.text_.resize(textStart_);
        start_.flaw = flaw;
        table_.rows_.push_back(start_);
        parser_.restart();
        offset_ = resumeAt_;
        line_ = start_.line + 1;
        open_ = false;
    }

    void addCell(std::string_view raw) {
        const std::string_view cell = trimmed(raw);
        table_.cells_.push_back({table_.text_.size(), cell.size()});
        table_.text_ += cell;
    }
    void addRecord() {
        start_.lastLine = line_ - 1;
        start_.cellCount = table_.cells_.size() - start_.firstCell;
        table_.rows_.push_back(start_);
        open_ = false;
    }
    [[nodiscard]] bool isBlankLine(std::string_view line) const {
        return line.find_first_not_of(table_.delimiter_ == '\t' ? " \r\n" : " \t\r\n") == std::string_view::npos;
    }

    std::string_view text_;
    std::size_t line_;
    std::size_t offset_ = 0;
    Parser parser_;
    CsvTable& table_;
    bool open_ = false;         // within a record
    CsvTable::Row start_;       // the record that is open
    std::size_t resumeAt_ = 0;  // the line behind its first one
    std::size_t textStart_ = 0;
};

namespace {

struct Preamble {
    std::optional<char> delimiter;
    std::size_t size = 0;  // bytes before the header row
};

// Excel's own first line, `sep=;`.
Preamble preambleOf(std::string_view text) {
    const std::string_view line = lineAt(text, 0);
    if (line.size() < 5 || !equalIgnoringCase(line.substr(0, 4), "sep=")) return {};
    if (!trimmed(line.substr(5)).empty() || line[4] == '\r' || line[4] == '\n') return {};
    return {line[4], line.size()};
}

AdapterProblem noHeader() {
    return {ProblemKind::nothingThere, "the file is empty: there is no row with the names of the columns"};
}

}  // namespace

std::string_view toText(CsvFlaw flaw) {
    switch (flaw) {
        case CsvFlaw::none: return {};
        case CsvFlaw::quoteNotClosed: return "a quoted cell does not end";
        case CsvFlaw::textAfterQuote:
            return "text stands behind the closing quote of a cell, or a quote was never closed";
        case CsvFlaw::cellsMissing: return "the row has fewer cells than the header row";
        case CsvFlaw::cellsTooMany: return "the row has more cells than the header row";
        case CsvFlaw::notText: return "the row holds bytes that are no text: NUL, or no UTF-8 in a file that is UTF-8";
    }
    return {};
}

Result<CsvTable, AdapterProblem> CsvTable::read(const DecodedText& file, const CsvLayout& layout) {
    const Preamble preamble = preambleOf(file.text);
    const std::string_view text = std::string_view(file.text).substr(preamble.size);
    const std::size_t firstLine = preamble.size == 0 ? 1 : 2;
    const auto readWith = [&](char delimiter, std::size_t most) {
        CsvTable table;
        table.delimiter_ = delimiter;
        CsvReading(text, firstLine, table).run(most);
        return table;
    };
    const auto consistency = [&](char delimiter) {
        const CsvTable sample = readWith(delimiter, recordsToJudge);
        if (sample.rows_.empty() || sample.rows_.front().cellCount < 2) return std::pair<double, std::size_t>(0.0, 0);
        const std::size_t wanted = sample.rows_.front().cellCount;
        const auto alike = std::count_if(sample.rows_.begin(), sample.rows_.end(), [&](const Row& row) {
            return row.flaw == CsvFlaw::none && row.cellCount == wanted;
        });
        return std::pair(static_cast<double>(alike) / static_cast<double>(sample.rows_.size()), wanted);
    };

    std::optional<char> delimiter = layout.delimiter ? layout.delimiter : preamble.delimiter;
    if (!delimiter) {
        delimiter = *std::max_element(candidates.begin(), candidates.end(),
                                      [&](char left, char right) { return consistency(left) < consistency(right); });
    }
    CsvTable table = readWith(*delimiter, allRecords);
    if (auto problem = table.takeHeader()) return failed(std::move(*problem));
    table.judgeRows(file, layout.shortRows);
    return table;
}

std::optional<AdapterProblem> CsvTable::takeHeader() {
    const auto found = std::find_if(rows_.begin(), rows_.end(),
                                    [&](const Row& row) { return row.flaw != CsvFlaw::none || !isBlank(row, 0); });
    if (found == rows_.end()) return noHeader();
    if (found->flaw != CsvFlaw::none) {
        return AdapterProblem{ProblemKind::notText,
                              "the row with the names of the columns: " + std::string(toText(found->flaw))};
    }
    for (std::size_t column = 0; column < found->cellCount; ++column) header_.emplace_back(cell(*found, column));
    while (!header_.empty() && header_.back().empty()) header_.pop_back();
    rows_.erase(rows_.begin(), found + 1);
    return std::nullopt;
}

void CsvTable::judgeRows(const DecodedText& file, ShortRows shortRows) {
    std::erase_if(rows_, [&](const Row& row) { return row.flaw == CsvFlaw::none && isBlank(row, 0); });
    for (Row& row : rows_) {
        const auto damage = std::lower_bound(file.damagedLines.begin(), file.damagedLines.end(), row.line);
        if (row.flaw != CsvFlaw::none) continue;
        if (damage != file.damagedLines.end() && *damage <= row.lastLine) {
            row.flaw = CsvFlaw::notText;
        } else if (row.cellCount < header_.size() && shortRows == ShortRows::refuse) {
            row.flaw = CsvFlaw::cellsMissing;
        } else if (!isBlank(row, header_.size())) {
            row.flaw = CsvFlaw::cellsTooMany;
        }
    }
}

std::string_view CsvTable::cell(const Row& row, std::size_t column) const {
    if (column >= row.cellCount) return {};
    const Cell& place = cells_[row.firstCell + column];
    return std::string_view(text_).substr(place.offset, place.size);
}

bool CsvTable::isBlank(const Row& row, std::size_t fromColumn) const {
    for (std::size_t column = fromColumn; column < row.cellCount; ++column) {
        if (!cell(row, column).empty()) return false;
    }
    return true;
}

}  // namespace kartei::adapters
