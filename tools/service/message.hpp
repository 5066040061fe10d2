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

// `other`: one that no path takes.
enum class Method { get, head, post, put, remove, other };

// The parts of a request's target (RFC 9112 §3.2.1, origin-form), decoded.
struct Target {
    std::vector<std::string> path;  // its segments; `/v1/a%20b%2fc` is {"v1","a b/c"}
    std::map<std::string, std::string> query;
};

enum class TargetProblem {
    notAPath,     // does not begin with a slash
    badEncoding,  // `%` without two hexadecimal digits, or what it says is no UTF-8
    strayPath,    // an empty segment, `.`, `..` or a backslash as they are; a control character, also encoded
    doubleName,   // a parameter of the query stands twice
};

// RFC 3986 §2.1. Nothing where it is badly encoded or says no UTF-8.
std::optional<std::string> percentDecoded(std::string_view text);

// The target without the scheme and host that a client may write before it, as to a proxy (RFC 9112 §3.2.2). Who is
// asked is settled by then; others stay as they are.
std::string originForm(std::string_view target);

// The path is split first, and then each segment decoded, once: `%2e%2e` and `a%2fb` are names of things, which lead
// nowhere; `..` as it is would, and is refused.
Result<Target, TargetProblem> parseTarget(std::string_view text);

// Names in lower case. What stands several times and may is one list, with commas.
using Headers = std::map<std::string, std::string>;

struct Request {
    Method method = Method::get;
    std::string target;                             // in origin form
    std::map<std::string, std::string> query = {};  // of the target; the service fills it in
    Headers headers;
    std::string body;

    [[nodiscard]] bool has(const std::string& name) const { return headers.count(name) != 0; }
    // Empty where it is not there.
    [[nodiscard]] std::string_view header(const std::string& name) const;
};

// What goes on for as long as somebody listens: server-sent events (HTML Living Standard §9.2).
class Feed {
public:
    struct Piece {
        std::string text;     // to be sent; at most some 64 KiB
        bool isMore = false;  // yes: there may be more already, be the text empty
    };
    virtual ~Feed() = default;
    // What is there by now. It may read from the disk, and throws what that throws; how far it looks at a time is
    // bounded. One call at a time.
    virtual Piece next() = 0;
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
    // What the server's log says of it, and nobody is told: of the disk, with paths.
    std::string cause = {};
};

}  // namespace kartei::tools::service
