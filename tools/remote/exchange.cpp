#include "tools/remote/exchange.hpp"

#include <algorithm>
#include <array>

#include "events/json.hpp"
#include "tools/kartei/answers.hpp"

namespace kartei::tools::remote {

namespace {

constexpr unsigned done = 200;
constexpr unsigned firstOfServer = 500;
constexpr std::string_view mostOfPage = "1000";

Failure::Kind kindOf(unsigned status, std::string_view code) {
    if (status >= firstOfServer) return Failure::Kind::storage;
    constexpr std::array<unsigned, 3> refused = {403, 409, 412};
    const bool isRefused = std::find(refused.begin(), refused.end(), status) != refused.end();
    if (isRefused || code == "not_found" || code == "event_too_large") return Failure::Kind::refused;
    return Failure::Kind::badInput;
}

bool isOf(const HttpResponse& response, const std::string& type) {
    const auto said = response.headers.find("content-type");
    return said != response.headers.end() && said->second.substr(0, said->second.find(';')) == type;
}

std::string textOf(const rapidjson::Value& value) {
    return value.IsString() ? std::string(value.GetString(), value.GetStringLength()) : jsonOf(value);
}

// Gives the list's objects to `sink`; `next` is where the next page begins, or empty.
Result<bool, Failure> take(const std::string& body, const std::string& name, const LineSink& sink, std::string& next) {
    rapidjson::Document document;
    document.Parse(body.data(), body.size());
    if (!document.IsObject() || !document.HasMember(name.c_str()) || !document[name.c_str()].IsArray())
        return failed(notOfKartei());
    for (const auto& item : document[name.c_str()].GetArray()) {
        if (!sink(textOf(item))) return false;
    }
    next = document.HasMember("next") ? textOf(document["next"]) : "";
    return true;
}

}  // namespace

Failure notOfKartei() {
    return {Failure::Kind::storage, "unreachable", "What answers there is no server of Kartei's.", {}};
}

Path& Path::segment(std::string_view text) {
    text_ += '/';
    // As they are, these two lead elsewhere.
    if (text == "." || text == "..") {
        for (std::size_t i = 0; i < text.size(); ++i) text_ += "%2E";
    } else {
        text_ += percentEncoded(text);
    }
    return *this;
}

Path& Path::record(const events::RecordName& record) {
    const auto slash = record.text().find('/');
    return segment(record.text().substr(0, slash)).segment(record.text().substr(slash + 1));
}

Path& Path::parameter(std::string_view name, std::string_view value) {
    text_ += separator_ + std::string(name) + '=' + percentEncoded(value);
    separator_ = '&';
    return *this;
}

Failure failureOf(const HttpResponse& response) {
    rapidjson::Document document;
    document.Parse(response.body.data(), response.body.size());
    const auto type = response.headers.find("content-type");
    const bool isProblem = type != response.headers.end() && type->second == "application/problem+json" &&
                           document.IsObject() && document.HasMember("code") && document["code"].IsString() &&
                           document.HasMember("detail") && document["detail"].IsString();
    if (!isProblem) return notOfKartei();
    Failure failure{{}, document["code"].GetString(), document["detail"].GetString(), {}};
    failure.kind = kindOf(response.status, failure.code);
    if (document.HasMember("joins") && document["joins"].IsArray()) {
        for (const auto& join : document["joins"].GetArray()) {
            if (join.IsUint64()) failure.joins.emplace_back(join.GetUint64());
        }
    }
    return failure;
}

Result<HttpResponse, Failure> Exchange::perform(HttpRequest request, const std::string& type) {
    request.path = base_ + request.path;
    auto response = client_.send(request);
    if (!response) return failed(response.error());
    if (response->status != done) return failed(failureOf(*response));
    // Whatever stands between may answer 200 to everything.
    if (!isOf(*response, type)) return failed(notOfKartei());
    return response;
}

Answer Exchange::object(HttpRequest request, const std::vector<std::string>& members) {
    auto response = perform(std::move(request), "application/json");
    if (!response) return failed(response.error());
    rapidjson::Document document;
    document.Parse(response->body.data(), response->body.size());
    const bool isWhole =
        document.IsObject() && std::all_of(members.begin(), members.end(),
                                           [&](const std::string& name) { return document.HasMember(name.c_str()); });
    if (!isWhole) return failed(notOfKartei());
    return std::move(response->body);
}

Result<HttpResponse, Failure> Exchange::stream(HttpRequest request, const std::function<bool(std::string_view)>& take) {
    request.path = base_ + request.path;
    auto response = client_.stream(request, take);
    if (!response) return failed(response.error());
    if (response->status != done) return failed(failureOf(*response));
    if (!isOf(*response, "text/event-stream")) return failed(notOfKartei());
    return response;
}

Answer Exchange::get(const Path& path, const std::vector<std::string>& members) {
    return object({"GET", path.text()}, members);
}

Answer Exchange::send(const std::string& method, const Path& path, std::string_view body,
                      const std::vector<std::string>& members) {
    HttpRequest request{method, path.text()};
    request.body = body;
    if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    return object(std::move(request), members);
}

Result<bool, Failure> Exchange::page(const Path& path, const std::string& name, const LineSink& sink,
                                     std::string& next) {
    const auto response = perform({"GET", path.text()}, "application/json");
    if (!response) return failed(response.error());
    return take(response->body, name, sink, next);
}

Done Exchange::list(const Path& path, const std::string& name, const LineSink& sink) {
    std::string next;
    const auto isMore = page(path, name, sink, next);
    if (!isMore) return failed(isMore.error());
    return std::monostate();
}

Done Exchange::pages(const Path& path, const std::string& name, const LineSink& sink) {
    auto first = path;
    first.parameter("limit", mostOfPage);
    std::string next;
    do {
        auto one = first;
        if (!next.empty()) one.parameter("after", next);
        const auto isMore = page(one, name, sink, next);
        if (!isMore) return failed(isMore.error());
        if (!*isMore) break;
    } while (!next.empty());
    return std::monostate();
}

}  // namespace kartei::tools::remote
