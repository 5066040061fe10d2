#pragma once
// The OpenAPI 3.1 document, written from the table of routes and from schemas.json, which says what bodies look like.

#include <string>
#include <vector>

#include "tools/service/route.hpp"

namespace kartei::tools::service {

std::string openApiOf(const std::vector<Route>& routes);

// schemas.json, as it is.
extern const char* const schemas;

}  // namespace kartei::tools::service
