// The description of the service says everything that a route reads, and a route reads nothing else.

#include "tools/service/open_api.hpp"

#include <capnp/schema.h>

#include <catch2/catch.hpp>
#include <functional>
#include <set>

#include "events/event_types.hpp"
#include "ledger/record_facts.hpp"
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

const std::string reference = "#/components/schemas/";

// Every object below the value that is written in the description, with the way to it.
void eachObject(const rapidjson::Value& value, const std::string& way,
                const std::function<void(const rapidjson::Value&, const std::string&)>& take) {
    if (value.IsArray()) {
        for (const auto& item : value.GetArray()) eachObject(item, way, take);
    }
    if (!value.IsObject()) return;
    take(value, way);
    for (const auto& member : value.GetObject()) eachObject(member.value, way + "/" + member.name.GetString(), take);
}

// The words of an enumeration that says them all.
std::set<std::string> wordsOf(const rapidjson::Value& schema) {
    std::set<std::string> words;
    for (const auto& word : schema["enum"].GetArray()) CHECK(words.insert(word.GetString()).second);
    return words;
}

// Those words are `count`, and each is read by `parse`.
template <class Parse>
void checkWords(const std::set<std::string>& words, std::size_t count, const Parse& parse) {
    CHECK(words.size() == count);
    for (const auto& word : words) {
        CAPTURE(word);
        CHECK(parse(word));
    }
}

template <class Enum>
std::size_t countOf() {
    return capnp::Schema::from<Enum>().getEnumerants().size();
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

TEST_CASE("Every schema is used, and what it refers to is there") {
    Served served;
    const auto document = description(served);
    std::set<std::string> used;
    eachObject(document, "", [&](const rapidjson::Value& value, const std::string& way) {
        if (!value.HasMember("$ref")) return;
        CAPTURE(way);
        const std::string to = value["$ref"].GetString();
        REQUIRE(to.starts_with(reference));
        CHECK(document["components"]["schemas"].HasMember(to.substr(reference.size()).c_str()));
        used.insert(to.substr(reference.size()));
    });
    for (const auto& schema : document["components"]["schemas"].GetObject()) {
        CAPTURE(schema.name.GetString());
        CHECK(used.count(schema.name.GetString()) == 1);
    }
}

TEST_CASE("A schema of an object names its members, or says why it does not") {
    Served served;
    const auto document = description(served);
    // What events say is in the contract; what OpenAPI's own members are, in its specification.
    const std::set<std::string> open{"/EventData", "/Description/properties/paths",
                                     "/Description/properties/components"};
    std::set<std::string> found;
    eachObject(document["components"]["schemas"], "", [&](const rapidjson::Value& value, const std::string& way) {
        CAPTURE(way);
        const bool isObject = value.HasMember("type") && value["type"].IsString() && value["type"] == "object";
        if (!isObject) return;
        if (!value.HasMember("additionalProperties")) {
            found.insert(way);
            CHECK(value.HasMember("description"));
            return;
        }
        if (!value.HasMember("required")) return;
        for (const auto& name : value["required"].GetArray()) {
            CAPTURE(name.GetString());
            CHECK(value["properties"].HasMember(name.GetString()));
        }
    });
    CHECK(found == open);
}

TEST_CASE("The description knows the same words as the contract") {
    Served served;
    const auto document = description(served);
    const auto& schemas = document["components"]["schemas"];
    checkWords(wordsOf(schemas["Purpose"]), countOf<events::Purpose>(), events::parsePurpose);
    checkWords(wordsOf(schemas["Channel"]), countOf<events::Channel>(), events::parseChannel);
    checkWords(wordsOf(schemas["ConsentState"]), countOf<events::ConsentState>(), events::parseConsentState);
    checkWords(wordsOf(schemas["Rule"]), countOf<events::Rule>(), events::parseRule);
    // `unknown` is not said.
    checkWords(wordsOf(schemas["Visit"]["properties"]["bookedVia"]), countOf<events::BookedVia>() - 1,
               events::parseBookedVia);
    auto fields = wordsOf(schemas["Field"]);
    fields.merge(wordsOf(schemas["TakenField"]["anyOf"][1]));
    checkWords(fields, countOf<events::Field>(), events::parseField);
    CHECK(fields.count("username") == 1);
    checkWords(wordsOf(schemas["Origin"]), 3, ledger::parseOrigin);
    checkWords(wordsOf(schemas["Role"]), 5, ledger::parseTokenRole);
    for (const auto& rule : wordsOf(schemas["Rule"])) CHECK(schemas["Policy"]["properties"].HasMember(rule.c_str()));
    CHECK(schemas["Policy"]["required"].Size() == schemas["Rule"]["enum"].Size());
}
