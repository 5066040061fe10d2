#include "adapters/dsfinvk.hpp"

#include "adapters/dsfinvk_csv.hpp"
#include "adapters/dsfinvk_json.hpp"
#include "adapters/text_forms.hpp"
#include "adapters/unpacked_archive.hpp"

namespace kartei::adapters {

namespace {

Result<TillExport, AdapterProblem> readExport(ImportInput input) {
    if (input.size() != 1) return readDsfinvkCsv(std::move(input));
    const std::string& bytes = input.front().bytes;
    if (!isZip(bytes)) return readDsfinvkJson(bytes);
    auto files = unpack(bytes, dsfinvkFiles());
    if (!files) return failed(std::move(files.error()));
    return readDsfinvkCsv(std::move(*files));
}

}  // namespace

Result<std::unique_ptr<ImportReader>, AdapterProblem> readDsfinvk(ImportInput input, const Naming& naming) {
    auto read = readExport(std::move(input));
    if (!read) return failed(std::move(read.error()));
    return importRowsOf(read->receipts, naming, std::move(read->unreadable));
}

}  // namespace kartei::adapters
