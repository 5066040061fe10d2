#include "tools/kartei/terminal/text.hpp"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstdint>

namespace kartei::tools::terminal {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view ellipsis = "\xE2\x80\xA6";     // U+2026
constexpr UChar32 zeroWidthNonJoiner = 0x200C;
constexpr UChar32 zeroWidthJoiner = 0x200D;
constexpr UChar32 softHyphen = 0x00AD;

// One code point and the bytes that it was read from. `letter` is negative where the bytes are not UTF-8.
struct CodePoint {
    UChar32 letter;
    std::string_view bytes;
};

CodePoint takeCodePoint(std::string_view& text) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    std::int32_t used = 0;
    // One code point is four bytes at most; looking no further keeps the lengths within ICU's 32 bits.
    const auto length = static_cast<std::int32_t>(text.size() < 8 ? text.size() : 8);
    UChar32 letter = 0;
    U8_NEXT(bytes, used, length, letter);
    const CodePoint result{letter, text.substr(0, static_cast<std::size_t>(used))};
    text.remove_prefix(static_cast<std::size_t>(used));
    return result;
}

bool obeyedByTerminals(UChar32 letter) {
    if (letter < 0) return true;
    if (letter == zeroWidthJoiner || letter == zeroWidthNonJoiner) return false;  // Persian and emoji need them
    const auto type = u_charType(letter);
    return type == U_CONTROL_CHAR || type == U_FORMAT_CHAR || type == U_SURROGATE;
}

std::size_t widthOf(UChar32 letter) {
    const auto type = u_charType(letter);
    if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR || type == U_CONTROL_CHAR)
        return 0;
    // Vowels and finals of Hangul join the consonant before them.
    const auto hangul = u_getIntPropertyValue(letter, UCHAR_HANGUL_SYLLABLE_TYPE);
    if (hangul == U_HST_VOWEL_JAMO || hangul == U_HST_TRAILING_JAMO) return 0;
    const auto width = u_getIntPropertyValue(letter, UCHAR_EAST_ASIAN_WIDTH);
    return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

// The beginning of `text` that takes at most `width` columns, with the marks that follow its last letter.
std::string_view beginning(std::string_view text, std::size_t width) {
    std::string_view rest = text;
    std::size_t taken = 0;
    std::size_t columns = 0;
    while (!rest.empty()) {
        const auto next = takeCodePoint(rest);
        columns += widthOf(next.letter);
        if (columns > width) break;
        taken += next.bytes.size();
    }
    return text.substr(0, taken);
}

// The same, but at least one letter, so that folding always gets on.
std::string_view lineOf(std::string_view text, std::size_t width) {
    auto line = beginning(text, width);
    if (!line.empty()) return line;
    std::string_view rest = text;
    return takeCodePoint(rest).bytes;
}

// The part of a word that goes into a line for which it is too long; `line` is as much as there is room for. It ends
// behind a sign that parts the word, where the word needs no line more for it.
std::string_view cutAtSign(std::string_view line, std::string_view word, std::size_t width) {
    const auto sign = line.find_last_of("/@-._");
    if (sign == std::string_view::npos) return line;
    const auto linesBehind = [&](std::size_t cut) { return (displayWidth(word.substr(cut)) + width - 1) / width; };
    return linesBehind(sign + 1) > linesBehind(line.size()) ? line : line.substr(0, sign + 1);
}

}  // namespace

bool isUtf8(std::string_view text) {
    while (!text.empty()) {
        if (takeCodePoint(text).letter < 0) return false;
    }
    return true;
}

std::string harmless(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const auto next = takeCodePoint(text);
        if (next.letter == softHyphen) continue;  // says where a word may be cut; nothing to see
        if (next.letter >= 0 && u_isUWhiteSpace(next.letter)) {
            result += ' ';
        } else {
            result += obeyedByTerminals(next.letter) ? replacement : next.bytes;
        }
    }
    return result;
}

std::size_t displayWidth(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) width += widthOf(takeCodePoint(text).letter);
    return width;
}

std::string shortened(std::string_view text, std::size_t width) {
    if (displayWidth(text) <= width) return std::string(text);
    if (width == 0) return {};
    std::string result(beginning(text, width - 1));
    while (result.ends_with(' ')) result.pop_back();
    return result.append(ellipsis);
}

std::vector<std::string> folded(std::string_view text, std::size_t width) {
    std::vector<std::string> lines;
    while (displayWidth(text) > width) {
        auto line = lineOf(text, width);
        // Fold at the last space, where the line does not happen to end with a word.
        const bool endsWord = line.size() == text.size() || text[line.size()] == ' ';
        const auto space = endsWord ? std::string_view::npos : line.rfind(' ');
        if (space != std::string_view::npos && space != 0) {
            line = line.substr(0, space);
        } else if (!endsWord) {
            line = cutAtSign(line, text.substr(0, text.find(' ')), width);
        }
        text.remove_prefix(line.size());
        while (line.ends_with(' ')) line.remove_suffix(1);
        while (text.starts_with(' ')) text.remove_prefix(1);
        lines.emplace_back(line);
    }
    if (!text.empty() || lines.empty()) lines.emplace_back(text);
    return lines;
}

}  // namespace kartei::tools::terminal
