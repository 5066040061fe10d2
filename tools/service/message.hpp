#pragma once
// A request and its answer as the service sees them: plain data, whatever carries it. The listener (listener.hpp) turns
// HTTP into these; routes answer them, and so can be tested without a socket.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/result.hpp"

namespace kartei::tools::service {

enum class Method { get, post, put, remove };

// The parts of a request's target (RFC 9112 §3.2.1, origin-form), decoded.
struct Target {
    std::vector<std::string> path;  // its segments; `/v1/a%20b` is {"v1","a b"}
    std::map<std::string, std::string> query;

    // Nothing where the parameter is not there.
    [[nodiscard]] std::optional<std::string> parameter(const std::string& name) const;
};

enum class TargetProblem {
    notAPath,     // does not begin with a slash
    badEncoding,  // `%` without two hexadecimal digits, or what it says is no UTF-8
    strayPath,    // an empty segment, `.`, `..`, or a slash, backslash or control character within a segment
    doubleName,   // a parameter of the query stands twice
};

// RFC 3986 §2.1. Nothing where it is badly encoded or says no UTF-8.
std::optional<std::string> percentDecoded(std::string_view text);

// What a segment says must be one segment: `a%2fb` and `..` are refused rather than guessed at, so that no two ways to
// write a path mean the same and none leads out of it.
Result<Target, TargetProblem> parseTarget(std::string_view text);

// Names in lower case. Of the members that stand several times, the listener keeps the last but for those that must
// not.
using Headers = std::map<std::string, std::string>;

struct Request {
    Method method = Method::get;
    std::string target;                             // as it was sent
    std::map<std::string, std::string> query = {};  // of the target; the service fills it in
    Headers headers;
    std::string body;

    // Empty where it is not there.
    [[nodiscard]] std::string_view header(const std::string& name) const;
};

// What goes on for as long as somebody listens: server-sent events (HTML Living Standard §9.2).
class Feed {
public:
    virtual ~Feed() = default;
    // What is there to be sent by now, at most some 64 KiB; empty where nothing is.
    virtual std::string next() = 0;
    // Whether nothing will ever be.
    [[nodiscard]] virtual bool isOver() const = 0;
};

struct Response {
    unsigned status = 200;
    std::string contentType = "application/json";
    std::string body;
    Headers headers = {};
    // Sent after the body for as long as it is not over; null where the body is all.
    std::shared_ptr<Feed> feed = nullptr;
};

}  // namespace kartei::tools::service
