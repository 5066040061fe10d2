#pragma once
// Sends live streams: server-sent events, until the reader goes, is too slow, or the server stops.
//
// How it works: for each piece a thread of the pool looks what there is; where there is nothing, the stream waits to be
// woken by what is written to the disk (news.hpp), and says every few seconds that it is still there. A reader that
// does not take a piece in time is cut off. Where looking fails, the stream ends without its last chunk, so that nobody
// takes it for one that is over.
//
// Threads: that of the io_context alone.

#include <utility>  // Asio 1.74 wants it first for its coroutines

#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "tools/service/http_messages.hpp"
#include "tools/service/metrics.hpp"
#include "tools/service/news.hpp"
#include "tools/service/workers.hpp"

namespace kartei::tools::service {

class LiveStreams {
public:
    struct Times {
        std::chrono::seconds write;      // a piece must be taken in
        std::chrono::seconds heartbeat;  // of silence, and the reader is told that nothing has happened
    };
    LiveStreams(Workers& workers, News& news, Metrics& metrics, Times times)
        : workers_(workers), news_(news), metrics_(metrics), times_(times) {}

    // `response` has a feed. `version`: of HTTP, as Beast has it; to 1.0 it goes without chunks, until the connection
    // ends (RFC 9112 §6.3).
    template <class Stream>
    boost::asio::awaitable<void> send(Stream& stream, Response response, unsigned version) {
        const Counted counted(metrics_);
        const bool isChunked = version >= http11;
        auto error = co_await sendHead(stream, response, version);
        const auto source = response.feed;
        const auto look = [source] { return source->next(); };
        auto lastSent = Clock::now();
        while (!error && !news_.isStopped() && !source->isOver()) {
            const auto before = news_.written();
            auto piece = co_await workers_.performLive(look);
            const auto silent = Clock::now() - lastSent;
            if (piece.text.empty() && silent < times_.heartbeat) {
                if (!piece.isMore && !source->isOver()) co_await news_.after(before, times_.heartbeat - silent);
                continue;
            }
            if (piece.text.empty()) piece.text = ": still here\n\n";
            error = co_await sendPiece(stream, piece.text, isChunked);
            lastSent = Clock::now();
        }
        if (!error && isChunked) {
            co_await boost::asio::async_write(stream, boost::beast::http::make_chunk_last(),
                                              boost::asio::redirect_error(boost::asio::use_awaitable, error));
        }
    }

private:
    using ErrorCode = boost::beast::error_code;
    static constexpr unsigned http11 = 11;

    class Counted {
    public:
        explicit Counted(Metrics& metrics) : metrics_(metrics) { metrics_.streamOpened(); }
        ~Counted() { metrics_.streamClosed(); }
        Counted(const Counted&) = delete;
        Counted& operator=(const Counted&) = delete;

    private:
        Metrics& metrics_;
    };

    template <class Stream>
    boost::asio::awaitable<ErrorCode> sendHead(Stream& stream, const Response& response, unsigned version) {
        namespace http = boost::beast::http;
        http::response<http::empty_body> head{http::status::ok, version};
        setHeaders(head, response);
        head.chunked(version >= http11);
        head.keep_alive(false);
        http::response_serializer<http::empty_body> serializer(head);
        ErrorCode error;
        boost::beast::get_lowest_layer(stream).expires_after(times_.write);
        co_await http::async_write_header(stream, serializer,
                                          boost::asio::redirect_error(boost::asio::use_awaitable, error));
        co_return error;
    }

    template <class Stream>
    boost::asio::awaitable<ErrorCode> sendPiece(Stream& stream, const std::string& text, bool isChunked) {
        ErrorCode error;
        const auto whole = boost::asio::buffer(text);
        boost::beast::get_lowest_layer(stream).expires_after(times_.write);
        if (isChunked) {
            const auto chunk = boost::beast::http::make_chunk(whole);
            co_await boost::asio::async_write(stream, chunk,
                                              boost::asio::redirect_error(boost::asio::use_awaitable, error));
        } else {
            co_await boost::asio::async_write(stream, whole,
                                              boost::asio::redirect_error(boost::asio::use_awaitable, error));
        }
        co_return error;
    }

    Workers& workers_;
    News& news_;
    Metrics& metrics_;
    Times times_;
};

}  // namespace kartei::tools::service
