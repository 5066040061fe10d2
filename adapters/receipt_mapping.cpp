#include "adapters/receipt_mapping.hpp"

#include "adapters/mapping_reading.hpp"

namespace kartei::adapters {

namespace {

std::optional<TextRule> readText(MappingTable& table, std::string_view key, MappingReading& reading) {
    const toml::node* node = table.take(key);
    if (node == nullptr) return std::nullopt;
    TextRule rule{readValue(*node, table.pathOf(key), reading, [](MappingTable&) {})};
    if (rule.value.columns.empty()) table.fail(key, "must come from a column: it is each receipt's own");
    return rule;
}

TextRule required(MappingTable& table, std::string_view key, MappingReading& reading) {
    auto rule = readText(table, key, reading);
    if (!rule) table.fail(key, "is missing");
    return std::move(rule).value_or(TextRule());
}

void readReceipt(const toml::table& in, MappingReading& reading, ReceiptMapping& out) {
    MappingTable table(in, "receipt", reading);
    out.id = required(table, "id", reading);
    out.customer = required(table, "customer", reading);
    out.date = required(table, "date", reading);
    out.time = readText(table, "time", reading);
    out.total = required(table, "total", reading);
    out.item = readText(table, "item", reading);
    if (const auto zone = table.text("zone")) {
        out.zone = *zone;
        if (!isTimeZone(*zone)) table.fail("zone", "is no time zone, such as Europe/Berlin");
    }
    if (table.word("decimal", {",", "."}) == 1) out.decimals = {'.', ','};
    if (const auto code = table.text("currency")) {
        const auto currency = events::Currency::parse(*code);
        if (!currency) table.fail("currency", "is no currency of ISO 4217, such as EUR");
        out.currency = currency.value_or(out.currency);
    }
    if (const toml::node* node = table.take("paid")) {
        SwitchRule rule = usualSwitch();
        rule.value =
            readValue(*node, table.pathOf("paid"), reading, [&](MappingTable& more) { readSwitchTable(more, rule); });
        if (rule.value.columns.empty()) table.fail("paid", "must come from a column: it is each receipt's own");
        out.paid = std::move(rule);
    }
    table.finish();
}

}  // namespace

bool isReceiptMapping(std::string_view toml) {
    const auto document = parseToml(toml);
    return document && document->get("receipt") != nullptr;
}

Result<ReceiptMapping, AdapterProblem> parseReceiptMapping(std::string_view toml) {
    const auto document = parseToml(toml);
    if (!document) return failed(document.error());
    MappingReading reading;
    ReceiptMapping mapping;
    MappingTable top(*document, "", reading);
    readSource(top, mapping.source);
    readFile(top, reading, mapping.encoding, mapping.layout);
    if (const toml::table* receipt = top.table("receipt")) {
        readReceipt(*receipt, reading, mapping);
    } else {
        top.fail("receipt", "is missing");
    }
    top.finish();
    if (reading.problem()) return failed(*reading.problem());
    return mapping;
}

}  // namespace kartei::adapters
