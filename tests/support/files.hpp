#pragma once
// What is in files, for tests that look at the bytes, and where the tests' own are.

#include <filesystem>
#include <string>

#include "ledger/files.hpp"

namespace kartei::testing {

using ledger::contentOf;

// The folder tests/ of the sources, wherever the tests are started. (__FILE__ does not tell: compilers and their caches
// make it relative.)
std::filesystem::path testsFolder();

// The names of the files below a directory that hold these bytes, a blank after each; empty where none does.
std::string filesWith(const std::filesystem::path& directory, const std::string& bytes);

}  // namespace kartei::testing
