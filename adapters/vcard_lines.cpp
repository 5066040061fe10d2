#include "adapters/vcard_lines.hpp"

#include <algorithm>
#include <charconv>

#include "adapters/text_encoding.hpp"

namespace kartei::adapters {

namespace {

constexpr std::string_view notClosed = "the card does not end (END:VCARD) before the next begins";
constexpr std::string_view cutOff = "the card does not end (END:VCARD)";
constexpr std::string_view outside = "the text stands outside of any card";

// Leading white space means that the line goes on from the one before, so only the end is trimmed.
bool isLine(std::string_view line, std::string_view wanted) {
    const std::size_t end = line.find_last_not_of(" \t");
    return end != std::string_view::npos && equalIgnoringCase(line.substr(0, end + 1), wanted);
}

bool opensAgent(const std::vector<TextLine>& lines) {
    if (lines.empty()) return false;
    const std::string_view last = lines.back().text;
    const std::size_t colon = last.find(':');
    return equalIgnoringCase(last.substr(0, 5), "AGENT") && colon != std::string_view::npos &&
           trimmed(last.substr(colon + 1)).empty();
}

// A line with what was folded onto it.
struct LogicalLine {
    std::string text;
    bool quotedPrintable = false;
};

LogicalLine beginLine(std::string_view text) {
    const std::string header = upperAscii(text.substr(0, text.find(':')));
    return {std::string(text), header.find("QUOTED-PRINTABLE") != std::string::npos};
}

// Whether the physical line belongs to the one before, and if so adds it.
bool continues(LogicalLine& line, std::string_view physical, CardVersion version) {
    if (line.quotedPrintable && line.text.ends_with('=')) {  // soft line break, RFC 2045 §6.7
        line.text.pop_back();
        line.text += physical;
        return true;
    }
    if (!physical.starts_with(' ') && !physical.starts_with('\t')) return false;
    // RFC 2426 and 6350 fold with a space of their own; 2.1 breaks where white space was, and keeps it.
    line.text += version == CardVersion::v21 ? physical : physical.substr(1);
    return true;
}

std::vector<LogicalLine> unfold(const CardText& card, CardVersion version) {
    std::vector<LogicalLine> lines;
    for (const TextLine& physical : card.lines) {
        if (!lines.empty() && continues(lines.back(), physical.text, version)) continue;
        if (!trimmed(physical.text).empty()) lines.push_back(beginLine(physical.text));
    }
    return lines;
}

// Where `wanted` first stands outside of double quotes.
std::size_t findUnquoted(std::string_view text, char wanted) {
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') quoted = !quoted;
        if (text[i] == wanted && !quoted) return i;
    }
    return std::string_view::npos;
}

std::string withoutQuotes(std::string_view text) {
    std::string out(text);
    std::erase(out, '"');
    return out;
}

struct Encodings {
    std::string charset;
    bool quotedPrintable = false;
};

void readType(std::string_view value, Property& out) {
    for (const auto& type : splitList(upperAscii(value), ",")) {
        if (type == "PREF") out.preference = std::min(out.preference, 1);
        out.types.insert(type);
    }
}

void readEncoding(const std::string& name, Property& out, Encodings& encodings) {
    if (name == "QUOTED-PRINTABLE") encodings.quotedPrintable = true;
    if (name == "BASE64" || name == "B") out.binary = true;
}

void readParameter(std::string_view text, Property& out, Encodings& encodings) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) {  // 2.1 leaves the names of TYPE and ENCODING out
        const std::string word = upperAscii(trimmed(text));
        readEncoding(word, out, encodings);
        return readType(word, out);
    }
    const std::string name = upperAscii(trimmed(text.substr(0, equals)));
    const std::string value = withoutQuotes(trimmed(text.substr(equals + 1)));
    if (name == "TYPE") readType(value, out);
    if (name == "ENCODING") readEncoding(upperAscii(value), out, encodings);
    if (name == "CHARSET") encodings.charset = value;
    if (name == "VALUE") out.valueKind = upperAscii(value);
    if (name == "X-APPLE-OMIT-YEAR") out.omittedYear = value;
    if (name == "PREF") {
        int rank = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), rank);
        if (error == std::errc() && rank >= 1 && rank <= 100) out.preference = std::min(out.preference, rank);
    }
}

int hexDigit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

std::string decodeQuotedPrintable(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = i + 2 < text.size() && text[i] == '=' ? hexDigit(text[i + 1]) : -1;
        const int low = high < 0 ? -1 : hexDigit(text[i + 2]);
        if (low < 0) {
            out += text[i];
        } else {
            out += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    return out;
}

// The bytes as UTF-8: as the card says, or as they look. Cards of one file may differ, and so may lines of one card.
void setText(std::string bytes, const std::string& charset, Property& out) {
    const bool saysUtf8 = equalIgnoringCase(charset, "UTF-8") || equalIgnoringCase(charset, "UTF8");
    if (isUtf8(bytes) && (charset.empty() || saysUtf8)) {
        out.value = std::move(bytes);
    } else if (saysUtf8) {
        out.damaged = true;
        out.value = repairedUtf8(bytes);
    } else {
        auto text = toUtf8(bytes, charset);
        if (!text) text = isUtf8(bytes) ? std::optional(std::move(bytes)) : toUtf8(bytes, "windows-1252");
        out.value = std::move(text).value_or(std::string());
    }
}

std::optional<Property> readProperty(const LogicalLine& line) {
    const std::string_view text = line.text;
    std::size_t colon = findUnquoted(text, ':');
    if (colon == std::string_view::npos) colon = text.find(':');  // an odd quote, as 2.1 allows
    if (colon == std::string_view::npos) return std::nullopt;
    std::string_view header = text.substr(0, colon);
    Property property;
    Encodings encodings;
    const std::size_t nameEnd = std::min(header.find(';'), header.size());
    const std::string_view name = header.substr(0, nameEnd);
    property.name = upperAscii(trimmed(name.substr(name.rfind('.') + 1)));  // npos + 1 is 0: no group
    header.remove_prefix(nameEnd);
    while (!header.empty()) {
        header.remove_prefix(1);
        const std::size_t end = std::min(findUnquoted(header, ';'), header.size());
        readParameter(header.substr(0, end), property, encodings);
        header.remove_prefix(end);
    }
    if (property.binary) return property;
    const std::string_view value = text.substr(colon + 1);
    setText(encodings.quotedPrintable ? decodeQuotedPrintable(value) : std::string(value), encodings.charset, property);
    return property;
}

bool isEscapable(char c, CardVersion version) {
    if (version == CardVersion::v21) return c == ';' || c == ',' || c == ':';
    const bool letterOrDigit = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return !letterOrDigit && static_cast<unsigned char>(c) < 0x80;
}

// Calls `take` with the parts between separators that are not escaped, escapes still in them.
template <class Take>
void forEachPart(std::string_view value, char separator, Take take) {
    std::size_t start = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] == '\\') {
            ++i;
        } else if (value[i] == separator) {
            take(value.substr(start, i - start));
            start = i + 1;
        }
    }
    take(value.substr(start));
}

}  // namespace

std::vector<CardText> findCards(std::string_view file) {
    std::vector<CardText> cards;
    std::optional<CardText> open;
    bool stray = false;  // within text outside of any card
    std::size_t agents = 0;
    const auto close = [&](std::string_view flaw) {
        open->flaw = flaw;
        cards.push_back(std::move(*open));
        open.reset();
        agents = 0;
    };
    for (const TextLine& line : splitLines(file)) {
        if (isLine(line.text, "BEGIN:VCARD")) {
            stray = false;
            if (open && (agents > 0 || opensAgent(open->lines))) {
                ++agents;
                continue;
            }
            if (open) close(notClosed);
            open = CardText{line.number, {}, {}, false};
        } else if (open && isLine(line.text, "END:VCARD")) {
            if (agents > 0) {
                --agents;
            } else {
                close({});
            }
        } else if (open) {
            if (agents == 0) open->lines.push_back(line);
        } else if (!stray && !trimmed(line.text).empty()) {
            stray = true;
            cards.push_back({line.number, {}, outside, true});
        }
    }
    if (open) close(cutOff);
    return cards;
}

std::optional<CardVersion> versionOf(const CardText& card) {
    for (const TextLine& line : card.lines) {
        if (!equalIgnoringCase(line.text.substr(0, 8), "VERSION:")) continue;
        const std::string_view version = trimmed(line.text.substr(8));
        if (version == "2.1") return CardVersion::v21;
        if (version == "3.0") return CardVersion::v30;
        if (version == "4.0") return CardVersion::v40;
        return std::nullopt;
    }
    return CardVersion::v30;
}

std::vector<Property> propertiesOf(const CardText& card, CardVersion version) {
    std::vector<Property> properties;
    for (const LogicalLine& line : unfold(card, version)) {
        if (auto property = readProperty(line)) properties.push_back(std::move(*property));
    }
    return properties;
}

std::string plainText(std::string_view value, CardVersion version) {
    std::string out;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        const char following = i + 1 < value.size() ? value[i + 1] : '\0';
        if (c == '\\' && version != CardVersion::v21 && (following == 'n' || following == 'N')) {
            out += '\n';
            ++i;
        } else if (c == '\\' && following != '\0' && isEscapable(following, version)) {
            out += following;
            ++i;
        } else if (c != '\r') {
            out += c;
        } else if (following != '\n') {
            out += '\n';
        }
    }
    return std::string(trimmed(out));
}

std::vector<std::string> parts(std::string_view value, char separator, CardVersion version) {
    std::vector<std::string> out;
    forEachPart(value, separator, [&](std::string_view part) { out.push_back(plainText(part, version)); });
    return out;
}

std::vector<std::string> components(std::string_view value, CardVersion version, std::string_view joinedWith) {
    if (version == CardVersion::v21) return parts(value, ';', version);
    std::vector<std::string> out;
    forEachPart(value, ';', [&](std::string_view component) {
        std::string text;
        for (const auto& item : parts(component, ',', version)) {
            if (!text.empty() && !item.empty()) text += joinedWith;
            text += item;
        }
        out.push_back(std::move(text));
    });
    return out;
}

}  // namespace kartei::adapters
