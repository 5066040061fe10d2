#include "ledger/anchor.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "ledger/durable_files.hpp"
#include "ledger/failure.hpp"
#include "ledger/files.hpp"

namespace kartei::ledger {

namespace {

constexpr const char* lockName = "lock";

std::filesystem::directory_iterator filesIn(const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::directory_iterator(path, ignored);
}

}  // namespace

AnchorDirectory::AnchorDirectory(const std::filesystem::path& anchor, const std::string& dataDirectoryId, Access access)
    : path_(anchor / dataDirectoryId) {
    if (access == Access::writing) {
        hold();
        return;
    }
    for (const auto& file : filesIn(path_)) {
        if (file.path().filename() == lockName) continue;
        if (auto content = contentIfThere(file)) read_[file.path()] = std::move(*content);
    }
}

void AnchorDirectory::hold() {
    makeDirectory(path_);
    lock_ = ::open((path_ / lockName).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock_ < 0) throw Failure(Failure::Kind::storage, path_.string() + " cannot be written to.");
    if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) {
        access_ = Access::writing;
        read_.clear();
        return;
    }
    ::close(std::exchange(lock_, -1));
    throw Failure(Failure::Kind::locked, "The anchor " + path_.string() +
                                             " is in use by another process, which has this data directory or a copy "
                                             "of it open.");
}

std::optional<std::string> AnchorDirectory::contentOf(const std::filesystem::path& file) const {
    if (access_ == Access::writing) return contentIfThere(file);
    const auto found = read_.find(file);
    return found == read_.end() ? std::nullopt : std::optional(found->second);
}

AnchorDirectory::~AnchorDirectory() {
    if (lock_ >= 0) ::close(lock_);
}

void AnchorDirectory::requireThere() const {
    const auto files = filesIn(path_);
    const bool isThere =
        std::any_of(begin(files), end(files), [](const auto& file) { return file.path().filename() != lockName; });
    if (isThere) return;
    throw Failure(Failure::Kind::anchorLost, "The anchor " + path_.string() +
                                                 " is not there, and without it a backup brings back who was erased "
                                                 "since. Name where it is by --anchor.");
}

Anchor::Anchor(const AnchorDirectory& directory, const events::BusinessName& business)
    : checkpointFile_(directory.path() / (business.text() + ".checkpoint")),
      journalFile_(directory.path() / (business.text() + ".journal")),
      checkpoint_(directory.contentOf(checkpointFile_)) {
    const auto lines = directory.contentOf(journalFile_);
    if (!lines) return;
    auto read = anchorEntriesIn(*lines);
    if (!read) throw Failure(Failure::Kind::damaged, journalFile_.string() + " is damaged.");
    entries_ = std::move(read->entries);
    journalBytes_ = read->wholeBytes;
}

void Anchor::keepCheckpoint(const std::string& note) {
    if (note == checkpoint_) return;
    replaceFile(checkpointFile_, note);
    checkpoint_ = note;
}

void Anchor::add(const std::vector<AnchorEntry>& entries) {
    std::vector<AnchorEntry> added;
    std::copy_if(entries.begin(), entries.end(), std::back_inserter(added), [this](const AnchorEntry& entry) {
        return std::find(entries_.begin(), entries_.end(), entry) == entries_.end();
    });
    if (added.empty()) return;
    // A line that was cut short, now or in a process before, would be taken for the beginning of the next one.
    std::error_code ignored;
    if (std::filesystem::exists(journalFile_)) std::filesystem::resize_file(journalFile_, journalBytes_, ignored);
    const auto lines = toLines(added);
    appendToFile(journalFile_, lines);
    journalBytes_ += lines.size();
    entries_.insert(entries_.end(), added.begin(), added.end());
}

}  // namespace kartei::ledger
