#pragma once
// A file that must not be there before it may be: it is written, synced, under a name of its own beside the one that it
// gets, readable for its owner alone; then it appears. Whatever goes wrong in between leaves nothing behind.

#include <filesystem>
#include <optional>
#include <string_view>

#include "tools/kartei/operations.hpp"

namespace kartei::tools {

class PendingFile {
public:
    explicit PendingFile(std::filesystem::path path) : path_(std::move(path)) {}
    ~PendingFile();
    PendingFile(const PendingFile&) = delete;
    PendingFile& operator=(const PendingFile&) = delete;

    // When it returns, the bytes are on the disk.
    std::optional<Failure> write(std::string_view bytes);
    // Gives it its name. Never takes the place of a file that has it already.
    std::optional<Failure> appear();

private:
    std::filesystem::path path_;
    std::filesystem::path unfinished_;
};

}  // namespace kartei::tools
