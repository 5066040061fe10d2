#pragma once
// Which encoding a text file is in, and the same text in UTF-8.
//
// Tills and spreadsheets do not say. What is found out, in this order:
//   1. a byte order mark: UTF-8, UTF-16LE or UTF-16BE;
//   2. UTF-8, where all of it is UTF-8, or where it is UTF-8 but for a few damaged bytes (more characters outside
//      ASCII are right than are wrong, which does not happen by chance in the text of another encoding);
//   3. Windows-1252 otherwise. ISO 8859-1 reads the same.
// A byte order mark is not part of the text.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/problem.hpp"
#include "events/result.hpp"

namespace kartei::adapters {

enum class TextEncoding { utf8, utf16LittleEndian, utf16BigEndian, windows1252, named };

struct DecodedText {
    std::string text;  // valid UTF-8 without NUL
    TextEncoding encoding = TextEncoding::utf8;
    // Lines (from 1, rising) with bytes that are no text, NUL and what is no UTF-8 in a file that is; U+FFFD stands in
    // their place.
    std::vector<std::size_t> damagedLines;
};

// Whether bytes are no text at all, but a spreadsheet, an archive, or UTF-16 that does not say so: a NUL stands in the
// first line, or a tenth of them are NUL.
bool isNoText(std::string_view bytes);

// Finds the encoding out. Problem: notText.
Result<DecodedText, AdapterProblem> decodeText(std::string bytes);

// Reads the bytes as `charset`, a name that ICU knows ("windows-1252", "ISO-8859-15", "IBM850"). Problems:
// mappingInvalid, where the name is unknown; notText.
Result<DecodedText, AdapterProblem> decodeText(std::string_view bytes, std::string_view charset);

// Bytes of a named encoding as UTF-8, what has no meaning in it as U+FFFD; nothing where ICU does not know the name,
// or where there are 2 GiB and more.
std::optional<std::string> toUtf8(std::string_view bytes, std::string_view charset);

bool isUtf8(std::string_view bytes);

// The text with U+FFFD for every byte that is no UTF-8.
std::string repairedUtf8(std::string_view bytes);

}  // namespace kartei::adapters
