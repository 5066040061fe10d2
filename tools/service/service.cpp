#include "tools/service/service.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <new>
#include <thread>
#include <utility>

#include "adapters/text_forms.hpp"
#include "ledger/failure.hpp"
#include "tools/kartei/answers.hpp"
#include "tools/kartei/verbs/arguments.hpp"
#include "tools/service/open_api.hpp"
#include "tools/service/problem.hpp"

namespace kartei::tools::service {

namespace {

constexpr std::string_view bearer = "Bearer ";
constexpr std::size_t longestKey = 255;
constexpr unsigned firstProblem = 400;
constexpr unsigned unauthorizedStatus = 401;
const std::string positionHeader = "kartei-position";
// How long a read waits for a position that is not there yet.
constexpr std::chrono::seconds patience{5};
constexpr std::chrono::milliseconds betweenLooks{2};
constexpr unsigned mostWaiting = 16;

std::vector<Route> allRoutes() {
    std::vector<Route> routes;
    for (auto* group : {generalRoutes, eventRoutes, customerRoutes, joinRoutes, businessRoutes, importRoutes,
                        hookRoutes, evidenceRoutes}) {
        for (auto& route : group()) {
            if (!route.roles.empty()) route.parameters.push_back(waitPosition);
            routes.push_back(std::move(route));
        }
    }
    return routes;
}

Response unauthorized() {
    auto response = problem(401, "unauthorized", "This needs the token of somebody who may do it.");
    response.headers["www-authenticate"] = "Bearer realm=\"kartei\"";
    return response;
}

Response notAllowed(const std::vector<Method>& methods) {
    auto response = problem(405, "method_not_allowed", "This path takes other methods.");
    std::string allowed;
    for (const auto method : methods) allowed += (allowed.empty() ? "" : ", ") + std::string(toText(method));
    response.headers["allow"] = allowed;
    return response;
}

std::string whatIsWrong(TargetProblem problem) {
    switch (problem) {
        case TargetProblem::notAPath: return "The target does not begin with a slash.";
        case TargetProblem::badEncoding: return "The target's percent-encoding does not say UTF-8.";
        case TargetProblem::strayPath:
            return "The path has an empty segment, `.` or `..` as they are, a backslash or a control character.";
        case TargetProblem::doubleName: return "A parameter of the query stands twice.";
    }
    return "";
}

// The secret that the request carries (RFC 6750 §2.1; a scheme is spelt in any case, RFC 9110 §11.1); empty for none.
std::string_view secretOf(const Request& request) {
    const auto said = request.header("authorization");
    if (!adapters::equalIgnoringCase(said.substr(0, bearer.size()), bearer)) return {};
    const auto secret = said.substr(bearer.size());
    return secret.substr(std::min(secret.find_first_not_of(' '), secret.size()));
}

std::optional<ledger::AccessToken> tokenOf(std::string_view secret, ledger::Business* business) {
    if (business == nullptr || secret.empty()) return std::nullopt;
    return business->accessTokens().find(secret);
}

// Null where there is none, or where it cannot be opened and a stranger asks for what strangers may not.
ledger::Business* opened(ledger::Ledger& ledger, const events::BusinessName& name, const Route& route,
                         std::string_view secret) {
    try {
        return ledger.find(name);
    } catch (const ledger::Failure&) {
        if (route.roles.empty() || ledger.hasToken(name, secret)) throw;
        return nullptr;
    }
}

// A live stream for as long as its reader's token is there.
class FeedOfToken final : public Feed {
public:
    FeedOfToken(std::shared_ptr<Feed> feed, ledger::Business& business, std::string secret)
        : feed_(std::move(feed)), business_(business), secret_(std::move(secret)) {}

    Piece next() override {
        isRevoked_ = !business_.accessTokens().find(secret_);
        return isRevoked_ ? Piece{} : feed_->next();
    }
    [[nodiscard]] bool isOver() const override { return isRevoked_ || feed_->isOver(); }

private:
    std::shared_ptr<Feed> feed_;
    ledger::Business& business_;
    std::string secret_;
    bool isRevoked_ = false;
};

// The name behind "/v1/", whatever the rest is like.
std::optional<events::BusinessName> businessIn(std::string_view target) {
    constexpr std::string_view root = "/v1/";
    if (!target.starts_with(root)) return std::nullopt;
    target.remove_prefix(root.size());
    const auto name = percentDecoded(target.substr(0, target.find_first_of("/?#")));
    return name ? events::BusinessName::parse(*name) : std::nullopt;
}

// With 401 nobody learns where the log stands, nor whether there is one.
void markPosition(Response& response, const ledger::Business& business) {
    if (response.status != unauthorizedStatus)
        response.headers[positionHeader] = std::to_string(business.head().value());
}

events::Role roleOf(ledger::TokenRole role) {
    switch (role) {
        case ledger::TokenRole::desk: return events::Role::DESK;
        case ledger::TokenRole::admin: return events::Role::ADMIN;
        case ledger::TokenRole::portal: return events::Role::PORTAL;
        case ledger::TokenRole::adapter:
        case ledger::TokenRole::auditor: break;
    }
    return events::Role::ADAPTER;
}

// "7", as an entity tag; "0": of an empty log.
std::optional<events::Position> positionOfTag(std::string_view tag) {
    if (tag.size() < 2 || tag.front() != '"' || tag.back() != '"') return std::nullopt;
    return parseReached(tag.substr(1, tag.size() - 2));
}

// What is wrong where the log has not come to the position that the request names.
std::optional<Response> notReached(const Request& request, const ledger::Business& business) {
    if (!request.has(waitHeader)) return std::nullopt;
    const auto wanted = parseReached(request.header(waitHeader));
    if (!wanted) return problem(400, "bad_input", "Kartei-Wait-Position must be a position.");
    if (business.head() >= *wanted) return std::nullopt;
    return problem(503, "not_reached", "The log has not come to that position.");
}

// What the request's decision rests on; nothing where it does not say.
Result<std::optional<events::Position>, Response> unchangedSince(const Request& request,
                                                                 const ledger::Business& business) {
    if (!request.has("if-match")) return std::optional<events::Position>();
    const auto position = positionOfTag(request.header("if-match"));
    if (!position) return failed(problem(400, "bad_input", "If-Match must be a position in quotation marks."));
    // Nobody has seen what is not there: it is another log's, or one that a restore has taken back.
    if (*position > business.head())
        return failed(problem(400, "bad_input", "If-Match must be a position that the log has come to."));
    return position;
}

// Who the token's owner is for the operations, and what its decisions rest on.
Result<Session, Response> sessionOf(const Request& request, const events::BusinessName& name,
                                    const ledger::Business& business, const ledger::AccessToken* token) {
    Session session{name, {}, {}};
    if (token == nullptr) return session;
    const auto role = roleOf(token->role);
    session.sender = {token->name, role};
    session.decider = {token->name, role};
    session.source = token->source;
    const bool seesAll = token->role == ledger::TokenRole::admin || token->role == ledger::TokenRole::auditor;
    session.pastJoins = seesAll ? ledger::PastJoins::asTheyWere : ledger::PastJoins::onlyIfInForceNow;
    const auto since = unchangedSince(request, business);
    if (!since) return failed(since.error());
    session.decider.unchangedSince = *since;
    if (request.has("idempotency-key")) {
        const auto key = request.header("idempotency-key");
        if (key.empty() || key.size() > longestKey)
            return failed(problem(400, "bad_input", "An Idempotency-Key is 1 to 255 bytes long."));
        // Under the token's name, so that nobody's keys meet another's.
        session.decider.repeatable = {token->name + "\n" + std::string(key),
                                      std::string(toText(request.method)) + " " + request.target + "\n" + request.body};
    }
    return session;
}

// What `work` comes to, or the response that says what it threw.
template <class Work>
auto guarded(const Work& work) -> decltype(work()) {
    try {
        return work();
    } catch (const ledger::Failure& failure) {
        return problemOf(failureOf(failure));
    } catch (const std::bad_alloc&) {
        return problem(503, "storage", "There is not enough memory.");
    } catch (const std::exception&) {
        // What it says may be of somebody.
        return problem(500, "storage", "The server has made a mistake.");
    }
}

}  // namespace

Service::Service(std::shared_ptr<LedgerSource> ledger, Surroundings surroundings)
    : ledger_(std::move(ledger)), routes_(allRoutes()), surroundings_(std::move(surroundings)) {
    surroundings_.openApi = openApiOf(routes_.routes());
    surroundings_.ledger = ledger_;
}

void Service::await(const Request& request) {
    const auto wanted = parseReached(request.header(waitHeader));
    const auto* business = wanted ? awaited(request) : nullptr;
    if (business == nullptr) return;
    const auto until = std::chrono::steady_clock::now() + patience;
    // Who waits has a thread; the others are for those who do not.
    bool mayWait = ++waiting_ <= mostWaiting;
    while (business->head() < *wanted && mayWait) {
        std::this_thread::sleep_for(betweenLooks);
        mayWait = std::chrono::steady_clock::now() < until;
    }
    --waiting_;
}

// Null where the request is refused whatever the log comes to, or is for everybody.
const ledger::Business* Service::awaited(const Request& request) const {
    const auto target = parseTarget(request.target);
    const auto match = target ? routes_.find(request.method, target->path) : std::nullopt;
    if (!match || match->route->roles.empty()) return nullptr;
    auto* business = businessOf(request.target, secretOf(request));
    const auto token = tokenOf(secretOf(request), business);
    return token && match->route->admits(token->role) ? business : nullptr;
}

ledger::Business* Service::businessOf(std::string_view target, std::string_view secret) const {
    const auto name = businessIn(target);
    auto* ledger = ledger_->opened();
    if (!name || ledger == nullptr || secret.empty()) return nullptr;
    try {
        auto* business = ledger->find(*name);
        return tokenOf(secret, business) ? business : nullptr;
    } catch (const ledger::Failure&) {
        return nullptr;  // the answer itself says what is wrong with the disk
    }
}

Response Service::withPosition(Response response, const Request& request) const {
    const auto* business = businessOf(request.target, secretOf(request));
    if (business != nullptr) markPosition(response, *business);
    return response;
}

Response Service::answer(Request& request, Account& account) {
    // Before the headers go that the route does not read.
    const std::string secret(secretOf(request));
    auto response = answered(request, account);
    if (response.headers.count(positionHeader) == 0) {
        if (const auto* business = businessOf(request.target, secret)) markPosition(response, *business);
    }
    if (response.status >= firstProblem) account.code = codeOf(response);
    account.cause = std::move(response.cause);
    return response;
}

template <class Handle>
auto Service::handled(const Request& request, const Admitted& admitted, Handle handle)
    -> decltype(handle(std::declval<Call>())) {
    const auto* token = admitted.token ? &*admitted.token : nullptr;
    const auto session = sessionOf(request, *admitted.name, *admitted.business, token);
    if (!session) return session.error();
    return handle(Call{request, admitted.match.names, token, *admitted.business, ledger_, *session, surroundings_});
}

Route::Pace Service::paceOf(const Request& request) const {
    const auto target = parseTarget(request.target);
    const auto match = target ? routes_.find(request.method, target->path) : std::nullopt;
    return match ? match->route->pace : Route::Pace::prompt;
}

Service::Look Service::lookAt(Request& head, Account& account) {
    Look look;
    look.refusal = guarded([&]() -> std::optional<Response> {
        auto entry = admitted(head, account);
        if (!entry) return withPosition(std::move(entry.error()), head);
        look.isTrusted = entry->token && !entry->match.route->roles.empty();
        const auto early = entry->match.route->early;
        return early == nullptr ? std::nullopt : handled(head, *entry, early);
    });
    if (look.refusal) {
        account.code = codeOf(*look.refusal);
        account.cause = std::move(look.refusal->cause);
    }
    return look;
}

Result<Service::Admitted, Response> Service::admitted(Request& request, Account& account) {
    auto target = parseTarget(request.target);
    if (!target) return failed(problem(400, "bad_input", whatIsWrong(target.error())));
    auto match = routes_.find(request.method, target->path);
    if (!match) {
        const auto methods = routes_.methodsOf(target->path);
        if (!methods.empty()) return failed(notAllowed(methods));
        return failed(problem(404, "no_such_route", "There is nothing at this path."));
    }
    request.query = std::move(target->query);
    const auto& route = *match->route;
    account.route = route.path;
    Admitted entry{std::move(*match)};
    if (route.general == nullptr) {
        entry.name = events::BusinessName::parse(entry.match.names.at("business"));
        ledger::Ledger* ledger = ledger_->opened();
        entry.secret = secretOf(request);
        // Whoever has no token is not told which businesses there are, but by a route that is open.
        if (!route.roles.empty() && entry.secret.empty()) return failed(unauthorized());
        entry.business = entry.name && ledger != nullptr ? opened(*ledger, *entry.name, route, entry.secret) : nullptr;
        entry.token = tokenOf(entry.secret, entry.business);
        if (!route.roles.empty() && !entry.token) return failed(unauthorized());
        if (entry.business == nullptr)
            return failed(problem(404, "unknown_business", "There is no business of this name here."));
        account.business = entry.name->text();
        if (!route.roles.empty() && !route.admits(entry.token->role))
            return failed(problem(403, "forbidden", "A token of this role may not do this."));
    }
    for (const auto& [name, value] : request.query) {
        const bool isKnown =
            std::any_of(route.parameters.begin(), route.parameters.end(), [&, said = name](const Parameter& known) {
                return known.place == Parameter::Place::query && known.name == said;
            });
        if (isKnown) continue;
        return failed(problem(400, "bad_input", "The query has a parameter that this path does not take."));
    }
    // A condition that is not looked at would be taken for one that holds.
    if (request.has("if-match") && !route.reads("if-match"))
        return failed(problem(400, "bad_input", "This path takes no If-Match."));
    keepRead(request.headers, route);
    return entry;
}

Response Service::answered(Request& request, Account& account) {
    return guarded([&]() -> Response {
        const auto entry = admitted(request, account);
        if (!entry) return entry.error();
        if (entry->business == nullptr) return entry->match.route->general(surroundings_);
        if (!entry->match.route->roles.empty()) {
            if (auto early = notReached(request, *entry->business)) return *early;
        }
        auto response = handled(request, *entry, entry->match.route->handler);
        if (response.feed && entry->token) {
            response.feed = std::make_shared<FeedOfToken>(std::move(response.feed), *entry->business, entry->secret);
        }
        markPosition(response, *entry->business);
        return response;
    });
}

}  // namespace kartei::tools::service
