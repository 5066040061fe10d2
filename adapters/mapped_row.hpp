#pragma once
// A row of a CSV file as a mapping's rules read it, and the first reason why it cannot be taken.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/csv_columns.hpp"
#include "adapters/csv_table.hpp"
#include "adapters/mapping.hpp"

namespace kartei::adapters {

// A mapping's rule with the places of its columns.
template <class Rule>
struct Bound {
    Rule rule;
    std::vector<std::size_t> places;
};

template <class Rule>
Bound<Rule> bindRule(Rule rule, CsvColumns& columns) {
    auto places = columns.find(rule.value.columns);
    return {std::move(rule), std::move(places)};
}

// Of a row without a flaw. The table must outlive it.
class MappedRow {
public:
    MappedRow(const CsvTable& table, const CsvTable::Row& row) : table_(table), row_(row) {}

    // The first thing that is wrong; it names columns, never values.
    [[nodiscard]] const std::optional<std::string>& refusal() const { return refusal_; }
    void refuse(std::string_view why);
    void refuse(const std::vector<std::string>& columns, std::string_view why);

    [[nodiscard]] std::string_view cell(std::size_t place) const { return table_.cell(row_, place); }

    // What the rule makes of the row's cells; too long a text is a refusal.
    template <class Rule>
    std::string text(const Bound<Rule>& bound) {
        return text(bound.rule.value, bound.places);
    }
    // Nothing where there is no rule, or an empty cell says nothing; a word that is neither is a refusal.
    std::optional<bool> yesOrNo(const std::optional<Bound<SwitchRule>>& bound);

private:
    std::string text(const ValueRule& rule, const std::vector<std::size_t>& places);

    const CsvTable& table_;
    const CsvTable::Row& row_;
    std::optional<std::string> refusal_;
};

}  // namespace kartei::adapters
