#pragma once
// Wakes those who wait for something new on the disk.
//
// The committer tells nobody, so that no reader can slow it. For as long as somebody waits, how much was written is
// looked at every few milliseconds, once for all who wait; while nobody does, nothing is.
//
// Threads: that of the io_context alone.

#include <utility>  // Asio 1.74 wants it first for its coroutines

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <set>

namespace kartei::tools::service {

using Clock = std::chrono::steady_clock;

// True: the timer was cancelled.
boost::asio::awaitable<bool> waitFor(boost::asio::steady_timer& timer, Clock::duration time);

class News {
public:
    // `written`: how much was written to the disk by now; it grows with every commit. The context must outlive this.
    News(boost::asio::io_context& context, std::function<std::uint64_t()> written)
        : context_(context), written_(std::move(written)), starting_(context) {}

    [[nodiscard]] std::uint64_t written() const { return written_(); }
    // Waits until more was written than before. False: for as long as `patience` nothing was.
    boost::asio::awaitable<bool> after(std::uint64_t before, Clock::duration patience);
    // Looks, until it is stopped.
    boost::asio::awaitable<void> look();
    // Wakes everybody, and looks no more.
    void stop();
    [[nodiscard]] bool isStopped() const { return isStopped_; }

private:
    void wake();

    boost::asio::io_context& context_;
    std::function<std::uint64_t()> written_;
    boost::asio::steady_timer starting_;  // cancelled when somebody waits
    std::set<boost::asio::steady_timer*> waiting_;
    bool isStopped_ = false;
};

}  // namespace kartei::tools::service
