#pragma once
// The service's routes as a table: who may call each, what it takes and gives, and what answers it. Requests are
// matched by it and the OpenAPI document is written from it, so neither can tell of a route that the other does not
// know.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/access_tokens.hpp"
#include "ledger/ledger.hpp"
#include "tools/kartei/ledger_operations.hpp"
#include "tools/service/import_runs.hpp"
#include "tools/service/message.hpp"

namespace kartei::tools::service {

class Hooks;

// What the server was started with, and what it is besides the ledger.
struct Surroundings {
    std::string backups;                   // the directory that backups go to; empty: there are none
    std::function<std::string()> metrics;  // what /metrics shows
    std::string openApi = {};
    std::shared_ptr<LedgerSource> ledger = nullptr;
    std::shared_ptr<ImportRuns> imports = std::make_shared<ImportRuns>();
    std::shared_ptr<const Hooks> hooks = nullptr;  // null: no webhooks are taken
    std::function<events::Time()> clock = ledger::Ledger::systemClock();
};

// What a handler has to do with. All of it lives at least as long as the call.
struct Call {
    const Request& request;
    const std::map<std::string, std::string>& names;  // what stands for the {…} of the route's path
    const ledger::AccessToken* token;                 // null where the route is open, and no token came along
    ledger::Business& business;
    const std::shared_ptr<LedgerSource>& ledger;
    const Session& session;  // the token's owner
    const Surroundings& surroundings;

    [[nodiscard]] const std::string& name(const std::string& of) const { return names.at(of); }
    // As the token's owner, who may do it for somebody else.
    [[nodiscard]] std::unique_ptr<Operations> operations(std::string onBehalfOf = {}) const {
        auto own = session;
        own.decider.onBehalfOf = std::move(onBehalfOf);
        return operationsOn(ledger, std::move(own));
    }
};

using Handler = Response (*)(const Call& call);
// What the call is refused with, whatever its body says, before that is read; nothing where it may come.
using EarlyRefusal = std::optional<Response> (*)(const Call& call);
// Of what concerns no business.
using GeneralHandler = Response (*)(const Surroundings& surroundings);

// What a route reads besides its path and its body, or says besides its answer's body. No more than what is declared
// here reaches a handler, so that the OpenAPI document keeps nothing back.
struct Parameter {
    enum class Place {
        query,
        header,
        headerBeginning,  // every header whose name begins so
        answerHeader,
    };
    std::string name;
    std::string description;
    std::string schema;  // of the components: "Position"
    Place place = Place::query;
};

// Of routes that decide something.
extern const Parameter ifMatch;
extern const Parameter idempotencyKey;
// Of every route that wants a token; nobody needs to declare it. And its name in a request.
extern const Parameter waitPosition;
inline const std::string waitHeader = "kartei-wait-position";

struct Body {
    enum class Need { required, optional };
    std::string type;  // its media type
    std::string schema;
    Need need = Need::required;
};

struct Route {
    // Whether HEAD is answered as GET is, without the body. Not where being read is itself recorded.
    enum class Head { answered, refused };
    // What an answer takes, so that those that take long have threads of their own, and none of them keeps a till
    // waiting.
    enum class Pace {
        prompt,      // what is at hand, a person's own events, a sync of the disk
        looking,     // through many entries, a bounded number at a time
        listing,     // the same of customers, whose files are brought up to the log before
        delivering,  // a webhook, which waits for the deliveries before it
        whole,       // through all that there is
        checking,    // the same, and changes nothing: one at a time, so that an erasure waits for one at most
    };

    Method method{};
    std::string path;       // "/v1/{business}/customers/{source}/{id}"
    std::string operation;  // its name in the OpenAPI document: "customer"
    std::string summary;
    std::vector<ledger::TokenRole> roles;  // who may call it; empty: everybody, without a token
    std::vector<Parameter> parameters;
    std::vector<Body> bodies;  // empty: it takes none
    std::string answerType = "application/json";
    std::string answer;  // schema of what comes with 200; empty: a text
    Handler handler = nullptr;
    GeneralHandler general = nullptr;  // instead
    std::string feed = {};  // schema of what comes as text/event-stream, where that is asked for; empty: none
    Head head = Head::answered;
    Pace pace = Pace::prompt;
    EarlyRefusal early = nullptr;

    [[nodiscard]] bool admits(ledger::TokenRole role) const;
    // Whether it reads the header, whose name is in lower case.
    [[nodiscard]] bool reads(std::string_view header) const;
};

// The route at another pace than that of most.
inline Route atPace(Route::Pace pace, Route route) {
    route.pace = pace;
    return route;
}

// What is left of the headers is what the route reads.
void keepRead(Headers& headers, const Route& route);

struct Match {
    const Route* route = nullptr;
    std::map<std::string, std::string> names;
};

class RouteTable {
public:
    explicit RouteTable(std::vector<Route> routes);

    [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }
    // Nothing where no route has this path and method. A path that is spelt out goes before one with a name in its
    // place.
    [[nodiscard]] std::optional<Match> find(Method method, const std::vector<std::string>& path) const;
    // What this path takes, each once, in the order of Method; HEAD where GET is there and answers it.
    [[nodiscard]] std::vector<Method> methodsOf(const std::vector<std::string>& path) const;

private:
    std::vector<Route> routes_;
    std::vector<std::vector<std::string>> segments_;  // of each one's path
};

std::string_view toText(Method method);

// The segments of a route's path.
std::vector<std::string> segmentsOf(const std::string& path);

// One function for each file of handlers.
std::vector<Route> generalRoutes();   // healthz, metrics, openapi.json
std::vector<Route> eventRoutes();     // events, cursor
std::vector<Route> customerRoutes();  // customers, search, accounts
std::vector<Route> joinRoutes();      // links, merges, joins, distinct, pending
std::vector<Route> businessRoutes();  // policy, tokens, me, protocol
std::vector<Route> importRoutes();    // imports
std::vector<Route> hookRoutes();      // hooks
std::vector<Route> evidenceRoutes();  // log, verify, rebuild, backup, erase, export

}  // namespace kartei::tools::service
