#pragma once
// What is in files, for tests that look at the bytes.

#include <filesystem>
#include <string>

#include "ledger/files.hpp"

namespace kartei::testing {

using ledger::contentOf;

// The names of the files below a directory that hold these bytes, a blank after each; empty where none does.
std::string filesWith(const std::filesystem::path& directory, const std::string& bytes);

}  // namespace kartei::testing
