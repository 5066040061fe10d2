#pragma once
// JSON as Kartei reads and writes it: strict in, one form out.
//
// Reading: RapidJSON parses with UTF-8 checked; on top of it `JsonObject` wants every member asked for, once,
// with the right type. The first thing that is wrong is kept, with the way to it; what follows reads on
// harmlessly and is not used. Messages name members and rules, never values: no personal data in errors.
//
// Writing: members in the order they are written, no white space.

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/names.hpp"
#include "events/result.hpp"
#include "events/time.hpp"

namespace kartei::events {

// A type of our own, so that `writeJson` for any type is found in this namespace.
class JsonWriter : public rapidjson::Writer<rapidjson::StringBuffer> {
public:
    using rapidjson::Writer<rapidjson::StringBuffer>::Writer;
};

struct JsonProblem {
    std::string path;  // "data.attributes.email"; empty for the document itself
    std::string what;  // "must be a text"
    [[nodiscard]] std::string text() const { return path.empty() ? what : path + ": " + what; }
};

// Parses one JSON document: valid UTF-8, no deeper than limits::jsonDepth. That no member stands twice, JsonObject sees
// where it reads one; who reads without it asks hasDoubleMember.
Result<rapidjson::Document, JsonProblem> parseJson(std::string_view text);

// Whether any object of the document, however deep, has two members of one name. Calls itself: only for what parseJson
// has taken.
bool hasDoubleMember(const rapidjson::Value& value);

// Where in the document the reader is, and the first problem met.
class JsonReading {
public:
    [[nodiscard]] const std::optional<JsonProblem>& problem() const { return problem_; }
    void fail(std::string what);
    void enter(std::string_view member) { path_.emplace_back(member); }
    void leave() { path_.pop_back(); }

private:
    std::vector<std::string_view> path_;
    std::optional<JsonProblem> problem_;
};

struct JsonValue {
    const rapidjson::Value& value;
    JsonReading& reading;
    void fail(std::string what) const { reading.fail(std::move(what)); }
};

void readJson(const JsonValue& in, std::string& out);
void readJson(const JsonValue& in, bool& out);
void readJson(const JsonValue& in, std::int64_t& out);
void readJson(const JsonValue& in, std::uint64_t& out);
void readJson(const JsonValue& in, Time& out);
void readJson(const JsonValue& in, Position& out);

void writeJson(JsonWriter& out, const std::string& in);
void writeJson(JsonWriter& out, std::string_view in);
void writeJson(JsonWriter& out, const char* in);
void writeJson(JsonWriter& out, bool in);
void writeJson(JsonWriter& out, std::int64_t in);
void writeJson(JsonWriter& out, std::uint64_t in);
void writeJson(JsonWriter& out, Time in);
void writeJson(JsonWriter& out, Position in);

void failName(const JsonValue& in);

template <class Tag, bool (*wellFormed)(std::string_view)>
void readJson(const JsonValue& in, Name<Tag, wellFormed>& out) {
    if (!in.value.IsString()) return in.fail("must be a text");
    auto name = Name<Tag, wellFormed>::parse({in.value.GetString(), in.value.GetStringLength()});
    if (!name) return failName(in);
    out = std::move(*name);
}
template <class Tag, bool (*wellFormed)(std::string_view)>
void writeJson(JsonWriter& out, const Name<Tag, wellFormed>& in) {
    writeJson(out, in.text());
}

// Whether an array is one and not too long; says so otherwise.
bool isReadableArray(const JsonValue& in);

template <class T>
void readJson(const JsonValue& in, std::vector<T>& out) {
    if (!isReadableArray(in)) return;
    out.clear();
    out.reserve(in.value.Size());
    for (const auto& item : in.value.GetArray()) readJson(JsonValue{item, in.reading}, out.emplace_back());
}
template <class T>
void writeJson(JsonWriter& out, const std::vector<T>& in) {
    out.StartArray();
    for (const auto& item : in) writeJson(out, item);
    out.EndArray();
}

template <class T>
void readJson(const JsonValue& in, std::optional<T>& out) {
    readJson(in, out.emplace());
}

template <class T>
void writeMember(JsonWriter& out, std::string_view name, const T& value) {
    out.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
    writeJson(out, value);
}
template <class T>
void writeMember(JsonWriter& out, std::string_view name, const std::optional<T>& value) {
    if (value) writeMember(out, name, *value);
}

// Reads one object strictly. Construct, ask for each member, then `finish`: a member nobody asked for is a
// problem. null counts as absent for optional members.
class JsonObject {
public:
    explicit JsonObject(const JsonValue& in);

    template <class T>
    void required(std::string_view name, T& out) {
        const rapidjson::Value* value = take(name);
        if (value == nullptr) return missing(name);
        readMember(name, *value, out);
    }
    template <class T>
    void optional(std::string_view name, T& out) {
        const rapidjson::Value* value = take(name);
        if (value == nullptr || value->IsNull()) return;
        readMember(name, *value, out);
    }
    // A text that was read, and says nothing, is a problem.
    void refuseBlank(std::string_view name, std::optional<std::string_view> text);
    // The member's raw value, counted as asked for; null pointer where absent.
    const rapidjson::Value* take(std::string_view name);
    void finish();

private:
    template <class T>
    void readMember(std::string_view name, const rapidjson::Value& value, T& out) {
        in_.reading.enter(name);
        readJson(JsonValue{value, in_.reading}, out);
        in_.reading.leave();
    }
    void missing(std::string_view name);
    [[nodiscard]] std::string knownMembers() const;
    void unknownMember();

    JsonValue in_;
    std::size_t taken_ = 0;
    std::vector<std::string_view> asked_;
};

}  // namespace kartei::events
