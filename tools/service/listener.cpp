#include "tools/service/listener.hpp"

#include <utility>  // Asio 1.74 wants it first for its coroutines

#include <algorithm>
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
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <list>
#include <stdexcept>

#include "ledger/failure.hpp"
#include "tools/service/body_budget.hpp"
#include "tools/service/http_messages.hpp"
#include "tools/service/live_streams.hpp"
#include "tools/service/news.hpp"
#include "tools/service/problem.hpp"
#include "tools/service/request_log.hpp"
#include "tools/service/tls_context.hpp"
#include "tools/service/workers.hpp"

namespace kartei::tools::service {

namespace net = boost::asio;
namespace ssl = net::ssl;
namespace beast = boost::beast;
namespace http = beast::http;
using net::ip::tcp;

namespace {

constexpr unsigned fewestIdleSeconds = 2;
// A request for which a crowd waits.
constexpr unsigned fewestRequestSeconds = 5;
// What is read ahead of a request, and so the longest line in it that is no header: a chunk's extension, a trailer.
constexpr std::size_t readAheadBytes = std::size_t{128} * 1024;
// A body of at most so much is not worth a look at its header first.
constexpr std::size_t smallBody = std::size_t{64} * 1024;
// For what comes behind a request that was refused.
constexpr std::chrono::seconds discardTime{5};
// A piece of an answer.
constexpr std::size_t pieceBytes = std::size_t{256} * 1024;
constexpr unsigned http11 = 11;

// Throws std::runtime_error, with a sentence, where that is not possible.
void bind(tcp::acceptor& acceptor, const std::string& address, std::uint16_t port) {
    try {
        const tcp::endpoint endpoint(net::ip::make_address(address), port);
        acceptor.open(endpoint.protocol());
        acceptor.set_option(tcp::acceptor::reuse_address(true));
        acceptor.bind(endpoint);
        acceptor.listen();
    } catch (const boost::system::system_error& error) {
        throw std::runtime_error("Cannot listen on " + address + ":" + std::to_string(port) + ": " +
                                 error.code().message() + ".");
    }
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
          trusted_(options.allBodyBytes),
          strangers_(options.allStrangerBytes),
          news_(context_, std::move(written)),
          acceptor_(context_),
          signals_(context_, SIGTERM, SIGINT),
          workers_(options.workers),
          streams_(workers_, news_, metrics,
                   {std::chrono::seconds(options.writeSeconds), std::chrono::seconds(options.heartbeatSeconds)}) {
        if (options.tls) tls_.emplace(contextOf(*options.tls));
        bind(acceptor_, options_.address, options_.port);
    }

    [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

    std::optional<CutOff> run() {
        signals_.async_wait([this](const beast::error_code& error, int) {
            if (!error) beginStop();
        });
        net::co_spawn(context_, accept(), net::detached);
        net::co_spawn(context_, news_.look(), net::detached);
        context_.run();
        if (!connections_.empty()) {
            const auto count = [this](Connection::State state) {
                return static_cast<std::size_t>(
                    std::count_if(connections_.begin(), connections_.end(),
                                  [state](const Connection& connection) { return connection.state == state; }));
            };
            return CutOff{count(Connection::State::busy), count(Connection::State::streaming)};
        }
        workers_.join();
        return std::nullopt;
    }

    void stop() {
        net::post(context_, [this] { beginStop(); });
    }

private:
    // An open connection: how it is closed, and what is done with it.
    struct Connection {
        enum class State { idle, busy, streaming };
        std::function<void()> close;
        State state = State::idle;
    };
    using Place = std::list<Connection>::iterator;

    // Nothing new is begun; what was begun has until the grace is over.
    void beginStop() {
        if (isStopping_) return;
        isStopping_ = true;
        signals_.cancel();
        acceptor_.close();
        news_.stop();
        room_.cancel();
        for (auto& connection : connections_) {
            if (connection.state == Connection::State::idle) connection.close();
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
        const Entry entry(*this, stream);
        // Whoever only connects has to give way to others here already.
        beast::get_lowest_layer(stream).expires_after(std::min(idleTime(), requestTime()));
        co_await stream.async_handshake(ssl::stream_base::server, net::redirect_error(net::use_awaitable, error));
        if (error) co_return;
        co_await serveRequests(stream, entry.place());
        beast::get_lowest_layer(stream).expires_after(std::chrono::seconds(options_.writeSeconds));
        co_await stream.async_shutdown(net::redirect_error(net::use_awaitable, error));
    }

    net::awaitable<void> serve(beast::tcp_stream stream) {
        const Entry entry(*this, stream);
        co_await serveRequests(stream, entry.place());
        endSending(stream);
    }

    // What goes wrong behind a connection ends it, and nothing else.
    template <class Stream>
    net::awaitable<void> serveRequests(Stream& stream, Place place) {
        try {
            co_await converse(stream, place);
        } catch (const ledger::Failure& failure) {
            logNotice("A connection was ended: " + std::string(failure.what()));
        } catch (const std::exception&) {
            // What it says may be of somebody.
            logNotice("A connection was ended, for the server has made a mistake.");
        }
    }

    // A connection's place in the list, for as long as it is served.
    class Entry {
    public:
        template <class Stream>
        Entry(Sockets& sockets, Stream& stream) : sockets_(sockets) {
            sockets_.connections_.push_front({[&stream] { beast::get_lowest_layer(stream).cancel(); }});
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

    [[nodiscard]] bool isCrowded() const { return connections_.size() > options_.connections / 2; }
    // How long a connection may say nothing.
    [[nodiscard]] std::chrono::seconds idleTime() const {
        return std::chrono::seconds(isCrowded() ? fewestIdleSeconds : options_.idleSeconds);
    }

    template <class Stream>
    net::awaitable<void> converse(Stream& stream, Place place) {
        beast::flat_buffer buffer(readAheadBytes);
        while (!isStopping_) {
            http::request_parser<http::string_body> parser;
            parser.header_limit(options_.headerBytes);
            parser.body_limit(options_.bodyBytes);
            beast::error_code error;
            std::optional<Answered> refused;
            BodyBudget::Charge charge;
            co_await readRequest(stream, buffer, parser, charge, refused, error);
            if (error == http::error::end_of_stream || error == net::error::operation_aborted) co_return;
            // Whoever sends nothing is told nothing.
            if (error == beast::error::timeout && !parser.got_some()) co_return;
            if (error) refused = co_await unread(parser, problemOf(error));
            if (refused) {
                auto refusal = messageOf(std::move(refused->response), http::verb::unknown, http11, false);
                if (co_await write(stream, refusal)) co_await discardRest(stream, buffer);
                co_return;
            }
            place->state = Connection::State::busy;
            const bool keepAlive = parser.get().keep_alive() && !isStopping_;
            const unsigned version = parser.get().version();
            const auto kind = parser.get().method();
            auto answered = co_await answer(parser.release());
            const bool isKept = keepAlive && !isStopping_;
            if (answered.response.feed && kind != http::verb::head) {
                place->state = Connection::State::streaming;
                co_await streams_.send(stream, std::move(answered.response), version);
                co_return;
            }
            auto message = messageOf(std::move(answered.response), kind, version, isKept);
            const bool isWritten = co_await write(stream, message);
            place->state = Connection::State::idle;
            if (!isWritten || !isKept) co_return;
        }
    }

    // Over TLS the end is told by closing it.
    static void endSending(beast::ssl_stream<beast::tcp_stream>&) {}
    static void endSending(beast::tcp_stream& stream) {
        beast::error_code ignored;
        stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    }

    // What is still on its way here. Closed on unread bytes, the connection would be reset, and whoever sends all
    // before reading would never see the answer (RFC 9112 §9.6).
    template <class Stream>
    net::awaitable<void> discardRest(Stream& stream, beast::flat_buffer& buffer) {
        endSending(stream);
        beast::get_lowest_layer(stream).expires_after(discardTime);
        beast::error_code error;
        for (std::size_t left = 2 * options_.bodyBytes; !error && left > 0 && !isStopping_;) {
            buffer.clear();
            const auto bytes = co_await stream.async_read_some(buffer.prepare(readAheadBytes),
                                                               net::redirect_error(net::use_awaitable, error));
            left -= std::min(left, bytes);
        }
    }

    // What a request may take until it is there.
    [[nodiscard]] std::chrono::seconds requestTime() const {
        return std::chrono::seconds(isCrowded() ? fewestRequestSeconds : options_.requestSeconds);
    }

    // `refused`: the answer to one that is not read to its end.
    template <class Stream>
    net::awaitable<void> readRequest(Stream& stream, beast::flat_buffer& buffer,
                                     http::request_parser<http::string_body>& parser, BodyBudget::Charge& charge,
                                     std::optional<Answered>& refused, beast::error_code& error) {
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
        socket.expires_after(requestTime());
        co_await http::async_read_header(stream, buffer, parser, net::redirect_error(net::use_awaitable, error));
        if (error) co_return;
        if (!isFramed(parser.get())) {
            refused = told(problem(400, "bad_request", "Transfer-Encoding may be chunked, and nothing else."),
                           methodOf(parser.get()));
            co_return;
        }
        const auto length = parser.content_length();
        const bool isSmall = parser.is_done() || (length && *length <= smallBody);
        if (!isSmall) {
            refused = co_await look(parser, charge);
            if (refused) co_return;
            socket.expires_after(std::chrono::seconds(options_.requestSeconds));
        }
        if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
            http::response<http::empty_body> go(http::status::continue_, parser.get().version());
            co_await http::async_write(stream, go, net::redirect_error(net::use_awaitable, error));
            if (error) co_return;
        }
        parser.eager(true);
        while (!error && !parser.is_done()) {
            co_await http::async_read_some(stream, buffer, parser, net::redirect_error(net::use_awaitable, error));
            if (charge.growTo(parser.get().body().size())) continue;
            auto busy = problem(503, "busy", "Too much is being sent at once.");
            busy.headers["retry-after"] = "1";
            refused = co_await unread(parser, std::move(busy));
            co_return;
        }
    }

    // Before a large body is read: whether whoever sends it may, and from which budget it takes.
    net::awaitable<std::optional<Answered>> look(http::request_parser<http::string_body>& parser,
                                                 BodyBudget::Charge& charge) {
        auto request = requestOf(parser.get());
        if (!request) co_return told(std::move(request.error()), methodOf(parser.get()));
        const auto head = std::make_shared<Request>(std::move(*request));
        const auto work = [this, head]() {
            Account account;
            auto seen = service_.lookAt(*head, account);
            return std::pair(std::move(seen), std::move(account));
        };
        auto outcome = co_await workers_.perform(Route::Pace::prompt, work);
        if (outcome.first.refusal) {
            co_return told(std::move(*outcome.first.refusal), head->method, std::move(outcome.second));
        }
        charge.takeFrom(outcome.first.isTrusted ? trusted_ : strangers_);
        if (outcome.first.isTrusted) co_return std::nullopt;
        const auto length = parser.content_length();
        if (length && *length > options_.strangerBytes) {
            co_return told(problemOf(http::make_error_code(http::error::body_limit)), head->method,
                           std::move(outcome.second));
        }
        parser.body_limit(options_.strangerBytes);
        co_return std::nullopt;
    }

    // The answer to a request that was not read to its end. Its header may be there, and say whose it is.
    net::awaitable<Answered> unread(http::request_parser<http::string_body>& parser, Response response) {
        auto request = requestOf(parser.get());
        const auto method = methodOf(parser.get());
        if (!request) co_return told(std::move(response), method);
        const auto work = [this, response = std::move(response), head = std::move(*request)] {
            return service_.withPosition(response, head);
        };
        auto whole = co_await workers_.perform(Route::Pace::prompt, work);
        co_return told(std::move(whole), method);
    }

    // An answer to what never was a request for the service, counted and logged like all others.
    Answered told(Response&& response, Method method, Account account = {}) {
        if (account.code.empty()) account.code = codeOf(response);
        Answered answered{std::move(response), std::move(account), newRequestId()};
        count(answered, method, {});
        return answered;
    }

    void count(Answered& answered, Method method, std::chrono::nanoseconds took) {
        answered.response.headers["x-request-id"] = answered.id;
        metrics_.answered(answered.account, answered.response.status, took);
        logRequest(answered.id, method, answered.account, answered.response.status, took);
    }

    net::awaitable<Answered> answer(http::request<http::string_body> message) {
        auto request = requestOf(message);
        if (!request) co_return told(std::move(request.error()), methodOf(message));
        request->body = std::move(message.body());
        const auto began = Clock::now();
        // Shared, for the work is copied on its way to a thread, and a body may be large.
        const auto wanted = std::make_shared<Request>(std::move(*request));
        const auto work = [this, wanted]() {
            Account account;
            auto response = service_.answer(*wanted, account);
            return std::pair(std::move(response), std::move(account));
        };
        if (wanted->has(waitHeader)) {
            const auto await = [this, wanted] {
                service_.await(*wanted);
                return true;
            };
            co_await workers_.perform(Route::Pace::prompt, await);
        }
        auto outcome = co_await workers_.perform(service_.paceOf(*wanted), work);
        Answered answered{std::move(outcome.first), std::move(outcome.second), newRequestId()};
        count(answered, wanted->method, Clock::now() - began);
        co_return answered;
    }

    template <class Stream>
    net::awaitable<bool> write(Stream& stream, http::response<http::string_body>& message) {
        beast::error_code error;
        http::response_serializer<http::string_body> serializer(message);
        serializer.limit(pieceBytes);
        while (!error && !serializer.is_done()) {
            beast::get_lowest_layer(stream).expires_after(std::chrono::seconds(options_.writeSeconds));
            co_await http::async_write_some(stream, serializer, net::redirect_error(net::use_awaitable, error));
        }
        co_return !error;
    }

    Service& service_;
    Metrics& metrics_;
    const ListenOptions options_;
    BodyBudget trusted_;
    BodyBudget strangers_;
    net::io_context context_{1};
    News news_;
    std::optional<ssl::context> tls_;
    tcp::acceptor acceptor_;
    net::signal_set signals_;
    std::list<Connection> connections_;
    net::steady_timer room_{context_};  // cancelled when a connection is over
    net::steady_timer grace_{context_};
    bool isStopping_ = false;
    Workers workers_;  // goes before the others: what it works on uses them
    LiveStreams streams_;
};

Listener::Listener(Service& service, Metrics& metrics, const ListenOptions& options,
                   std::function<std::uint64_t()> written)
    : sockets_(std::make_unique<Sockets>(service, metrics, options, std::move(written))) {}

Listener::~Listener() = default;

std::optional<std::string> problemOf(const TlsFiles& files) {
    try {
        contextOf(files);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return std::nullopt;
}

void requireFree(const std::string& address, std::uint16_t port) {
    net::io_context context;
    tcp::acceptor acceptor(context);
    bind(acceptor, address, port);
}

std::uint16_t Listener::port() const { return sockets_->port(); }
std::optional<Listener::CutOff> Listener::run() { return sockets_->run(); }
void Listener::stop() { sockets_->stop(); }

}  // namespace kartei::tools::service
