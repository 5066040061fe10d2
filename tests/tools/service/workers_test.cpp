// The threads of the service: what is thrown there, and who waits for whom.

#include "tools/service/workers.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <latch>
#include <stdexcept>

using namespace kartei::tools::service;
namespace net = boost::asio;

namespace {

net::awaitable<void> fail(Workers& workers, std::string& caught) {
    const auto work = []() -> int { throw std::runtime_error("no"); };
    try {
        co_await workers.perform(Route::Pace::prompt, work);
    } catch (const std::runtime_error& error) {
        caught = error.what();
    }
}

net::awaitable<void> countDown(Workers& workers, Route::Pace pace, std::latch& latch) {
    const auto work = [&latch] {
        latch.count_down();
        return true;
    };
    co_await workers.perform(pace, work);
}

net::awaitable<void> await(Workers& workers, std::latch& latch) {
    const auto work = [&latch] {
        latch.wait();
        return true;
    };
    co_await workers.perform(Route::Pace::looking, work);
}

}  // namespace

TEST_CASE("What work throws is thrown to whoever awaits it, and the threads go on") {
    net::io_context context;
    Workers workers({});
    std::string caught;
    std::latch done(1);
    net::co_spawn(context, fail(workers, caught), net::detached);
    net::co_spawn(context, countDown(workers, Route::Pace::prompt, done), net::detached);
    context.run();
    CHECK(caught == "no");
    CHECK(done.try_wait());
}

TEST_CASE("However much is looked for, what is prompt does not wait for it") {
    net::io_context context;
    Workers workers({1, 1, 1, 1});
    // All but the last wait for the last, and there are more of them than threads.
    std::latch last(1);
    for (int times = 0; times < 3; ++times) net::co_spawn(context, await(workers, last), net::detached);
    net::co_spawn(context, countDown(workers, Route::Pace::prompt, last), net::detached);
    context.run();
    CHECK(last.try_wait());
}
