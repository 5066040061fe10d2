#include "tools/service/news.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace kartei::tools::service {

namespace net = boost::asio;

namespace {

constexpr std::chrono::milliseconds betweenLooks{5};

}  // namespace

net::awaitable<bool> waitFor(net::steady_timer& timer, Clock::duration time) {
    boost::system::error_code error;
    timer.expires_after(time);
    co_await timer.async_wait(net::redirect_error(net::use_awaitable, error));
    co_return error == net::error::operation_aborted;
}

net::awaitable<bool> News::after(std::uint64_t before, Clock::duration patience) {
    if (written_() != before) co_return true;
    net::steady_timer timer(context_);
    waiting_.insert(&timer);
    starting_.cancel();
    const bool isNews = co_await waitFor(timer, patience);
    waiting_.erase(&timer);
    co_return isNews;
}

net::awaitable<void> News::look() {
    auto known = written_();
    net::steady_timer pause(context_);
    while (!isStopped_) {
        if (waiting_.empty()) {
            co_await waitFor(starting_, std::chrono::hours(1));
            continue;
        }
        if (const auto now = written_(); now != known) {
            known = now;
            wake();
        }
        co_await waitFor(pause, betweenLooks);
    }
}

void News::stop() {
    isStopped_ = true;
    wake();
}

void News::wake() {
    for (auto* timer : waiting_) timer->cancel();
    starting_.cancel();
}

}  // namespace kartei::tools::service
