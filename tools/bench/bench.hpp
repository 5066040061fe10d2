#pragma once
// `kartei bench`: how fast this machine is at what Kartei does.

#include <string>
#include <vector>

namespace kartei::tools {

// Runs the benchmarks that the arguments name (what stands after `bench`). Returns the process's exit code.
int runBench(const std::vector<std::string>& arguments);

}  // namespace kartei::tools
