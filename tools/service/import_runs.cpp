#include "tools/service/import_runs.hpp"

#include <algorithm>
#include <exception>
#include <future>

#include "tools/kartei/answers.hpp"

namespace kartei::tools::service {

namespace {

// What came of a run may list a problem for each row.
constexpr std::size_t mostRemembered = 16;

std::string begunAnswer(const ImportProgress& progress) {
    return object([&](events::JsonWriter& out) {
        events::writeMember(out, "run", progress.run);
        events::writeMember(out, "expected", progress.expected);
    });
}

}  // namespace

// What whoever started a run waits for.
class ImportRuns::Start {
public:
    [[nodiscard]] std::future<Answer> answer() { return promise_.get_future(); }
    [[nodiscard]] bool isAnswered() const { return isAnswered_; }
    void is(Answer answer) {
        isAnswered_ = true;
        promise_.set_value(std::move(answer));
    }
    bool isOfAnother = false;  // thread: the same import runs already

private:
    std::promise<Answer> promise_;
    bool isAnswered_ = false;
};

ImportRuns::~ImportRuns() {
    isStopping_ = true;
    std::list<Worker> workers;  // whose threads need the lock to end
    {
        const std::scoped_lock lock(mutex_);
        workers.swap(workers_);
    }
}

Answer ImportRuns::start(const std::string& business, std::unique_ptr<Operations> operations, ImportRequest request) {
    auto start = std::make_shared<Start>();
    auto answer = start->answer();
    {
        const std::scoped_lock lock(mutex_);
        workers_.remove_if([](const Worker& worker) { return worker.isDone->load(); });
        if (isStopping_ || workers_.size() >= atOnce_) {
            return failed(Failure{Failure::Kind::storage,
                                  "too_many_imports",
                                  "As many imports run here as may at once; try again when one is over.",
                                  {}});
        }
        auto& worker = workers_.emplace_back();
        worker.thread = std::jthread([this, business, start, isDone = worker.isDone, request = std::move(request),
                                      operations = std::shared_ptr<Operations>(std::move(operations))]() mutable {
            perform(business, *operations, std::move(request), *start);
            *isDone = true;
        });
    }
    return answer.get();
}

void ImportRuns::perform(const std::string& business, Operations& operations, ImportRequest request, Start& start) {
    std::string run;
    const auto watcher = [&](const ImportProgress& progress) {
        run = progress.run;
        return told(business, progress, start);
    };
    Answer outcome = failed(Failure{Failure::Kind::storage, "storage", "The import could not go on.", {}});
    try {
        outcome = operations.import(std::move(request), watcher);
    } catch (const std::exception&) {
        // What it says may be of somebody.
    }
    if (!start.isAnswered()) return start.is(std::move(outcome));
    if (!start.isOfAnother) ended({business, run}, std::move(outcome));
}

GoOn ImportRuns::told(const std::string& business, const ImportProgress& progress, Start& start) {
    const std::scoped_lock lock(mutex_);
    const Name name{business, progress.run};
    if (!start.isAnswered()) {
        const auto known = imports_.find(name);
        start.isOfAnother = known != imports_.end() && !known->second.outcome;
        start.is(begunAnswer(progress));
        if (start.isOfAnother) return GoOn::no;
    }
    imports_[name] = {progress, std::nullopt};
    ++changes_;
    return isStopping_ ? GoOn::no : GoOn::yes;
}

void ImportRuns::ended(const Name& name, Answer outcome) {
    const std::scoped_lock lock(mutex_);
    imports_.at(name).outcome = std::move(outcome);
    ++changes_;
    ended_.push_back(name);
    if (ended_.size() <= mostRemembered) return;
    // One that was started again since is remembered by its later end.
    const auto oldest = std::move(ended_.front());
    ended_.pop_front();
    const auto known = imports_.find(oldest);
    const bool isLater = std::find(ended_.begin(), ended_.end(), oldest) != ended_.end();
    if (known != imports_.end() && known->second.outcome && !isLater) imports_.erase(known);
}

std::optional<LiveImport> ImportRuns::of(const std::string& business, const events::RunName& run) const {
    const std::scoped_lock lock(mutex_);
    const auto known = imports_.find({business, run.text()});
    return known == imports_.end() ? std::nullopt : std::optional(known->second);
}

}  // namespace kartei::tools::service
