#include "tools/service/message.hpp"

#include <algorithm>

#include "adapters/text_encoding.hpp"
#include "adapters/text_forms.hpp"
#include "events/path_segment.hpp"

namespace kartei::tools::service {

namespace {

std::optional<unsigned> hexDigit(char letter) {
    if (letter >= '0' && letter <= '9') return static_cast<unsigned>(letter - '0');
    const char lower = static_cast<char>(letter | 0x20);
    if (lower >= 'a' && lower <= 'f') return static_cast<unsigned>(lower - 'a') + 10;
    return std::nullopt;
}

enum class Plus { isPlus, isBlank };

// RFC 3986 §2.1; in queries, as forms write them, `+` is a blank.
std::optional<std::string> decoded(std::string_view text, Plus plus) {
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '+' && plus == Plus::isBlank) {
            result += ' ';
        } else if (text[at] != '%') {
            result += text[at];
        } else {
            if (at + 2 >= text.size()) return std::nullopt;
            const auto high = hexDigit(text[at + 1]);
            const auto low = hexDigit(text[at + 2]);
            if (!high || !low) return std::nullopt;
            result += static_cast<char>(*high * 16 + *low);
            at += 2;
        }
    }
    return adapters::isUtf8(result) ? std::optional(std::move(result)) : std::nullopt;
}

// Calls `take` with each piece between separators, as long as it returns no problem.
template <class Take>
std::optional<TargetProblem> eachPiece(std::string_view text, char separator, const Take& take) {
    while (true) {
        const auto end = std::min(text.find(separator), text.size());
        if (const auto problem = take(text.substr(0, end))) return problem;
        if (end == text.size()) return std::nullopt;
        text.remove_prefix(end + 1);
    }
}

std::optional<TargetProblem> readPath(std::string_view text, std::vector<std::string>& path) {
    if (text == "/") return std::nullopt;
    return eachPiece(text.substr(1), '/', [&](std::string_view piece) -> std::optional<TargetProblem> {
        if (!events::isPathSegment(piece)) return TargetProblem::strayPath;
        auto segment = decoded(piece, Plus::isPlus);
        if (!segment) return TargetProblem::badEncoding;
        if (events::holdsControls(*segment)) return TargetProblem::strayPath;
        path.push_back(std::move(*segment));
        return std::nullopt;
    });
}

std::optional<TargetProblem> readQuery(std::string_view text, std::map<std::string, std::string>& query) {
    return eachPiece(text, '&', [&](std::string_view piece) -> std::optional<TargetProblem> {
        if (piece.empty()) return std::nullopt;
        const auto equals = std::min(piece.find('='), piece.size());
        auto name = decoded(piece.substr(0, equals), Plus::isBlank);
        auto value = decoded(piece.substr(std::min(equals + 1, piece.size())), Plus::isBlank);
        if (!name || !value) return TargetProblem::badEncoding;
        if (!query.emplace(std::move(*name), std::move(*value)).second) return TargetProblem::doubleName;
        return std::nullopt;
    });
}

std::string_view withoutScheme(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (adapters::equalIgnoringCase(target.substr(0, scheme.size()), scheme)) return target.substr(scheme.size());
    }
    return {};
}

}  // namespace

Result<Target, TargetProblem> parseTarget(std::string_view text) {
    if (text.empty() || text.front() != '/') return failed(TargetProblem::notAPath);
    text = text.substr(0, text.find('#'));
    const auto mark = text.find('?');
    Target target;
    if (const auto problem = readPath(text.substr(0, mark), target.path)) return failed(*problem);
    if (mark != std::string_view::npos) {
        if (const auto problem = readQuery(text.substr(mark + 1), target.query)) return failed(*problem);
    }
    return target;
}

std::string originForm(std::string_view target) {
    auto rest = withoutScheme(target);
    if (rest.empty() || rest.front() == '/') return std::string(target);
    rest.remove_prefix(std::min(rest.find_first_of("/?#"), rest.size()));
    return rest.starts_with('/') ? std::string(rest) : '/' + std::string(rest);
}

std::optional<std::string> percentDecoded(std::string_view text) { return decoded(text, Plus::isPlus); }

std::string_view Request::header(const std::string& name) const {
    const auto known = headers.find(name);
    return known == headers.end() ? std::string_view() : std::string_view(known->second);
}

}  // namespace kartei::tools::service
