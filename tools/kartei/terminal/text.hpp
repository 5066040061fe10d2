#pragma once
// Text as a terminal shows it: how wide it is, and how to make it harmless, shorter, or fold it into lines.
//
// Values in a ledger come from strangers (anybody can register online). A control character among them could move
// the cursor, change colours or rewrite what the screen says, so nothing goes to a terminal before `harmless`.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kartei::tools::terminal {

// The text with everything taken out that a terminal would obey rather than show: white space of any kind becomes a
// space; control characters, marks that turn the writing direction, and bytes that are not UTF-8 become U+FFFD.
std::string harmless(std::string_view text);

// Whether the text is UTF-8 from its first byte to its last.
bool isUtf8(std::string_view text);

// Columns that the text takes: 2 for wide East Asian letters and emoji, 0 for combining marks, else 1.
std::size_t displayWidth(std::string_view text);

// The text, or its beginning and `…` where it is wider than `width`. A letter keeps its combining marks.
std::string shortened(std::string_view text, std::size_t width);

// The text in lines of at most `width` columns, folded at spaces; a word that is wider is cut, behind one of its
// `/ @ - . _` where that takes no line more. At least one line.
std::vector<std::string> folded(std::string_view text, std::size_t width);

}  // namespace kartei::tools::terminal
