#include "tools/service/exchange.hpp"

#include <charconv>
#include <utility>

#include "events/normal_forms.hpp"
#include "tools/kartei/answers.hpp"
#include "tools/kartei/as_of.hpp"
#include "tools/kartei/verbs/arguments.hpp"

namespace kartei::tools::service {

namespace {

constexpr std::size_t usualLimit = 1'000;
constexpr std::size_t highestLimit = 10'000;
constexpr std::size_t fullPageBytes = std::size_t{8} * 1024 * 1024;

// A parameter as `parse` reads it.
template <class Value, class Parse>
Read<std::optional<Value>> parsedIn(const Request& request, const std::string& name, const char* what,
                                    const Parse& parse) {
    const auto said = request.query.find(name);
    if (said == request.query.end()) return std::optional<Value>();
    const auto value = parse(said->second);
    if (!value) return failed(badRequest(name + " must be " + what + "."));
    return std::optional<Value>(*value);
}

}  // namespace

Response badRequest(const std::string& detail) { return problem(400, "bad_input", detail); }

Response reply(const Answer& answer) {
    if (!answer) return problemOf(answer.error());
    Response response;
    response.body = *answer;
    return response;
}

Response replyWithPage(const Page& page, const std::function<Done(const LineSink& sink)>& list) {
    Response response;
    response.body = "{\"" + page.name + "\":[";
    std::size_t count = 0;
    std::size_t looked = 0;
    std::string last;  // that was looked at
    bool isFull = false;
    bool isMore = false;
    const auto take = [&](std::string_view object) {
        if (isFull) {
            isMore = true;
            return false;
        }
        if (count++ > 0) response.body += ',';
        response.body += object;
        return true;
    };
    // Only between items a page can end: of one there may be several objects.
    const auto lookedAt = [&](std::string_view key) {
        last = key;
        isFull = count >= page.limit || response.body.size() >= fullPageBytes;
        isMore = ++looked == mostLookedAt;
        return !isMore;
    };
    const auto done = list({take, lookedAt});
    if (!done) return problemOf(done.error());
    response.body += ']';
    if (isMore) response.body += ",\"next\":" + (page.key == Page::Key::text ? '"' + last + '"' : last);
    response.body += '}';
    return response;
}

Response replyWithList(const std::string& name, const std::function<Done(const LineSink& sink)>& list) {
    Response response;
    response.body = "{\"" + name + "\":[";
    const auto beginning = response.body.size();
    const auto done = list({[&](std::string_view object) {
        if (response.body.size() > beginning) response.body += ',';
        response.body += object;
        return true;
    }});
    if (!done) return problemOf(done.error());
    response.body += "]}";
    return response;
}

Read<std::optional<std::string>> textIn(const Request& request, const std::string& name) {
    return parsedIn<std::string>(request, name, "a text", [](const std::string& text) {
        return text.empty() ? std::nullopt : std::optional(text);
    });
}

Read<std::optional<events::Position>> positionIn(const Request& request, const std::string& name) {
    return parsedIn<events::Position>(request, name, "a position", parsePosition);
}

Read<std::optional<events::Position>> reachedIn(const Request& request, const std::string& name) {
    return parsedIn<events::Position>(request, name, "a position, or 0", parseReached);
}

Read<std::optional<events::Time>> timeIn(const Request& request, const std::string& name) {
    return parsedIn<events::Time>(request, name, "a time such as 2026-03-14T09:30:00Z", events::Time::parse);
}

Read<std::optional<events::RecordName>> recordIn(const Request& request, const std::string& name) {
    return parsedIn<events::RecordName>(request, name, "the name of a record", events::RecordName::parse);
}

Read<bool> flagIn(const Request& request, const std::string& name) {
    const auto said = request.query.find(name);
    if (said == request.query.end() || said->second == "false") return false;
    if (said->second != "true") return failed(badRequest(name + " must be true or false."));
    return true;
}

Read<std::optional<std::uint32_t>> numberIn(const Request& request, const std::string& name) {
    return parsedIn<std::uint32_t>(request, name, "a number from 1", [](const std::string& text) {
        std::uint32_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        const bool isNumber = error == std::errc() && end == text.data() + text.size() && number != 0;
        return isNumber ? std::optional(number) : std::nullopt;
    });
}

Read<AsOf> asOfIn(const Request& request) {
    const auto said = request.query.find("at");
    if (said == request.query.end()) return AsOf();
    if (const auto position = parsePosition(said->second)) return AsOf(*position);
    if (const auto time = events::Time::parse(said->second)) return AsOf(*time);
    return failed(badRequest("at must be a position, or a time such as 2026-03-14T09:30:00Z."));
}

Read<ledger::View> viewIn(const Call& call) {
    const auto asOf = asOfIn(call.request);
    if (!asOf) return failed(asOf.error());
    const auto view = viewOf(call.business, *asOf, call.session.pastJoins);
    if (!view) return failed(problemOf(view.error()));
    return *view;
}

std::optional<Response> refusedOfStream(const Request& request, const std::vector<std::string>& parameters) {
    for (const auto& name : parameters) {
        if (request.query.count(name) != 0) return badRequest(name + " is not of a stream.");
    }
    return std::nullopt;
}

Read<std::size_t> limitIn(const Request& request) {
    const auto said = request.query.find("limit");
    if (said == request.query.end()) return usualLimit;
    std::size_t limit = 0;
    const auto& text = said->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (error != std::errc() || end != text.data() + text.size() || limit == 0 || limit > highestLimit)
        return failed(badRequest("limit must be a number from 1 to " + std::to_string(highestLimit) + "."));
    return limit;
}

Read<events::RecordName> recordOf(const Call& call) {
    auto record = events::RecordName::parse(call.name("source") + "/" + call.name("id"));
    if (!record) return failed(problem(404, "not_found", "There is no such record."));
    return *record;
}

Read<events::SourceName> sourceOf(const Call& call) {
    auto source = events::SourceName::parse(call.name("source"));
    if (!source) return failed(problem(404, "not_found", "There is no such source."));
    return *source;
}

Response tooLargeDocument() { return problem(413, "body_too_large", "A JSON document has at most 1 MiB."); }

std::optional<Response> readBody(const Request& request, const std::function<void(events::JsonObject&)>& read) {
    if (mediaTypeOf(request) != "application/json")
        return problem(415, "unsupported_media_type", "The body must be application/json.");
    if (request.body.size() > mostDocumentBytes) return tooLargeDocument();
    return readObject(request.body, "The body", read);
}

std::optional<Response> readObject(std::string_view text, const std::string& what,
                                   const std::function<void(events::JsonObject&)>& read) {
    const auto document = events::parseJson(text);
    if (!document) return badRequest(what + ": " + document.error().text());
    events::JsonReading reading;
    const events::JsonValue value{*document, reading};
    if (!document->IsObject()) return badRequest(what + " must be an object.");
    events::JsonObject object(value);
    read(object);
    object.finish();
    if (reading.problem()) return badRequest(what + ": " + reading.problem()->text());
    return std::nullopt;
}

bool wantsStream(const Request& request) {
    return events::lowerAscii(request.header("accept")).find("text/event-stream") != std::string::npos;
}

Response streamOf(std::shared_ptr<Feed> feed) {
    Response response;
    response.contentType = "text/event-stream";
    response.headers["cache-control"] = "no-store";
    response.feed = std::move(feed);
    return response;
}

std::string mediaTypeOf(const Request& request) {
    const auto said = request.header("content-type");
    auto type = events::lowerAscii(said.substr(0, said.find(';')));
    while (!type.empty() && type.back() == ' ') type.pop_back();
    return type;
}

}  // namespace kartei::tools::service
