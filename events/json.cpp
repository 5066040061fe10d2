#include "events/json.hpp"

#include <rapidjson/error/en.h>

#include <algorithm>
#include <set>

#include "events/json_elements.hpp"
#include "events/limits.hpp"
#include "events/normal_forms.hpp"

namespace kartei::events {

namespace {

// Hands on what is read while it counts depth, so that what is deep is refused before any more is made of it.
template <class Target>
class BoundedHandler {
public:
    explicit BoundedHandler(Target& target) : target_(target) {}

    bool Null() { return target_.Null(); }
    bool Bool(bool b) { return target_.Bool(b); }
    bool Int(int i) { return target_.Int(i); }
    bool Uint(unsigned i) { return target_.Uint(i); }
    bool Int64(std::int64_t i) { return target_.Int64(i); }
    bool Uint64(std::uint64_t i) { return target_.Uint64(i); }
    bool Double(double d) { return target_.Double(d); }
    bool RawNumber(const char* text, rapidjson::SizeType length, bool copy) {
        return target_.RawNumber(text, length, copy);
    }
    bool String(const char* text, rapidjson::SizeType length, bool copy) { return target_.String(text, length, copy); }
    bool StartObject() { return deeper() && target_.StartObject(); }
    bool Key(const char* text, rapidjson::SizeType length, bool copy) { return target_.Key(text, length, copy); }
    bool EndObject(rapidjson::SizeType members) {
        --depth_;
        return target_.EndObject(members);
    }
    bool StartArray() { return deeper() && target_.StartArray(); }
    bool EndArray(rapidjson::SizeType items) {
        --depth_;
        return target_.EndArray(items);
    }

private:
    bool deeper() { return ++depth_ <= limits::jsonDepth; }
    Target& target_;
    std::size_t depth_ = 0;
};

// Writes an array's elements as they are read.
class ElementLines {
public:
    bool Null() {
        return scalar([&] { return writer_.Null(); });
    }
    bool Bool(bool b) {
        return scalar([&] { return writer_.Bool(b); });
    }
    bool Int(int i) {
        return scalar([&] { return writer_.Int(i); });
    }
    bool Uint(unsigned i) {
        return scalar([&] { return writer_.Uint(i); });
    }
    bool Int64(std::int64_t i) {
        return scalar([&] { return writer_.Int64(i); });
    }
    bool Uint64(std::uint64_t i) {
        return scalar([&] { return writer_.Uint64(i); });
    }
    bool Double(double d) {
        return scalar([&] { return writer_.Double(d); });
    }
    bool RawNumber(const char* text, rapidjson::SizeType length, bool copy) {
        return scalar([&] { return writer_.RawNumber(text, length, copy); });
    }
    bool String(const char* text, rapidjson::SizeType length, bool copy) {
        return scalar([&] { return writer_.String(text, length, copy); });
    }
    bool Key(const char* text, rapidjson::SizeType length, bool copy) { return writer_.Key(text, length, copy); }
    bool StartObject() {
        if (depth_ == 0) return isNoArray();
        ++depth_;
        return writer_.StartObject();
    }
    bool EndObject(rapidjson::SizeType members) {
        --depth_;
        return writer_.EndObject(members) && ended();
    }
    bool StartArray() { return depth_++ == 0 || writer_.StartArray(); }
    bool EndArray(rapidjson::SizeType items) { return --depth_ == 0 || (writer_.EndArray(items) && ended()); }

    [[nodiscard]] bool isArray() const { return isArray_; }
    [[nodiscard]] std::string lines() const { return {buffer_.GetString(), buffer_.GetSize()}; }

private:
    template <class Write>
    bool scalar(const Write& write) {
        return depth_ == 0 ? isNoArray() : write() && ended();
    }
    bool isNoArray() { return isArray_ = false; }
    // An element is, where nothing is open but the array.
    bool ended() {
        if (depth_ != 1) return true;
        buffer_.Put('\n');
        writer_.Reset(buffer_);
        return true;
    }

    rapidjson::StringBuffer buffer_;
    JsonWriter writer_{buffer_};
    std::size_t depth_ = 0;
    bool isArray_ = true;
};

template <class Target>
rapidjson::ParseResult readInto(Target& target, std::string_view text) {
    constexpr unsigned flags =
        rapidjson::kParseValidateEncodingFlag | rapidjson::kParseFullPrecisionFlag | rapidjson::kParseIterativeFlag;
    rapidjson::MemoryStream bytes(text.data(), text.size());
    rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> stream(bytes);
    rapidjson::Reader reader;
    BoundedHandler<Target> handler(target);
    return reader.Parse<flags>(stream, handler);
}

JsonProblem problemOf(const rapidjson::ParseResult& parsed) {
    if (parsed.Code() == rapidjson::kParseErrorTermination) return {"", "is nested too deeply"};
    return {"", "is not JSON: " + std::string(rapidjson::GetParseError_En(parsed.Code())) + " (byte " +
                    std::to_string(parsed.Offset() + 1) + ")"};
}

std::string_view textOf(const rapidjson::Value& value) { return {value.GetString(), value.GetStringLength()}; }

}  // namespace

Result<rapidjson::Document, JsonProblem> parseJson(std::string_view text) {
    rapidjson::Document document;
    rapidjson::ParseResult parsed;
    auto generate = [&](rapidjson::Document& target) {
        parsed = readInto(target, text);
        return !parsed.IsError();
    };
    document.Populate(generate);
    if (parsed.IsError()) return failed(problemOf(parsed));
    return document;
}

Result<std::string, JsonProblem> linesOfArray(std::string_view text) {
    ElementLines elements;
    const auto parsed = readInto(elements, text);
    if (!elements.isArray()) return failed(JsonProblem{"", "must be a list"});
    if (parsed.IsError()) return failed(problemOf(parsed));
    return elements.lines();
}

bool hasDoubleMember(const rapidjson::Value& value) {
    if (value.IsArray()) return std::any_of(value.Begin(), value.End(), hasDoubleMember);
    if (!value.IsObject()) return false;
    std::set<std::string_view> names;
    return std::any_of(value.MemberBegin(), value.MemberEnd(), [&](const auto& member) {
        return !names.insert(textOf(member.name)).second || hasDoubleMember(member.value);
    });
}

void JsonReading::fail(std::string what) {
    if (problem_) return;
    std::string path;
    for (const auto& member : path_) {
        if (!path.empty()) path += '.';
        path += member;
    }
    problem_ = JsonProblem{std::move(path), std::move(what)};
}

void readJson(const JsonValue& in, std::string& out) {
    if (!in.value.IsString()) return in.fail("must be a text");
    if (in.value.GetStringLength() > limits::text) {
        return in.fail("is longer than " + std::to_string(limits::text) + " bytes");
    }
    if (textOf(in.value).find('\0') != std::string_view::npos) return in.fail("holds a NUL character");
    out.assign(textOf(in.value));
}
void readJson(const JsonValue& in, bool& out) {
    if (!in.value.IsBool()) return in.fail("must be true or false");
    out = in.value.GetBool();
}
void readJson(const JsonValue& in, std::int64_t& out) {
    if (!in.value.IsInt64()) return in.fail("must be a whole number");
    out = in.value.GetInt64();
}
void readJson(const JsonValue& in, std::uint64_t& out) {
    if (!in.value.IsUint64()) return in.fail("must be a whole number, not below 0");
    out = in.value.GetUint64();
}
void readJson(const JsonValue& in, Time& out) {
    const auto time = in.value.IsString() ? Time::parse(textOf(in.value)) : std::nullopt;
    if (!time) return in.fail("must be a time with an offset, such as 2026-03-14T09:30:00+01:00");
    out = *time;
}
void readJson(const JsonValue& in, Position& out) {
    if (!in.value.IsUint64() || in.value.GetUint64() == 0) return in.fail("must be a position in the log, from 1");
    out = Position(in.value.GetUint64());
}
void failName(const JsonValue& in) { in.fail("is not a well-formed name"); }

bool isReadableArray(const JsonValue& in) {
    if (!in.value.IsArray()) {
        in.fail("must be a list");
        return false;
    }
    if (in.value.Size() > limits::listItems) {
        in.fail("has more than " + std::to_string(limits::listItems) + " items");
        return false;
    }
    return true;
}

void writeJson(JsonWriter& out, const std::string& in) { writeJson(out, std::string_view(in)); }
void writeJson(JsonWriter& out, std::string_view in) {
    out.String(in.data(), static_cast<rapidjson::SizeType>(in.size()));
}
void writeJson(JsonWriter& out, const char* in) { writeJson(out, std::string_view(in)); }
void writeJson(JsonWriter& out, bool in) { out.Bool(in); }
void writeJson(JsonWriter& out, std::int64_t in) { out.Int64(in); }
void writeJson(JsonWriter& out, std::uint64_t in) { out.Uint64(in); }
void writeJson(JsonWriter& out, Time in) { writeJson(out, toText(in)); }
void writeJson(JsonWriter& out, Position in) { out.Uint64(in.value()); }

JsonObject::JsonObject(const JsonValue& in) : in_(in) {
    if (!in.value.IsObject()) in.fail("must be an object");
}

const rapidjson::Value* JsonObject::take(std::string_view name) {
    asked_.push_back(name);
    if (!in_.value.IsObject()) return nullptr;
    const auto found = in_.value.FindMember(rapidjson::Value(rapidjson::StringRef(name.data(), name.size())));
    if (found == in_.value.MemberEnd()) return nullptr;
    ++taken_;
    return &found->value;
}

void JsonObject::missing(std::string_view name) {
    in_.reading.enter(name);
    in_.fail("is missing");
    in_.reading.leave();
}

void JsonObject::refuseBlank(std::string_view name, std::optional<std::string_view> text) {
    if (!text || !saysNothing(*text)) return;
    in_.reading.enter(name);
    in_.fail("must not be blank");
    in_.reading.leave();
}

void JsonObject::finish() {
    if (!in_.value.IsObject() || in_.value.MemberCount() == taken_) return;
    unknownMember();
}

std::string JsonObject::knownMembers() const {
    std::string list;
    for (const auto name : asked_) list.append(list.empty() ? "it may have " : ", ").append(name);
    return list.empty() ? "it has none" : list;
}

void JsonObject::unknownMember() {
    std::vector<std::string_view> seen;
    for (const auto& member : in_.value.GetObject()) {
        const auto name = textOf(member.name);
        const bool twice = std::find(seen.begin(), seen.end(), name) != seen.end();
        const bool known = std::find(asked_.begin(), asked_.end(), name) != asked_.end();
        seen.push_back(name);
        if (known && !twice) continue;
        // What is not known may be anything, a person's name too; so it is counted and not named.
        if (!known) {
            return in_.fail("has a member that is not known here (number " + std::to_string(seen.size()) + "); " +
                            knownMembers());
        }
        return in_.fail("`" + std::string(name) + "` is there twice");
    }
}

}  // namespace kartei::events
