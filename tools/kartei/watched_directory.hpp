#pragma once
// A folder into which a till puts its files, and what becomes of each of them: it is taken into `taking/`, and from
// there, when it is dealt with, goes to `done/` or `failed/` with a report beside it. The three are in the folder
// itself, so that each way is a rename: whoever is killed in the middle finds every file in one place, whole.
//
// Which files count: regular ones, but for hidden ones and those that a program gives a name for the time being
// (`.part`, `.tmp`, `.filepart`, `.crdownload`, `~` at the end). A file is complete when it was moved into the folder,
// or when its size and time of change have been the same for a moment; and never while a program on this computer has
// it open for writing, where the file's disk can tell (Linux, fcntl(2): a local disk, and our own file). Nobody knows
// of a writer on another computer that pauses for longer. Files are taken by name, and none overtakes one that is not
// complete yet: what the till says on Tuesday may be about what it said on Monday.
//
// Threads: one.

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tools/kartei/operations.hpp"

namespace kartei::tools {

class WatchedDirectory {
public:
    using Path = std::filesystem::path;
    using Clock = std::chrono::steady_clock;

    // Makes the three folders. Bad input where it is no folder, or another process watches it; storage where they
    // cannot be made. `quiet`: how long a file must stay as it is to be complete.
    // `now`: the time by which that is measured.
    static Result<std::unique_ptr<WatchedDirectory>, Failure> open(const Path& directory, Clock::duration quiet,
                                                                   std::function<Clock::time_point()> now = Clock::now);
    ~WatchedDirectory();
    WatchedDirectory(const WatchedDirectory&) = delete;
    WatchedDirectory& operator=(const WatchedDirectory&) = delete;

    // The next file, in `taking/`: one that was left there before, otherwise the first by name, if it is complete.
    // Storage where the folder is there no more.
    Result<std::optional<Path>, Failure> take();
    // Whether there are files that are not complete yet. As of the last call of take().
    [[nodiscard]] bool isAnythingComing() const { return !seen_.empty(); }

    enum class End { done, failed };
    // Moves a file that was taken, and puts `<name>.report.json` beside it. Where its name or its report's is there
    // already, it gets a number; a name that leaves no room for the report's is cut. Answers the name with its folder:
    // "done/kunden-2.csv".
    Result<std::string, Failure> end(const Path& taken, End how, std::string_view report);

    // Until something happens in the folder, or a signal comes, or at the latest for so long.
    void wait(std::chrono::milliseconds most);

private:
    struct Seen {
        std::uintmax_t size = 0;
        std::filesystem::file_time_type changed;
        Clock::time_point since;
    };

    WatchedDirectory(Path root, Clock::duration quiet, std::function<Clock::time_point()> now)
        : root_(std::move(root)), quiet_(quiet), now_(std::move(now)) {}
    void readNews();
    void look();
    [[nodiscard]] bool isComplete(const std::string& name) const;

    Path root_;
    Clock::duration quiet_;
    std::function<Clock::time_point()> now_;
    int lock_ = -1;
    int news_ = -1;                     // inotify; none: it is only looked at now and then
    std::map<std::string, Seen> seen_;  // the files in the folder, by name
    std::set<std::string> movedIn_;
};

// Whether a file of this name is looked at.
bool isWatched(std::string_view name);

}  // namespace kartei::tools
