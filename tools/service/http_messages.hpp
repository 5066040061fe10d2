#pragma once
// HTTP messages as Beast has them, and the service's requests and responses.

#include <utility>  // Asio 1.74 wants it first for its coroutines

#include <boost/beast/http.hpp>
#include <optional>

#include "tools/service/message.hpp"

namespace kartei::tools::service {

// Why a request could not be read, as a response.
Response problemOf(const boost::beast::error_code& error);

Method methodOf(const boost::beast::http::request<boost::beast::http::string_body>& message);

// Whether it is told beyond doubt where the body ends: by its length, or by chunks alone. Of another transfer coding,
// or of several, some servers read the end elsewhere, and the rest as a request of somebody else's (RFC 9112 §6.1,
// §11.2).
bool isFramed(const boost::beast::http::request<boost::beast::http::string_body>& message);

// The request as the service sees it, without its body; a response where it cannot be seen so.
Result<Request, Response> requestOf(const boost::beast::http::request<boost::beast::http::string_body>& message);

// What every answer says besides its body, with the time (RFC 9110 §6.6.1).
void setHeaders(boost::beast::http::response_header<>& head, const Response& response);

// `kind`: the method that is answered.
boost::beast::http::response<boost::beast::http::string_body> messageOf(Response&& response,
                                                                        boost::beast::http::verb kind, unsigned version,
                                                                        bool keepAlive);

}  // namespace kartei::tools::service
