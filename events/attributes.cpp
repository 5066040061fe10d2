#include "events/attributes.hpp"

#include <unicode/uloc.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "events/limits.hpp"

namespace kartei::events {

namespace {

constexpr std::array<std::string_view, 18> fieldNames = {
    "salutation", "givenName", "familyName", "company",  "email", "phone", "mobile", "street",   "postalCode",
    "city",       "country",   "birthDate",  "language", "notes", "tags",  "custom", "username", "password"};

enum class Form { text, date, country, list, map };

Form formOf(Field field) {
    switch (field) {
        case Field::BIRTH_DATE: return Form::date;
        case Field::COUNTRY: return Form::country;
        case Field::TAGS: return Form::list;
        case Field::CUSTOM: return Form::map;
        default: return Form::text;
    }
}

bool isAttribute(Field field) { return field < Field::USERNAME; }

bool isCountry(std::string_view text) {
    for (const char* const* code = uloc_getISOCountries(); *code != nullptr; ++code) {
        if (text == *code) return true;
    }
    return false;
}

void readText(const JsonValue& in, Form form, FieldValue& out) {
    std::string text;
    readJson(in, text);
    if (text.empty()) return;  // blank: no value
    if (form == Form::date && !isDate(text)) return in.fail("must be a day as YYYY-MM-DD or --MM-DD");
    if (form == Form::country && !isCountry(text)) return in.fail("must be a country of ISO 3166-1, such as DE");
    out = std::move(text);
}

FieldValue readValue(const JsonValue& in, Form form) {
    FieldValue value;
    if (form == Form::list) {
        readJson(in, value.emplace<TextList>());
        std::erase(std::get<TextList>(value), std::string());
    } else if (form == Form::map) {
        readJson(in, value.emplace<TextMap>());
    } else {
        readText(in, form, value);
    }
    return value;
}

capnp::Text::Reader reader(const std::string& text) { return {text.c_str(), text.size()}; }
std::string owned(capnp::Text::Reader text) { return {text.begin(), text.size()}; }

}  // namespace

std::string_view toText(Field field) {
    const auto index = static_cast<std::size_t>(field);
    return index < fieldNames.size() ? fieldNames[index] : std::string_view("unknown");
}

std::optional<Field> parseField(std::string_view text) {
    const auto found = std::find(fieldNames.begin(), fieldNames.end(), text);
    if (found == fieldNames.end()) return std::nullopt;
    return static_cast<Field>(found - fieldNames.begin());
}

bool isBlank(const FieldValue& value) {
    return std::visit([](const auto& held) { return held.empty(); }, value);
}

std::size_t bytesOf(const Attributes& attributes) {
    struct Bytes {
        std::size_t operator()(const std::string& text) const { return text.size(); }
        std::size_t operator()(const TextList& list) const {
            return std::accumulate(list.begin(), list.end(), std::size_t{0},
                                   [](std::size_t sum, const std::string& text) { return sum + text.size(); });
        }
        std::size_t operator()(const TextMap& map) const {
            return std::accumulate(map.begin(), map.end(), std::size_t{0}, [](std::size_t sum, const auto& pair) {
                return sum + pair.first.size() + pair.second.size();
            });
        }
    };
    std::size_t sum = 0;
    for (const auto& change : attributes.changes()) {
        if (change.value) sum += std::visit(Bytes(), *change.value);
    }
    return sum;
}

void readJson(const JsonValue& in, Field& out) {
    std::string text;
    readJson(in, text);
    const auto field = parseField(text);
    if (!field) return in.fail("is not the name of a field");
    out = *field;
}
void writeJson(JsonWriter& out, Field in) { writeJson(out, toText(in)); }

Attributes::Change& Attributes::slot(Field field) {
    const auto at = std::lower_bound(changes_.begin(), changes_.end(), field,
                                     [](const Change& change, Field wanted) { return change.field < wanted; });
    if (at != changes_.end() && at->field == field) return *at;
    return *changes_.insert(at, Change{field, std::nullopt});
}

void Attributes::set(Field field, FieldValue value) {
    if (isBlank(value)) return clear(field);
    slot(field).value = std::move(value);
}

void Attributes::clear(Field field) { slot(field).value.reset(); }

const Attributes::Change* Attributes::find(Field field) const {
    const auto at = std::find_if(changes_.begin(), changes_.end(), [&](const Change& c) { return c.field == field; });
    return at == changes_.end() ? nullptr : &*at;
}

const FieldValue* Attributes::value(Field field) const {
    const Change* change = find(field);
    return change != nullptr && change->value ? &*change->value : nullptr;
}

std::string_view Attributes::text(Field field) const {
    const FieldValue* held = value(field);
    const auto* text = held == nullptr ? nullptr : std::get_if<std::string>(held);
    return text == nullptr ? std::string_view() : std::string_view(*text);
}

void readJson(const JsonValue& in, Attributes& out) {
    JsonObject object(in);
    for (const auto name : fieldNames) {
        const Field field = *parseField(name);
        if (!isAttribute(field)) continue;
        const rapidjson::Value* member = object.take(name);
        if (member == nullptr) continue;
        if (member->IsNull()) {
            out.clear(field);
            continue;
        }
        in.reading.enter(name);
        out.set(field, readValue(JsonValue{*member, in.reading}, formOf(field)));
        in.reading.leave();
    }
    object.finish();
}

void writeJson(JsonWriter& out, const FieldValue& in) {
    std::visit([&](const auto& held) { writeJson(out, held); }, in);
}

void writeJson(JsonWriter& out, const Attributes& in) {
    out.StartObject();
    for (const auto& change : in.changes()) {
        const auto name = toText(change.field);
        out.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
        if (change.value) {
            writeJson(out, *change.value);
        } else {
            out.Null();
        }
    }
    out.EndObject();
}

void encode(const Attributes& in, wire::Attributes::Builder out) {
    auto list = out.initChanges(static_cast<unsigned>(in.changes().size()));
    unsigned index = 0;
    for (const auto& change : in.changes()) {
        auto slot = list[index++];
        slot.setField(change.field);
        if (!change.value) {
            slot.setCleared();
        } else if (const auto* text = std::get_if<std::string>(&*change.value)) {
            slot.setText(reader(*text));
        } else if (const auto* items = std::get_if<TextList>(&*change.value)) {
            auto texts = slot.initList(static_cast<unsigned>(items->size()));
            for (unsigned i = 0; i < items->size(); ++i) texts.set(i, reader((*items)[i]));
        } else {
            encode(std::get<TextMap>(*change.value), slot.initMap());
        }
    }
}

void decode(wire::Attributes::Reader in, Attributes& out) {
    for (const auto change : in.getChanges()) {
        switch (change.which()) {
            case wire::Attributes::Change::CLEARED: out.clear(change.getField()); break;
            case wire::Attributes::Change::TEXT: out.set(change.getField(), owned(change.getText())); break;
            case wire::Attributes::Change::LIST: {
                TextList items;
                for (const auto text : change.getList()) items.push_back(owned(text));
                out.set(change.getField(), std::move(items));
                break;
            }
            case wire::Attributes::Change::MAP: {
                TextMap map;
                decode(change.getMap(), map);
                out.set(change.getField(), std::move(map));
                break;
            }
        }
    }
}

void readJson(const JsonValue& in, TextMap& out) {
    if (!in.value.IsObject()) return in.fail("must be an object");
    if (in.value.MemberCount() > limits::listItems) return in.fail("has too many members");
    for (const auto& member : in.value.GetObject()) {
        std::string key;
        readJson(JsonValue{member.name, in.reading}, key);
        std::string value;
        if (member.value.IsBool()) {
            value = member.value.GetBool() ? "true" : "false";
        } else if (member.value.IsNumber()) {
            rapidjson::StringBuffer buffer;
            JsonWriter writer(buffer);
            member.value.Accept(writer);
            value = buffer.GetString();
        } else {
            readJson(JsonValue{member.value, in.reading}, value);
        }
        if (!out.emplace(std::move(key), std::move(value)).second) return in.fail("has a member twice");
    }
}

void writeJson(JsonWriter& out, const TextMap& in) {
    out.StartObject();
    for (const auto& [key, value] : in) {
        out.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
        writeJson(out, value);
    }
    out.EndObject();
}

void encode(const TextMap& in, wire::TextMap::Builder out) {
    auto entries = out.initEntries(static_cast<unsigned>(in.size()));
    unsigned index = 0;
    for (const auto& [key, value] : in) {
        auto pair = entries[index++];
        pair.setKey(reader(key));
        pair.setValue(reader(value));
    }
}

void decode(wire::TextMap::Reader in, TextMap& out) {
    for (const auto pair : in.getEntries()) out.emplace(owned(pair.getKey()), owned(pair.getValue()));
}

}  // namespace kartei::events
