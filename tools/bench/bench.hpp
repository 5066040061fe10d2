#pragma once
// `kartei bench`: how fast this machine is at what Kartei does.

#include <optional>
#include <string>
#include <vector>

namespace kartei::tools {

// Runs the benchmarks that the arguments name (what stands after `bench`). Returns what is wrong with the arguments;
// nothing where the benchmarks ran.
std::optional<std::string> runBench(const std::vector<std::string>& arguments);

}  // namespace kartei::tools
