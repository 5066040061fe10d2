#pragma once
// What the benchmarks share: a watch, a directory that is gone afterwards, and a line of the table.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace kartei::tools {

inline constexpr std::uint64_t batchEvents = 1'000;

double seconds(const std::function<void()>& work);

// A directory for one measurement, gone afterwards.
class Scratch {
public:
    // `parent` must be there; `name` tells those of one run apart.
    Scratch(const std::filesystem::path& parent, const std::string& name);
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

// Prints one line: what was measured, Kartei's number, the one that it is held against (nothing: none) and the ratio.
void row(const std::string& what, double kartei, std::optional<double> other, const char* unit);

}  // namespace kartei::tools
