#pragma once
// What a server speaks TLS with.

#include <boost/asio/ssl/context.hpp>

#include "tools/service/listener.hpp"

namespace kartei::tools::service {

// TLS 1.2 and later. Throws std::runtime_error, with a sentence, where a file cannot be used.
boost::asio::ssl::context contextOf(const TlsFiles& files);

}  // namespace kartei::tools::service
