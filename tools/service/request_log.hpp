#pragma once
// The server's log: JSON, one object a line, on standard error. Of a request it says its id, which the answer carries
// as `X-Request-Id`, the template of its route, the status and how long it took; no path, no header, no name of a
// person.
//
// Threads: any, at any time.

#include <chrono>
#include <string>

#include "tools/service/service.hpp"

namespace kartei::tools::service {

// A new id for a request.
std::string newRequestId();

void logRequest(const std::string& id, Method method, const Account& account, unsigned status,
                std::chrono::nanoseconds took);
// Something besides requests. `what` is a sentence.
void logNotice(const std::string& what);

}  // namespace kartei::tools::service
