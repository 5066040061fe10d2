#pragma once
// What the server answers, without a socket: from a request to its response.
//
// How it works: the path finds a route; the token, which is looked up with every request, says whose it is and what it
// may; what is behind is `Operations` on the ledger, as the command line has them. Nothing is kept between requests.
//
// Threads: `answer` may be called from any number at once. It may take as long as a sync of the disk, and, for what
// looks at the whole ledger, longer.

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "tools/kartei/ledger_operations.hpp"
#include "tools/service/route.hpp"

namespace kartei::tools::service {

// What became of a request, for the request log and the metrics: no personal data, so no path and no name.
struct Account {
    std::string route;       // the template; empty where there is none
    std::string business;    // empty where it is not known
    std::string code;        // of a problem
    std::string cause = {};  // what the disk or the file system said, which nobody else is told
};

class Service {
public:
    // `ledger` must be held.
    Service(std::shared_ptr<LedgerSource> ledger, Surroundings surroundings);

    // How long what the request asks for takes. Cheap.
    [[nodiscard]] Route::Pace paceOf(const Request& request) const;

    // Waits, where the request names a position and may, until the log has come there; some seconds at most. Before
    // `answer`, on another thread than is kept for that, for it takes long for nothing.
    void await(const Request& request);

    // Fills in the request's query, and leaves no header in it that its route does not read.
    Response answer(Request& request, Account& account);

    // Of a request whose body is not there yet: what it is refused with, whatever the body says; nothing where it may
    // come. `isTrusted`: whether it has a token that may do this.
    struct Look {
        std::optional<Response> refusal = std::nullopt;
        bool isTrusted = false;
    };
    Look lookAt(Request& head, Account& account);

    // The answer with where the log stands, where the request has a token that is accepted: for one that went wrong
    // before it was this service's.
    Response withPosition(Response response, const Request& request) const;

    [[nodiscard]] const RouteTable& routes() const { return routes_; }

private:
    // Who asks, and for what.
    struct Admitted {
        Match match;
        std::optional<events::BusinessName> name = std::nullopt;  // nothing where the route is of no business
        ledger::Business* business = nullptr;
        std::optional<ledger::AccessToken> token = std::nullopt;  // nothing where none came along
        std::string secret = {};                                  // the token itself
    };
    Result<Admitted, Response> admitted(Request& request, Account& account);
    Response answered(Request& request, Account& account);
    // Of which the target speaks, whatever else is wrong with the request; null where the token is not one of it.
    [[nodiscard]] ledger::Business* businessOf(std::string_view target, std::string_view secret) const;
    [[nodiscard]] const ledger::Business* awaited(const Request& request) const;
    // What a handler makes of the call.
    template <class Handle>
    auto handled(const Request& request, const Admitted& admitted, Handle handle)
        -> decltype(handle(std::declval<Call>()));

    std::shared_ptr<LedgerSource> ledger_;
    RouteTable routes_;
    Surroundings surroundings_;
    std::atomic<unsigned> waiting_{0};  // requests that wait for a position
};

}  // namespace kartei::tools::service
