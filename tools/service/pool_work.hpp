#pragma once
// How a coroutine of the listener has something done by the pool of threads.

#include <utility>  // Asio 1.74 wants it first for its coroutines

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <type_traits>

namespace kartei::tools::service {

// Works on a thread of the pool, and comes back to the one that moves bytes. `work` must have a name where this is
// awaited: g++ 12 destroys what has none twice, in a coroutine.
template <class Work>
boost::asio::awaitable<std::invoke_result_t<Work>> performed(boost::asio::thread_pool& pool, Work work) {
    using Outcome = std::invoke_result_t<Work>;
    auto initiate = [&pool](auto handler, Work todo) {
        boost::asio::post(pool, [handler = std::move(handler), todo = std::move(todo)]() mutable {
            auto outcome = todo();
            auto executor = boost::asio::get_associated_executor(handler);
            boost::asio::post(executor, [handler = std::move(handler), outcome = std::move(outcome)]() mutable {
                std::move(handler)(std::move(outcome));
            });
        });
    };
    return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Outcome)>(
        initiate, boost::asio::use_awaitable, std::move(work));
}

}  // namespace kartei::tools::service
