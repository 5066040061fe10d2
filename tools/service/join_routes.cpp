// What puts people together and takes them apart.

#include "tools/kartei/verbs/arguments.hpp"
#include "tools/service/exchange.hpp"

namespace kartei::tools::service {

namespace {

using ledger::TokenRole;
using Pace = Route::Pace;

const std::vector<TokenRole> readers = {TokenRole::desk, TokenRole::admin, TokenRole::auditor};
const std::vector<TokenRole> staff = {TokenRole::desk, TokenRole::admin};
const Parameter dryRun{"dryRun", "true: only show what would happen", "Flag"};

Read<Mode> modeIn(const Request& request) {
    const auto dry = flagIn(request, "dryRun");
    if (!dry) return failed(dry.error());
    return *dry ? Mode::dryRun : Mode::commit;
}

Response link(const Call& call) {
    const auto mode = modeIn(call.request);
    if (!mode) return mode.error();
    LinkRequest wanted;
    std::string onBehalfOf;
    const auto wrong = readBody(call.request, [&](events::JsonObject& body) {
        body.required("a", wanted.a);
        body.required("b", wanted.b);
        body.optional("comment", wanted.comment);
        body.optional("onBehalfOf", onBehalfOf);
    });
    if (wrong) return *wrong;
    wanted.mode = *mode;
    return reply(call.operations(onBehalfOf)->link(wanted));
}

Response merge(const Call& call) {
    const auto mode = modeIn(call.request);
    if (!mode) return mode.error();
    MergeRequest wanted;
    bool mailCredentials = false;
    std::string onBehalfOf;
    const auto wrong = readBody(call.request, [&](events::JsonObject& body) {
        body.required("from", wanted.from);
        body.required("into", wanted.into);
        body.optional("take", wanted.take);
        body.required("comment", wanted.comment);
        body.optional("mailCredentials", mailCredentials);
        body.optional("onBehalfOf", onBehalfOf);
    });
    if (wrong) return *wrong;
    wanted.mailCredentials = mailCredentials ? MailCredentials::yes : MailCredentials::no;
    wanted.mode = *mode;
    return reply(call.operations(onBehalfOf)->merge(wanted));
}

// {"position":57,"record":"comcash/4711"}
struct Assigning {
    events::Position position;
    events::RecordName record;
};
void readJson(const events::JsonValue& in, Assigning& out) {
    events::JsonObject object(in);
    object.required("position", out.position);
    object.required("record", out.record);
    object.finish();
}

Read<events::Position> joinOf(const Call& call) {
    const auto position = parsePosition(call.name("position"));
    if (!position) return failed(problem(404, "not_found", "There is no such join."));
    return *position;
}

Response undo(const Call& call) {
    const auto mode = modeIn(call.request);
    if (!mode) return mode.error();
    const auto join = joinOf(call);
    if (!join) return join.error();
    UndoRequest wanted;
    wanted.join = *join;
    wanted.mode = *mode;
    bool withDependents = false;
    bool rejoinable = false;
    std::string onBehalfOf;
    std::vector<Assigning> assign;
    const auto wrong = readBody(call.request, [&](events::JsonObject& body) {
        body.optional("reason", wanted.reason);
        body.optional("assign", assign);
        body.optional("withDependents", withDependents);
        body.optional("rejoinable", rejoinable);
        body.optional("onBehalfOf", onBehalfOf);
    });
    if (wrong) return *wrong;
    if (*mode == Mode::commit && wanted.reason.empty()) return badRequest("reason: is missing");
    for (auto& one : assign) wanted.assign.emplace_back(one.position, std::move(one.record));
    wanted.dependents = withDependents ? Dependents::undoToo : Dependents::refuse;
    wanted.rejoining = rejoinable ? Rejoining::rejoinable : Rejoining::markDistinct;
    return reply(call.operations(onBehalfOf)->undo(wanted));
}

Response join(const Call& call) {
    const auto position = joinOf(call);
    if (!position) return position.error();
    const auto asOf = asOfIn(call.request);
    if (!asOf) return asOf.error();
    return reply(call.operations()->join(*position, *asOf));
}

Read<std::pair<events::RecordName, events::RecordName>> pairIn(const Call& call, std::string& onBehalfOf) {
    std::pair<events::RecordName, events::RecordName> pair;
    const auto wrong = readBody(call.request, [&](events::JsonObject& body) {
        body.required("a", pair.first);
        body.required("b", pair.second);
        body.optional("onBehalfOf", onBehalfOf);
    });
    if (wrong) return failed(*wrong);
    return pair;
}

Response marked(const Call& call, DistinctMark mark) {
    std::string onBehalfOf;
    const auto pair = pairIn(call, onBehalfOf);
    if (!pair) return pair.error();
    return reply(call.operations(onBehalfOf)->distinct(pair->first, pair->second, mark));
}
Response markDistinct(const Call& call) { return marked(call, DistinctMark::set); }
Response clearDistinct(const Call& call) { return marked(call, DistinctMark::clear); }

Response listDistinct(const Call& call) {
    const auto asOf = asOfIn(call.request);
    if (!asOf) return asOf.error();
    return replyWithList("distinct",
                         [&](const LineSink& sink) { return call.operations()->distinctPairs(*asOf, sink); });
}

Response pendingOf(const Call& call) {
    const auto record = recordOf(call);
    if (!record) return record.error();
    const auto asOf = asOfIn(call.request);
    if (!asOf) return asOf.error();
    return replyWithList("pending",
                         [&](const LineSink& sink) { return call.operations()->pending({*record}, *asOf, sink); });
}

Response allPending(const Call& call) {
    const auto after = recordIn(call.request, "after");
    if (!after) return after.error();
    const auto asOf = asOfIn(call.request);
    if (!asOf) return asOf.error();
    const auto limit = limitIn(call.request);
    if (!limit) return limit.error();
    return replyWithPage({"pending", *limit, Page::Key::text}, [&](const LineSink& sink) {
        return call.operations()->pending({std::nullopt, *after}, *asOf, sink);
    });
}

Response resolve(const Call& call) {
    const auto record = recordOf(call);
    if (!record) return record.error();
    std::vector<events::Position> take;
    std::vector<events::Position> dismiss;
    std::string onBehalfOf;
    const auto wrong = readBody(call.request, [&](events::JsonObject& body) {
        body.optional("take", take);
        body.optional("dismiss", dismiss);
        body.optional("onBehalfOf", onBehalfOf);
    });
    if (wrong) return *wrong;
    if (take.empty() && dismiss.empty()) return badRequest("take or dismiss must name a position.");
    return reply(call.operations(onBehalfOf)->resolve(*record, take, dismiss));
}

}  // namespace

std::vector<Route> joinRoutes() {
    const std::string base = "/v1/{business}";
    const std::string pending = base + "/customers/{source}/{id}/pending";
    const std::string json = "application/json";
    return {
        {Method::post,
         base + "/links",
         "link",
         "Links two records of one person",
         staff,
         {dryRun, ifMatch, idempotencyKey},
         {{json, "LinkRequest"}},
         json,
         "JoinDecision",
         link},
        {Method::post,
         base + "/merges",
         "merge",
         "Merges one record into another",
         staff,
         {dryRun, ifMatch, idempotencyKey},
         {{json, "MergeRequest"}},
         json,
         "JoinDecision",
         merge},
        {Method::post,
         base + "/joins/{position}/undo",
         "undo",
         "Takes back a link or merge",
         {TokenRole::admin},
         {dryRun, ifMatch, idempotencyKey},
         {{json, "UndoRequest"}},
         json,
         "JoinDecision",
         undo},
        {Method::get,
         base + "/joins/{position}",
         "join",
         "A link or merge",
         readers,
         {asOfParameter},
         {},
         json,
         "Join",
         join},
        atPace(Pace::looking, {Method::get,
                               base + "/distinct",
                               "listDistinct",
                               "Pairs that are marked as different people",
                               readers,
                               {asOfParameter},
                               {},
                               json,
                               "DistinctList",
                               listDistinct}),
        {Method::post,
         base + "/distinct",
         "markDistinct",
         "Marks two records as different people",
         staff,
         {ifMatch, idempotencyKey},
         {{json, "Pair"}},
         json,
         "Decision",
         markDistinct},
        {Method::remove,
         base + "/distinct",
         "clearDistinct",
         "Takes such a mark away",
         staff,
         {ifMatch, idempotencyKey},
         {{json, "Pair"}},
         json,
         "Decision",
         clearDistinct},
        {Method::get,
         pending,
         "pending",
         "Changes of retired records that wait for somebody's decision",
         readers,
         {asOfParameter},
         {},
         json,
         "PendingList",
         pendingOf},
        {Method::post,
         pending,
         "resolve",
         "Takes or dismisses such changes",
         staff,
         {ifMatch, idempotencyKey},
         {{json, "ResolveRequest"}},
         json,
         "Decision",
         resolve},
        atPace(Pace::listing, {Method::get,
                               base + "/pending",
                               "listPending",
                               "The same of all customers",
                               readers,
                               {{"after", "The customer before the first", "RecordName"},
                                {"limit", "How many at most, but for the rest of the last customer's", "Limit"},
                                asOfParameter},
                               {},
                               json,
                               "PendingPage",
                               allPending}),
    };
}

}  // namespace kartei::tools::service
