#include "tests/support/files.hpp"

namespace kartei::testing {

std::filesystem::path testsFolder() { return KARTEI_TESTS; }

}  // namespace kartei::testing
