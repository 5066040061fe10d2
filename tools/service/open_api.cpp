#include "tools/service/open_api.hpp"

#include <map>

#include "events/json.hpp"
#include "events/normal_forms.hpp"
#include "tools/service/problem.hpp"

namespace kartei::tools::service {

namespace {

using events::JsonWriter;
using events::writeMember;
using Place = Parameter::Place;

template <class Write>
void object(JsonWriter& out, const char* name, const Write& write) {
    out.Key(name);
    out.StartObject();
    write();
    out.EndObject();
}

void reference(JsonWriter& out, const std::string& schema) {
    object(out, "schema", [&] { writeMember(out, "$ref", "#/components/schemas/" + schema); });
}

void mediaType(JsonWriter& out, const std::string& type, const std::string& schema) {
    object(out, type.c_str(), [&] {
        if (!schema.empty()) reference(out, schema);
    });
}

void content(JsonWriter& out, const std::string& type, const std::string& schema) {
    object(out, "content", [&] { mediaType(out, type, schema); });
}

struct PathParameter {
    std::string schema;
    std::string description = {};
};

// Of every name that stands in a path; a route with another one cannot be described, and no server starts.
const PathParameter& pathParameter(const std::string& name) {
    static const std::map<std::string, PathParameter> known = {
        {"business", {"BusinessName"}},
        {"source", {"SourceName"}},
        {"id", {"RecordId", "Of the record, behind its source"}},
        {"username", {"Name"}},
        {"position", {"Position"}},
        {"name", {"Name", "Of the token"}},
        {"adapter", {"Name"}},
        {"run", {"Name"}},
        {"tile",
         {"TilePath",
          "A path itself, such as `0/x001/234.p/5` (C2SP tlog-tiles). Its slashes are sent as they are, not encoded, "
          "which a path parameter of OpenAPI cannot say."}}};
    return known.at(name);
}

// The path without the mark of a name that takes the rest.
std::string pathOf(const Route& route) {
    std::string path = route.path;
    if (const auto mark = path.find("...}"); mark != std::string::npos) path.erase(mark, 3);
    return path;
}

void parameter(JsonWriter& out, std::string_view place, const Parameter& described) {
    out.StartObject();
    writeMember(out, "name", described.name);
    writeMember(out, "in", place);
    if (!described.description.empty()) writeMember(out, "description", described.description);
    if (place == "path") writeMember(out, "required", true);
    reference(out, described.schema);
    out.EndObject();
}

void parameters(JsonWriter& out, const Route& route) {
    out.Key("parameters");
    out.StartArray();
    for (const auto& segment : segmentsOf(pathOf(route))) {
        if (!segment.starts_with('{')) continue;
        const auto name = segment.substr(1, segment.size() - 2);
        const auto& known = pathParameter(name);
        parameter(out, "path", {name, known.description, known.schema});
    }
    for (const auto& known : route.parameters) {
        if (known.place == Place::query) parameter(out, "query", known);
        if (known.place == Place::header) parameter(out, "header", known);
    }
    out.EndArray();
}

// What OpenAPI has no parameters for.
void description(JsonWriter& out, const Route& route) {
    for (const auto& known : route.parameters) {
        if (known.place == Place::headerBeginning) writeMember(out, "description", known.description);
    }
}

void body(JsonWriter& out, const Route& route) {
    if (route.bodies.empty()) return;
    object(out, "requestBody", [&] {
        writeMember(out, "required", route.bodies.front().need == Body::Need::required);
        object(out, "content", [&] {
            for (const auto& known : route.bodies) {
                object(out, known.type.c_str(), [&, name = known.schema] { reference(out, name); });
            }
        });
    });
}

enum class Presence { always, sometimes };

void answerHeader(JsonWriter& out, const Parameter& described, Presence presence) {
    object(out, described.name.c_str(), [&] {
        writeMember(out, "description", described.description);
        writeMember(out, "required", presence == Presence::always);
        reference(out, described.schema);
    });
}

const Parameter logPosition{"Kartei-Position", "Where the log stands", "LogPosition", Place::answerHeader};

void done(JsonWriter& out, const Route& route) {
    object(out, "200", [&] {
        writeMember(out, "description", "Done");
        if (route.general == nullptr) {
            object(out, "headers", [&] {
                answerHeader(out, logPosition, Presence::always);
                for (const auto& known : route.parameters) {
                    if (known.place == Place::answerHeader) answerHeader(out, known, Presence::always);
                }
            });
        }
        object(out, "content", [&] {
            mediaType(out, route.answerType, route.answer);
            if (!route.feed.empty()) mediaType(out, "text/event-stream", route.feed);
        });
    });
}

void problems(JsonWriter& out, const Route& route) {
    if (!route.roles.empty()) {
        object(out, "401", [&] {
            writeMember(out, "description",
                        "There is no token with it that is accepted here; it does not say where the log stands");
            content(out, "application/problem+json", "Problem");
        });
    }
    object(out, "default", [&] {
        writeMember(out, "description", "It was not done, and why");
        if (route.general == nullptr)
            object(out, "headers", [&] { answerHeader(out, logPosition, Presence::sometimes); });
        content(out, "application/problem+json", "Problem");
    });
}

void operation(JsonWriter& out, const Route& route) {
    writeMember(out, "operationId", route.operation);
    writeMember(out, "summary", route.summary);
    description(out, route);
    parameters(out, route);
    body(out, route);
    object(out, "responses", [&] {
        done(out, route);
        problems(out, route);
    });
    out.Key("security");
    out.StartArray();
    if (!route.roles.empty()) {
        out.StartObject();
        out.Key("token");
        out.StartArray();
        for (const auto role : route.roles) events::writeJson(out, ledger::toText(role));
        out.EndArray();
        out.EndObject();
    }
    out.EndArray();
}

void paths(JsonWriter& out, const std::vector<Route>& routes) {
    std::map<std::string, std::vector<const Route*>> byPath;
    for (const auto& route : routes) byPath[pathOf(route)].push_back(&route);
    object(out, "paths", [&] {
        for (const auto& [path, same] : byPath) {
            object(out, path.c_str(), [&, known = same] {
                for (const auto* route : known) {
                    object(out, events::lowerAscii(toText(route->method)).c_str(), [&] { operation(out, *route); });
                }
            });
        }
    });
}

}  // namespace

std::string openApiOf(const std::vector<Route>& routes) {
    rapidjson::StringBuffer buffer;
    JsonWriter out(buffer);
    out.StartObject();
    writeMember(out, "openapi", "3.1.0");
    object(out, "info", [&] {
        writeMember(out, "title", "Kartei");
        writeMember(out, "version", "1");
        writeMember(out, "description", "An event-sourced customer ledger: joins can be undone, the past cannot.");
    });
    paths(out, routes);
    object(out, "components", [&] {
        object(out, "securitySchemes", [&] {
            object(out, "token", [&] {
                writeMember(out, "type", "http");
                writeMember(out, "scheme", "bearer");
            });
        });
        out.Key("schemas");
        rapidjson::Document known;
        known.Parse(schemas);
        known.Accept(out);
    });
    out.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace kartei::tools::service
