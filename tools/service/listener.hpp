#pragma once
// HTTP/1.1 in front of the service: sockets, TLS, limits, live streams. The only room that knows Asio and Beast.
//
// How it works: one thread moves all bytes, each connection being a coroutine on it; what a request asks for is worked
// on by threads (workers.hpp), where an append waits for the disk together with others. So a slow client costs a
// coroutine and no thread. Requests of one connection are answered one after the other, pipelined ones too.
//
// Limits: a request must be there within `requestSeconds` of its first byte, a connection may be idle for
// `idleSeconds`; once half of the connections are taken, either for less. Who has no token that may do it is refused
// before a large body is read, and all large bodies together have a budget (body_budget.hpp), so that nobody's memory
// is a stranger's to spend. A reader must take each piece of an answer within `writeSeconds`. Where all connections are
// taken, new ones wait to be accepted until others are over.
//
// Live streams: live_streams.hpp. The committer knows nothing of readers.
//
// Threads: `run` returns when `stop` was called, from any thread or signal, or `graceSeconds` after it at the latest.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "tools/service/metrics.hpp"
#include "tools/service/service.hpp"
#include "tools/service/workers.hpp"

namespace kartei::tools::service {

struct TlsFiles {
    std::string certificate;  // PEM, with the chain
    std::string key;          // without a passphrase
};
// Why the server could not speak TLS with them, in a sentence.
std::optional<std::string> problemOf(const TlsFiles& files);

// Throws std::runtime_error, with a sentence, where nobody can listen there.
void requireFree(const std::string& address, std::uint16_t port);

struct ListenOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;  // 0: any that is free
    std::optional<TlsFiles> tls;
    std::size_t connections = 4'096;
    std::size_t bodyBytes = std::size_t{64} * 1024 * 1024;
    std::size_t strangerBytes = std::size_t{1024} * 1024;  // the body of who has no token
    // All together that are read at once, but for small ones.
    std::size_t allBodyBytes = std::size_t{512} * 1024 * 1024;
    std::size_t allStrangerBytes = std::size_t{64} * 1024 * 1024;
    std::uint32_t headerBytes = 16 * 1024;
    unsigned idleSeconds = 60;
    unsigned requestSeconds = 30;
    unsigned writeSeconds = 10;
    unsigned heartbeatSeconds = 15;
    unsigned graceSeconds = 9;
    WorkerCounts workers = {};
};

class Listener {
public:
    // Binds; throws std::runtime_error, with a sentence, where that is not possible. `written`: a number that grows
    // with each batch that is on the disk.
    Listener(Service& service, Metrics& metrics, const ListenOptions& options, std::function<std::uint64_t()> written);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    // What had to be cut off.
    struct CutOff {
        std::size_t requests = 0;  // of which nothing was acknowledged
        std::size_t readers = 0;   // of live streams
    };
    // Serves until SIGTERM, SIGINT or `stop`. Nothing: everything that was begun has been answered, and every live
    // reader told.
    std::optional<CutOff> run();
    void stop();

private:
    class Sockets;
    std::unique_ptr<Sockets> sockets_;
};

}  // namespace kartei::tools::service
