#include "tools/service/form.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "events/normal_forms.hpp"

namespace kartei::tools::service {

namespace {

constexpr std::size_t mostParts = 64;
constexpr std::size_t longestBoundary = 70;  // RFC 2046 §5.1.1
constexpr std::string_view lineEnd = "\r\n";

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// A header's value with its parameters (RFC 9110 §5.6.6), their names in lower case.
struct Valued {
    std::string value;
    std::map<std::string, std::string> parameters;
};

// Takes a value, in quotes or not, from the beginning of `rest`.
std::optional<std::string> takeValue(std::string_view& rest) {
    std::string value;
    if (!rest.starts_with('"')) {
        const auto end = std::min(rest.find(';'), rest.size());
        value = trimmed(rest.substr(0, end));
        rest.remove_prefix(end);
        if (value.empty()) return std::nullopt;
        return value;
    }
    for (std::size_t i = 1; i < rest.size(); ++i) {
        if (rest[i] == '"') {
            rest.remove_prefix(i + 1);
            return value;
        }
        // Before anything but a quotation mark and itself, a backslash is one: Windows has paths of them.
        const bool isEscape = rest[i] == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\');
        if (isEscape) ++i;
        value += rest[i];
    }
    return std::nullopt;
}

std::optional<Valued> valuedOf(std::string_view header) {
    const auto first = std::min(header.find(';'), header.size());
    Valued result{events::lowerAscii(trimmed(header.substr(0, first))), {}};
    auto rest = header.substr(first);
    while (true) {
        rest = trimmed(rest);
        if (rest.empty()) return result;
        if (rest.front() != ';') return std::nullopt;
        rest = trimmed(rest.substr(1));
        const auto equals = rest.find('=');
        if (equals == std::string_view::npos) return std::nullopt;
        auto name = events::lowerAscii(trimmed(rest.substr(0, equals)));
        rest = trimmed(rest.substr(equals + 1));
        auto value = takeValue(rest);
        if (name.empty() || !value) return std::nullopt;
        if (!result.parameters.emplace(std::move(name), std::move(*value)).second) return std::nullopt;
    }
}

std::optional<std::string> boundaryOf(std::string_view contentType) {
    const auto type = valuedOf(contentType);
    if (!type || type->value != "multipart/form-data") return std::nullopt;
    const auto boundary = type->parameters.find("boundary");
    if (boundary == type->parameters.end()) return std::nullopt;
    const auto size = boundary->second.size();
    if (size == 0 || size > longestBoundary) return std::nullopt;
    return boundary->second;
}

std::string withoutFolders(const std::string& name) {
    const auto slash = name.find_last_of("/\\");
    return slash == std::string::npos ? name : name.substr(slash + 1);
}

// From its headers to its end. Nothing where it does not say its name once.
std::optional<FormPart> partOf(std::string_view text) {
    FormPart part;
    while (true) {
        const auto end = text.find(lineEnd);
        if (end == std::string_view::npos) return std::nullopt;
        const auto line = text.substr(0, end);
        text.remove_prefix(end + lineEnd.size());
        if (line.empty()) break;
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) return std::nullopt;
        if (events::lowerAscii(line.substr(0, colon)) != "content-disposition") continue;
        auto disposition = valuedOf(line.substr(colon + 1));
        if (!disposition || disposition->value != "form-data" || !part.name.empty()) return std::nullopt;
        part.name = std::move(disposition->parameters["name"]);
        part.fileName = withoutFolders(disposition->parameters["filename"]);
    }
    part.content = text;
    if (part.name.empty()) return std::nullopt;
    return part;
}

}  // namespace

Result<std::vector<FormPart>, FormProblem> parseForm(std::string_view contentType, std::string_view body) {
    const auto boundary = boundaryOf(contentType);
    if (!boundary) return failed(FormProblem::noForm);
    const std::string first = "--" + *boundary;
    const std::string delimiter = std::string(lineEnd) + first;
    if (!body.starts_with(first)) return failed(FormProblem::notClosed);
    body.remove_prefix(first.size());
    std::vector<FormPart> parts;
    while (true) {
        if (body == "--" || body == "--\r\n") return parts;
        if (!body.starts_with(lineEnd)) return failed(FormProblem::notClosed);
        if (parts.size() == mostParts) return failed(FormProblem::tooMany);
        body.remove_prefix(lineEnd.size());
        const auto end = body.find(delimiter);
        if (end == std::string_view::npos) return failed(FormProblem::notClosed);
        auto part = partOf(body.substr(0, end));
        if (!part) return failed(FormProblem::badPart);
        parts.push_back(std::move(*part));
        body.remove_prefix(end + delimiter.size());
    }
}

}  // namespace kartei::tools::service
