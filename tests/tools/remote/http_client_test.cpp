#include "tools/remote/http_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

using namespace kartei::tools;
using namespace kartei::tools::remote;

namespace {

// Takes connections, as the system does for whoever listens, and says nothing.
class SilentServer {
public:
    SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(::listen(socket_, 1) == 0);
        socklen_t size = sizeof address;
        REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        port_ = ntohs(address.sin_port);
    }
    ~SilentServer() { ::close(socket_); }
    SilentServer(const SilentServer&) = delete;
    SilentServer& operator=(const SilentServer&) = delete;
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

private:
    int socket_;
    int port_ = 0;
};

}  // namespace

TEST_CASE("A server that takes a request and never answers cannot be asked") {
    const SilentServer server;
    HttpClient client(server.url(), "token", "", std::chrono::seconds(1));
    const auto answer = client.send({"GET", "/v1/salon/me"});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == "unreachable");
    CHECK(answer.error().kind == Failure::Kind::storage);
}
