// Facts in, and the log out.

#include "events/cloud_event.hpp"
#include "tools/kartei/answers.hpp"
#include "tools/kartei/verbs/arguments.hpp"
#include "tools/service/event_feed.hpp"
#include "tools/service/exchange.hpp"

namespace kartei::tools::service {

namespace {

using ledger::TokenRole;

struct Lines {
    std::string text;
    EventFormat format = EventFormat::json;
};

// One document a line, so that its own line breaks do not cut it.
Read<Lines> linesOfDocument(const std::string& body) {
    const auto document = events::parseJson(body);
    if (!document) return failed(badRequest(document.error().text()));
    return Lines{jsonOf(*document) + "\n"};
}

Read<Lines> linesOfBatch(const std::string& body) {
    const auto document = events::parseJson(body);
    if (!document) return failed(badRequest(document.error().text()));
    if (!document->IsArray()) return failed(badRequest("A batch must be an array of events."));
    Lines lines;
    for (const auto& event : document->GetArray()) lines.text += jsonOf(event) + "\n";
    return lines;
}

// CloudEvents HTTP protocol binding 1.0.2 §3.1: the attributes stand in headers, the body is the data.
Read<Lines> linesOfBinary(const Request& request) {
    constexpr std::string_view prefix = "ce-";
    const auto data = events::parseJson(request.body);
    if (!data) return failed(badRequest("data: " + data.error().text()));
    rapidjson::StringBuffer buffer;
    events::JsonWriter out(buffer);
    out.StartObject();
    for (const auto& [name, value] : request.headers) {
        if (!name.starts_with(prefix)) continue;
        const auto text = percentDecoded(value);
        if (!text) return failed(badRequest("A header of the event is not encoded as UTF-8."));
        events::writeMember(out, name.substr(prefix.size()), *text);
    }
    out.Key("data");
    data->Accept(out);
    out.EndObject();
    return Lines{std::string(buffer.GetString(), buffer.GetSize()) + "\n"};
}

Read<Lines> linesIn(const Request& request) {
    const auto type = mediaTypeOf(request);
    if (type == "application/x-ndjson") return Lines{request.body};
    if (type == "application/x-capnp") return Lines{request.body, EventFormat::capnp};
    if (type == "application/cloudevents+json") return linesOfDocument(request.body);
    if (type == "application/cloudevents-batch+json") return linesOfBatch(request.body);
    if (type == "application/json" && !request.header("ce-specversion").empty()) return linesOfBinary(request);
    return failed(problem(415, "unsupported_media_type",
                          "Events come as application/cloudevents+json, application/cloudevents-batch+json, "
                          "application/x-ndjson, application/x-capnp, or with their attributes in ce- headers."));
}

Response append(const Call& call) {
    const auto lines = linesIn(call.request);
    if (!lines) return lines.error();
    return reply(call.operations()->append(lines->text, lines->format));
}

Read<EventFeed::Beginning> beginningOf(const Call& call) {
    const auto from = positionIn(call.request, "from");
    if (!from) return failed(from.error());
    const auto after = positionIn(call.request, "after");
    if (!after) return failed(after.error());
    const auto customer = recordIn(call.request, "customer");
    if (!customer) return failed(customer.error());
    EventFeed::Beginning beginning{from->value_or(events::Position(1)), *customer, std::nullopt};
    if (*after) beginning.from = (*after)->next();
    if (call.token->role == TokenRole::portal) beginning.portal = call.token->source;
    return beginning;
}

Response listEvents(const Call& call) {
    auto beginning = beginningOf(call);
    if (!beginning) return beginning.error();
    if (call.request.header("accept").find("text/event-stream") != std::string_view::npos) {
        if (const auto last = call.request.header("last-event-id"); !last.empty()) {
            const auto position = parsePosition(last);
            if (!position) return badRequest("Last-Event-ID must be a position.");
            beginning->from = position->next();
        }
        Response response;
        response.contentType = "text/event-stream";
        response.headers["cache-control"] = "no-store";
        response.feed = std::make_shared<EventFeed>(call.business, *beginning);
        return response;
    }
    const auto limit = limitIn(call.request);
    if (!limit) return limit.error();
    if (beginning->customer && !call.business.now().record(*beginning->customer)->exists())
        return problemOf(notFound());
    return replyWithPage({"events", *limit, "position"}, [&](const LineSink& sink) -> Done {
        eachEvent(call.business, *beginning, call.business.head(), [&](const events::Event& event) {
            rapidjson::StringBuffer buffer;
            events::JsonWriter out(buffer);
            events::writeCloudEvent(out, event);
            return sink({buffer.GetString(), buffer.GetSize()});
        });
        return std::monostate();
    });
}

Response cursor(const Call& call) {
    const auto source = sourceOf(call);
    if (!source) return source.error();
    if (call.token->source && *call.token->source != *source)
        return problem(403, "forbidden", "This token reads the cursor of its own source alone.");
    const auto cursor = call.business.cursor(*source);
    return reply(object([&](events::JsonWriter& out) {
        events::writeMember(out, "source", *source);
        events::writeMember(out, "cursor", cursor);
    }));
}

}  // namespace

std::vector<Route> eventRoutes() {
    return {
        {Method::post,
         "/v1/{business}/events",
         "appendEvents",
         "Records facts; the answer is there when they are on the disk",
         {TokenRole::adapter, TokenRole::desk, TokenRole::admin},
         {},
         {{"application/cloudevents+json", "CloudEvent"},
          {"application/cloudevents-batch+json", "CloudEvents"},
          {"application/x-ndjson", "Text"},
          {"application/x-capnp", "Binary"},
          {"application/json", "EventData"}},
         "application/json",
         "AppendResults",
         append},
        {Method::get,
         "/v1/{business}/events",
         "listEvents",
         "Events in the order of the log; as text/event-stream, what is there and then what comes",
         {TokenRole::admin, TokenRole::auditor, TokenRole::portal},
         {{"from", "The first position", "Position"},
          {"after", "The position before the first", "Position"},
          {"limit", "How many at most", "Limit"},
          {"customer", "Only those that concern this customer", "RecordName"}},
         {},
         "application/json",
         "EventPage",
         listEvents},
        {Method::get,
         "/v1/{business}/sources/{source}/cursor",
         "cursor",
         "The upstream position that the source sent last",
         {TokenRole::adapter, TokenRole::admin, TokenRole::auditor},
         {},
         {},
         "application/json",
         "Cursor",
         cursor},
    };
}

}  // namespace kartei::tools::service
