#include "tools/service/problem.hpp"

#include <map>

#include "tools/kartei/answers.hpp"

namespace kartei::tools::service {

namespace {

Response written(unsigned status, const Failure& failure) {
    Response response;
    response.status = status;
    response.contentType = "application/problem+json";
    response.body = object([&](events::JsonWriter& out) {
        events::writeMember(out, "type", "about:blank");
        events::writeMember(out, "title", reasonOf(status));
        events::writeMember(out, "status", std::uint64_t{status});
        events::writeMember(out, "code", failure.code);
        events::writeMember(out, "detail", failure.detail);
        if (!failure.joins.empty()) events::writeMember(out, "joins", failure.joins);
    });
    return response;
}

unsigned statusOf(const Failure& failure) {
    static const std::map<std::string, unsigned> special = {
        {"not_found", 404},         {"unknown_business", 404}, {"forbidden", 403},         {"changed_since", 412},
        {"no_data_directory", 404}, {"data_locked", 503},      {"log_behind_anchor", 503}, {"anchor_lost", 503},
        {"too_many_imports", 503},  {"interrupted", 503},      {"event_too_large", 413}};
    const auto known = special.find(failure.code);
    if (known != special.end()) return known->second;
    switch (failure.kind) {
        case Failure::Kind::refused: return 409;
        case Failure::Kind::badInput: return 400;
        case Failure::Kind::storage: break;
    }
    return 500;
}

}  // namespace

Response problem(unsigned status, const std::string& code, const std::string& detail) {
    return written(status, {Failure::Kind::badInput, code, detail, {}});
}

Response problemOf(const Failure& failure) {
    // Of what is damaged, the database's own words stand in brackets.
    if (const auto own = failure.detail.find(" ("); failure.code == "damaged" && own != std::string::npos) {
        auto response = problem(statusOf(failure), failure.code, failure.detail.substr(0, own) + ".");
        response.cause = failure.detail;
        return response;
    }
    if (failure.code != "storage") return written(statusOf(failure), failure);
    auto response =
        problem(statusOf(failure), failure.code, "The server's disk has said no; the server's log says more.");
    response.cause = failure.detail;
    return response;
}

std::string codeOf(const Response& problem) {
    rapidjson::Document document;
    document.Parse(problem.body.data(), problem.body.size());
    return document.IsObject() && document.HasMember("code") ? document["code"].GetString() : "";
}

std::string reasonOf(unsigned status) {
    static const std::map<unsigned, std::string> reasons = {{200, "OK"},
                                                            {400, "Bad Request"},
                                                            {401, "Unauthorized"},
                                                            {403, "Forbidden"},
                                                            {404, "Not Found"},
                                                            {405, "Method Not Allowed"},
                                                            {408, "Request Timeout"},
                                                            {409, "Conflict"},
                                                            {412, "Precondition Failed"},
                                                            {413, "Content Too Large"},
                                                            {415, "Unsupported Media Type"},
                                                            {431, "Request Header Fields Too Large"},
                                                            {500, "Internal Server Error"},
                                                            {503, "Service Unavailable"}};
    const auto known = reasons.find(status);
    return known == reasons.end() ? "" : known->second;
}

}  // namespace kartei::tools::service
