#include "tools/kartei/pending_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "ledger/durable_files.hpp"
#include "ledger/failure.hpp"

namespace kartei::tools {

namespace {

namespace fs = std::filesystem;

constexpr ::mode_t forOwnerAlone = 0600;

Failure unwritable() {
    return {Failure::Kind::storage, "storage", "The file cannot be written: is the disk full, or write-protected?", {}};
}

// Of what is thrown, only that it was: a file's name may be somebody's.
template <class Work>
std::optional<Failure> unlessItFails(const Work& work) {
    try {
        work();
        return std::nullopt;
    } catch (const ledger::Failure&) {
        return unwritable();
    }
}

fs::path directoryOf(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

// What the process itself calls a file that it has open.
std::string nameOf(int descriptor) { return "/proc/self/fd/" + std::to_string(descriptor); }

bool writeSynced(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(descriptor, bytes.data(), bytes.size());
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fsync(descriptor) == 0;
}

// Never in the place of another file.
bool linkNew(int nameless, const fs::path& to) {
    return ::linkat(AT_FDCWD, nameOf(nameless).c_str(), AT_FDCWD, to.c_str(), AT_SYMLINK_FOLLOW) == 0;
}

bool renameToNew(const fs::path& from, const fs::path& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
    if (errno != EINVAL && errno != ENOSYS) return false;
    // A file system that cannot say "only if it is new".
    std::error_code ignored;
    return !fs::exists(fs::symlink_status(to, ignored)) && ::rename(from.c_str(), to.c_str()) == 0;
}

}  // namespace

PendingFile::~PendingFile() {
    if (nameless_ >= 0) ::close(nameless_);
    if (!unfinished_.empty()) ::unlink(unfinished_.c_str());
}

std::optional<Failure> PendingFile::write(std::string_view bytes) {
    const auto directory = directoryOf(path_);
    nameless_ = ::open(directory.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, forOwnerAlone);
    if (nameless_ >= 0 && ::access(nameOf(nameless_).c_str(), F_OK) == 0) {
        return writeSynced(nameless_, bytes) ? std::nullopt : std::optional(unwritable());
    }
    // A file system, or a system, that knows no file without a name.
    std::string name = (directory / ".kartei-XXXXXX").string();
    const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);  // with mode 0600
    if (descriptor < 0) return unwritable();
    ::close(descriptor);
    unfinished_ = name;
    return unlessItFails([&] { ledger::appendToFile(unfinished_, bytes); });
}

std::optional<Failure> PendingFile::appear() {
    const bool isNamed = unfinished_.empty() ? linkNew(nameless_, path_) : renameToNew(unfinished_, path_);
    if (!isNamed) {
        return Failure{Failure::Kind::storage,
                       "storage",
                       "The file cannot be given its name; perhaps there is one of this name by now.",
                       {}};
    }
    unfinished_.clear();
    return unlessItFails([&] { ledger::syncToDisk(directoryOf(path_)); });
}

}  // namespace kartei::tools
