#include "tools/kartei/terminal/table.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "tools/kartei/terminal/text.hpp"

namespace kartei::tools::terminal {

namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t rowsInPiece = 1'000;

// How far columns give way, one step after the other until the table fits.
struct Step {
    std::size_t shorten, wrap, keep;        // no column of that kind becomes narrower than this
    enum class Words { whole, cut } words;  // whether what is folded keeps its words whole
};
constexpr std::array<Step, 7> steps = {{
    {32, 32, 32, Step::Words::cut},  // one long name shall not squeeze everything else
    {20, 12, 32, Step::Words::whole},
    {12, 12, 10, Step::Words::whole},
    {12, 16, 20, Step::Words::cut},
    {8, 12, 14, Step::Words::cut},
    {6, 8, 10, Step::Words::cut},
    {1, 1, 1, Step::Words::cut},
}};

// The width of a column's widest text, and of its widest word.
struct Extent {
    std::size_t text = 0, word = 0;

    void take(std::string_view value) {
        text = std::max(text, displayWidth(value));
        while (!value.empty()) {
            const auto length = std::min(value.find(' '), value.size());
            word = std::max(word, displayWidth(value.substr(0, length)));
            value.remove_prefix(std::min(length + 1, value.size()));
        }
    }
};

std::size_t leastWidth(const Step& step, Overflow overflow, const Extent& extent) {
    if (overflow == Overflow::shorten) return std::min(extent.text, step.shorten);
    const std::size_t least = overflow == Overflow::wrap ? step.wrap : step.keep;
    return std::min(extent.text, step.words == Step::Words::whole ? std::max(least, extent.word) : least);
}

std::string padding(std::size_t columns) { return std::string(columns, ' '); }

// Takes columns off the widest of those that have more than `least`, until `excess` is gone or nothing is left to give.
void narrow(std::vector<std::size_t>& widths, const std::vector<std::size_t>& least, std::size_t& excess) {
    while (excess > 0) {
        std::size_t widest = widths.size();
        for (std::size_t i = 0; i < widths.size(); ++i) {
            if (widths[i] <= least[i]) continue;
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
    } else if (auto wider = widerWidths(); wider != widths_) {
        widths_ = std::move(wider);
        screen_.out << '\n';
        drawHeadings();
    }
    for (const auto& row : rows_) drawRow(row);
    rows_.clear();
}

std::vector<std::size_t> Table::fittingWidths() const {
    std::vector<Extent> extents(columns_.size());
    std::vector<std::size_t> widths;
    std::size_t total = indent_ + gap * (columns_.size() - 1);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        extents[i].take(columns_[i].heading);
        for (const auto& row : rows_) extents[i].take(row[i].text);
        widths.push_back(extents[i].text);
        total += extents[i].text;
    }
    std::size_t excess = total > screen_.width ? total - screen_.width : 0;
    for (const auto& step : steps) {
        std::vector<std::size_t> least;
        least.reserve(columns_.size());
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            least.push_back(leastWidth(step, columns_[i].overflow, extents[i]));
        }
        narrow(widths, least, excess);
    }
    return widths;
}

std::vector<std::size_t> Table::widerWidths() const {
    auto wider = fittingWidths();
    std::size_t total = indent_ + gap * (columns_.size() - 1);
    for (std::size_t i = 0; i < wider.size(); ++i) {
        wider[i] = std::max(wider[i], widths_[i]);
        total += wider[i];
    }
    return total > screen_.width ? widths_ : wider;
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
