#include "tests/support/files.hpp"

namespace kartei::testing {

std::filesystem::path testsFolder() { return KARTEI_TESTS; }

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
