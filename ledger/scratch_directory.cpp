#include "ledger/scratch_directory.hpp"

#include <cstdlib>
#include <string>
#include <system_error>

#include "ledger/failure.hpp"

namespace kartei::ledger {

ScratchDirectory::ScratchDirectory() {
    std::error_code error;
    std::string pattern = (std::filesystem::temp_directory_path(error) / "kartei-XXXXXX").string();
    if (error || ::mkdtemp(pattern.data()) == nullptr) {
        throw Failure(Failure::Kind::storage, "No temporary directory can be made: see TMPDIR.");
    }
    path_ = pattern;
}

ScratchDirectory::~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace kartei::ledger
