#include "adapters/csv_columns.hpp"

#include "adapters/text_forms.hpp"

namespace kartei::adapters {

CsvColumns::CsvColumns(const std::vector<std::string>& header) {
    for (std::size_t i = 0; i < header.size(); ++i) places_[folded(header[i])].push_back(i);
}

std::size_t CsvColumns::find(const std::string& name) {
    const auto place = findOptional(name);
    if (!place) note(missing_, name);
    return place.value_or(0);
}

std::vector<std::size_t> CsvColumns::find(const std::vector<std::string>& names) {
    std::vector<std::size_t> places;
    for (const auto& name : names) places.push_back(find(name));
    return places;
}

std::optional<std::size_t> CsvColumns::findOptional(const std::string& name) {
    const auto found = places_.find(folded(name));
    if (found == places_.end()) return std::nullopt;
    if (found->second.size() > 1) note(repeated_, name);
    return found->second.front();
}

std::optional<AdapterProblem> CsvColumns::problem(const std::string& file, const std::string& who) const {
    if (!missing_.empty()) {
        return AdapterProblem{ProblemKind::columnMissing,
                              file + "'s header row lacks what " + who + " names: " + missing_};
    }
    if (repeated_.empty()) return std::nullopt;
    return AdapterProblem{ProblemKind::columnMissing, file + "'s header row has more than once: " + repeated_};
}

void CsvColumns::note(std::string& list, const std::string& name) {
    const std::string quoted = "\"" + name + "\"";
    if (list.find(quoted) == std::string::npos) list += (list.empty() ? "" : ", ") + quoted;
}

}  // namespace kartei::adapters
