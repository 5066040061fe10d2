#include "adapters/gobd_index.hpp"

#include <optional>
#include <pugixml.hpp>

#include "adapters/text_forms.hpp"

namespace kartei::adapters {

namespace {

AdapterProblem invalid(const std::string& what) { return {ProblemKind::exportInvalid, "index.xml: " + what}; }

// The one character that the element holds, or `usual` where it is not there; nothing where it is something else.
std::optional<char> symbol(const pugi::xml_node& parent, const char* name, char usual) {
    const auto element = parent.child(name);
    if (!element) return usual;
    const std::string_view text = element.text().get();
    if (text.size() != 1) return std::nullopt;
    return text.front();
}

Result<GobdTable, AdapterProblem> readTable(const pugi::xml_node& in, const pugi::xml_node& layout) {
    GobdTable table;
    table.file = trimmed(in.child("URL").text().get());
    const auto point = symbol(in, "DecimalSymbol", table.decimals.point);
    // A file with a decimal point and no word on what is between thousands has nothing there.
    const auto group = symbol(in, "DigitGroupingSymbol", point == '.' ? '\0' : table.decimals.group);
    const auto delimiter = symbol(layout, "ColumnDelimiter", table.delimiter);
    const auto encapsulator = symbol(layout, "TextEncapsulator", '"');
    if (!point || !group || *point == *group) return failed(invalid("a table's symbols for decimals are none"));
    if (!delimiter || *delimiter == *point || *delimiter == '"' || *delimiter == '\n' || *delimiter == '\r') {
        return failed(invalid("a table's ColumnDelimiter is none"));
    }
    if (encapsulator != '"') return failed(invalid("a table's TextEncapsulator is another than \""));
    table.decimals = {*point, *group};
    table.delimiter = *delimiter;
    for (const auto& column : layout.children()) {
        const std::string_view kind = column.name();
        if (kind != "VariablePrimaryKey" && kind != "VariableColumn") continue;
        table.columns.emplace_back(trimmed(column.child("Name").text().get()));
    }
    return table;
}

}  // namespace

Result<std::vector<GobdTable>, AdapterProblem> readGobdIndex(std::string_view xml) {
    // What a parser makes of it is many times as large.
    constexpr std::size_t mostBytes = std::size_t{1} << 20U;
    if (xml.size() > mostBytes) return failed(invalid("is too long"));
    pugi::xml_document document;
    // A delimiter may be a tab, which is white space.
    constexpr unsigned int options = pugi::parse_default | pugi::parse_ws_pcdata_single;
    if (!document.load_buffer(xml.data(), xml.size(), options)) return failed(invalid("is no XML"));
    std::vector<GobdTable> tables;
    for (const auto& media : document.child("DataSet").children("Media")) {
        for (const auto& in : media.children("Table")) {
            const auto layout = in.child("VariableLength");
            if (!layout) continue;
            auto table = readTable(in, layout);
            if (!table) return failed(std::move(table.error()));
            tables.push_back(std::move(*table));
        }
    }
    if (tables.empty()) return failed(invalid("describes no table"));
    return tables;
}

}  // namespace kartei::adapters
