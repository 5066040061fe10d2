#pragma once
// The threads that the listener's coroutines have things done by.
//
// How it works: requests that take about as long have threads of their own (Route::Pace), and so have the pieces of
// live streams. So however many long reads are asked for at once, a till that appends, and whoever asks how the server
// is, waits for none of them. What comes when all threads of its pace are at work waits for its turn.
//
// Threads: `perform` is called by the one that moves bytes.

#include <utility>  // Asio 1.74 wants it first for its coroutines

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <type_traits>

#include "tools/service/route.hpp"

namespace kartei::tools::service {

// How many threads there are for each.
struct WorkerCounts {
    unsigned prompt = 64;  // most of them wait for the disk, together
    unsigned looking = 4;
    unsigned listing = 4;
    unsigned delivering = 8;
    unsigned whole = 4;
    unsigned checking = 1;
    unsigned live = 4;
};

class Workers {
public:
    explicit Workers(const WorkerCounts& counts)
        : prompt_(counts.prompt),
          looking_(counts.looking),
          listing_(counts.listing),
          delivering_(counts.delivering),
          whole_(counts.whole),
          checking_(counts.checking),
          live_(counts.live) {}

    // Does the work on a thread, and comes back to the one that moves bytes; what the work throws is thrown there, to
    // whoever awaits it. `work` must have a name where this is awaited: g++ 12 destroys what has none twice, in a
    // coroutine.
    template <class Work>
    boost::asio::awaitable<std::invoke_result_t<Work>> perform(Route::Pace pace, Work work) {
        return performOn(pool(pace), std::move(work));
    }
    template <class Work>
    boost::asio::awaitable<std::invoke_result_t<Work>> performLive(Work work) {
        return performOn(live_, std::move(work));
    }

    // Returns when all is done that was begun.
    void join() {
        for (auto* pool : {&prompt_, &looking_, &listing_, &delivering_, &whole_, &checking_, &live_}) pool->join();
    }

private:
    using Pool = boost::asio::thread_pool;

    [[nodiscard]] Pool& pool(Route::Pace pace) {
        switch (pace) {
            case Route::Pace::prompt: break;
            case Route::Pace::looking: return looking_;
            case Route::Pace::listing: return listing_;
            case Route::Pace::delivering: return delivering_;
            case Route::Pace::whole: return whole_;
            case Route::Pace::checking: return checking_;
        }
        return prompt_;
    }

    template <class Work>
    static boost::asio::awaitable<std::invoke_result_t<Work>> performOn(Pool& pool, Work work) {
        using Outcome = std::invoke_result_t<Work>;
        auto initiate = [&pool](auto handler, Work todo) {
            boost::asio::post(pool, [handler = std::move(handler), todo = std::move(todo)]() mutable {
                std::exception_ptr thrown;
                Outcome outcome{};
                try {
                    outcome = todo();
                } catch (...) {
                    thrown = std::current_exception();
                }
                auto executor = boost::asio::get_associated_executor(handler);
                auto done = [handler = std::move(handler), thrown, outcome = std::move(outcome)]() mutable {
                    std::move(handler)(thrown, std::move(outcome));
                };
                boost::asio::post(executor, std::move(done));
            });
        };
        return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(std::exception_ptr, Outcome)>(
            initiate, boost::asio::use_awaitable, std::move(work));
    }

    Pool prompt_;
    Pool looking_;
    Pool listing_;
    Pool delivering_;
    Pool whole_;
    Pool checking_;
    Pool live_;
};

}  // namespace kartei::tools::service
