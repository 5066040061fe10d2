#include "tools/kartei/watched_directory.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <utility>

namespace kartei::tools {

namespace {

namespace fs = std::filesystem;

constexpr const char* takingFolder = "taking";
constexpr const char* doneFolder = "done";
constexpr const char* failedFolder = "failed";

Failure storage(const std::string& what, const std::error_code& error) {
    return {Failure::Kind::storage, "storage", "The watched folder: " + what + ": " + error.message() + ".", {}};
}

// The names of the files in a folder that are looked at, in order.
std::vector<std::string> filesIn(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        std::error_code gone;  // it may be, by now
        const bool isFile = entry->symlink_status(gone).type() == fs::file_type::regular;
        std::string name = entry->path().filename().string();
        if (isFile && !gone && isWatched(name)) names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    return names;
}

constexpr const char* reportEnding = ".report.json";
constexpr const char* hiddenReport = ".report.json.part";

bool isThere(const fs::path& path) { return fs::exists(fs::symlink_status(path)); }

// Short enough for a number and the report's ending behind it, cut where a character of UTF-8 begins.
std::string shortened(std::string stem, std::size_t extension) {
    constexpr std::size_t reserved = 40;
    const std::size_t most = NAME_MAX - reserved - extension;
    if (stem.size() <= most) return stem;
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
    std::size_t size = most;
    while (size > 0 && continues(stem[size])) --size;
    stem.resize(size);
    return stem;
}

// The first of "kunden.csv", "kunden-2.csv", "kunden-3.csv" that is free, and whose report's name is free as well: a
// file may itself be called "kunden.csv.report.json".
fs::path freeName(const fs::path& folder, const fs::path& name) {
    constexpr std::size_t longestExtension = 20;
    std::string extension = name.extension().string();
    std::string stem = name.stem().string();
    if (extension.size() > longestExtension) stem += std::exchange(extension, {});
    stem = shortened(std::move(stem), extension.size());
    fs::path path = folder / (stem + extension);
    for (int number = 2; isThere(path) || isThere(path.string() + reportEnding); ++number) {
        path = folder / std::string(stem).append("-").append(std::to_string(number)).append(extension);
    }
    return path;
}

std::optional<Failure> writeAll(const fs::path& path, std::string_view content) {
    constexpr mode_t forAll = 0666;  // but for the umask
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, forAll);
    int error = file < 0 ? errno : 0;
    while (error == 0 && !content.empty()) {
        const ssize_t size = ::write(file, content.data(), content.size());
        if (size < 0 && errno != EINTR) error = errno;
        if (size > 0) content.remove_prefix(static_cast<std::size_t>(size));
    }
    if (file >= 0 && ::close(file) != 0 && error == 0) error = errno;
    if (error == 0) return std::nullopt;
    return storage("a report cannot be written", {error, std::generic_category()});
}

// Never half there: it is written under a hidden name first.
std::optional<Failure> writeWhole(const fs::path& path, std::string_view content) {
    const fs::path hidden = path.parent_path() / hiddenReport;
    if (auto failure = writeAll(hidden, std::string(content) + '\n')) return failure;
    std::error_code error;
    fs::rename(hidden, path, error);
    if (error) return storage("a report cannot be written", error);
    return std::nullopt;
}

// Whether a program on this computer has the file open for writing. A lease for reading is refused while one has
// (fcntl(2), F_SETLEASE); where nobody can tell, as on a network's disk or for another user's file, it is no.
bool isBeingWritten(const fs::path& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0) return false;
    // Who opens it meanwhile breaks the lease, which is told by a signal: SIGIO, which ends a program, unless said.
    (void)::fcntl(file, F_SETSIG, SIGURG);
    const bool refused = ::fcntl(file, F_SETLEASE, F_RDLCK) != 0 && errno == EAGAIN;
    ::close(file);  // and with it the lease
    return refused;
}

}  // namespace

bool isWatched(std::string_view name) {
    if (name.empty() || name.front() == '.') return false;
    constexpr std::array<std::string_view, 5> unfinished = {".part", ".tmp", ".filepart", ".crdownload", "~"};
    return std::none_of(unfinished.begin(), unfinished.end(), [&](auto ending) { return name.ends_with(ending); });
}

Result<std::unique_ptr<WatchedDirectory>, Failure> WatchedDirectory::open(const Path& directory, Clock::duration quiet,
                                                                          std::function<Clock::time_point()> now) {
    std::error_code error;
    if (!fs::is_directory(directory, error)) return failed(badInput("DIR is no folder."));
    std::unique_ptr<WatchedDirectory> out(new WatchedDirectory(directory, quiet, std::move(now)));
    for (const auto* folder : {takingFolder, doneFolder, failedFolder}) {
        fs::create_directory(directory / folder, error);
        if (error) return failed(storage("a folder cannot be made in it", error));
    }
    constexpr mode_t forOwner = 0600;
    const Path lock = directory / takingFolder / ".lock";
    out->lock_ = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, forOwner);
    if (out->lock_ < 0) return failed(storage("it cannot be locked", {errno, std::generic_category()}));
    if (::flock(out->lock_, LOCK_EX | LOCK_NB) != 0) {
        return failed(badInput("Another process watches this folder."));
    }
    // Before the folder is looked at for the first time, so that nothing is missed.
    out->news_ = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (out->news_ >= 0) {
        (void)::inotify_add_watch(out->news_, directory.c_str(), IN_MOVED_TO | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE);
    }
    return out;
}

WatchedDirectory::~WatchedDirectory() {
    if (news_ >= 0) ::close(news_);
    if (lock_ >= 0) ::close(lock_);
}

Result<std::optional<WatchedDirectory::Path>, Failure> WatchedDirectory::take() {
    std::error_code gone;
    if (!fs::is_directory(root_ / takingFolder, gone)) {
        return failed(storage("it is gone", std::make_error_code(std::errc::no_such_file_or_directory)));
    }
    readNews();
    look();
    if (const auto left = filesIn(root_ / takingFolder); !left.empty()) {
        return std::optional(root_ / takingFolder / left.front());
    }
    if (seen_.empty() || !isComplete(seen_.begin()->first)) return std::optional<Path>();
    const std::string name = seen_.begin()->first;
    Path taken = root_ / takingFolder / name;
    std::error_code error;
    fs::rename(root_ / name, taken, error);
    seen_.erase(name);
    movedIn_.erase(name);
    if (error == std::errc::no_such_file_or_directory) return std::optional<Path>();  // somebody took it away
    if (error) return failed(storage("a file cannot be taken", error));
    return std::optional(std::move(taken));
}

Result<std::string, Failure> WatchedDirectory::end(const Path& taken, End how, std::string_view report) {
    const Path folder = how == End::done ? doneFolder : failedFolder;
    const Path place = freeName(root_ / folder, taken.filename());
    // The report first: a file that has ended always has one. Who is killed in between writes it again.
    if (auto failure = writeWhole(place.string() + reportEnding, report)) return failed(*failure);
    std::error_code error;
    fs::rename(taken, place, error);
    if (error) return failed(storage("a file cannot be moved", error));
    return (folder / place.filename()).string();
}

void WatchedDirectory::wait(std::chrono::milliseconds most) {
    pollfd descriptor{news_, POLLIN, 0};
    (void)::poll(&descriptor, news_ >= 0 ? 1 : 0, static_cast<int>(most.count()));
}

void WatchedDirectory::readNews() {
    constexpr std::size_t roomForMany = std::size_t{16} * 1024;
    alignas(inotify_event) std::array<char, roomForMany> buffer{};
    while (news_ >= 0) {
        const ssize_t size = ::read(news_, buffer.data(), buffer.size());
        if (size <= 0) return;
        for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(size);) {
            inotify_event event{};
            std::memcpy(&event, buffer.data() + at, sizeof event);
            const char* name = buffer.data() + at + sizeof event;
            const std::string file(name, ::strnlen(name, event.len));
            if ((event.mask & IN_MOVED_TO) != 0) movedIn_.insert(file);
            if ((event.mask & (IN_CREATE | IN_DELETE)) != 0) movedIn_.erase(file);
            at += sizeof event + event.len;
        }
    }
}

void WatchedDirectory::look() {
    std::map<std::string, Seen> now;
    for (const auto& name : filesIn(root_)) {
        std::error_code error;
        Seen seen;
        seen.size = fs::file_size(root_ / name, error);
        if (!error) seen.changed = fs::last_write_time(root_ / name, error);
        if (error) continue;  // gone
        seen.since = now_();
        const auto before = seen_.find(name);
        const bool same =
            before != seen_.end() && before->second.size == seen.size && before->second.changed == seen.changed;
        now.emplace(name, same ? before->second : seen);
    }
    seen_ = std::move(now);
    std::erase_if(movedIn_, [&](const std::string& name) { return !seen_.contains(name); });
}

bool WatchedDirectory::isComplete(const std::string& name) const {
    const bool isStill = movedIn_.contains(name) || now_() - seen_.at(name).since >= quiet_;
    return isStill && !isBeingWritten(root_ / name);
}

}  // namespace kartei::tools
