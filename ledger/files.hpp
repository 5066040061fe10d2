#pragma once
// Files and streams, read whole.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <istream>
#include <optional>
#include <string>

namespace kartei::ledger {

// All bytes of a file, or as many as `most`; nothing where it cannot be read, which includes a directory.
std::optional<std::string> contentOf(const std::filesystem::path& file, std::size_t most = SIZE_MAX);
// The same of what is left in a stream.
std::optional<std::string> contentOf(std::istream& in, std::size_t most = SIZE_MAX);
// All bytes of a file of our own; nothing where there is no such file. Throws Failure where it cannot be read.
std::optional<std::string> contentIfThere(const std::filesystem::path& file);

}  // namespace kartei::ledger
