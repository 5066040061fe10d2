#include "tools/service/http_messages.hpp"

#include <array>
#include <boost/beast/core.hpp>
#include <ctime>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "events/normal_forms.hpp"
#include "tools/service/problem.hpp"

namespace kartei::tools::service {

namespace beast = boost::beast;
namespace http = beast::http;

namespace {

constexpr unsigned http11 = 11;

// Headers of which a second one goes on with the first (RFC 9110 §5.3).
bool mayStandTwice(std::string_view name) {
    return name.starts_with("accept") || name == "cache-control" || name == "connection" || name == "cookie" ||
           name == "forwarded" || name == "te" || name == "trailer" || name == "via" ||
           name.starts_with("x-forwarded-");
}

// IMF-fixdate (RFC 9110 §5.6.7); no locale is ever set here.
std::string httpDate(std::time_t time) {
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    std::array<char, 32> text{};
    const auto length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text.data(), length};
}

}  // namespace

Method methodOf(const http::request<http::string_body>& message) {
    switch (message.method()) {
        case http::verb::get: return Method::get;
        case http::verb::head: return Method::head;
        case http::verb::post: return Method::post;
        case http::verb::put: return Method::put;
        case http::verb::delete_: return Method::remove;
        default: return Method::other;
    }
}

Response problemOf(const beast::error_code& error) {
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
        return problem(431, "headers_too_large", "The request's headers are too large.");
    if (error == http::error::body_limit) return problem(413, "body_too_large", "The request's body is too large.");
    if (error == beast::error::timeout) return problem(408, "too_slow", "The request did not come in time.");
    return problem(400, "bad_request", "This is no HTTP request.");
}

bool isFramed(const http::request<http::string_body>& message) {
    const auto codings = message.equal_range(http::field::transfer_encoding);
    if (codings.first == codings.second) return true;
    return std::next(codings.first) == codings.second && message.version() == http11 &&
           beast::iequals(codings.first->value(), "chunked");
}

Result<Request, Response> requestOf(const http::request<http::string_body>& message) {
    if (message.version() == http11 && message.count(http::field::host) == 0)
        return failed(problem(400, "bad_request", "The header Host is missing."));
    Request request;
    request.method = methodOf(message);
    request.target = originForm({message.target().data(), message.target().size()});
    for (const auto& field : message) {
        auto name = events::lowerAscii({field.name_string().data(), field.name_string().size()});
        const bool isList = mayStandTwice(name);
        const std::string value(field.value().data(), field.value().size());
        const auto [known, isNew] = request.headers.emplace(std::move(name), value);
        if (isNew) continue;
        if (!isList) return failed(problem(400, "bad_request", "A header stands twice."));
        known->second += ", " + value;
    }
    return request;
}

void setHeaders(http::response_header<>& head, const Response& response) {
    head.set(http::field::content_type, response.contentType);
    head.set(http::field::server, "kartei");
    head.set(http::field::date, httpDate(std::time(nullptr)));
    for (const auto& [name, value] : response.headers) head.set(name, value);
}

http::response<http::string_body> messageOf(Response&& response, http::verb kind, unsigned version, bool keepAlive) {
    http::response<http::string_body> message{http::int_to_status(response.status), version};
    setHeaders(message, response);
    message.keep_alive(keepAlive);
    message.body() = std::move(response.body);
    message.prepare_payload();
    if (kind == http::verb::head) message.body().clear();  // its length is told (RFC 9110 §9.3.2)
    return message;
}

}  // namespace kartei::tools::service
