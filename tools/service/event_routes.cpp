// Facts in, and the log out.

#include <set>

#include "events/cloud_event.hpp"
#include "events/json_elements.hpp"
#include "tools/kartei/answers.hpp"
#include "tools/kartei/verbs/arguments.hpp"
#include "tools/service/event_feed.hpp"
#include "tools/service/exchange.hpp"

namespace kartei::tools::service {

namespace {

using ledger::TokenRole;
using Pace = Route::Pace;

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
    auto lines = events::linesOfArray(body);
    if (!lines) return failed(badRequest("A batch of events: " + lines.error().text()));
    return Lines{std::move(*lines)};
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
    // A document takes many times its bytes in memory, and no event has so many.
    const bool isDocument = type == "application/cloudevents+json" || type == "application/json";
    if (isDocument && request.body.size() > mostDocumentBytes) return failed(tooLargeDocument());
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
    const auto wantsRepeated = flagIn(call.request, "repeated");
    if (!wantsRepeated) return wantsRepeated.error();
    if (!*wantsRepeated) return reply(call.operations()->append(lines->text, lines->format));
    std::string repeated;
    auto answer = call.operations()->append(lines->text, lines->format, [&](std::size_t number) {
        repeated.append(repeated.empty() ? "" : ",").append(std::to_string(number));
    });
    if (answer) answer->insert(answer->size() - 1, ",\"repeated\":[" + repeated + "]");
    return reply(answer);
}

Read<EventFeed::Beginning> beginningOf(const Call& call) {
    const auto from = positionIn(call.request, "from");
    if (!from) return failed(from.error());
    const auto after = reachedIn(call.request, "after");
    if (!after) return failed(after.error());
    const auto customer = recordIn(call.request, "customer");
    if (!customer) return failed(customer.error());
    EventFeed::Beginning beginning{from->value_or(events::Position(1)), *customer, std::nullopt};
    if (*after) beginning.from = (*after)->next();
    if (call.token->role != TokenRole::portal) return beginning;
    beginning.portal = call.token->source;
    // Others' names could be tried, to learn who was on the other side of a join.
    if (*customer && events::sourceOf(**customer) != *beginning.portal)
        return failed(problem(403, "forbidden", "This token asks for customers by records of its own source alone."));
    return beginning;
}

Response listEvents(const Call& call) {
    auto beginning = beginningOf(call);
    if (!beginning) return beginning.error();
    const auto view = viewIn(call);
    if (!view) return view.error();
    // A portal may not learn which records of others there are.
    if (beginning->customer && !beginning->portal && !view->then.record(*beginning->customer)->exists())
        return problemOf(notFound());
    if (wantsStream(call.request)) {
        if (call.request.has("last-event-id")) {
            const auto position = parseReached(call.request.header("last-event-id"));
            if (!position) return badRequest("Last-Event-ID must be a position.");
            beginning->from = position->next();
        }
        // Whoever has seen more than there is has seen another log, or one that a restore has taken back.
        if (beginning->from > call.business.head().next())
            return badRequest("A stream must begin at a position that the log has come to, or right behind it.");
        if (auto refused = refusedOfStream(call.request, {"limit", "to", "at"})) return std::move(*refused);
        return streamOf(std::make_shared<EventFeed>(call.business, *beginning));
    }
    const auto limit = limitIn(call.request);
    if (!limit) return limit.error();
    const auto to = positionIn(call.request, "to");
    if (!to) return to.error();
    const auto last = to->value_or(view->then.upTo());
    return replyWithPage({"events", *limit, Page::Key::number}, [&](const LineSink& sink) -> Done {
        std::set<events::Position> joins;
        eachEvent(call.business, *view, *beginning, last, joins,
                  [&](events::Position position, const events::Event* shown) {
                      if (shown != nullptr && !sink(cloudEventOf(*shown))) return false;
                      return sink.lookedAt(std::to_string(position.value()));
                  });
        return std::monostate();
    });
}

Response cursor(const Call& call) {
    const auto source = sourceOf(call);
    if (!source) return source.error();
    if (call.token->source && *call.token->source != *source)
        return problem(403, "forbidden", "This token reads the cursor of its own source alone.");
    const auto view = viewIn(call);
    if (!view) return view.error();
    const auto cursor = ledger::cursorIn(call.business, *view, *source);
    return reply(object([&](events::JsonWriter& out) {
        events::writeMember(out, "source", *source);
        events::writeMember(out, "cursor", cursor);
    }));
}

// CloudEvents HTTP protocol binding 1.0.2 §3.1.3.
std::vector<Parameter> appendParameters() {
    constexpr auto header = Parameter::Place::header;
    return {{"repeated", "true: also tell which had been recorded already, by their numbers from 1", "Flag"},
            {"ce-specversion", "1.0, where the attributes stand in headers and the body is the data", "Text", header},
            {"ce-id", "The attribute id, percent-encoded, as all of them", "Text", header},
            {"ce-source", "The attribute source", "SourceName", header},
            {"ce-type", "The attribute type", "Text", header},
            {"ce-subject", "The attribute subject", "RecordName", header},
            {"ce-time", "The attribute time", "Time", header},
            {"ce-cursor", "The sender's own upstream position", "Text", header},
            {"ce-", "A header that begins with `ce-` is an attribute of the event; one that no event has is refused.",
             "", Parameter::Place::headerBeginning}};
}

}  // namespace

std::vector<Route> eventRoutes() {
    return {
        {Method::post,
         "/v1/{business}/events",
         "appendEvents",
         "Records facts; the answer is there when they are on the disk",
         {TokenRole::adapter, TokenRole::desk, TokenRole::admin},
         appendParameters(),
         {{"application/cloudevents+json", "CloudEvent"},
          {"application/cloudevents-batch+json", "CloudEvents"},
          {"application/x-ndjson", "Text"},
          {"application/x-capnp", "Binary"},
          {"application/json", "EventData"}},
         "application/json",
         "AppendResults",
         append},
        atPace(
            Pace::looking,
            {Method::get,
             "/v1/{business}/events",
             "listEvents",
             "Events in the order of the log; as text/event-stream, what is there and then what comes",
             {TokenRole::admin, TokenRole::auditor, TokenRole::portal},
             {{"from", "The first position", "Position"},
              {"after", "The position before the first", "LogPosition"},
              {"to", "The last position; not of a stream", "Position"},
              {"limit", "How many at most", "Limit"},
              {"customer", "Only those that concern this customer", "RecordName"},
              {"at", "Up to this position or time, of the customer as it was there; not of a stream", "PositionOrTime"},
              {"Last-Event-ID", "The position before the first, of a stream that was cut off", "LogPosition",
               Parameter::Place::header}},
             {},
             "application/json",
             "EventPage",
             listEvents,
             nullptr,
             "EventStream"}),
        atPace(Pace::looking, {Method::get,
                               "/v1/{business}/sources/{source}/cursor",
                               "cursor",
                               "The upstream position that the source sent last",
                               {TokenRole::adapter, TokenRole::admin, TokenRole::auditor},
                               {asOfParameter},
                               {},
                               "application/json",
                               "Cursor",
                               cursor}),
    };
}

}  // namespace kartei::tools::service
