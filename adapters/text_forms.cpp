#include "adapters/text_forms.hpp"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>

#include <algorithm>

#include "events/limits.hpp"
#include "events/normal_forms.hpp"

namespace kartei::adapters {

namespace {

constexpr std::string_view noBreakSpace = "\xC2\xA0";
constexpr std::string_view whiteSpace = " \t\r\n\v\f";

bool isAscii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool takeSpaceFront(std::string_view& text) {
    if (text.empty()) return false;
    if (whiteSpace.find(text.front()) != std::string_view::npos) {
        text.remove_prefix(1);
    } else if (text.starts_with(noBreakSpace)) {
        text.remove_prefix(noBreakSpace.size());
    } else {
        return false;
    }
    return true;
}

bool takeSpaceBack(std::string_view& text) {
    if (text.empty()) return false;
    if (whiteSpace.find(text.back()) != std::string_view::npos) {
        text.remove_suffix(1);
    } else if (text.ends_with(noBreakSpace)) {
        text.remove_suffix(noBreakSpace.size());
    } else {
        return false;
    }
    return true;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
    while (takeSpaceFront(text)) {
    }
    while (takeSpaceBack(text)) {
    }
    return text;
}

std::string folded(std::string_view text) {
    const std::string_view core = trimmed(text);
    if (isAscii(core)) return events::lowerAscii(core);
    std::string out;
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKCCasefoldInstance(error);
    if (U_FAILURE(error) || normalizer == nullptr) return std::string(core);
    icu::StringByteSink<std::string> sink(&out);
    normalizer->normalizeUTF8(0, icu::StringPiece(core.data(), static_cast<std::int32_t>(core.size())), sink, nullptr,
                              error);
    return out;
}

std::string upperAscii(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

bool equalIgnoringCase(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return events::lowerAscii(a) == events::lowerAscii(b); });
}

std::vector<TextLine> splitLines(std::string_view text) {
    std::vector<TextLine> lines;
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t end = std::min(text.find_first_of("\r\n", start), text.size());
        lines.push_back({lines.size() + 1, text.substr(start, end - start)});
        start = end + (text.substr(end).starts_with("\r\n") ? 2 : 1);
    }
    return lines;
}

std::string naturalKey(const std::vector<std::string_view>& parts) {
    constexpr char unitSeparator = '\x1F';
    std::string key;
    bool blank = true;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) key += unitSeparator;
        const std::string part = folded(parts[i]);
        blank = blank && part.empty();
        key += part;
    }
    return blank ? std::string() : key;
}

bool isMachineMade(std::string_view id) {
    constexpr std::size_t shortest = 8;
    return id.size() >= shortest && id.size() <= limits::localId &&
           id.find_first_not_of("0123456789abcdefABCDEF-") == std::string_view::npos &&
           id.find_first_of("0123456789") != std::string_view::npos;
}

std::vector<std::string> splitList(std::string_view text, std::string_view separator) {
    std::vector<std::string> items;
    for (;;) {
        const std::size_t end = separator.empty() ? std::string_view::npos : text.find(separator);
        const std::string_view item = trimmed(text.substr(0, end));
        if (!item.empty() && std::find(items.begin(), items.end(), item) == items.end()) items.emplace_back(item);
        if (end == std::string_view::npos) return items;
        text.remove_prefix(end + separator.size());
    }
}

}  // namespace kartei::adapters
