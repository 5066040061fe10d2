#include "tools/service/upkeep.hpp"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <vector>

#include "ledger/failure.hpp"
#include "projections/stored_views.hpp"
#include "tools/service/request_log.hpp"

namespace kartei::tools::service {

namespace {

constexpr std::chrono::milliseconds betweenLooks{250};
// Further behind than this, files are brought up though the log goes on.
constexpr std::uint64_t farBehind = 20'000;
// Every so many looks the rows are looked at too.
constexpr unsigned looksPerCheck = 20;

void pause(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock<std::mutex> lock(mutex);
    stopped.wait_for(lock, stop, betweenLooks, [] { return false; });
}

}  // namespace

Upkeep::Upkeep(ledger::Ledger& ledger)
    : ledger_(ledger), thread_([this](const std::stop_token& stop) { work(stop); }) {}

void Upkeep::work(const std::stop_token& stop) {
    openAll(stop);
    while (!stop.stop_requested()) {
        for (auto* business : ledger_.businesses().open) {
            if (stop.stop_requested()) return;
            try {
                lookAt(*business, stop);
            } catch (const ledger::Failure& failure) {
                seen_[business].rests = true;
                say(failure.what());
            } catch (const std::exception&) {
                seen_[business].rests = true;
                say("The stored customer files could not be brought up to the log: there is not enough memory, or the "
                    "server has made a mistake.");
            }
        }
        ++looks_;
        pause(stop);
    }
}

void Upkeep::openAll(const std::stop_token& stop) {
    std::vector<events::BusinessName> names;
    try {
        names = ledger_.directory().businesses();
    } catch (const ledger::Failure& failure) {
        return say(failure.what());
    }
    for (const auto& name : names) {
        if (stop.stop_requested()) return;
        try {
            ledger_.find(name);
        } catch (const ledger::Failure& failure) {
            say("The business " + name.text() + " cannot be opened: " + failure.what());
        } catch (const std::exception&) {
            say("The business " + name.text() +
                " cannot be opened: there is not enough memory, or the server has made a "
                "mistake.");
        }
    }
}

void Upkeep::lookAt(ledger::Business& business, const std::stop_token& stop) {
    const auto head = business.head();
    auto& seen = seen_[&business];
    const bool stoodStill = seen.head == head;
    if (stoodStill && seen.rests && looks_ % looksPerCheck != 0) return;
    projections::StoredViews views(business);
    const auto shown = views.state().position;
    seen = {head, shown == head};
    const bool isFarBehind = head.value() > shown.value() + farBehind;
    if (!seen.rests && (stoodStill || isFarBehind)) views.catchUp(stop);
}

void Upkeep::say(const std::string& problem) {
    if (problem == said_) return;
    logNotice(problem);
    said_ = problem;
}

}  // namespace kartei::tools::service
