#pragma once
// Tables for people: columns aligned by what the eye sees, never wider than the screen.
//
// Where a table is too wide, its widest columns give way, step by step: `shorten` cuts a value and says so with `…`,
// `wrap` folds it into more lines, and `keep`, for names that somebody may want to copy, folds later than the others.
// Lines end at blanks as long as that is enough. Values are made harmless on the way in.

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

#include "tools/kartei/terminal/style.hpp"

namespace kartei::tools::terminal {

// Where people's output goes.
struct Screen {
    std::ostream& out;
    Style style;
    std::size_t width;
};

enum class Align { left, right };
enum class Overflow { shorten, wrap, keep };

struct Column {
    std::string heading;
    Align align = Align::left;
    Overflow overflow = Overflow::shorten;
};

struct Cell {
    std::string text;
    Tone tone = Tone::plain;

    Cell() = default;
    Cell(std::string value, Tone valueTone = Tone::plain) : text(std::move(value)), tone(valueTone) {}
    Cell(const char* value, Tone valueTone = Tone::plain) : text(value), tone(valueTone) {}
};

using Row = std::vector<Cell>;

// Collects rows and draws them. A long list is drawn in pieces, so that it needs no more memory than a piece: the
// first one sets the widths; where a later one needs more and there is room, the headings are drawn anew.
class Table {
public:
    // `indent`: columns left free on the left.
    Table(Screen& screen, std::vector<Column> columns, std::size_t indent = 0);
    // A row has a cell for every column.
    void add(Row row);
    // Draws what has been added. A table without rows draws nothing.
    void finish();
    [[nodiscard]] bool empty() const { return !headed_ && rows_.empty(); }

private:
    void draw();
    void drawHeadings();
    void drawRow(const Row& row);
    void drawLine(const std::vector<std::string>& cells, const Row& tones);
    [[nodiscard]] std::vector<std::size_t> fittingWidths() const;
    // The widths so far, and more where a column needs it and the screen has room.
    [[nodiscard]] std::vector<std::size_t> widerWidths() const;

    Screen& screen_;
    std::vector<Column> columns_;
    std::size_t indent_;
    std::vector<Row> rows_;
    std::vector<std::size_t> widths_;
    bool headed_ = false;
};

}  // namespace kartei::tools::terminal
