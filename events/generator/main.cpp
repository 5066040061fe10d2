// kartei-event-types: a Cap'n Proto compiler plugin that writes the C++ types of the events.
//
//     capnp compile -o kartei-event-types:DIR event.capnp
//
// It reads the compiler's CodeGeneratorRequest from standard input and writes event_types.hpp and
// event_types.cpp into DIR: for every struct and enum of the schema (but those marked `handwritten`, and the
// stored Entry and Sent, which are codec.cpp's and sent_binary.cpp's own) a plain C++ type, `encode` and `decode` to
// and from Cap'n Proto, and `readJson` and `writeJson`. So schema, types and JSON cannot drift apart.

#include <capnp/schema-loader.h>
#include <capnp/schema.capnp.h>
#include <capnp/serialize.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using capnp::StructSchema;
using capnp::schema::Node;
using capnp::schema::Type;

// Ids of the annotations in annotations.capnp.
constexpr std::uint64_t eventTypeId = 0xc5c0a1be2dc4a001;
constexpr std::uint64_t isId = 0xc5c0a1be2dc4a002;
constexpr std::uint64_t requiredId = 0xc5c0a1be2dc4a003;
constexpr std::uint64_t clearId = 0xc5c0a1be2dc4a004;
constexpr std::uint64_t fiscalId = 0xc5c0a1be2dc4a005;
constexpr std::uint64_t handwrittenId = 0xc5c0a1be2dc4a006;
constexpr std::uint64_t textId = 0xc5c0a1be2dc4a007;
constexpr std::uint64_t notBlankId = 0xc5c0a1be2dc4a008;
constexpr std::uint64_t unsaidId = 0xc5c0a1be2dc4a009;

using Annotations = capnp::List<capnp::schema::Annotation>::Reader;

bool has(Annotations annotations, std::uint64_t id) {
    for (const auto annotation : annotations) {
        if (annotation.getId() == id) return true;
    }
    return false;
}

std::optional<std::string> text(Annotations annotations, std::uint64_t id) {
    for (const auto annotation : annotations) {
        if (annotation.getId() == id) return std::string(annotation.getValue().getText().cStr());
    }
    return std::nullopt;
}

std::string capitalized(std::string name) {
    name[0] = static_cast<char>(std::toupper(name[0]));
    return name;
}

// `onlineRegistration` is ONLINE_REGISTRATION in Cap'n Proto's generated enums.
std::string enumerantConstant(const std::string& name) {
    std::string constant;
    for (const char c : name) {
        if (std::isupper(c) != 0) constant += '_';
        constant += static_cast<char>(std::toupper(c));
    }
    return constant;
}

std::string shortName(capnp::Schema schema) { return schema.getShortDisplayName().cStr(); }

enum class Shape { text, strong, boolean, number, enumeration, yesNo, structure };

// What one value of a field is in C++.
struct Kind {
    Shape shape;
    std::string type;
};

struct Field {
    std::string name;
    std::string member;  // the name in C++: `template` is a word of the language, so it is `template_` there
    Kind kind;
    bool list = false;
    bool required = false;
    bool notBlank = false;
    std::string part;  // "clear", "sealed" or "fiscal"

    // Whether the C++ member is a std::optional.
    [[nodiscard]] bool optional() const {
        if (list || required) return false;
        switch (kind.shape) {
            case Shape::text:
            case Shape::strong:
            case Shape::yesNo:
            case Shape::structure: return kind.type != "Attributes";
            default: return false;
        }
    }
    [[nodiscard]] std::string memberType() const {
        if (list) return "std::vector<" + kind.type + ">";
        return optional() ? "std::optional<" + kind.type + ">" : kind.type;
    }
};

class Generator {
public:
    explicit Generator(capnp::SchemaLoader& loader) : loader_(loader) {}

    void add(std::uint64_t fileId) {
        for (const auto nested : loader_.get(fileId).getProto().getNestedNodes()) {
            const auto schema = loader_.get(nested.getId());
            const std::string name = nested.getName().cStr();
            if (name == "Entry" || name == "Sent" || name == "Field" || name == "Switch") continue;
            if (schema.getProto().isEnum()) addEnum(name, schema.asEnum());
            if (schema.getProto().isStruct() && !has(schema.getProto().getAnnotations(), handwrittenId)) {
                if (name == "Body") {
                    body_ = schema.asStruct();
                } else {
                    pending_.push_back(schema.asStruct());
                }
            }
        }
        for (const auto member : body_->getFields())
            eventData_.insert(member.getProto().getSlot().getType().getStruct().getTypeId());
        for (const auto schema : pending_) addStruct(schema);
        addBody();
    }

    void write(const std::string& directory) const {
        std::ofstream header(directory + "/event_types.hpp");
        header
            << "#pragma once\n// Generated from events/event.capnp by kartei-event-types. The schema says what each\n"
               "// type and field means.\n\n#include <optional>\n#include <string>\n#include <string_view>\n"
               "#include <variant>\n#include <vector>\n\n#include \"events/attributes.hpp\"\n#include "
               "\"events/codec_support.hpp\"\n#include \"events/event.capnp.h\"\n#include \"events/json.hpp\"\n\n"
               "namespace kartei::events {\n\n"
            << types_.str() << functions_.str() << "}  // namespace kartei::events\n";
        std::ofstream source(directory + "/event_types.cpp");
        source << "// Generated from events/event.capnp by kartei-event-types.\n#include \"event_types.hpp\"\n\n"
                  "namespace kartei::events {\n\n"
               << code_.str() << "}  // namespace kartei::events\n";
        if (!header.flush() || !source.flush()) throw std::runtime_error("cannot write to " + directory);
    }

private:
    void addEnum(const std::string& name, capnp::EnumSchema schema) {
        types_ << "using wire::" << name << ";\n";
        functions_ << "std::string_view toText(" << name << " value);\n"
                   << "std::optional<" << name << "> parse" << name << "(std::string_view text);\n"
                   << "void readJson(const JsonValue& in, " << name << "& out);\n"
                   << "void writeJson(JsonWriter& out, " << name << " in);\n";
        code_ << "std::string_view toText(" << name << " value) {\n    switch (value) {\n";
        std::ostringstream parse;
        for (const auto enumerant : schema.getEnumerants()) {
            const std::string own = enumerant.getProto().getName().cStr();
            const std::string shown = text(enumerant.getProto().getAnnotations(), textId).value_or(own);
            const std::string constant = name + "::" + enumerantConstant(own);
            code_ << "        case " << constant << ": return \"" << shown << "\";\n";
            if (has(enumerant.getProto().getAnnotations(), unsaidId)) continue;
            parse << "    if (text == \"" << shown << "\") return " << constant << ";\n";
        }
        code_ << "    }\n    return \"unknown\";\n}\n"
              << "std::optional<" << name << "> parse" << name << "(std::string_view text) {\n"
              << parse.str() << "    return std::nullopt;\n}\n"
              << "void readJson(const JsonValue& in, " << name << "& out) {\n"
              << "    const auto value = in.value.IsString()\n        ? parse" << name
              << "({in.value.GetString(), in.value.GetStringLength()}) : std::nullopt;\n"
              << "    if (!value) return in.fail(\"is not one of the words allowed here\");\n    out = *value;\n}\n"
              << "void writeJson(JsonWriter& out, " << name << " in) { writeJson(out, toText(in)); }\n\n";
    }

    Kind kindOf(Type::Reader type, const std::optional<std::string>& strong) const {
        switch (type.which()) {
            case Type::TEXT: return strong ? Kind{Shape::strong, *strong} : Kind{Shape::text, "std::string"};
            case Type::BOOL: return {Shape::boolean, "bool"};
            case Type::INT64: return strong ? Kind{Shape::strong, *strong} : Kind{Shape::number, "std::int64_t"};
            case Type::UINT64: return strong ? Kind{Shape::strong, *strong} : Kind{Shape::number, "std::uint64_t"};
            case Type::ENUM: {
                const auto name = shortName(loader_.get(type.getEnum().getTypeId()));
                return name == "Switch" ? Kind{Shape::yesNo, "bool"} : Kind{Shape::enumeration, name};
            }
            case Type::STRUCT: return {Shape::structure, shortName(loader_.get(type.getStruct().getTypeId()))};
            default: throw std::runtime_error("a field has a type that this generator does not know");
        }
    }

    std::vector<Field> fieldsOf(StructSchema schema) const {
        std::vector<Field> fields;
        for (const auto field : schema.getFields()) {
            const auto proto = field.getProto();
            const auto annotations = proto.getAnnotations();
            auto type = proto.getSlot().getType();
            Field described;
            described.name = proto.getName().cStr();
            described.member = described.name == "template" ? "template_" : described.name;
            described.list = type.isList();
            if (described.list) type = type.getList().getElementType();
            described.kind = kindOf(type, text(annotations, isId));
            described.required = has(annotations, requiredId);
            described.notBlank = has(annotations, notBlankId);
            described.part = has(annotations, clearId) ? "clear" : has(annotations, fiscalId) ? "fiscal" : "sealed";
            fields.push_back(described);
        }
        return fields;
    }

    void addStruct(StructSchema schema) {
        if (!written_.insert(schema.getProto().getId()).second) return;
        for (const auto field : schema.getFields()) {  // what it holds comes first
            auto type = field.getProto().getSlot().getType();
            if (type.isList()) type = type.getList().getElementType();
            if (!type.isStruct()) continue;
            const auto held = loader_.get(type.getStruct().getTypeId());
            if (!has(held.getProto().getAnnotations(), handwrittenId)) addStruct(held.asStruct());
        }
        const std::string name = shortName(schema);
        const auto fields = fieldsOf(schema);
        const bool split = eventData_.count(schema.getProto().getId()) != 0;
        types_ << "struct " << name << " {\n";
        for (const auto& field : fields) types_ << "    " << field.memberType() << " " << field.member << "{};\n";
        types_ << "    bool operator==(const " << name << "&) const = default;\n};\n";
        const std::string part = split ? ", Part part" : "";
        functions_ << "void encode(const " << name << "& in, wire::" << name << "::Builder out" << part << ");\n"
                   << "void decode(wire::" << name << "::Reader in, " << name << "& out" << part << ");\n"
                   << "void readJson(const JsonValue& in, " << name << "& out);\n"
                   << "void writeMembers(JsonWriter& out, const " << name << "& in" << part << ");\n"
                   << "void writeJson(JsonWriter& out, const " << name << "& in);\n"
                   << "void qualify(" << name << "& data, const SourceName& source);\n";
        writeEncode(name, fields, part, split);
        writeDecode(name, fields, part, split);
        writeJsonFunctions(name, fields, part);
        writeQualify(name, fields);
    }

    void writeEncode(const std::string& name, const std::vector<Field>& fields, const std::string& part, bool split) {
        code_ << "void encode([[maybe_unused]] const " << name << "& in, [[maybe_unused]] wire::" << name
              << "::Builder out" << (split ? ", [[maybe_unused]] Part part" : "") << ") {\n";
        for (const auto& field : fields) {
            code_ << "    " << (part.empty() ? "" : "if (covers(part, Part::" + field.part + ")) ") << "{ "
                  << encodeField(field) << " }\n";
        }
        code_ << "}\n";
    }

    static std::string encodeField(const Field& field) {
        const std::string setter = capitalized(field.name);
        const std::string in = "in." + field.member;
        if (field.list) {
            const bool structs = field.kind.shape == Shape::structure;
            return "if (!" + in + ".empty()) { auto list = out.init" + setter + "(static_cast<unsigned>(" + in +
                   ".size())); for (unsigned i = 0; i < list.size(); ++i) " +
                   (structs ? "encode(" + in + "[i], list[i]);" : "list.set(i, toWire(" + in + "[i]));") + " }";
        }
        if (field.kind.shape == Shape::structure) {
            const std::string value = field.optional() ? "*" + in : in;
            const std::string guard = field.kind.type == "Attributes" ? "if (!" + in + ".empty()) "
                                      : field.optional()              ? "if (" + in + ") "
                                                                      : "";
            return guard + "encode(" + value + ", out.init" + setter + "());";
        }
        return (field.optional() ? "if (" + in + ") " : "") + "out.set" + setter + "(toWire(" +
               (field.optional() ? "*" : "") + in + (field.kind.shape == Shape::yesNo ? ", wire::Switch()));" : "));");
    }

    void writeDecode(const std::string& name, const std::vector<Field>& fields, const std::string& part, bool split) {
        code_ << "void decode([[maybe_unused]] wire::" << name << "::Reader in, [[maybe_unused]] " << name << "& out"
              << (split ? ", [[maybe_unused]] Part part" : "") << ") {\n";
        for (const auto& field : fields) {
            code_ << "    " << (part.empty() ? "" : "if (covers(part, Part::" + field.part + ")) ") << "{ "
                  << decodeField(field) << " }\n";
        }
        code_ << "}\n";
    }

    static std::string decodeField(const Field& field) {
        const std::string getter = "in.get" + capitalized(field.name) + "()";
        const std::string out = "out." + field.member;
        if (field.list) {
            const bool structs = field.kind.shape == Shape::structure;
            return "for (const auto item : " + getter + ") " +
                   (structs ? "decode(item, " + out + ".emplace_back());"
                            : "fromWire(item, " + out + ".emplace_back());");
        }
        if (field.kind.shape == Shape::structure) {
            return "if (in.has" + capitalized(field.name) + "()) decode(" + getter + ", " + out +
                   (field.optional() ? ".emplace());" : ");");
        }
        return "fromWire(" + getter + ", " + out + ");";
    }

    // `part`: the parameter that says which members are written; empty where the struct does not come in parts.
    void writeJsonFunctions(const std::string& name, const std::vector<Field>& fields, const std::string& part) {
        code_ << "void readJson(const JsonValue& in, [[maybe_unused]] " << name
              << "& out) {\n    JsonObject object(in);\n";
        for (const auto& field : fields) {
            code_ << "    object." << (field.required ? "required" : "optional") << "(\"" << field.name << "\", out."
                  << field.member << ");\n";
            if (field.notBlank)
                code_ << "    object.refuseBlank(\"" << field.name << "\", out." << field.member << ");\n";
        }
        code_ << "    object.finish();\n}\n"
              << "void writeMembers([[maybe_unused]] JsonWriter& out, [[maybe_unused]] const " << name << "& in"
              << (part.empty() ? "" : ", [[maybe_unused]] Part part") << ") {\n";
        for (const auto& field : fields) {
            std::string guard = part.empty() ? "" : "if (covers(part, Part::" + field.part + ")) ";
            if (field.list || field.kind.type == "Attributes") guard += "if (!in." + field.member + ".empty()) ";
            if (field.kind.shape == Shape::enumeration && !field.required && !field.list) {
                guard += "if (static_cast<int>(in." + field.member + ") != 0) ";
            }
            code_ << "    " << guard << "writeMember(out, \"" << field.name << "\", in." << field.member << ");\n";
        }
        code_ << "}\n"
              << "void writeJson(JsonWriter& out, const " << name << "& in) {\n    out.StartObject();\n"
              << "    writeMembers(out, in" << (part.empty() ? "" : ", Part::whole") << ");\n    out.EndObject();\n}\n";
    }

    void writeQualify(const std::string& name, const std::vector<Field>& fields) {
        code_ << "void qualify([[maybe_unused]] " << name << "& data, [[maybe_unused]] const SourceName& source) {\n";
        for (const auto& field : fields) {
            if (field.kind.type != "ItemName" || field.list) continue;
            const std::string member = "data." + field.member;
            code_ << "    " << (field.optional() ? "if (" + member + ") " : "") << member << " = qualified("
                  << (field.optional() ? "*" : "") << member << ", source);\n";
        }
        code_ << "}\n\n";
    }

    void addBody() {
        std::ostringstream alternatives;
        std::ostringstream encode;
        std::ostringstream decode;
        std::ostringstream read;
        for (const auto member : body_->getFields()) {
            const auto proto = member.getProto();
            const std::string type = shortName(loader_.get(proto.getSlot().getType().getStruct().getTypeId()));
            const std::string field = proto.getName().cStr();
            const auto wireType = text(proto.getAnnotations(), eventTypeId);
            if (!wireType) throw std::runtime_error(field + " has no eventType");
            alternatives << (alternatives.tellp() > 0 ? ",\n    " : "\n    ") << type;
            functions_ << "constexpr std::string_view typeName(const " << type << "&) { return \"" << *wireType
                       << "\"; }\n";
            encode << "    void operator()(const " << type << "& data) { encode(data, out.init" << capitalized(field)
                   << "(), part); }\n";
            decode << "        case wire::Body::" << enumerantConstant(field) << ": events::decode(in.get"
                   << capitalized(field) << "(), held<" << type << ">(out), part); return true;\n";
            read << "    if (type == \"" << *wireType << "\") { readJson(in, out.emplace<" << type
                 << ">()); return true; }\n";
        }
        types_ << "\n// The data of one event, of any type.\nusing Body = std::variant<" << alternatives.str()
               << ">;\n\n";
        functions_
            << "\n// The event's type on the wire: \"record.imported\".\nstd::string_view typeName(const Body& body);\n"
               "// Reads the data of an event of that type. False: there is no such type.\n"
               "bool readBody(std::string_view type, const JsonValue& in, Body& out);\n"
               "// With the members of one part alone, or with all.\n"
               "void writeJson(JsonWriter& out, const Body& in, Part part);\n"
               "// One part of the data; see Part.\nvoid encode(const Body& in, wire::Body::Builder out, Part part);\n"
               "// Adds one part to `out`. The clear part comes first and says which type it is. False: written by a\n"
               "// newer version, with a type that this one does not know.\n"
               "bool decode(wire::Body::Reader in, Body& out, Part part);\n"
               "// Ids that were written without a source are their sender's.\n"
               "void qualify(Body& body, const SourceName& source);\n\n";
        code_
            << "std::string_view typeName(const Body& body) {\n    return std::visit([](const auto& data) { return "
               "typeName(data); }, body);\n}\nnamespace {\nstruct EncodeBody {\n    wire::Body::Builder out;\n    Part "
               "part;\n"
            << encode.str()
            << "};\ntemplate <class T>\nT& held(Body& body) {\n    auto* data = std::get_if<T>(&body);\n    return data != "
               "nullptr ? *data : body.emplace<T>();\n}\n}  // namespace\n"
               "void encode(const Body& in, wire::Body::Builder out, Part part) { std::visit(EncodeBody{out, part}, in); }\n"
               "bool decode(wire::Body::Reader in, Body& out, Part part) {\n    switch (in.which()) {\n"
            << decode.str() << "    }\n    return false;\n}\n"
            << "bool readBody(std::string_view type, const JsonValue& in, Body& out) {\n"
            << read.str()
            << "    return false;\n}\nvoid writeJson(JsonWriter& out, const Body& in, Part part) {\n    "
               "out.StartObject();\n    std::visit([&](const auto& data) { writeMembers(out, data, part); }, in);\n    "
               "out.EndObject();\n}\nvoid qualify(Body& body, const SourceName& source) {\n    "
               "std::visit([&](auto& data) { qualify(data, source); }, body);\n}\n\n";
    }

    capnp::SchemaLoader& loader_;
    std::optional<StructSchema> body_;
    std::vector<StructSchema> pending_;
    std::set<std::uint64_t> eventData_;  // structs that are the data of an event, and so come in parts
    std::set<std::uint64_t> written_;
    std::ostringstream types_;
    std::ostringstream functions_;
    std::ostringstream code_;
};

}  // namespace

int main() {
    try {
        capnp::ReaderOptions options;
        options.traversalLimitInWords = UINT64_C(1) << 30;
        capnp::StreamFdMessageReader message(STDIN_FILENO, options);
        const auto request = message.getRoot<capnp::schema::CodeGeneratorRequest>();
        capnp::SchemaLoader loader;
        for (const auto node : request.getNodes()) loader.load(node);
        Generator generator(loader);
        for (const auto file : request.getRequestedFiles()) generator.add(file.getId());
        generator.write(".");
    } catch (const std::exception& error) {
        std::cerr << "kartei-event-types: " << error.what() << "\n";
        return 1;
    } catch (const kj::Exception& error) {
        std::cerr << "kartei-event-types: " << error.getDescription().cStr() << "\n";
        return 1;
    }
    return 0;
}
