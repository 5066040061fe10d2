#include "adapters/mapping.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

#include "adapters/text_forms.hpp"

namespace kartei::adapters {

namespace {

using events::Field;

// The first thing that is wrong with the mapping. What follows reads on harmlessly and is not used.
class Reading {
public:
    void fail(const std::string& path, const std::string& what) {
        if (!problem_) problem_ = AdapterProblem{ProblemKind::mappingInvalid, "mapping: " + path + ": " + what};
    }
    [[nodiscard]] const std::optional<AdapterProblem>& problem() const { return problem_; }

private:
    std::optional<AdapterProblem> problem_;
};

// A table of which every key wants to be asked for.
class Table {
public:
    Table(const toml::table& table, std::string path, Reading& reading)
        : table_(table), path_(std::move(path)), reading_(reading) {}

    [[nodiscard]] std::string pathOf(std::string_view key) const {
        return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
    }
    const toml::node* take(std::string_view key) {
        asked_.emplace_back(key);
        return table_.get(key);
    }
    std::optional<std::string> text(std::string_view key) {
        const toml::node* node = take(key);
        if (node == nullptr) return std::nullopt;
        if (auto value = node->value_exact<std::string>()) return value;
        fail(key, "must be a text");
        return std::nullopt;
    }
    std::vector<std::string> texts(std::string_view key) {
        const toml::node* node = take(key);
        std::vector<std::string> out;
        if (node == nullptr) return out;
        const toml::array* array = node->as_array();
        if (array == nullptr || array->empty()) fail(key, "must be a list of texts");
        if (array == nullptr) return out;
        for (const toml::node& item : *array) {
            const auto value = item.value_exact<std::string>();
            if (!value) fail(key, "must be a list of texts");
            out.push_back(value.value_or(std::string()));
        }
        return out;
    }
    // One of the words, by its place; nothing where the key is not there.
    std::optional<std::size_t> word(std::string_view key, const std::vector<std::string>& words) {
        const auto value = text(key);
        if (!value) return std::nullopt;
        const auto found = std::find(words.begin(), words.end(), *value);
        if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
        fail(key, "must be one of: " + listed(words));
        return std::nullopt;
    }
    const toml::table* table(std::string_view key) {
        const toml::node* node = take(key);
        if (node == nullptr) return nullptr;
        if (!node->is_table()) fail(key, "must be a table");
        return node->as_table();
    }
    void fail(std::string_view key, const std::string& what) { reading_.fail(pathOf(key), what); }
    void finish() {
        for (const auto& [key, node] : table_) {
            if (std::find(asked_.begin(), asked_.end(), key.str()) != asked_.end()) continue;
            return fail(key.str(), "is not known here; known are " + listed(asked_));
        }
    }

private:
    static std::string listed(const std::vector<std::string>& words) {
        std::string text;
        for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
        return text;
    }

    const toml::table& table_;
    std::string path_;
    Reading& reading_;
    std::vector<std::string> asked_;
};

std::set<std::string> foldedSet(const std::vector<std::string>& texts) {
    std::set<std::string> out;
    for (const auto& text : texts) out.insert(folded(text));
    return out;
}

// What a value may say of itself in its table, whatever it is for.
ValueRule readValueTable(Table& table) {
    ValueRule rule;
    const auto column = table.text("column");
    rule.columns = table.texts("columns");
    const auto fixed = table.text("value");
    const int ways = (column ? 1 : 0) + (rule.columns.empty() ? 0 : 1) + (fixed ? 1 : 0);
    if (ways != 1) table.fail("column", "say one of column, columns and value");
    if (column) rule.columns = {*column};
    rule.fixed = std::string(trimmed(fixed.value_or("")));
    rule.separator = table.text("separator").value_or(rule.separator);
    rule.blanks = foldedSet(table.texts("blank"));
    if (const toml::table* values = table.table("values")) {
        for (const auto& [from, to] : *values) {
            const auto meaning = to.value_exact<std::string>();
            if (!meaning) table.fail("values", "must give texts for texts");
            rule.translations[folded(from.str())] = std::string(trimmed(meaning.value_or("")));
        }
    }
    return rule;
}

// The short forms: one column, or several. A table is handed to `readMore`, which asks for what it knows besides.
template <class ReadMore>
ValueRule readValue(const toml::node& node, const std::string& path, Reading& reading, ReadMore readMore) {
    ValueRule rule;
    if (const auto column = node.value_exact<std::string>()) {
        rule.columns = {*column};
    } else if (const toml::array* columns = node.as_array(); columns != nullptr && !columns->empty()) {
        for (const toml::node& item : *columns) {
            const auto name = item.value_exact<std::string>();
            if (!name) reading.fail(path, "must name columns");
            rule.columns.push_back(name.value_or(std::string()));
        }
    } else if (const toml::table* more = node.as_table()) {
        Table table(*more, path, reading);
        rule = readValueTable(table);
        readMore(table);
        table.finish();
    } else {
        reading.fail(path, "must be a column, a list of columns, or a table");
    }
    return rule;
}

void readDayRule(Table& table, AttributeRule& rule) {
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
void checkFixed(const AttributeRule& rule, const std::string& path, Reading& reading) {
    if (!rule.value.columns.empty()) return;
    if (rule.field == Field::COUNTRY && !countryCode(rule.value.fixed)) {
        reading.fail(path, "must be a country of ISO 3166-1, such as DE");
    }
    if (rule.field == Field::BIRTH_DATE && !parseDay(rule.value.fixed, rule.dayForms)) {
        reading.fail(path, "must be a day");
    }
}

void readAttributes(const toml::table& in, Reading& reading, Mapping& out) {
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
        rule.value = readValue(node, path, reading, [&](Table& table) {
            if (rule.field == Field::BIRTH_DATE) readDayRule(table, rule);
            if (rule.field == Field::TAGS) rule.split = table.text("split").value_or(rule.split);
        });
        if (rule.field == Field::TAGS) rule.value.separator = rule.split;  // several columns are one list
        checkFixed(rule, path, reading);
        out.attributes.push_back(std::move(rule));
    }
}

void readFullName(const toml::table& in, Reading& reading, Mapping& out) {
    FullNameRule rule;
    rule.value = readValue(in, "full_name", reading, [&](Table& table) {
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

std::optional<SwitchRule> readSwitch(Table& notifications, std::string_view key, Reading& reading) {
    const toml::node* node = notifications.take(key);
    if (node == nullptr) return std::nullopt;
    SwitchRule rule;
    rule.yes = {"ja", "j", "yes", "y", "1", "x", "true", "wahr", "an", "on"};
    rule.no = {"nein", "n", "no", "0", "false", "falsch", "aus", "off", "-"};
    rule.value = readValue(*node, notifications.pathOf(key), reading, [&](Table& table) {
        if (const auto words = table.texts("yes"); !words.empty()) rule.yes = foldedSet(words);
        if (const auto words = table.texts("no"); !words.empty()) rule.no = foldedSet(words);
        if (table.word("empty", {"unsaid", "no"}) == 1) rule.empty = EmptySwitch::no;
    });
    if (rule.value.columns.empty()) {
        reading.fail(notifications.pathOf(key), "must come from a column: a switch is each person's own");
    }
    return rule;
}

void readFile(const toml::table& in, Reading& reading, Mapping& out) {
    Table file(in, "file", reading);
    out.encoding = file.text("encoding");
    if (const auto found = file.word("delimiter", {";", ",", "\t"}))
        out.layout.delimiter = std::string_view(";,\t")[*found];
    if (file.word("short_rows", {"refuse", "fill"}) == 1) out.layout.shortRows = ShortRows::fill;
    file.finish();
}

void readRecord(Table& top, Reading& reading, Mapping& out) {
    const toml::table* in = top.table("record");
    if (in == nullptr)
        return top.fail("record", "is missing: say id, the column with the id, or key, the columns of a natural key");
    Table record(*in, "record", reading);
    out.idColumn = record.text("id");
    out.keyColumns = record.texts("key");
    record.finish();
    if (out.idColumn.has_value() == !out.keyColumns.empty()) top.fail("record", "say one of id and key");
}

void readTop(const toml::table& document, Reading& reading, Mapping& out) {
    Table top(document, "", reading);
    if (const auto name = top.text("source")) {
        out.source = events::SourceName::parse(*name);
        if (!out.source) top.fail("source", "must be 1 to 32 of a-z, 0-9 and -");
    }
    if (const toml::table* file = top.table("file")) readFile(*file, reading, out);
    readRecord(top, reading, out);
    if (const toml::table* attributes = top.table("attributes")) readAttributes(*attributes, reading, out);
    if (const toml::table* name = top.table("full_name")) readFullName(*name, reading, out);
    if (const toml::table* custom = top.table("custom")) {
        for (const auto& [key, node] : *custom) {
            const std::string path = "custom." + std::string(key.str());
            out.custom.push_back({std::string(key.str()), readValue(node, path, reading, [](Table&) {})});
        }
    }
    if (const toml::table* in = top.table("notifications")) {
        Table notifications(*in, "notifications", reading);
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
    toml::table document;
    try {
        document = toml::parse(toml);
    } catch (const toml::parse_error& error) {
        std::ostringstream text;
        text << "mapping: line " << error.source().begin.line << ": " << error.description();
        return failed(AdapterProblem{ProblemKind::mappingInvalid, text.str()});
    }
    Reading reading;
    Mapping mapping;
    readTop(document, reading, mapping);
    if (reading.problem()) return failed(*reading.problem());
    return mapping;
}

}  // namespace kartei::adapters
