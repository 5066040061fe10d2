#pragma once
// What the renderers share: headings and lines of text on a screen.

#include <string_view>

#include "tools/kartei/render/view.hpp"
#include "tools/kartei/terminal/table.hpp"

namespace kartei::tools::render {

using terminal::Cell;
using terminal::Column;
using terminal::Row;
using terminal::Screen;
using terminal::Table;
using terminal::Tone;

// An empty line and a heading.
void heading(Screen& screen, std::string_view text);
// A line of text, made harmless and folded to the screen; later lines are indented as the first.
void line(Screen& screen, std::string_view text, Tone tone = Tone::plain, std::size_t indent = 0);

Column left(std::string_view heading);   // shortened when there is no room
Column text(std::string_view heading);   // folded into more lines when there is no room
Column name(std::string_view heading);   // a name that somebody may copy: never shortened
Column right(std::string_view heading);  // numbers

// Below a heading, tables stand in by this.
inline constexpr std::size_t tableIndent = 2;

}  // namespace kartei::tools::render
