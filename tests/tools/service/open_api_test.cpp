// The description of the service says everything that a route reads, and a route reads nothing else.

#include "tools/service/open_api.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "tests/tools/service/served.hpp"

using namespace kartei;
using namespace kartei::testing;
using tools::service::Body;
using tools::service::Method;
using tools::service::Parameter;
using tools::service::Route;

namespace {

rapidjson::Document description(Served& served) {
    auto document = events::parseJson(served.get("//openapi.json", "").body);
    REQUIRE(document);
    return std::move(*document);
}

std::set<std::string> namesIn(const rapidjson::Value& operation, const std::string& place) {
    std::set<std::string> names;
    for (const auto& parameter : operation["parameters"].GetArray()) {
        if (parameter["in"].GetString() == place) names.insert(parameter["name"].GetString());
    }
    return names;
}

std::string schemaOf(const rapidjson::Value& operation, const std::string& name) {
    for (const auto& parameter : operation["parameters"].GetArray()) {
        if (parameter["name"].GetString() == name) return parameter["schema"]["$ref"].GetString();
    }
    return "";
}

}  // namespace

TEST_CASE("The description names the headers that a request may carry") {
    Served served;
    const auto document = description(served);
    const auto& paths = document["paths"];
    const std::set<std::string> deciding{"If-Match", "Idempotency-Key", "Kartei-Wait-Position"};
    CHECK(namesIn(paths["/v1/{business}/links"]["post"], "header") == deciding);
    CHECK(namesIn(paths["/v1/{business}/merges"]["post"], "header") == deciding);
    CHECK(namesIn(paths["/v1/{business}/joins/{position}/undo"]["post"], "header") == deciding);
    CHECK(namesIn(paths["/v1/{business}/me"]["get"], "header") == std::set<std::string>{"Kartei-Wait-Position"});
    CHECK(namesIn(paths["/v1/{business}/log/checkpoint"]["get"], "header").empty());
    CHECK(namesIn(paths["/v1/{business}/events"]["get"], "header").count("Last-Event-ID") == 1);
    const auto& append = paths["/v1/{business}/events"]["post"];
    CHECK(namesIn(append, "header").count("ce-id") == 1);
    CHECK_THAT(append["description"].GetString(), Catch::Matchers::Contains("`ce-`"));
}

TEST_CASE("The description says what is in a path, which bodies must be there, and what answers carry") {
    Served served;
    const auto document = description(served);
    const auto& paths = document["paths"];
    CHECK(schemaOf(paths["/v1/{business}/joins/{position}/undo"]["post"], "position") ==
          "#/components/schemas/Position");
    CHECK(document["components"]["schemas"]["Position"]["type"] == "integer");
    const auto& tile = paths["/v1/{business}/log/tile/{tile}"]["get"]["parameters"];
    CHECK_THAT(tile[1]["description"].GetString(), Catch::Matchers::Contains("slashes"));
    CHECK(paths["/v1/{business}/links"]["post"]["requestBody"]["required"].GetBool());
    CHECK_FALSE(paths["/v1/{business}/verify"]["post"]["requestBody"]["required"].GetBool());
    for (const auto* feed : {"/v1/{business}/events", "/v1/{business}/imports/{run}"}) {
        const auto& answer = paths[feed]["get"]["responses"]["200"];
        CHECK(answer["content"].HasMember("text/event-stream"));
        CHECK(answer["content"].HasMember("application/json"));
        CHECK(answer["headers"]["Kartei-Position"]["required"].GetBool());
    }
    const auto& export_ = paths["/v1/{business}/customers/{source}/{id}/export"]["get"]["responses"];
    CHECK(export_["200"]["headers"].HasMember("Kartei-Export-Position"));
    CHECK(export_["default"]["headers"].HasMember("Kartei-Position"));
    CHECK_FALSE(export_["401"].HasMember("headers"));
    CHECK_FALSE(paths["/healthz"]["get"]["responses"]["200"].HasMember("headers"));
}

TEST_CASE("A body is asked for where the description says that it must be there") {
    Served served;
    for (const auto& route : served.service().routes().routes()) {
        if (route.bodies.empty() || route.roles.empty()) continue;
        CAPTURE(route.path);
        auto path = route.path.substr(std::string("/v1/{business}").size());
        for (const auto& [name, value] : std::map<std::string, std::string>{
                 {"{source}", "till"}, {"{id}", "1"}, {"{position}", "1"}, {"{adapter}", "csv"}}) {
            if (const auto at = path.find(name); at != std::string::npos) path.replace(at, name.size(), value);
        }
        const bool mayBeLeftOut = served.call(route.method, path, "admin").status == 200;
        CHECK(mayBeLeftOut == (route.bodies.front().need == Body::Need::optional));
    }
}

TEST_CASE("A handler sees no header that its route does not declare") {
    Route route;
    tools::service::Headers sent{
        {"accept", "text/event-stream"}, {"authorization", "Bearer x"}, {"ce-id", "1"}, {"ce-other", "2"},
        {"content-type", "a/b"},         {"if-match", "\"1\""}};
    auto none = sent;
    keepRead(none, route);
    CHECK(none.empty());
    route.parameters = {{"If-Match", "", "Text", Parameter::Place::header},
                        {"ce-", "", "", Parameter::Place::headerBeginning},
                        {"accept", "", "Text", Parameter::Place::query}};
    route.bodies = {{"a/b", "Text"}};
    keepRead(sent, route);
    CHECK(sent ==
          tools::service::Headers{{"ce-id", "1"}, {"ce-other", "2"}, {"content-type", "a/b"}, {"if-match", "\"1\""}});
}
