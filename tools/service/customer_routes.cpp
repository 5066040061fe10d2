// Who the customers are, what they did, and what they agreed to.

#include "events/event_types.hpp"
#include "tools/service/exchange.hpp"

namespace kartei::tools::service {

namespace {

using ledger::TokenRole;
using Pace = Route::Pace;

const std::vector<TokenRole> readers = {TokenRole::desk, TokenRole::admin, TokenRole::auditor};
const auto& at = asOfParameter;
const Parameter behind{"after", "The customer before the first", "RecordName"};
const Parameter atMost{"limit", "How many at most", "Limit"};

Read<CustomersRequest> wantedIn(const Request& request) {
    CustomersRequest wanted;
    const auto origin = textIn(request, "origin");
    if (!origin) return failed(origin.error());
    wanted.origin = *origin;
    if (request.query.count("joined") != 0) {
        const auto joined = flagIn(request, "joined");
        if (!joined) return failed(joined.error());
        wanted.joined = *joined ? CustomersRequest::Joined::joined : CustomersRequest::Joined::single;
    }
    const auto after = recordIn(request, "after");
    if (!after) return failed(after.error());
    wanted.after = *after;
    return wanted;
}

Response listCustomers(const Call& call) {
    const auto wanted = wantedIn(call.request);
    if (!wanted) return wanted.error();
    const auto asOf = asOfIn(call.request);
    if (!asOf) return asOf.error();
    const auto limit = limitIn(call.request);
    if (!limit) return limit.error();
    return replyWithPage({"customers", *limit, Page::Key::text},
                         [&](const LineSink& sink) { return call.operations()->customers(*wanted, *asOf, sink); });
}

Response search(const Call& call) {
    const auto query = textIn(call.request, "q");
    if (!query) return query.error();
    if (!*query) return badRequest("q must say what to look for.");
    const auto after = recordIn(call.request, "after");
    if (!after) return after.error();
    const auto asOf = asOfIn(call.request);
    if (!asOf) return asOf.error();
    const auto limit = limitIn(call.request);
    if (!limit) return limit.error();
    return replyWithPage({"customers", *limit, Page::Key::text}, [&](const LineSink& sink) {
        return call.operations()->search({**query, *after}, *asOf, sink);
    });
}

Response customer(const Call& call) {
    const auto record = recordOf(call);
    if (!record) return record.error();
    const auto asOf = asOfIn(call.request);
    if (!asOf) return asOf.error();
    return reply(call.operations()->customer(*record, *asOf));
}

Response history(const Call& call) {
    const auto record = recordOf(call);
    if (!record) return record.error();
    const auto asOf = asOfIn(call.request);
    if (!asOf) return asOf.error();
    return reply(call.operations()->history(*record, *asOf));
}

Response consents(const Call& call) {
    const auto record = recordOf(call);
    if (!record) return record.error();
    const auto asOf = asOfIn(call.request);
    if (!asOf) return asOf.error();
    const auto& query = call.request.query;
    const auto purpose = query.find("purpose");
    const auto channel = query.find("channel");
    if (purpose == query.end() && channel == query.end()) {
        if (query.count("address") != 0) return badRequest("An address goes with a purpose and a channel.");
        return reply(call.operations()->consents(*record, std::nullopt, *asOf));
    }
    if (purpose == query.end() || channel == query.end()) return badRequest("purpose and channel go together.");
    ConsentQuery asked;
    const auto knownPurpose = events::parsePurpose(purpose->second);
    const auto knownChannel = events::parseChannel(channel->second);
    if (!knownPurpose || !knownChannel) return badRequest("There is no such purpose or channel.");
    asked.purpose = *knownPurpose;
    asked.channel = *knownChannel;
    const auto address = textIn(call.request, "address");
    if (!address) return address.error();
    asked.address = *address;
    return reply(call.operations()->consents(*record, asked, *asOf));
}

Response account(const Call& call) {
    const auto source = sourceOf(call);
    if (!source) return source.error();
    if (call.token->source && *call.token->source != *source)
        return problem(403, "forbidden", "This token reads accounts of its own source alone.");
    const auto asOf = asOfIn(call.request);
    if (!asOf) return asOf.error();
    return reply(call.operations()->account(*source, call.name("username"), *asOf));
}

}  // namespace

std::vector<Route> customerRoutes() {
    const std::string one = "/v1/{business}/customers/{source}/{id}";
    return {
        atPace(Pace::listing, {Method::get,
                               "/v1/{business}/customers",
                               "listCustomers",
                               "Customers, by the name of the record that leads",
                               readers,
                               {{"origin", "Those with a record of this origin", "Origin"},
                                {"joined", "true: those of several records; false: of one", "Flag"},
                                behind,
                                atMost,
                                at},
                               {},
                               "application/json",
                               "CustomerPage",
                               listCustomers}),
        atPace(Pace::listing, {Method::get,
                               "/v1/{business}/search",
                               "search",
                               "Customers whose file has words that begin like these",
                               readers,
                               {{"q", "Words, an e-mail address, a telephone number", "Text"}, behind, atMost, at},
                               {},
                               "application/json",
                               "CustomerPage",
                               search}),
        {Method::get,
         one,
         "customer",
         "The file of the customer that the record belongs to",
         readers,
         {at},
         {},
         "application/json",
         "CustomerFile",
         customer},
        {Method::get,
         one + "/history",
         "history",
         "The customer's visits, by start",
         readers,
         {at},
         {},
         "application/json",
         "History",
         history},
        {Method::get,
         one + "/consents",
         "consents",
         "The customer's consents; with a purpose and a channel, whether they may be contacted, and what decides it",
         readers,
         {{"purpose", "What for", "Purpose"}, {"channel", "Which way", "Channel"}, {"address", "Where", "Text"}, at},
         {},
         "application/json",
         "Consents",
         consents},
        {Method::get,
         "/v1/{business}/accounts/{source}/{username}/history",
         "accountHistory",
         "What a person sees in their own online account",
         {TokenRole::portal, TokenRole::desk, TokenRole::admin, TokenRole::auditor},
         {at},
         {},
         "application/json",
         "AccountHistory",
         account},
    };
}

}  // namespace kartei::tools::service
