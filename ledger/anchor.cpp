#include "ledger/anchor.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "events/base64.hpp"
#include "ledger/durable_files.hpp"
#include "ledger/failure.hpp"
#include "ledger/files.hpp"
#include "ledger/merkle.hpp"
#include "ledger/signed_note.hpp"

namespace kartei::ledger {

namespace {

constexpr const char* lockName = "lock";
constexpr const char* checkpointExtension = ".checkpoint";
constexpr const char* journalExtension = ".journal";
constexpr std::string_view vouchingWord = "journal ";

std::string textOf(const Hash& hash) { return events::toBase64(hash.view()); }

// The first line of a checkpoint's file.
std::string vouchingLine(std::string_view journal) {
    return std::string(vouchingWord) + std::to_string(journal.size()) + " " + textOf(sha256(journal)) + "\n";
}

// What a checkpoint's file says of the journal.
struct Vouched {
    bool isSaid = false;
    std::size_t lineBytes = 0;
    std::size_t bytes = 0;
    std::string digest;
};

Vouched vouchedIn(std::string_view content) {
    const auto end = content.find('\n');
    if (!content.starts_with(vouchingWord) || end == std::string_view::npos) return {};
    Vouched vouched{false, end + 1, 0, {}};
    const auto line = content.substr(vouchingWord.size(), end - vouchingWord.size());
    const auto [rest, error] = std::from_chars(line.data(), line.data() + line.size(), vouched.bytes);
    const auto read = static_cast<std::size_t>(rest - line.data());
    if (error != std::errc() || read == line.size() || line[read] != ' ') return vouched;
    vouched.digest = line.substr(read + 1);
    vouched.isSaid = true;
    return vouched;
}

bool isVouchedFor(std::string_view journal, const Vouched& vouched) {
    return vouched.isSaid && journal.size() >= vouched.bytes &&
           textOf(sha256(journal.substr(0, vouched.bytes))) == vouched.digest;
}

}  // namespace

AnchorDirectory::AnchorDirectory(const std::filesystem::path& anchor, const std::string& dataDirectoryId, Access access)
    : path_(anchor / dataDirectoryId) {
    if (access == Access::writing) {
        hold();
        return;
    }
    // The journals are looked for last: they are written first, so each has at least what its checkpoint's file says.
    readAll([](const std::filesystem::path& file) { return file.extension() == checkpointExtension; });
    readAll([](const std::filesystem::path& file) { return file.extension() == journalExtension; });
}

void AnchorDirectory::readAll(const std::function<bool(const std::filesystem::path&)>& isWanted) {
    std::error_code ignored;
    for (const auto& file : std::filesystem::directory_iterator(path_, ignored)) {
        if (!isWanted(file.path())) continue;
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

Anchor::Anchor(const AnchorDirectory& directory, const events::BusinessName& business)
    : access_(directory.access()),
      checkpointFile_(directory.path() / (business.text() + checkpointExtension)),
      journalFile_(directory.path() / (business.text() + journalExtension)),
      stored_(directory.contentOf(checkpointFile_)) {
    const auto vouched = vouchedIn(stored_.value_or(""));
    const auto text = directory.contentOf(journalFile_).value_or("");
    if (stored_) checkpoint_ = stored_->substr(vouched.lineBytes);
    isWhole_ = stored_ ? isVouchedFor(text, vouched) : text.empty();
    auto read = anchorEntriesIn(text);
    // What came after that was never acknowledged, and may have reached the disk in part.
    if (!read && stored_ && isWhole_) read = anchorEntriesIn(std::string_view(text).substr(0, vouched.bytes));
    if (!read)
        throw Failure(Failure::Kind::damaged, "The anchor's " + journalFile_.filename().string() + " is damaged.");
    entries_ = std::move(read->entries);
    journal_ = text.substr(0, read->wholeBytes);
}

void Anchor::keepCheckpoint(const std::string& note) {
    const auto content = vouchingLine(journal_) + note;
    if (content != stored_) replaceFile(checkpointFile_, content);
    stored_ = content;
    checkpoint_ = note;
    isWhole_ = true;
}

void Anchor::add(const std::vector<AnchorEntry>& entries) {
    std::vector<AnchorEntry> added;
    std::copy_if(entries.begin(), entries.end(), std::back_inserter(added), [this](const AnchorEntry& entry) {
        return std::find(entries_.begin(), entries_.end(), entry) == entries_.end();
    });
    if (!added.empty()) {
        // A line that was cut short, now or in a process before, would be taken for the beginning of the next one.
        std::error_code ignored;
        if (std::filesystem::exists(journalFile_)) std::filesystem::resize_file(journalFile_, journal_.size(), ignored);
        const auto lines = toLines(added);
        appendToFile(journalFile_, lines);
        journal_ += lines;
        entries_.insert(entries_.end(), added.begin(), added.end());
    }
    // Of a journal that is not whole nobody vouches before the log's incarnation is another one.
    if (checkpoint_ && isWhole_) keepCheckpoint(*checkpoint_);
}

void Anchor::replaceJournal(const std::vector<AnchorEntry>& entries) {
    const auto lines = toLines(entries);
    replaceFile(journalFile_, lines);
    entries_ = entries;
    journal_ = lines;
    if (checkpoint_) keepCheckpoint(*checkpoint_);
}

}  // namespace kartei::ledger
