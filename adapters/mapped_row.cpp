#include "adapters/mapped_row.hpp"

#include "adapters/text_forms.hpp"
#include "events/limits.hpp"

namespace kartei::adapters {

namespace {

std::string quotedNames(const std::vector<std::string>& columns) {
    std::string text = columns.size() == 1 ? "column " : "columns ";
    for (std::size_t i = 0; i < columns.size(); ++i) text += (i == 0 ? "\"" : ", \"") + columns[i] + "\"";
    return text;
}

std::string meaning(std::string_view cell, const ValueRule& rule) {
    if (rule.blanks.empty() && rule.translations.empty()) return std::string(cell);
    const std::string key = folded(cell);
    if (rule.blanks.contains(key)) return {};
    const auto found = rule.translations.find(key);
    return found == rule.translations.end() ? std::string(cell) : found->second;
}

}  // namespace

void MappedRow::refuse(std::string_view why) {
    if (!refusal_) refusal_ = why;
}

void MappedRow::refuse(const std::vector<std::string>& columns, std::string_view why) {
    if (!refusal_) refusal_ = quotedNames(columns) + ": " + std::string(why);
}

std::string MappedRow::text(const ValueRule& rule, const std::vector<std::size_t>& places) {
    if (rule.columns.empty()) return rule.fixed;
    std::string out;
    for (const std::size_t place : places) {
        const std::string part = meaning(cell(place), rule);
        if (part.empty()) continue;
        if (!out.empty()) out += rule.separator;
        out += part;
    }
    if (out.size() > limits::text) refuse(rule.columns, "the text is too long");
    return out;
}

std::optional<bool> MappedRow::yesOrNo(const std::optional<Bound<SwitchRule>>& bound) {
    if (!bound) return std::nullopt;
    const SwitchRule& rule = bound->rule;
    const std::string word = folded(text(*bound));
    if (word.empty()) return rule.empty == EmptySwitch::no ? std::optional(false) : std::nullopt;
    if (rule.yes.contains(word)) return true;
    if (!rule.no.contains(word)) refuse(rule.value.columns, "is neither yes nor no");
    return false;
}

}  // namespace kartei::adapters
