#include "adapters/text_encoding.hpp"

#include <unicode/ucnv.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>

namespace kartei::adapters {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view utf8Mark = "\xEF\xBB\xBF"sv;
constexpr std::string_view utf16LittleEndianMark = "\xFF\xFE"sv;
constexpr std::string_view utf16BigEndianMark = "\xFE\xFF"sv;
constexpr std::string_view replacement = "\xEF\xBF\xBD"sv;  // U+FFFD

// How many bytes the character at `offset` takes; 0 where they are no UTF-8.
std::size_t characterLength(std::string_view bytes, std::size_t offset) {
    constexpr std::size_t longest = 4;
    const std::string_view window = bytes.substr(offset, longest);
    const char* data = window.data();
    const auto length = static_cast<std::int32_t>(window.size());
    std::int32_t index = 0;
    UChar32 character = 0;
    U8_NEXT(data, index, length, character);
    return character < 0 ? 0 : static_cast<std::size_t>(index);
}

struct Utf8Count {
    std::size_t beyondAscii = 0;
    std::size_t damaged = 0;
};

Utf8Count countUtf8(std::string_view bytes) {
    Utf8Count count;
    for (std::size_t offset = 0; offset < bytes.size();) {
        if (static_cast<unsigned char>(bytes[offset]) < 0x80) {
            ++offset;
            continue;
        }
        const std::size_t length = characterLength(bytes, offset);
        ++(length == 0 ? count.damaged : count.beyondAscii);
        offset += length == 0 ? 1 : length;
    }
    return count;
}

bool endsLine(std::string_view bytes, std::size_t offset) {
    if (bytes[offset] == '\n') return true;
    return bytes[offset] == '\r' && (offset + 1 == bytes.size() || bytes[offset + 1] != '\n');
}

DecodedText repaired(std::string_view bytes) {
    DecodedText out;
    out.text.reserve(bytes.size());
    std::size_t line = 1;
    for (std::size_t offset = 0; offset < bytes.size();) {
        if (endsLine(bytes, offset)) ++line;
        const std::size_t length = bytes[offset] == '\0' ? 0 : characterLength(bytes, offset);
        if (length == 0) {
            out.text += replacement;
            if (out.damagedLines.empty() || out.damagedLines.back() != line) out.damagedLines.push_back(line);
            ++offset;
        } else {
            out.text += bytes.substr(offset, length);
            offset += length;
        }
    }
    return out;
}

AdapterProblem notText() {
    return {
        ProblemKind::notText,
        "the file is no text: it holds NUL bytes, as spreadsheets, archives and UTF-16 without a byte order mark do"};
}

// A NUL that got into a text is damage of its line.
Result<DecodedText, AdapterProblem> withoutNul(DecodedText decoded) {
    if (isNoText(decoded.text)) return failed(notText());
    if (decoded.text.find('\0') == std::string::npos) return decoded;
    auto text = repaired(decoded.text);
    text.encoding = decoded.encoding;
    return text;
}

Result<DecodedText, AdapterProblem> decodeUtf8(std::string bytes, Utf8Count count) {
    if (isNoText(bytes)) return failed(notText());
    if (count.damaged == 0) return withoutNul({std::move(bytes), TextEncoding::utf8, {}});
    return repaired(bytes);
}

Result<DecodedText, AdapterProblem> decodeKnown(std::string_view bytes, const char* charset, TextEncoding encoding) {
    auto text = toUtf8(bytes, charset);
    if (!text) return failed(AdapterProblem{ProblemKind::notText, "the file is too large to be one text"});
    return withoutNul({std::move(*text), encoding, {}});
}

}  // namespace

bool isNoText(std::string_view bytes) {
    constexpr std::size_t mostOfAll = 10;
    const auto count = static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\0'));
    if (count == 0) return false;
    const auto firstLine = bytes.substr(0, bytes.find_first_of("\r\n"));
    return firstLine.find('\0') != std::string_view::npos || count > bytes.size() / mostOfAll;
}

bool isUtf8(std::string_view bytes) { return countUtf8(bytes).damaged == 0; }

std::string repairedUtf8(std::string_view bytes) { return repaired(bytes).text; }

std::optional<std::string> toUtf8(std::string_view bytes, std::string_view charset) {
    if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) return std::nullopt;
    UErrorCode error = U_ZERO_ERROR;
    const std::string name(charset);
    const std::unique_ptr<UConverter, decltype(&ucnv_close)> converter(ucnv_open(name.c_str(), &error), &ucnv_close);
    if (U_FAILURE(error) || name.empty()) return std::nullopt;
    const icu::UnicodeString text(bytes.data(), static_cast<std::int32_t>(bytes.size()), converter.get(), error);
    if (U_FAILURE(error)) return std::nullopt;
    std::string out;
    text.toUTF8String(out);
    return out;
}

Result<DecodedText, AdapterProblem> decodeText(std::string bytes) {
    const std::string_view view = bytes;
    if (view.starts_with(utf16LittleEndianMark)) {
        return decodeKnown(view.substr(2), "UTF-16LE", TextEncoding::utf16LittleEndian);
    }
    if (view.starts_with(utf16BigEndianMark)) {
        return decodeKnown(view.substr(2), "UTF-16BE", TextEncoding::utf16BigEndian);
    }
    if (view.starts_with(utf8Mark)) {
        bytes.erase(0, utf8Mark.size());
        const Utf8Count count = countUtf8(bytes);
        return decodeUtf8(std::move(bytes), count);
    }
    const Utf8Count count = countUtf8(view);
    if (count.damaged == 0 || count.beyondAscii > count.damaged) return decodeUtf8(std::move(bytes), count);
    return decodeKnown(view, "windows-1252", TextEncoding::windows1252);
}

Result<DecodedText, AdapterProblem> decodeText(std::string_view bytes, std::string_view charset) {
    auto text = toUtf8(bytes, charset);
    if (!text) {
        return failed(AdapterProblem{
            ProblemKind::mappingInvalid,
            "mapping: file.encoding: \"" + std::string(charset) + "\" is the name of no encoding that is known here"});
    }
    if (text->starts_with(utf8Mark)) text->erase(0, utf8Mark.size());
    return withoutNul({std::move(*text), TextEncoding::named, {}});
}

}  // namespace kartei::adapters
