#include "adapters/mapping_reading.hpp"

#include <sstream>

#include "adapters/text_forms.hpp"

namespace kartei::adapters {

std::set<std::string> foldedSet(const std::vector<std::string>& texts) {
    std::set<std::string> out;
    for (const auto& text : texts) out.insert(folded(text));
    return out;
}

// What a value may say of itself in its table, whatever it is for.
ValueRule readValueTable(MappingTable& table) {
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

Result<toml::table, AdapterProblem> parseToml(std::string_view text) {
    try {
        return toml::table(toml::parse(text));
    } catch (const toml::parse_error& error) {
        std::ostringstream out;
        out << "mapping: line " << error.source().begin.line << ": " << error.description();
        return failed(AdapterProblem{ProblemKind::mappingInvalid, out.str()});
    }
}

SwitchRule usualSwitch() {
    SwitchRule rule;
    rule.yes = {"ja", "j", "yes", "y", "1", "x", "true", "wahr", "an", "on"};
    rule.no = {"nein", "n", "no", "0", "false", "falsch", "aus", "off", "-"};
    return rule;
}

void readSwitchTable(MappingTable& table, SwitchRule& rule) {
    if (const auto words = table.texts("yes"); !words.empty()) rule.yes = foldedSet(words);
    if (const auto words = table.texts("no"); !words.empty()) rule.no = foldedSet(words);
    if (table.word("empty", {"unsaid", "no"}) == 1) rule.empty = EmptySwitch::no;
}

void readSource(MappingTable& top, std::optional<events::SourceName>& out) {
    const auto name = top.text("source");
    if (!name) return;
    out = events::SourceName::parse(*name);
    if (!out) top.fail("source", "must be 1 to 32 of a-z, 0-9 and -");
}

void readFile(MappingTable& top, MappingReading& reading, std::optional<std::string>& encoding, CsvLayout& layout) {
    const toml::table* in = top.table("file");
    if (in == nullptr) return;
    MappingTable file(*in, "file", reading);
    encoding = file.text("encoding");
    if (const auto found = file.word("delimiter", {";", ",", "\t"}))
        layout.delimiter = std::string_view(";,\t")[*found];
    if (file.word("short_rows", {"refuse", "fill"}) == 1) layout.shortRows = ShortRows::fill;
    file.finish();
}

}  // namespace kartei::adapters
