// The business's rules, its tokens, and what happened in it.

#include "tools/kartei/answers.hpp"
#include "tools/kartei/verbs/arguments.hpp"
#include "tools/service/exchange.hpp"

namespace kartei::tools::service {

namespace {

using ledger::TokenRole;
using Pace = Route::Pace;

const std::vector<TokenRole> everybody = {TokenRole::adapter, TokenRole::portal, TokenRole::desk, TokenRole::admin,
                                          TokenRole::auditor};

Response policy(const Call& call) {
    const auto asOf = asOfIn(call.request);
    if (!asOf) return asOf.error();
    return reply(call.operations()->policy(*asOf));
}

Response setPolicy(const Call& call) {
    std::string rule;
    bool enabled = false;
    std::string onBehalfOf;
    const auto wrong = readBody(call.request, [&](events::JsonObject& body) {
        body.required("rule", rule);
        body.required("enabled", enabled);
        body.optional("onBehalfOf", onBehalfOf);
    });
    if (wrong) return *wrong;
    const auto known = events::parseRule(rule);
    if (!known) return badRequest("rule: there is no such rule");
    return reply(call.operations(onBehalfOf)->setPolicy(*known, enabled));
}

Response tokens(const Call& call) {
    return replyWithList("tokens", [&](const LineSink& sink) { return call.operations()->tokens(sink); });
}

Response makeToken(const Call& call) {
    TokenRequest wanted;
    std::string role;
    const auto wrong = readBody(call.request, [&](events::JsonObject& body) {
        body.required("name", wanted.name);
        body.required("role", role);
        body.optional("source", wanted.source);
    });
    if (wrong) return *wrong;
    wanted.role = role;
    auto made = reply(call.operations()->makeToken(wanted));
    made.headers["cache-control"] = "no-store";
    return made;
}

Response revokeToken(const Call& call) { return reply(call.operations()->revokeToken(call.name("name"))); }

Response me(const Call& call) {
    return reply(object([&](events::JsonWriter& out) {
        events::writeMember(out, "name", call.token->name);
        events::writeMember(out, "role", ledger::toText(call.token->role));
        events::writeMember(out, "source", call.token->source);
        events::writeMember(out, "business", call.session.business);
    }));
}

Read<ProtocolRequest> protocolIn(const Request& request) {
    ProtocolRequest wanted;
    const auto from = timeIn(request, "from");
    if (!from) return failed(from.error());
    const auto to = timeIn(request, "to");
    if (!to) return failed(to.error());
    const auto type = textIn(request, "type");
    if (!type) return failed(type.error());
    const auto after = reachedIn(request, "after");
    if (!after) return failed(after.error());
    wanted.from = *from;
    wanted.to = *to;
    wanted.type = *type;
    wanted.after = after->value_or(events::Position());
    return wanted;
}

Response protocolPage(const Call& call, std::optional<events::RecordName> customer) {
    auto wanted = protocolIn(call.request);
    if (!wanted) return wanted.error();
    wanted->customer = std::move(customer);
    const auto asOf = asOfIn(call.request);
    if (!asOf) return asOf.error();
    const auto limit = limitIn(call.request);
    if (!limit) return limit.error();
    return replyWithPage({"entries", *limit, Page::Key::number},
                         [&](const LineSink& sink) { return call.operations()->protocol(*wanted, *asOf, sink); });
}

Response protocol(const Call& call) { return protocolPage(call, std::nullopt); }

Response customerProtocol(const Call& call) {
    const auto record = recordOf(call);
    if (!record) return record.error();
    return protocolPage(call, *record);
}

}  // namespace

std::vector<Route> businessRoutes() {
    const std::string base = "/v1/{business}";
    const std::string json = "application/json";
    const std::vector<TokenRole> auditing = {TokenRole::admin, TokenRole::auditor};
    const std::vector<Parameter> protocolParameters = {
        {"from", "Recorded then or later", "Time"},     {"to", "Recorded then or earlier", "Time"},
        {"type", "Only of this type of event", "Text"}, {"after", "The position before the first", "LogPosition"},
        {"limit", "How many at most", "Limit"},         asOfParameter};
    return {
        {Method::get,
         base + "/policy",
         "policy",
         "The rules, and whether they are on",
         {TokenRole::desk, TokenRole::admin, TokenRole::auditor},
         {asOfParameter},
         {},
         json,
         "Policy",
         policy},
        {Method::put,
         base + "/policy",
         "setPolicy",
         "Switches a rule on or off",
         {TokenRole::admin},
         {ifMatch, idempotencyKey},
         {{json, "PolicyRequest"}},
         json,
         "Decision",
         setPolicy},
        {Method::get,
         base + "/tokens",
         "tokens",
         "Who may talk to this business",
         auditing,
         {},
         {},
         json,
         "TokenList",
         tokens},
        {Method::post,
         base + "/tokens",
         "makeToken",
         "A new token, which is told this once",
         {TokenRole::admin},
         {idempotencyKey},
         {{json, "TokenRequest"}},
         json,
         "NewToken",
         makeToken},
        {Method::remove,
         base + "/tokens/{name}",
         "revokeToken",
         "Revokes a token",
         {TokenRole::admin},
         {},
         {},
         json,
         "Revoked",
         revokeToken},
        {Method::get, base + "/me", "me", "Whose token this is", everybody, {}, {}, json, "Me", me},
        atPace(Pace::looking, {Method::get,
                               base + "/protocol",
                               "protocol",
                               "What happened, as people read it",
                               auditing,
                               protocolParameters,
                               {},
                               json,
                               "ProtocolPage",
                               protocol}),
        atPace(Pace::looking, {Method::get,
                               base + "/customers/{source}/{id}/protocol",
                               "customerProtocol",
                               "The same of one customer",
                               auditing,
                               protocolParameters,
                               {},
                               json,
                               "ProtocolPage",
                               customerProtocol}),
    };
}

}  // namespace kartei::tools::service
