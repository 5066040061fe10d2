#pragma once
// Requests to the server and what its answers say: the transport of remote_operations.hpp.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/kartei/operations.hpp"
#include "tools/remote/http_client.hpp"

namespace kartei::tools::remote {

// A path behind the business's, and the parameters of its query.
class Path {
public:
    explicit Path(std::string text) : text_(std::move(text)) {}
    // One more segment, encoded, so that it is one whatever is in it.
    Path& segment(std::string_view text);
    Path& record(const events::RecordName& record);
    Path& parameter(std::string_view name, std::string_view value);
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
    char separator_ = '?';
};

class Exchange {
public:
    // `base`: "/v1/salon".
    Exchange(HttpClient& client, std::string base) : client_(client), base_(std::move(base)) {}

    // Each answers what the server did. `members`: what the answer's object must have; what has not is none of
    // Kartei's, for whatever stands between may answer 200 to everything.
    Answer get(const Path& path, const std::vector<std::string>& members);
    // `body`: JSON; empty for none.
    Answer send(const std::string& method, const Path& path, std::string_view body,
                const std::vector<std::string>& members);
    Answer object(HttpRequest request, const std::vector<std::string>& members);
    // The response itself, which must be of this media type.
    Result<HttpResponse, Failure> perform(HttpRequest request, const std::string& type);
    Result<HttpResponse, Failure> stream(HttpRequest request, const std::function<bool(std::string_view)>& take);

    // The objects of the list that stands under `name` in the answer, page by page.
    Done list(const Path& path, const std::string& name, const LineSink& sink);
    Done pages(const Path& path, const std::string& name, const LineSink& sink);

private:
    // Whether the sink wants more; `next` is where the next page begins, or empty.
    Result<bool, Failure> page(const Path& path, const std::string& name, const LineSink& sink, std::string& next);

    HttpClient& client_;
    std::string base_;
};

// What answers is something else.
Failure notOfKartei();

// What the server said no to, as the operations in this process say it.
Failure failureOf(const HttpResponse& response);

}  // namespace kartei::tools::remote
