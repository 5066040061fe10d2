#pragma once
// What handlers read from a request and make a response of.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "events/json.hpp"
#include "tools/service/problem.hpp"
#include "tools/service/route.hpp"

namespace kartei::tools::service {

// A part of a request, or the response that says what is wrong with it.
template <class Value>
using Read = Result<Value, Response>;

// A value in its one form, without white space.
std::string jsonOf(const rapidjson::Value& value);

Response badRequest(const std::string& detail);

Response reply(const Answer& answer);
// {"<name>":[…]} of what `list` gives a sink; with "next", what the next page begins after, where there is one.
struct Page {
    std::string name;
    std::size_t limit = 0;
    // The member of the last object that the next page begins after.
    std::string cursor;
};
Response replyWithPage(const Page& page, const std::function<Done(const LineSink& sink)>& list);
// The same of a list that is always given whole.
Response replyWithList(const std::string& name, const std::function<Done(const LineSink& sink)>& list);

// Parameters of the query. Nothing where they are not there.
Read<std::optional<std::string>> textIn(const Request& request, const std::string& name);
Read<std::optional<events::Position>> positionIn(const Request& request, const std::string& name);
Read<std::optional<events::Time>> timeIn(const Request& request, const std::string& name);
Read<std::optional<events::RecordName>> recordIn(const Request& request, const std::string& name);
// `true` or `false`; false where it is not there.
Read<bool> flagIn(const Request& request, const std::string& name);
Read<AsOf> asOfIn(const Request& request);
// How many items a page may have at most.
Read<std::size_t> limitIn(const Request& request);

// The record that {source} and {id} of the path name.
Read<events::RecordName> recordOf(const Call& call);
Read<events::SourceName> sourceOf(const Call& call);

// Reads the JSON object in the body strictly. Nothing where all is well.
std::optional<Response> readBody(const Request& request, const std::function<void(events::JsonObject&)>& read);

// What the media type of the body is, without its parameters, in lower case.
std::string mediaTypeOf(const Request& request);

}  // namespace kartei::tools::service
