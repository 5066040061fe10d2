#pragma once
// A file that must not be there before it may be: it is written, synced, without a name, readable for its owner alone;
// then it appears. Whatever goes wrong in between leaves nothing behind, also where the process is killed. Where the
// file system has no files without a name (O_TMPFILE), it stands under a hidden one beside the one that it gets,
// `.kartei-…`; then one who is killed leaves that.

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
    int nameless_ = -1;
    std::filesystem::path unfinished_;  // where it must have a name
};

}  // namespace kartei::tools
