#include "tools/service/route.hpp"

#include <algorithm>

namespace kartei::tools::service {

namespace {

// The last name of a path that ends in "…}" takes what is left: a tile's name has slashes.
constexpr std::string_view restMark = "...}";

bool isName(const std::string& segment) { return segment.starts_with('{'); }
bool takesRest(const std::string& segment) { return segment.ends_with(restMark); }

std::string joined(const std::vector<std::string>& path, std::size_t from) {
    std::string text;
    for (auto at = from; at < path.size(); ++at) text += (at == from ? "" : "/") + path[at];
    return text;
}

std::optional<std::map<std::string, std::string>> namesIn(const std::string& text,
                                                          const std::vector<std::string>& path) {
    const auto wanted = segmentsOf(text);
    std::map<std::string, std::string> names;
    for (std::size_t at = 0; at < wanted.size(); ++at) {
        if (at >= path.size()) return std::nullopt;
        if (takesRest(wanted[at])) {
            names[wanted[at].substr(1, wanted[at].size() - 1 - restMark.size())] = joined(path, at);
            return names;
        }
        if (isName(wanted[at])) {
            names[wanted[at].substr(1, wanted[at].size() - 2)] = path[at];
        } else if (wanted[at] != path[at]) {
            return std::nullopt;
        }
    }
    return wanted.size() == path.size() ? std::optional(std::move(names)) : std::nullopt;
}

// Whether more of the one's path is spelt out.
bool isCloser(const Route& one, const Route& other) {
    const auto spelt = [](const Route& route) {
        const auto segments = segmentsOf(route.path);
        return std::count_if(segments.begin(), segments.end(),
                             [](const std::string& segment) { return !isName(segment); });
    };
    return spelt(one) > spelt(other);
}

}  // namespace

std::vector<std::string> segmentsOf(const std::string& path) {
    std::vector<std::string> segments;
    for (std::size_t at = 1; at < path.size();) {
        const auto end = std::min(path.find('/', at), path.size());
        segments.push_back(path.substr(at, end - at));
        at = end + 1;
    }
    return segments;
}

std::optional<Match> RouteTable::find(Method method, const std::vector<std::string>& path) const {
    std::optional<Match> found;
    for (const auto& route : routes_) {
        if (route.method != method) continue;
        auto names = namesIn(route.path, path);
        if (names && (!found || isCloser(route, *found->route))) found = Match{&route, std::move(*names)};
    }
    return found;
}

std::vector<Method> RouteTable::methodsOf(const std::vector<std::string>& path) const {
    std::vector<Method> methods;
    for (const auto& route : routes_) {
        if (namesIn(route.path, path)) methods.push_back(route.method);
    }
    return methods;
}

std::string_view toText(Method method) {
    switch (method) {
        case Method::get: return "GET";
        case Method::post: return "POST";
        case Method::put: return "PUT";
        case Method::remove: return "DELETE";
    }
    return "";
}

}  // namespace kartei::tools::service
