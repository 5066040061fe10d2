#include "tools/bench/bench.hpp"

namespace kartei::tools {
int runBench(const std::vector<std::string>&) { return 0; }
}  // namespace kartei::tools
