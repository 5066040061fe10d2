#include "tools/bench/measuring.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdio>

namespace kartei::tools {

double seconds(const std::function<void()>& work) {
    const auto began = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

Scratch::Scratch(const std::filesystem::path& parent, const std::string& name)
    : path_(parent / ("kartei-bench-" + std::to_string(::getpid()) + "-" + name)) {
    std::filesystem::remove_all(path_);
}

Scratch::~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void row(const std::string& what, double kartei, std::optional<double> other, const char* unit) {
    if (other) {
        std::printf("%-46s %12.0f %12.0f %-9s %6.2f\n", what.c_str(), kartei, *other, unit, kartei / *other);
    } else {
        std::printf("%-46s %12.0f %12s %-9s\n", what.c_str(), kartei, "", unit);
    }
    std::fflush(stdout);
}

}  // namespace kartei::tools
