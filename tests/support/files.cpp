#include "tests/support/files.hpp"

#include <fstream>
#include <iterator>

namespace kartei::testing {

std::optional<std::string> contentOf(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

std::string filesWith(const std::filesystem::path& directory, const std::string& bytes) {
    std::string found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
        if (!entry.is_regular_file()) continue;
        const auto content = contentOf(entry.path());
        if (content && content->find(bytes) != std::string::npos) found += entry.path().filename().string() + " ";
    }
    return found;
}

}  // namespace kartei::testing
