#pragma once
// What the server answers, without a socket: from a request to its response.
//
// How it works: the path finds a route; the token, which is looked up with every request, says whose it is and what it
// may; what is behind is `Operations` on the ledger, as the command line has them. Nothing is kept between requests.
//
// Threads: `answer` may be called from any number at once. It may take as long as a sync of the disk, and, for what
// looks at the whole ledger, longer.

#include <memory>
#include <string>

#include "tools/kartei/ledger_operations.hpp"
#include "tools/service/route.hpp"

namespace kartei::tools::service {

// What became of a request, for the request log and the metrics: no personal data, so no path and no name.
struct Account {
    std::string route;     // the template; empty where there is none
    std::string business;  // empty where it is not known
    std::string code;      // of a problem
};

class Service {
public:
    // `ledger` must be held.
    Service(std::shared_ptr<LedgerSource> ledger, Surroundings surroundings);

    // Fills in the request's query.
    Response answer(Request& request, Account& account);

    [[nodiscard]] const RouteTable& routes() const { return routes_; }

private:
    Response routed(const Request& request, const Match& match, Account& account);
    Response called(const Request& request, const Match& match, ledger::Business& business,
                    const events::BusinessName& name, const ledger::AccessToken* token);

    std::shared_ptr<LedgerSource> ledger_;
    RouteTable routes_;
    Surroundings surroundings_;
};

}  // namespace kartei::tools::service
