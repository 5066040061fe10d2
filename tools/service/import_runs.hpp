#pragma once
// Imports that run in this server: an upload starts one and has its answer at once, whoever wants to know how far it is
// asks here.
//
// How it works: each import has a thread of its own, at most `atOnce` of them; what was uploaded is in its memory and
// never on a disk of ours. The last ones that ended are remembered with what came of them, the others are what the log
// says of them. When the server stops, each ends behind the piece that it is storing; uploaded again, it goes on.
//
// Threads: everything may be called from any number at once.

#include <atomic>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "tools/kartei/import_list.hpp"
#include "tools/kartei/operations.hpp"

namespace kartei::tools::service {

class ImportRuns {
public:
    explicit ImportRuns(std::size_t atOnce = 4) : atOnce_(atOnce) {}
    // Ends those that run, and waits for it.
    ~ImportRuns();
    ImportRuns(const ImportRuns&) = delete;
    ImportRuns& operator=(const ImportRuns&) = delete;

    // Returns when the run is in the log, or why it cannot begin: {"run","expected"}. The same import while it runs is
    // the same run. `too_many_imports` where as many run as may.
    Answer start(const std::string& business, std::unique_ptr<Operations> operations, ImportRequest request);

    [[nodiscard]] std::optional<LiveImport> of(const std::string& business, const events::RunName& run) const;
    // Grows with everything that `of` would tell.
    [[nodiscard]] std::uint64_t changes() const { return changes_.load(); }

private:
    using Name = std::pair<std::string, std::string>;  // business and run
    class Start;

    struct Worker {
        std::shared_ptr<std::atomic<bool>> isDone = std::make_shared<std::atomic<bool>>(false);
        std::jthread thread = {};
    };

    void perform(const std::string& business, Operations& operations, ImportRequest request, Start& start);
    GoOn told(const std::string& business, const ImportProgress& progress, Start& start);
    void ended(const Name& name, Answer outcome);

    const std::size_t atOnce_;
    std::atomic<bool> isStopping_ = false;
    std::atomic<std::uint64_t> changes_ = 0;
    mutable std::mutex mutex_;
    std::map<Name, LiveImport> imports_;
    std::deque<Name> ended_;  // the oldest first
    std::list<Worker> workers_;
};

}  // namespace kartei::tools::service
