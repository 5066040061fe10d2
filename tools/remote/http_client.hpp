#pragma once
// Requests to one server over HTTP/1.1 (libcurl), on one connection that is kept.
//
// A certificate is checked against those that this machine trusts, or against the file that is named. No redirect is
// followed: the token would go along.
//
// Threads: an HttpClient, one at a time.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/result.hpp"
#include "tools/kartei/operations.hpp"

namespace kartei::tools::remote {

struct HttpRequest {
    struct Part {
        std::string name;
        std::string fileName;  // empty for none
        std::string_view content;
    };
    std::string method = "GET";
    std::string path;  // with its query, encoded: "/v1/salon/customers?limit=10"
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::string_view body = {};
    std::vector<Part> form = {};  // instead of a body
};

struct HttpResponse {
    unsigned status = 0;
    std::map<std::string, std::string> headers = {};  // names in lower case
    std::string body = {};
};

class HttpClient {
public:
    // `server`: "https://kartei.example:8080", without a slash at its end. `certificates`: a PEM file of those that are
    // trusted; empty for the machine's. `patience`: how long not one byte may pass. Large ledgers are verified and
    // rebuilt for minutes before there is an answer, so it is long.
    HttpClient(std::string server, std::string token, std::string certificates,
               std::chrono::seconds patience = std::chrono::minutes(30));
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    // Any answer of the server is one. A Failure: `unreachable`, with what kept it from being asked.
    Result<HttpResponse, Failure> send(const HttpRequest& request);
    // The same; the body of an answer with status 200 goes to `take` as it comes, which may end it by false.
    Result<HttpResponse, Failure> stream(const HttpRequest& request,
                                         const std::function<bool(std::string_view piece)>& take);

private:
    class Connection;
    std::unique_ptr<Connection> connection_;
};

// RFC 3986 §2.1: everything but unreserved characters is encoded, so that it is one value, or one segment where it is
// not
// `.` or `..`.
std::string percentEncoded(std::string_view text);

}  // namespace kartei::tools::remote
