#pragma once
// What is in a file, and where the tests' own files are.

#include <filesystem>

#include "ledger/files.hpp"

namespace kartei::testing {

using ledger::contentOf;

// The folder tests/ of the sources, wherever the tests are started. (__FILE__ does not tell: compilers and their caches
// make it relative.)
std::filesystem::path testsFolder();

}  // namespace kartei::testing
