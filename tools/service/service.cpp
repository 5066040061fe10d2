#include "tools/service/service.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

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
// How long a read waits for a position that is not there yet.
constexpr std::chrono::seconds patience{5};
constexpr std::chrono::milliseconds betweenLooks{2};

std::vector<Route> allRoutes() {
    std::vector<Route> routes;
    for (auto* group : {generalRoutes, eventRoutes, customerRoutes, joinRoutes, businessRoutes, evidenceRoutes}) {
        for (auto& route : group()) routes.push_back(std::move(route));
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

std::string codeOf(const Response& problem) {
    rapidjson::Document document;
    document.Parse(problem.body.data(), problem.body.size());
    return document.IsObject() && document.HasMember("code") ? document["code"].GetString() : "";
}

std::string whatIsWrong(TargetProblem problem) {
    switch (problem) {
        case TargetProblem::notAPath: return "The target does not begin with a slash.";
        case TargetProblem::badEncoding: return "The target's percent-encoding does not say UTF-8.";
        case TargetProblem::strayPath:
            return "The path has a segment that is empty, `.` or `..`, or holds a slash or a control character.";
        case TargetProblem::doubleName: return "A parameter of the query stands twice.";
    }
    return "";
}

std::optional<ledger::AccessToken> tokenOf(const Request& request, ledger::Business* business) {
    const auto said = request.header("authorization");
    if (business == nullptr || !said.starts_with(bearer)) return std::nullopt;
    return business->accessTokens().find(said.substr(bearer.size()));
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

// "7", as an entity tag.
std::optional<events::Position> positionOfTag(std::string_view tag) {
    if (tag.size() < 2 || tag.front() != '"' || tag.back() != '"') return std::nullopt;
    return parsePosition(tag.substr(1, tag.size() - 2));
}

// Who the token's owner is for the operations, and what its decisions rest on.
Result<Session, Response> sessionOf(const Request& request, const events::BusinessName& business,
                                    const ledger::AccessToken* token) {
    Session session{business, {}, {}};
    if (token == nullptr) return session;
    const auto role = roleOf(token->role);
    session.sender = {token->name, role};
    session.decider = {token->name, role};
    session.source = token->source;
    const bool seesAll = token->role == ledger::TokenRole::admin || token->role == ledger::TokenRole::auditor;
    session.pastJoins = seesAll ? PastJoins::asTheyWere : PastJoins::onlyIfInForceNow;
    if (const auto tag = request.header("if-match"); !tag.empty()) {
        session.decider.unchangedSince = positionOfTag(tag);
        if (!session.decider.unchangedSince)
            return failed(problem(400, "bad_input", "If-Match must be a position in quotation marks."));
    }
    if (const auto key = request.header("idempotency-key"); !key.empty()) {
        if (key.size() > longestKey)
            return failed(problem(400, "bad_input", "An Idempotency-Key is at most 255 bytes long."));
        // Under the token's name, so that nobody's keys meet another's.
        session.decider.repeatable = {token->name + "\n" + std::string(key), request.target + "\n" + request.body};
    }
    return session;
}

// Waits for the position that the request names. What is wrong, where something is.
std::optional<Response> waitedFor(const Request& request, const ledger::Business& business) {
    const auto said = request.header("kartei-wait-position");
    if (said.empty()) return std::nullopt;
    const auto wanted = parsePosition(said);
    if (!wanted) return problem(400, "bad_input", "Kartei-Wait-Position must be a position.");
    const auto until = std::chrono::steady_clock::now() + patience;
    while (business.head() < *wanted) {
        if (std::chrono::steady_clock::now() > until)
            return problem(503, "not_reached", "The log has not come to that position.");
        std::this_thread::sleep_for(betweenLooks);
    }
    return std::nullopt;
}

}  // namespace

Service::Service(std::shared_ptr<LedgerSource> ledger, Surroundings surroundings)
    : ledger_(std::move(ledger)), routes_(allRoutes()), surroundings_(std::move(surroundings)) {
    surroundings_.openApi = openApiOf(routes_.routes());
    surroundings_.ledger = ledger_;
}

Response Service::answer(Request& request, Account& account) {
    auto target = parseTarget(request.target);
    if (!target) return problem(400, "bad_input", whatIsWrong(target.error()));
    auto match = routes_.find(request.method, target->path);
    if (!match) {
        const auto methods = routes_.methodsOf(target->path);
        if (!methods.empty()) return notAllowed(methods);
        return problem(404, "no_such_route", "There is nothing at this path.");
    }
    request.query = std::move(target->query);
    account.route = match->route->path;
    auto response = routed(request, *match, account);
    if (response.status >= firstProblem) account.code = codeOf(response);
    return response;
}

Response Service::routed(const Request& request, const Match& match, Account& account) {
    const auto& route = *match.route;
    for (const auto& [name, value] : request.query) {
        const bool isKnown = std::any_of(route.parameters.begin(), route.parameters.end(),
                                         [&, said = name](const Parameter& known) { return known.name == said; });
        if (!isKnown) return problem(400, "bad_input", "The query has a parameter that this path does not take.");
    }
    if (route.general != nullptr) return route.general(surroundings_);
    const auto name = events::BusinessName::parse(match.names.at("business"));
    ledger::Ledger* ledger = ledger_->opened();
    ledger::Business* business = name && ledger != nullptr ? ledger->find(*name) : nullptr;
    std::optional<ledger::AccessToken> token;
    if (!route.roles.empty()) {
        // Whoever has no token is not told which businesses there are.
        token = tokenOf(request, business);
        if (!token) return unauthorized();
        if (std::find(route.roles.begin(), route.roles.end(), token->role) == route.roles.end())
            return problem(403, "forbidden", "A token of this role may not do this.");
    }
    if (business == nullptr) return problem(404, "unknown_business", "There is no business of this name here.");
    account.business = name->text();
    if (auto late = waitedFor(request, *business)) return *late;
    Response response = called(request, match, *business, *name, token ? &*token : nullptr);
    response.headers["kartei-position"] = std::to_string(business->head().value());
    return response;
}

Response Service::called(const Request& request, const Match& match, ledger::Business& business,
                         const events::BusinessName& name, const ledger::AccessToken* token) {
    try {
        const auto session = sessionOf(request, name, token);
        if (!session) return session.error();
        return match.route->handler(Call{request, match.names, token, business, ledger_, *session, surroundings_});
    } catch (const ledger::Failure& failure) {
        return problemOf(failureOf(failure));
    } catch (const std::bad_alloc&) {
        return problem(503, "storage", "There is not enough memory.");
    }
}

}  // namespace kartei::tools::service
