#include "adapters/mapping.hpp"

#include <algorithm>

#include "adapters/mapping_reading.hpp"
#include "adapters/text_forms.hpp"

namespace kartei::adapters {

namespace {

using events::Field;

void readDayRule(MappingTable& table, AttributeRule& rule) {
    const std::vector<std::string> known = {"german", "iso", "compact"};
    if (const auto names = table.texts("formats"); !names.empty()) {
        rule.dayForms.clear();
        for (const auto& name : names) {
            const auto found = std::find(known.begin(), known.end(), name);
            if (found == known.end()) return table.fail("formats", "knows german, iso and compact");
            rule.dayForms.push_back(static_cast<DayForm>(found - known.begin()));
        }
    }
    if (table.word("unreadable", {"refuse", "custom"}) == 1) rule.unreadable = UnreadableDay::custom;
}

// A value that stands in every row is judged once, here.
void checkFixed(const AttributeRule& rule, const std::string& path, MappingReading& reading) {
    if (!rule.value.columns.empty()) return;
    if (rule.field == Field::COUNTRY && !countryCode(rule.value.fixed)) {
        reading.fail(path, "must be a country of ISO 3166-1, such as DE");
    }
    if (rule.field == Field::BIRTH_DATE && !parseDay(rule.value.fixed, rule.dayForms)) {
        reading.fail(path, "must be a day");
    }
}

void readAttributes(const toml::table& in, MappingReading& reading, Mapping& out) {
    for (const auto& [key, node] : in) {
        const std::string path = "attributes." + std::string(key.str());
        const auto field = events::parseField(key.str());
        if (!field || *field >= Field::CUSTOM) {
            const bool custom = field == Field::CUSTOM;
            return reading.fail(path, custom ? "belongs into a table of its own, [custom]"
                                             : "is not a field; see docs/import.md for their names");
        }
        AttributeRule rule;
        rule.field = *field;
        rule.value = readValue(node, path, reading, [&](MappingTable& table) {
            if (rule.field == Field::BIRTH_DATE) readDayRule(table, rule);
            if (rule.field == Field::TAGS) rule.split = table.text("split").value_or(rule.split);
        });
        if (rule.field == Field::TAGS) rule.value.separator = rule.split;  // several columns are one list
        checkFixed(rule, path, reading);
        out.attributes.push_back(std::move(rule));
    }
}

void readFullName(const toml::table& in, MappingReading& reading, Mapping& out) {
    FullNameRule rule;
    rule.value = readValue(in, "full_name", reading, [&](MappingTable& table) {
        if (table.word("order", {"given_first", "family_first"}) == 1) rule.order = NameOrder::familyFirst;
    });
    const auto clashes = [](const AttributeRule& other) {
        return other.field == Field::GIVEN_NAME || other.field == Field::FAMILY_NAME;
    };
    if (std::any_of(out.attributes.begin(), out.attributes.end(), clashes)) {
        reading.fail("full_name", "stands instead of attributes.givenName and attributes.familyName, not beside them");
    }
    out.fullName = std::move(rule);
}

std::optional<SwitchRule> readSwitch(MappingTable& notifications, std::string_view key, MappingReading& reading) {
    const toml::node* node = notifications.take(key);
    if (node == nullptr) return std::nullopt;
    SwitchRule rule = usualSwitch();
    rule.value = readValue(*node, notifications.pathOf(key), reading,
                           [&](MappingTable& table) { readSwitchTable(table, rule); });
    if (rule.value.columns.empty()) {
        reading.fail(notifications.pathOf(key), "must come from a column: a switch is each person's own");
    }
    return rule;
}

void readRecord(MappingTable& top, MappingReading& reading, Mapping& out) {
    const toml::table* in = top.table("record");
    if (in == nullptr)
        return top.fail("record", "is missing: say id, the column with the id, or key, the columns of a natural key");
    MappingTable record(*in, "record", reading);
    out.idColumn = record.text("id");
    out.keyColumns = record.texts("key");
    record.finish();
    if (out.idColumn.has_value() == !out.keyColumns.empty()) top.fail("record", "say one of id and key");
}

void readTop(const toml::table& document, MappingReading& reading, Mapping& out) {
    MappingTable top(document, "", reading);
    readSource(top, out.source);
    readFile(top, reading, out.encoding, out.layout);
    readRecord(top, reading, out);
    if (const toml::table* attributes = top.table("attributes")) readAttributes(*attributes, reading, out);
    if (const toml::table* name = top.table("full_name")) readFullName(*name, reading, out);
    if (const toml::table* custom = top.table("custom")) {
        for (const auto& [key, node] : *custom) {
            const std::string path = "custom." + std::string(key.str());
            out.custom.push_back({std::string(key.str()), readValue(node, path, reading, [](MappingTable&) {})});
        }
    }
    if (const toml::table* in = top.table("notifications")) {
        MappingTable notifications(*in, "notifications", reading);
        out.sms = readSwitch(notifications, "sms", reading);
        out.email = readSwitch(notifications, "email", reading);
        notifications.finish();
    }
    top.finish();
    if (out.attributes.empty() && !out.fullName && out.custom.empty()) {
        top.fail("attributes", "is missing: the mapping takes nothing from the file");
    }
}

}  // namespace

Result<Mapping, AdapterProblem> parseMapping(std::string_view toml) {
    const auto document = parseToml(toml);
    if (!document) return failed(document.error());
    MappingReading reading;
    Mapping mapping;
    readTop(*document, reading, mapping);
    if (reading.problem()) return failed(*reading.problem());
    return mapping;
}

}  // namespace kartei::adapters
