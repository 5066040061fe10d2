#include "adapters/open_import.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "adapters/comcash.hpp"
#include "adapters/csv_import.hpp"
#include "adapters/mapping.hpp"
#include "adapters/vcard.hpp"

namespace kartei::adapters {

namespace {

constexpr std::array<std::string_view, 3> adapters = {"csv", "comcash", "vcard"};

bool isKnown(std::string_view adapter) {
    return std::find(adapters.begin(), adapters.end(), adapter) != adapters.end();
}

AdapterProblem unknown() {
    return {ProblemKind::unknownAdapter, "there is no such adapter; there are csv, comcash and vcard"};
}

Result<Mapping, AdapterProblem> mappingOf(std::string_view adapter, const std::optional<std::string>& mappingToml) {
    if (mappingToml) return parseMapping(*mappingToml);
    if (adapter == "comcash") return parseMapping(comcashMapping());
    return failed(AdapterProblem{ProblemKind::mappingMissing,
                                 "csv needs a mapping that says what its columns mean (docs/import.md)"});
}

}  // namespace

Result<std::unique_ptr<ImportReader>, AdapterProblem> openImport(std::string_view adapter, std::string bytes,
                                                                 const std::optional<std::string>& mappingToml,
                                                                 const Naming& naming) {
    if (!isKnown(adapter)) return failed(unknown());
    if (adapter == "vcard") {
        if (mappingToml) {
            return failed(
                AdapterProblem{ProblemKind::mappingNotTaken, "vcard takes no mapping: a card has no columns"});
        }
        return readVcards(std::move(bytes), naming);
    }
    auto mapping = mappingOf(adapter, mappingToml);
    if (!mapping) return failed(std::move(mapping.error()));
    return readCsv(std::move(bytes), std::move(*mapping), naming);
}

events::SourceName defaultSource(std::string_view adapter) {
    return isKnown(adapter) ? events::SourceName::trusted(adapter) : events::SourceName();
}

Result<events::SourceName, AdapterProblem> defaultSource(std::string_view adapter,
                                                         const std::optional<std::string>& mappingToml) {
    if (!isKnown(adapter)) return failed(unknown());
    if (!mappingToml || adapter == "vcard") return defaultSource(adapter);
    auto mapping = parseMapping(*mappingToml);
    if (!mapping) return failed(std::move(mapping.error()));
    return mapping->source.value_or(defaultSource(adapter));
}

}  // namespace kartei::adapters
