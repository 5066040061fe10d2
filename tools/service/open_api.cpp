#include "tools/service/open_api.hpp"

#include <algorithm>
#include <map>

#include "events/json.hpp"
#include "tools/service/problem.hpp"

namespace kartei::tools::service {

namespace {

using events::JsonWriter;
using events::writeMember;

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

void content(JsonWriter& out, const std::string& type, const std::string& schema) {
    object(out, "content", [&] {
        object(out, type.c_str(), [&] {
            if (!schema.empty()) reference(out, schema);
        });
    });
}

// The path without the mark of a name that takes the rest.
std::string pathOf(const Route& route) {
    std::string path = route.path;
    if (const auto mark = path.find("...}"); mark != std::string::npos) path.erase(mark, 3);
    return path;
}

std::string lowered(std::string_view method) {
    std::string text(method);
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char letter) { return static_cast<char>(letter | 0x20); });
    return text;
}

void parameter(JsonWriter& out, const char* place, const std::string& name, const std::string& description,
               const std::string& schema) {
    out.StartObject();
    writeMember(out, "name", name);
    writeMember(out, "in", place);
    if (!description.empty()) writeMember(out, "description", description);
    if (std::string_view(place) == "path") writeMember(out, "required", true);
    reference(out, schema);
    out.EndObject();
}

void parameters(JsonWriter& out, const Route& route) {
    out.Key("parameters");
    out.StartArray();
    for (const auto& segment : segmentsOf(pathOf(route))) {
        if (segment.starts_with('{')) parameter(out, "path", segment.substr(1, segment.size() - 2), "", "Name");
    }
    for (const auto& known : route.parameters) parameter(out, "query", known.name, known.description, known.schema);
    out.EndArray();
}

void problems(JsonWriter& out) {
    object(out, "default", [&] {
        writeMember(out, "description", "It was not done, and why");
        content(out, "application/problem+json", "Problem");
    });
}

void operation(JsonWriter& out, const Route& route) {
    writeMember(out, "operationId", route.operation);
    writeMember(out, "summary", route.summary);
    parameters(out, route);
    if (!route.bodies.empty()) {
        object(out, "requestBody", [&] {
            object(out, "content", [&] {
                for (const auto& [type, schema] : route.bodies) {
                    object(out, type.c_str(), [&, name = schema] { reference(out, name); });
                }
            });
        });
    }
    object(out, "responses", [&] {
        object(out, "200", [&] {
            writeMember(out, "description", "Done");
            content(out, route.answerType, route.answer);
        });
        problems(out);
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
                    object(out, lowered(toText(route->method)).c_str(), [&] { operation(out, *route); });
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
