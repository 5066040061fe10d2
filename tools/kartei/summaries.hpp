#pragma once
// Short forms of customer files, for lists.

#include <optional>
#include <string>
#include <string_view>

#include "tools/kartei/operations.hpp"

namespace kartei::tools {

// {"customer","name","email","phone","origins","records","joined","position"}; nothing where the request leaves the
// customer out.
std::optional<std::string> summaryOf(std::string_view file, const CustomersRequest& request);

// The file's pending changes, one object each. False: the sink has had enough.
bool listPending(std::string_view file, const LineSink& sink);

}  // namespace kartei::tools
