#pragma once
// What is in files, for tests that look at the bytes.

#include <filesystem>
#include <optional>
#include <string>

namespace kartei::testing {

// All bytes of a file; nothing where it cannot be read.
std::optional<std::string> contentOf(const std::filesystem::path& file);

// The names of the files below a directory that hold these bytes, a blank after each; empty where none does.
std::string filesWith(const std::filesystem::path& directory, const std::string& bytes);

}  // namespace kartei::testing
