#include "tools/kartei/summaries.hpp"

#include <algorithm>
#include <vector>

#include "events/json.hpp"

namespace kartei::tools {

namespace {

using events::writeMember;

std::string shown(const rapidjson::Document& file, const char* field) {
    const auto& attributes = file["attributes"];
    const auto found = attributes.FindMember(field);
    return found == attributes.MemberEnd() ? std::string() : std::string(found->value["value"].GetString());
}

std::string nameIn(const rapidjson::Document& file) {
    std::string name;
    for (const auto* field : {"givenName", "familyName"}) {
        const auto part = shown(file, field);
        if (!part.empty()) name += (name.empty() ? "" : " ") + part;
    }
    return name.empty() ? shown(file, "company") : name;
}

struct Records {
    std::vector<std::string> names;
    std::vector<std::string> origins;  // each once
};

// Nothing where none of the records exists: only facts that arrived early.
std::optional<Records> recordsIn(const rapidjson::Document& file) {
    Records records;
    for (const auto& record : file["records"].GetArray()) {
        if (!record.HasMember("origin")) continue;
        records.names.emplace_back(record["record"].GetString());
        const std::string origin = record["origin"].GetString();
        if (std::find(records.origins.begin(), records.origins.end(), origin) == records.origins.end()) {
            records.origins.push_back(origin);
        }
    }
    if (records.names.empty()) return std::nullopt;
    return records;
}

bool isWanted(const Records& records, const CustomersRequest& request) {
    const bool joined = records.names.size() > 1;
    if (request.joined == CustomersRequest::Joined::joined && !joined) return false;
    if (request.joined == CustomersRequest::Joined::single && joined) return false;
    return !request.origin ||
           std::find(records.origins.begin(), records.origins.end(), *request.origin) != records.origins.end();
}

}  // namespace

std::optional<std::string> summaryOf(std::string_view text, const CustomersRequest& request) {
    rapidjson::Document file;
    file.Parse(text.data(), text.size());
    const auto records = recordsIn(file);
    if (!records || !isWanted(*records, request)) return std::nullopt;
    rapidjson::StringBuffer buffer;
    events::JsonWriter out(buffer);
    out.StartObject();
    writeMember(out, "customer", file["customer"].GetString());
    writeMember(out, "name", nameIn(file));
    if (const auto email = shown(file, "email"); !email.empty()) writeMember(out, "email", email);
    const auto mobile = shown(file, "mobile");
    const auto phone = mobile.empty() ? shown(file, "phone") : mobile;
    if (!phone.empty()) writeMember(out, "phone", phone);
    writeMember(out, "origins", records->origins);
    writeMember(out, "records", records->names);
    writeMember(out, "joined", records->names.size() > 1);
    writeMember(out, "position", file["position"].GetUint64());
    out.EndObject();
    return std::string(buffer.GetString(), buffer.GetSize());
}

bool listPending(std::string_view text, const LineSink& sink) {
    rapidjson::Document file;
    file.Parse(text.data(), text.size());
    for (const auto& change : file["pendingChanges"].GetArray()) {
        rapidjson::StringBuffer buffer;
        events::JsonWriter out(buffer);
        out.StartObject();
        writeMember(out, "customer", file["customer"].GetString());
        for (const auto& member : change.GetObject()) {
            out.Key(member.name.GetString());
            member.value.Accept(out);
        }
        const auto& attributes = file["attributes"];
        const auto current = attributes.FindMember(change["field"].GetString());
        if (current != attributes.MemberEnd()) {
            out.Key("current");
            current->value["value"].Accept(out);
        }
        out.EndObject();
        if (!sink({buffer.GetString(), buffer.GetSize()})) return false;
    }
    return true;
}

}  // namespace kartei::tools
