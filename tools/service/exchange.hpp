#pragma once
// What handlers read from a request and make a response of.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/json.hpp"
#include "ledger/view.hpp"
#include "tools/service/problem.hpp"
#include "tools/service/route.hpp"

namespace kartei::tools::service {

// A part of a request, or the response that says what is wrong with it.
template <class Value>
using Read = Result<Value, Response>;

Response badRequest(const std::string& detail);

Response reply(const Answer& answer);
// {"<name>":[…]} of what `list` gives a sink; with "next", what the next page begins after, where there may be one. For
// a list that leaves things out a page ends, so that it is there in time, after `mostLookedAt` items that were looked
// at, be it empty; and each ends behind 8 MiB, so that none takes much memory.
struct Page {
    enum class Key { text, number };
    std::string name;
    std::size_t limit = 0;
    Key key{};  // what the sink is told of that was looked at
};
inline constexpr std::size_t mostLookedAt = 10'000;
Response replyWithPage(const Page& page, const std::function<Done(const LineSink& sink)>& list);
// The same of a list that is always given whole.
Response replyWithList(const std::string& name, const std::function<Done(const LineSink& sink)>& list);

// Parameters of the query. Nothing where they are not there.
Read<std::optional<std::string>> textIn(const Request& request, const std::string& name);
Read<std::optional<events::Position>> positionIn(const Request& request, const std::string& name);
// A position, or 0: before the first.
Read<std::optional<events::Position>> reachedIn(const Request& request, const std::string& name);
Read<std::optional<events::Time>> timeIn(const Request& request, const std::string& name);
Read<std::optional<events::RecordName>> recordIn(const Request& request, const std::string& name);
// A whole number from 1.
Read<std::optional<std::uint32_t>> numberIn(const Request& request, const std::string& name);
// `true` or `false`; false where it is not there.
Read<bool> flagIn(const Request& request, const std::string& name);
// `at`, the parameter of every read of the ledger's state: nothing for now.
inline const Parameter asOfParameter{"at", "As it was at this position or time", "PositionOrTime"};
Read<AsOf> asOfIn(const Request& request);
// The view that it asks for, as the caller may have it.
Read<ledger::View> viewIn(const Call& call);
// What is wrong where a live stream, which tells of what comes, is asked for with one of these.
std::optional<Response> refusedOfStream(const Request& request, const std::vector<std::string>& parameters);
// How many items a page may have at most.
Read<std::size_t> limitIn(const Request& request);

// The record that {source} and {id} of the path name.
Read<events::RecordName> recordOf(const Call& call);
Read<events::SourceName> sourceOf(const Call& call);

// What a JSON document in a body may have: in memory it takes many times that.
inline constexpr std::size_t mostDocumentBytes = std::size_t{1} * 1024 * 1024;
Response tooLargeDocument();
// Reads the JSON object in the body strictly. Nothing where all is well.
std::optional<Response> readBody(const Request& request, const std::function<void(events::JsonObject&)>& read);
// The same of a text, which is called `what` in an answer.
std::optional<Response> readObject(std::string_view text, const std::string& what,
                                   const std::function<void(events::JsonObject&)>& read);

// What the media type of the body is, without its parameters, in lower case.
std::string mediaTypeOf(const Request& request);
// Whether the answer is to be an event stream.
bool wantsStream(const Request& request);
Response streamOf(std::shared_ptr<Feed> feed);

}  // namespace kartei::tools::service
