#include "tools/service/route.hpp"

#include <algorithm>

#include "events/normal_forms.hpp"
#include "events/path_segment.hpp"

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

// What stands for the names of a route's path in another path; nothing where it is not that one.
std::optional<std::map<std::string, std::string>> namesIn(const std::vector<std::string>& wanted,
                                                          const std::vector<std::string>& path) {
    std::map<std::string, std::string> names;
    for (std::size_t at = 0; at < wanted.size(); ++at) {
        if (at >= path.size()) return std::nullopt;
        if (takesRest(wanted[at])) {
            // What they make together must be a path that they were written as.
            if (!std::all_of(path.begin() + static_cast<std::ptrdiff_t>(at), path.end(), events::isPathSegment))
                return std::nullopt;
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

// How much of a path is spelt out.
std::ptrdiff_t spelt(const std::vector<std::string>& segments) {
    return std::count_if(segments.begin(), segments.end(), [](const std::string& segment) { return !isName(segment); });
}

}  // namespace

using Place = Parameter::Place;

const Parameter ifMatch{"If-Match",
                        "Refuse it with 412 (changed_since) where what is concerned has changed since this position",
                        "PositionTag", Place::header};
const Parameter idempotencyKey{"Idempotency-Key",
                               "A name for this request: sent again under the same one, it is done once", "RequestKey",
                               Place::header};
const Parameter waitPosition{"Kartei-Wait-Position", "Answer when the log has come to this position", "LogPosition",
                             Place::header};

bool Route::admits(ledger::TokenRole role) const { return std::find(roles.begin(), roles.end(), role) != roles.end(); }

bool Route::reads(std::string_view header) const {
    if (header == "content-type") return !bodies.empty();
    if (header == "accept") return !feed.empty();
    return std::any_of(parameters.begin(), parameters.end(), [&](const Parameter& known) {
        const auto name = events::lowerAscii(known.name);
        return (known.place == Place::header && name == header) ||
               (known.place == Place::headerBeginning && header.starts_with(name));
    });
}

void keepRead(Headers& headers, const Route& route) {
    std::erase_if(headers, [&](const auto& header) { return !route.reads(header.first); });
}

std::vector<std::string> segmentsOf(const std::string& path) {
    std::vector<std::string> segments;
    for (std::size_t at = 1; at < path.size();) {
        const auto end = std::min(path.find('/', at), path.size());
        segments.push_back(path.substr(at, end - at));
        at = end + 1;
    }
    return segments;
}

RouteTable::RouteTable(std::vector<Route> routes) : routes_(std::move(routes)) {
    for (const auto& route : routes_) segments_.push_back(segmentsOf(route.path));
}

std::optional<Match> RouteTable::find(Method method, const std::vector<std::string>& path) const {
    const bool isHead = method == Method::head;
    std::optional<Match> found;
    std::ptrdiff_t closest = -1;
    for (std::size_t at = 0; at < routes_.size(); ++at) {
        const auto& route = routes_[at];
        if (route.method != (isHead ? Method::get : method)) continue;
        if (isHead && route.head == Route::Head::refused) continue;
        const auto close = spelt(segments_[at]);
        if (close <= closest) continue;
        auto names = namesIn(segments_[at], path);
        if (!names) continue;
        found = Match{&route, std::move(*names)};
        closest = close;
    }
    return found;
}

std::vector<Method> RouteTable::methodsOf(const std::vector<std::string>& path) const {
    std::vector<Method> methods;
    for (std::size_t at = 0; at < routes_.size(); ++at) {
        const auto& route = routes_[at];
        if (!namesIn(segments_[at], path)) continue;
        methods.push_back(route.method);
        if (route.method == Method::get && route.head == Route::Head::answered) methods.push_back(Method::head);
    }
    std::ranges::sort(methods);
    methods.erase(std::unique(methods.begin(), methods.end()), methods.end());
    return methods;
}

std::string_view toText(Method method) {
    switch (method) {
        case Method::get: return "GET";
        case Method::head: return "HEAD";
        case Method::post: return "POST";
        case Method::put: return "PUT";
        case Method::remove: return "DELETE";
        case Method::other: return "other";
    }
    return "";
}

}  // namespace kartei::tools::service
