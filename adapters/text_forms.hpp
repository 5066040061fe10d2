#pragma once
// Small forms of text that the adapters share.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kartei::adapters {

// Without white space at both ends: ASCII white space and the no-break space (U+00A0), which spreadsheets leave.
std::string_view trimmed(std::string_view text);

// For comparing texts where case and form make no difference: trimmed, Unicode NFKC_Casefold (so "Straße" and
// "STRASSE" are one, and so are "ü" as one character and as two).
std::string folded(std::string_view text);

std::string upperAscii(std::string_view text);
bool equalIgnoringCase(std::string_view left, std::string_view right);  // ASCII

// A physical line, without its ending, which is LF, CRLF or CR alone.
struct TextLine {
    std::size_t number = 0;  // from 1
    std::string_view text;
};
std::vector<TextLine> splitLines(std::string_view text);

// The text of a natural key: the parts folded and joined with U+001F, so that ("ab", "c") and ("a", "bc") differ.
// Empty where all parts are.
std::string naturalKey(const std::vector<std::string_view>& parts);

// Hexadecimal digits and hyphens, as in a UUID, at least eight with a digit among them: nothing that a person made up.
// Other ids may be a name or an address, and a record's name is stored readable.
bool isMachineMade(std::string_view id);

// What `text` between separators holds, trimmed; blanks and repetitions are left out.
std::vector<std::string> splitList(std::string_view text, std::string_view separator);

}  // namespace kartei::adapters
