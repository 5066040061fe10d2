#pragma once
// What the readers of mapping files share (mapping.hpp, receipt_mapping.hpp): tables of which every key must be known,
// and the first thing that is wrong. Included by them alone, for it brings all of toml++ along.

#include <toml++/toml.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/mapping.hpp"
#include "adapters/problem.hpp"
#include "events/result.hpp"

namespace kartei::adapters {

// The first thing that is wrong with the mapping. What follows reads on harmlessly and is not used.
class MappingReading {
public:
    void fail(const std::string& path, const std::string& what) {
        if (!problem_) problem_ = AdapterProblem{ProblemKind::mappingInvalid, "mapping: " + path + ": " + what};
    }
    [[nodiscard]] const std::optional<AdapterProblem>& problem() const { return problem_; }

private:
    std::optional<AdapterProblem> problem_;
};

// A table of which every key wants to be asked for.
class MappingTable {
public:
    MappingTable(const toml::table& table, std::string path, MappingReading& reading)
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
    MappingReading& reading_;
    std::vector<std::string> asked_;
};

std::set<std::string> foldedSet(const std::vector<std::string>& texts);

// The document. Problem: mappingInvalid, with the line of a syntax error.
Result<toml::table, AdapterProblem> parseToml(std::string_view text);

// What a value may say of itself in its table, whatever it is for.
ValueRule readValueTable(MappingTable& table);

// The short forms: one column, or several. A table is handed to `readMore`, which asks for what it knows besides.
template <class ReadMore>
ValueRule readValue(const toml::node& node, const std::string& path, MappingReading& reading, ReadMore readMore) {
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
        MappingTable table(*more, path, reading);
        rule = readValueTable(table);
        readMore(table);
        table.finish();
    } else {
        reading.fail(path, "must be a column, a list of columns, or a table");
    }
    return rule;
}

// The words for yes and no that everybody knows.
SwitchRule usualSwitch();
// What the table of a switch may say besides.
void readSwitchTable(MappingTable& table, SwitchRule& rule);

// [file] and `source`, which every mapping may have.
void readSource(MappingTable& top, std::optional<events::SourceName>& out);
void readFile(MappingTable& top, MappingReading& reading, std::optional<std::string>& encoding, CsvLayout& layout);

}  // namespace kartei::adapters
