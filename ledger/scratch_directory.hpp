#pragma once
// A directory for what is needed for a while: in $TMPDIR, otherwise /tmp; nobody else may enter it, and it is gone with
// this object. (A process that is killed leaves it there: so nothing goes into it that may not stand in the data
// directory.)

#include <filesystem>

namespace kartei::ledger {

class ScratchDirectory {
public:
    // Throws Failure where none can be made.
    ScratchDirectory();
    ~ScratchDirectory();
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace kartei::ledger
