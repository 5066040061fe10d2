#include "tools/service/import_feed.hpp"

#include "tools/kartei/verbs/reply.hpp"

namespace kartei::tools::service {

namespace {

// Nobody sees more.
constexpr std::chrono::milliseconds betweenEvents{100};

std::string eventOf(const std::string& type, const std::string& data) {
    return "event: " + type + "\ndata: " + data + "\n\n";
}

}  // namespace

Feed::Piece ImportFeed::next() {
    const auto live = runs_->of(name_, run_);
    if (!live || live->outcome) {
        isOver_ = true;
        if (live && !*live->outcome) return {eventOf("failed", failureJson(live->outcome->error()))};
        const auto facts = business_.facts();
        const auto* run = facts.run(run_);
        return {sent(run != nullptr && run->completed ? "completed" : "interrupted")};
    }
    const auto now = std::chrono::steady_clock::now();
    if (sentDone_ && (*sentDone_ == live->progress.done || now - sentAt_ < betweenEvents)) return {};
    sentDone_ = live->progress.done;
    sentAt_ = now;
    return {sent("progress")};
}

std::string ImportFeed::sent(const std::string& event) const {
    const auto view = ledger::viewOfNow(business_, ledger::Ledger::systemClock()(), ledger::PastJoins::asTheyWere);
    return eventOf(event, importOf(business_, view, run_, [this](const events::RunName& run) {
                              return runs_->of(name_, run);
                          }).value_or("{}"));
}

}  // namespace kartei::tools::service
