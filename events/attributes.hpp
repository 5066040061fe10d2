#pragma once
// What a source says of a person, field by field (DESIGN §6, `attributes`).

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "events/event.capnp.h"
#include "events/json.hpp"

namespace kartei::events {

using wire::Field;

std::string_view toText(Field field);
std::optional<Field> parseField(std::string_view text);
void readJson(const JsonValue& in, Field& out);
void writeJson(JsonWriter& out, Field in);

using TextList = std::vector<std::string>;
using TextMap = std::map<std::string, std::string>;

// A field's value, as it came: text for most, a list for `tags`, a map for `custom`.
using FieldValue = std::variant<std::string, TextList, TextMap>;

// Fields with the values they take on. A field that is listed without a value is cleared; one that is not
// listed stays as it is. Each field stands once, in the order of `Field`.
//
// On the wire it is an object with a member a field, null for a cleared one. A blank text, an empty list and an
// empty map are no values, so they clear as well. `custom` is one field: a change gives all of it. Its values,
// like those of settings, may be text, numbers or yes and no, and are kept as text.
class Attributes {
public:
    struct Change {
        Field field{};
        std::optional<FieldValue> value;  // nothing: cleared
        bool operator==(const Change&) const = default;
    };

    void set(Field field, FieldValue value);
    void clear(Field field);
    // What is said of the field: nothing where it is not listed.
    [[nodiscard]] const Change* find(Field field) const;
    // The value, where the field is listed with one.
    [[nodiscard]] const FieldValue* value(Field field) const;
    // The value of a field that holds text; empty where there is none.
    [[nodiscard]] std::string_view text(Field field) const;

    [[nodiscard]] const std::vector<Change>& changes() const { return changes_; }
    [[nodiscard]] bool empty() const { return changes_.empty(); }
    bool operator==(const Attributes&) const = default;

private:
    Change& slot(Field field);
    std::vector<Change> changes_;
};

bool isBlank(const FieldValue& value);
// How much text there is in the values.
std::size_t bytesOf(const Attributes& attributes);

void readJson(const JsonValue& in, Attributes& out);
void writeJson(JsonWriter& out, const Attributes& in);
void writeJson(JsonWriter& out, const FieldValue& in);
void encode(const Attributes& in, wire::Attributes::Builder out);
void decode(wire::Attributes::Reader in, Attributes& out);

void readJson(const JsonValue& in, TextMap& out);
void writeJson(JsonWriter& out, const TextMap& in);
void encode(const TextMap& in, wire::TextMap::Builder out);
void decode(wire::TextMap::Reader in, TextMap& out);

}  // namespace kartei::events
