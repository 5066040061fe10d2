#include "tools/service/listener.hpp"

#include <utility>  // Asio 1.74 wants it first for its coroutines

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <list>
#include <set>
#include <stdexcept>

#include "tools/service/problem.hpp"
#include "tools/service/request_log.hpp"

namespace kartei::tools::service {

namespace net = boost::asio;
namespace ssl = net::ssl;
namespace beast = boost::beast;
namespace http = beast::http;
using net::ip::tcp;
using Clock = std::chrono::steady_clock;

namespace {

// How often it is looked whether something new is on the disk, while somebody waits for it.
constexpr std::chrono::milliseconds betweenLooks{5};
constexpr unsigned fewestIdleSeconds = 2;
constexpr unsigned http11 = 11;

std::optional<Method> methodOf(http::verb verb) {
    switch (verb) {
        case http::verb::get: return Method::get;
        case http::verb::post: return Method::post;
        case http::verb::put: return Method::put;
        case http::verb::delete_: return Method::remove;
        default: return std::nullopt;
    }
}

std::string lowered(std::string_view text) {
    std::string result(text);
    for (char& letter : result) {
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    }
    return result;
}

// Headers of which a second one would say something else than the first.
bool mayStandOnce(std::string_view name) {
    return name == "authorization" || name == "content-type" || name == "if-match" || name == "idempotency-key" ||
           name == "host" || name.starts_with("ce-");
}

// What a header problem is called, as a response.
Response problemOf(const beast::error_code& error) {
    if (error == http::error::header_limit)
        return problem(431, "headers_too_large", "The request's headers are too large.");
    if (error == http::error::body_limit) return problem(413, "body_too_large", "The request's body is too large.");
    if (error == beast::error::timeout) return problem(408, "too_slow", "The request did not come in time.");
    return problem(400, "bad_request", "This is no HTTP request.");
}

// The request as the service sees it; a response where it cannot be seen so.
Result<Request, Response> requestOf(http::request<http::string_body>&& message) {
    const auto method = methodOf(message.method());
    if (!method) return failed(problem(405, "method_not_allowed", "There is no such method here."));
    Request request;
    request.method = *method;
    request.target = std::string(message.target());
    for (const auto& field : message) {
        auto name = lowered({field.name_string().data(), field.name_string().size()});
        const bool isMeant = mayStandOnce(name);
        const auto [known, isNew] =
            request.headers.insert_or_assign(std::move(name), std::string(field.value().data(), field.value().size()));
        if (!isNew && isMeant) return failed(problem(400, "bad_request", "A header stands twice."));
    }
    request.body = std::move(message.body());
    return request;
}

http::response<http::string_body> messageOf(Response&& response, unsigned version, bool keepAlive) {
    http::response<http::string_body> message{http::int_to_status(response.status), version};
    message.set(http::field::content_type, response.contentType);
    message.set(http::field::server, "kartei");
    for (const auto& [name, value] : response.headers) message.set(name, value);
    message.keep_alive(keepAlive);
    message.body() = std::move(response.body);
    message.prepare_payload();
    return message;
}

// Works on a thread of the pool, and comes back to the one that moves bytes. `work` must have a name where this is
// awaited: g++ 12 destroys what has none twice, in a coroutine.
template <class Work>
net::awaitable<std::invoke_result_t<Work>> performed(net::thread_pool& pool, Work work) {
    using Outcome = std::invoke_result_t<Work>;
    auto initiate = [&pool](auto handler, Work todo) {
        net::post(pool, [handler = std::move(handler), todo = std::move(todo)]() mutable {
            auto outcome = todo();
            auto executor = net::get_associated_executor(handler);
            net::post(executor, [handler = std::move(handler), outcome = std::move(outcome)]() mutable {
                std::move(handler)(std::move(outcome));
            });
        });
    };
    return net::async_initiate<const net::use_awaitable_t<>, void(Outcome)>(initiate, net::use_awaitable,
                                                                            std::move(work));
}

// What one answer needs to be written and told of.
struct Answered {
    Response response;
    Account account;
    std::string id;
};

}  // namespace

class Listener::Sockets {
public:
    Sockets(Service& service, Metrics& metrics, const ListenOptions& options, std::function<std::uint64_t()> written)
        : service_(service),
          metrics_(metrics),
          options_(options),
          written_(std::move(written)),
          acceptor_(context_),
          signals_(context_, SIGTERM, SIGINT),
          pool_(options.workers) {
        if (options.tls) readTls(*options.tls);
        bind();
    }

    [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

    bool run() {
        signals_.async_wait([this](const beast::error_code& error, int) {
            if (!error) beginStop();
        });
        net::co_spawn(context_, accept(), net::detached);
        net::co_spawn(context_, lookForNews(), net::detached);
        context_.run();
        const bool isDone = connections_.empty();
        if (isDone) pool_.join();
        return isDone;
    }

    void stop() {
        net::post(context_, [this] { beginStop(); });
    }

private:
    // An open connection: how it is closed, and whether a request is being worked on.
    struct Connection {
        std::function<void()> close;
        bool isBusy = false;
    };
    using Place = std::list<Connection>::iterator;

    void readTls(const TlsFiles& files) {
        tls_.emplace(ssl::context::tls_server);
        tls_->set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
        try {
            tls_->use_certificate_chain_file(files.certificate);
            tls_->use_private_key_file(files.key, ssl::context::pem);
        } catch (const boost::system::system_error& error) {
            throw std::runtime_error("The certificate or its key cannot be read: " + error.code().message() + ".");
        }
    }

    void bind() {
        try {
            const tcp::endpoint endpoint(net::ip::make_address(options_.address), options_.port);
            acceptor_.open(endpoint.protocol());
            acceptor_.set_option(tcp::acceptor::reuse_address(true));
            acceptor_.bind(endpoint);
            acceptor_.listen();
        } catch (const boost::system::system_error& error) {
            throw std::runtime_error("Cannot listen on " + options_.address + ":" + std::to_string(options_.port) +
                                     ": " + error.code().message() + ".");
        }
    }

    // Nothing new is begun; what was begun has until the grace is over.
    void beginStop() {
        if (isStopping_) return;
        isStopping_ = true;
        signals_.cancel();
        acceptor_.close();
        wakeReaders();
        room_.cancel();
        for (auto& connection : connections_) {
            if (!connection.isBusy) connection.close();
        }
        grace_.expires_after(std::chrono::seconds(options_.graceSeconds));
        grace_.async_wait([this](const beast::error_code& error) {
            if (!error) context_.stop();
        });
        endWhenEmpty();
    }
    void endWhenEmpty() {
        if (isStopping_ && connections_.empty()) grace_.cancel();
    }

    net::awaitable<void> accept() {
        while (!isStopping_) {
            if (connections_.size() >= options_.connections) {
                co_await waitFor(room_, std::chrono::hours(1));
                continue;
            }
            beast::error_code error;
            tcp::socket socket(context_);
            co_await acceptor_.async_accept(socket, net::redirect_error(net::use_awaitable, error));
            if (isStopping_) break;
            if (error) {
                // No file descriptors left, for one.
                net::steady_timer pause(context_);
                co_await waitFor(pause, std::chrono::milliseconds(50));
                continue;
            }
            socket.set_option(tcp::no_delay(true), error);
            if (tls_) {
                net::co_spawn(context_, serveTls(std::move(socket)), net::detached);
            } else {
                net::co_spawn(context_, serve(beast::tcp_stream(std::move(socket))), net::detached);
            }
        }
    }

    net::awaitable<void> serveTls(tcp::socket socket) {
        beast::ssl_stream<beast::tcp_stream> stream(std::move(socket), *tls_);
        beast::error_code error;
        beast::get_lowest_layer(stream).expires_after(std::chrono::seconds(options_.requestSeconds));
        const Entry entry(*this, stream);
        co_await stream.async_handshake(ssl::stream_base::server, net::redirect_error(net::use_awaitable, error));
        if (error) co_return;
        co_await converse(stream, entry.place());
        beast::get_lowest_layer(stream).expires_after(std::chrono::seconds(options_.writeSeconds));
        co_await stream.async_shutdown(net::redirect_error(net::use_awaitable, error));
    }

    net::awaitable<void> serve(beast::tcp_stream stream) {
        const Entry entry(*this, stream);
        co_await converse(stream, entry.place());
        beast::error_code ignored;
        stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    }

    // A connection's place in the list, for as long as it is served.
    class Entry {
    public:
        template <class Stream>
        Entry(Sockets& sockets, Stream& stream) : sockets_(sockets) {
            sockets_.connections_.push_front({[&stream] { beast::get_lowest_layer(stream).cancel(); }, false});
            place_ = sockets_.connections_.begin();
            sockets_.metrics_.connected();
        }
        ~Entry() {
            sockets_.connections_.erase(place_);
            sockets_.metrics_.disconnected();
            sockets_.room_.cancel();
            sockets_.endWhenEmpty();
        }
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;
        [[nodiscard]] Place place() const { return place_; }

    private:
        Sockets& sockets_;
        Place place_;
    };

    // How long a connection may say nothing.
    [[nodiscard]] std::chrono::seconds idleTime() const {
        const bool isCrowded = connections_.size() > options_.connections / 2;
        return std::chrono::seconds(isCrowded ? fewestIdleSeconds : options_.idleSeconds);
    }

    template <class Stream>
    net::awaitable<void> converse(Stream& stream, Place place) {
        beast::flat_buffer buffer;
        while (!isStopping_) {
            http::request_parser<http::string_body> parser;
            parser.header_limit(options_.headerBytes);
            parser.body_limit(options_.bodyBytes);
            beast::error_code error;
            co_await readRequest(stream, buffer, parser, error);
            if (error == http::error::end_of_stream || error == net::error::operation_aborted) co_return;
            // Whoever sends nothing is told nothing.
            if (error == beast::error::timeout && !parser.got_some()) co_return;
            if (error) {
                auto refusal = messageOf(problemOf(error), http11, false);
                co_await write(stream, refusal);
                co_return;
            }
            place->isBusy = true;
            const bool keepAlive = parser.get().keep_alive() && !isStopping_;
            const unsigned version = parser.get().version();
            auto answered = co_await answer(parser.release());
            const bool isKept = keepAlive && !isStopping_;
            if (answered.response.feed) {
                co_await feed(stream, std::move(answered), version);
                co_return;
            }
            auto message = messageOf(std::move(answered.response), version, isKept);
            const bool isWritten = co_await write(stream, message);
            place->isBusy = false;
            if (!isWritten || !isKept) co_return;
        }
    }

    template <class Stream>
    net::awaitable<void> readRequest(Stream& stream, beast::flat_buffer& buffer,
                                     http::request_parser<http::string_body>& parser, beast::error_code& error) {
        auto& socket = beast::get_lowest_layer(stream);
        if (buffer.size() == 0) {
            // For the first byte a connection may wait; the rest must come in time.
            socket.expires_after(idleTime());
            constexpr std::size_t some = 4'096;
            const auto bytes =
                co_await stream.async_read_some(buffer.prepare(some), net::redirect_error(net::use_awaitable, error));
            if (error == net::error::eof) error = http::error::end_of_stream;
            if (error) co_return;
            buffer.commit(bytes);
        }
        socket.expires_after(std::chrono::seconds(options_.requestSeconds));
        co_await http::async_read_header(stream, buffer, parser, net::redirect_error(net::use_awaitable, error));
        if (error) co_return;
        if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
            http::response<http::empty_body> go(http::status::continue_, parser.get().version());
            co_await http::async_write(stream, go, net::redirect_error(net::use_awaitable, error));
            if (error) co_return;
        }
        co_await http::async_read(stream, buffer, parser, net::redirect_error(net::use_awaitable, error));
    }

    net::awaitable<Answered> answer(http::request<http::string_body> message) {
        Answered answered;
        answered.id = newRequestId();
        auto request = requestOf(std::move(message));
        const auto began = Clock::now();
        const Method method = request ? request->method : Method::get;
        if (request) {
            // Shared, for the work is copied on its way to a thread, and a body may be large.
            const auto wanted = std::make_shared<Request>(std::move(*request));
            const auto work = [this, wanted]() {
                Account account;
                auto response = service_.answer(*wanted, account);
                return std::pair(std::move(response), std::move(account));
            };
            auto outcome = co_await performed(pool_, work);
            answered.response = std::move(outcome.first);
            answered.account = std::move(outcome.second);
        } else {
            answered.response = std::move(request.error());
        }
        answered.response.headers["x-request-id"] = answered.id;
        const auto took = Clock::now() - began;
        metrics_.answered(answered.account, answered.response.status, took);
        logRequest(answered.id, method, answered.account, answered.response.status, took);
        co_return answered;
    }

    template <class Stream>
    net::awaitable<bool> write(Stream& stream, http::response<http::string_body>& message) {
        beast::error_code error;
        beast::get_lowest_layer(stream).expires_after(std::chrono::seconds(options_.writeSeconds));
        co_await http::async_write(stream, message, net::redirect_error(net::use_awaitable, error));
        co_return !error;
    }

    // Server-sent events, until the reader goes, is too slow, or the server stops.
    template <class Stream>
    net::awaitable<void> feed(Stream& stream, Answered answered, unsigned version) {
        http::response<http::empty_body> head{http::status::ok, version};
        head.set(http::field::content_type, answered.response.contentType);
        for (const auto& [name, value] : answered.response.headers) head.set(name, value);
        head.chunked(true);
        http::response_serializer<http::empty_body> serializer(head);
        beast::error_code error;
        beast::get_lowest_layer(stream).expires_after(std::chrono::seconds(options_.writeSeconds));
        co_await http::async_write_header(stream, serializer, net::redirect_error(net::use_awaitable, error));
        metrics_.streamOpened();
        const auto source = answered.response.feed;
        const auto look = [source] { return source->next(); };
        while (!error && !isStopping_ && !source->isOver()) {
            const auto before = written_();
            auto chunk = co_await performed(pool_, look);
            if (chunk.empty()) {
                const bool isNews = co_await waitForNews(before);
                if (isNews || isStopping_) continue;
                chunk = ": still here\n\n";
            }
            beast::get_lowest_layer(stream).expires_after(std::chrono::seconds(options_.writeSeconds));
            co_await net::async_write(stream, http::make_chunk(net::buffer(chunk)),
                                      net::redirect_error(net::use_awaitable, error));
        }
        if (!error) {
            co_await net::async_write(stream, http::make_chunk_last(), net::redirect_error(net::use_awaitable, error));
        }
        metrics_.streamClosed();
    }

    // True: the timer was cancelled.
    static net::awaitable<bool> waitFor(net::steady_timer& timer, Clock::duration time) {
        beast::error_code error;
        timer.expires_after(time);
        co_await timer.async_wait(net::redirect_error(net::use_awaitable, error));
        co_return error == net::error::operation_aborted;
    }

    // Waits until more was written to the disk than before. False: for as long as a heartbeat nothing was.
    net::awaitable<bool> waitForNews(std::uint64_t before) {
        if (written_() != before) co_return true;
        net::steady_timer timer(context_);
        waiting_.insert(&timer);
        starting_.cancel();
        const bool isNews = co_await waitFor(timer, std::chrono::seconds(options_.heartbeatSeconds));
        waiting_.erase(&timer);
        co_return isNews;
    }
    void wakeReaders() {
        for (auto* timer : waiting_) timer->cancel();
        starting_.cancel();
    }
    net::awaitable<void> lookForNews() {
        auto known = written_();
        net::steady_timer pause(context_);
        while (!isStopping_) {
            if (waiting_.empty()) {
                co_await waitFor(starting_, std::chrono::hours(1));
                continue;
            }
            if (const auto now = written_(); now != known) {
                known = now;
                wakeReaders();
            }
            co_await waitFor(pause, betweenLooks);
        }
    }

    Service& service_;
    Metrics& metrics_;
    const ListenOptions options_;
    std::function<std::uint64_t()> written_;
    net::io_context context_{1};
    std::optional<ssl::context> tls_;
    tcp::acceptor acceptor_;
    net::signal_set signals_;
    std::list<Connection> connections_;
    net::steady_timer room_{context_};  // cancelled when a connection is over
    net::steady_timer grace_{context_};
    net::steady_timer starting_{context_};  // cancelled when somebody waits for news
    std::set<net::steady_timer*> waiting_;
    bool isStopping_ = false;
    net::thread_pool pool_;  // goes first: what it works on uses the others
};

Listener::Listener(Service& service, Metrics& metrics, const ListenOptions& options,
                   std::function<std::uint64_t()> written)
    : sockets_(std::make_unique<Sockets>(service, metrics, options, std::move(written))) {}

Listener::~Listener() = default;

std::uint16_t Listener::port() const { return sockets_->port(); }
bool Listener::run() { return sockets_->run(); }
void Listener::stop() { sockets_->stop(); }

}  // namespace kartei::tools::service
