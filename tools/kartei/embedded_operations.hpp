#pragma once
// A Kartei in this process: a data directory, opened by nobody else at the same time.

#include <filesystem>
#include <memory>
#include <string>

#include "tools/kartei/operations.hpp"

namespace kartei::tools {

struct EmbeddedOptions {
    std::filesystem::path data;  // created on first use
    events::BusinessName business;
    std::string actor;  // who does it; embedded, the caller is admin
};

Result<std::unique_ptr<Operations>, Failure> openEmbedded(const EmbeddedOptions& options);

}  // namespace kartei::tools
