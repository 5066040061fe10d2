#include "adapters/open_import.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "adapters/comcash.hpp"
#include "adapters/csv_import.hpp"
#include "adapters/csv_receipts.hpp"
#include "adapters/dsfinvk.hpp"
#include "adapters/mapping.hpp"
#include "adapters/receipt_mapping.hpp"
#include "adapters/vcard.hpp"

namespace kartei::adapters {

namespace {

constexpr std::array<std::string_view, 4> adapters = {"csv", "comcash", "dsfinvk", "vcard"};

bool isKnown(std::string_view adapter) {
    return std::find(adapters.begin(), adapters.end(), adapter) != adapters.end();
}

AdapterProblem unknown() {
    return {ProblemKind::unknownAdapter, "there is no such adapter; there are csv, comcash, dsfinvk and vcard"};
}

bool takesMapping(std::string_view adapter) { return adapter == "csv" || adapter == "comcash"; }

// The mapping that is given, or the adapter's own.
Result<std::string_view, AdapterProblem> mappingOf(std::string_view adapter, std::string_view fileName,
                                                   const std::optional<std::string>& mappingToml) {
    if (mappingToml) return std::string_view(*mappingToml);
    if (adapter == "comcash") return isComcashReceipts(fileName) ? comcashReceiptMapping() : comcashMapping();
    return failed(AdapterProblem{ProblemKind::mappingMissing,
                                 "csv needs a mapping that says what its columns mean (docs/import.md)"});
}

// Calls `use` with the mapping, of whichever kind it is.
template <class Use>
auto withMapping(std::string_view toml, Use use) -> decltype(use(std::declval<Mapping>())) {
    if (isReceiptMapping(toml)) {
        auto mapping = parseReceiptMapping(toml);
        if (!mapping) return failed(std::move(mapping.error()));
        return use(std::move(*mapping));
    }
    auto mapping = parseMapping(toml);
    if (!mapping) return failed(std::move(mapping.error()));
    return use(std::move(*mapping));
}

// Opens a file of rows, by the kind of its mapping.
struct OpenRows {
    std::string bytes;
    const Naming& naming;
    using Opened = Result<std::unique_ptr<ImportReader>, AdapterProblem>;
    Opened operator()(Mapping mapping) { return readCsv(std::move(bytes), std::move(mapping), naming); }
    Opened operator()(ReceiptMapping mapping) { return readCsvReceipts(std::move(bytes), std::move(mapping), naming); }
};

}  // namespace

Result<std::unique_ptr<ImportReader>, AdapterProblem> openImport(std::string_view adapter, ImportInput input,
                                                                 const std::optional<std::string>& mappingToml,
                                                                 const Naming& naming) {
    if (!isKnown(adapter)) return failed(unknown());
    if (mappingToml && !takesMapping(adapter)) {
        return failed(
            AdapterProblem{ProblemKind::mappingNotTaken,
                           std::string(adapter) + " takes no mapping: its files say themselves what is what"});
    }
    if (adapter == "dsfinvk") return readDsfinvk(std::move(input), naming);
    if (input.size() != 1) {
        return failed(AdapterProblem{ProblemKind::severalFiles, std::string(adapter) + " takes one file"});
    }
    auto& file = input.front();
    if (adapter == "vcard") return readVcards(std::move(file.bytes), naming);
    const auto mapping = mappingOf(adapter, file.name, mappingToml);
    if (!mapping) return failed(mapping.error());
    return withMapping(*mapping, OpenRows{std::move(file.bytes), naming});
}

bool takesFolder(std::string_view adapter) { return adapter == "dsfinvk"; }

events::SourceName defaultSource(std::string_view adapter) {
    return isKnown(adapter) ? events::SourceName::trusted(adapter) : events::SourceName();
}

Result<events::SourceName, AdapterProblem> defaultSource(std::string_view adapter,
                                                         const std::optional<std::string>& mappingToml) {
    if (!isKnown(adapter)) return failed(unknown());
    if (!mappingToml || !takesMapping(adapter)) return defaultSource(adapter);
    const auto sourceIn = [adapter](const auto& mapping) -> Result<events::SourceName, AdapterProblem> {
        return mapping.source.value_or(defaultSource(adapter));
    };
    return withMapping(*mappingToml, sourceIn);
}

}  // namespace kartei::adapters
