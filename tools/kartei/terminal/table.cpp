#include "tools/kartei/terminal/table.hpp"

#include <algorithm>

#include "tools/kartei/terminal/text.hpp"

namespace kartei::tools::terminal {

namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t rowsInPiece = 1'000;

// What a column keeps however narrow the screen is.
std::size_t leastWidth(Overflow overflow, std::size_t natural) {
    switch (overflow) {
        case Overflow::shorten: return std::min<std::size_t>(natural, 6);
        case Overflow::wrap: return std::min<std::size_t>(natural, 12);
        case Overflow::keep: return std::min<std::size_t>(natural, 10);
    }
    return natural;
}

std::string padding(std::size_t columns) { return std::string(columns, ' '); }

// Takes columns off the widest of those that `mayGive`, until `excess` is gone or nothing is left to give.
template <class MayGive>
void narrow(std::vector<std::size_t>& widths, const std::vector<std::size_t>& least, std::size_t& excess,
            const MayGive& mayGive) {
    while (excess > 0) {
        std::size_t widest = widths.size();
        for (std::size_t i = 0; i < widths.size(); ++i) {
            if (!mayGive(i) || widths[i] <= least[i]) continue;
            if (widest == widths.size() || widths[i] > widths[widest]) widest = i;
        }
        if (widest == widths.size()) return;
        --widths[widest];
        --excess;
    }
}

}  // namespace

Table::Table(Screen& screen, std::vector<Column> columns, std::size_t indent)
    : screen_(screen), columns_(std::move(columns)), indent_(indent) {}

void Table::add(Row row) {
    row.resize(columns_.size());
    for (auto& cell : row) cell.text = harmless(cell.text);
    rows_.push_back(std::move(row));
    if (rows_.size() >= rowsInPiece) draw();
}

void Table::finish() {
    if (!rows_.empty()) draw();
    screen_.out.flush();
}

void Table::draw() {
    if (!headed_) {
        widths_ = fittingWidths();
        drawHeadings();
        headed_ = true;
    }
    for (const auto& row : rows_) drawRow(row);
    rows_.clear();
}

std::vector<std::size_t> Table::fittingWidths() const {
    std::vector<std::size_t> widths;
    std::vector<std::size_t> least;
    std::size_t total = indent_ + gap * (columns_.size() - 1);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        std::size_t width = displayWidth(columns_[i].heading);
        for (const auto& row : rows_) width = std::max(width, displayWidth(row[i].text));
        width = std::min(width, screen_.width);
        widths.push_back(width);
        least.push_back(leastWidth(columns_[i].overflow, width));
        total += width;
    }
    std::size_t excess = total > screen_.width ? total - screen_.width : 0;
    narrow(widths, least, excess, [&](std::size_t i) { return columns_[i].overflow != Overflow::keep; });
    narrow(widths, least, excess, [](std::size_t) { return true; });
    return widths;
}

void Table::drawHeadings() {
    Row headings;
    for (const auto& column : columns_) headings.emplace_back(column.heading, Tone::faint);
    drawRow(headings);
}

void Table::drawRow(const Row& row) {
    std::vector<std::vector<std::string>> cells;
    cells.reserve(columns_.size());
    std::size_t lines = 1;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const auto& text = row[i].text;
        cells.push_back(columns_[i].overflow == Overflow::shorten ? std::vector{shortened(text, widths_[i])}
                                                                  : folded(text, widths_[i]));
        lines = std::max(lines, cells.back().size());
    }
    for (std::size_t line = 0; line < lines; ++line) {
        std::vector<std::string> texts;
        texts.reserve(cells.size());
        for (const auto& cell : cells) texts.push_back(line < cell.size() ? cell[line] : std::string{});
        drawLine(texts, row);
    }
}

void Table::drawLine(const std::vector<std::string>& cells, const Row& tones) {
    std::string line;
    std::size_t owed = indent_;  // spaces that come before the next text; none are left at a line's end
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::size_t width = displayWidth(cells[i]);
        const std::size_t free = widths_[i] > width ? widths_[i] - width : 0;
        if (columns_[i].align == Align::right) owed += free;
        if (!cells[i].empty()) {
            line += padding(owed) + screen_.style.paint(cells[i], tones[i].tone);
            owed = 0;
        }
        if (columns_[i].align == Align::left) owed += free;
        owed += gap;
    }
    screen_.out << line << '\n';
}

}  // namespace kartei::tools::terminal
