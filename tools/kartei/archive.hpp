#pragma once
// Zip archives in memory, written by libzip.

#include <string>
#include <vector>

namespace kartei::tools {

struct ArchiveFile {
    enum class Kind { plain, program };
    std::string name;
    std::string content;
    Kind kind = Kind::plain;
};

// The archive with these files in their order; unpacked, they are their owner's alone. Throws std::runtime_error where
// libzip cannot.
std::string zipOf(const std::vector<ArchiveFile>& files);

}  // namespace kartei::tools
