#include "tools/kartei/embedded_backup.hpp"

#include <algorithm>

#include "ledger/anchor.hpp"
#include "ledger/backup.hpp"
#include "ledger/kept_backups.hpp"
#include "tools/kartei/answers.hpp"

namespace kartei::tools {

bool isWithin(const std::filesystem::path& inner, const std::filesystem::path& outer) {
    const auto inside = std::filesystem::weakly_canonical(std::filesystem::absolute(inner));
    const auto around = std::filesystem::weakly_canonical(std::filesystem::absolute(outer));
    return std::mismatch(around.begin(), around.end(), inside.begin(), inside.end()).first == around.end();
}

Answer backUpTo(const ledger::DataDirectory& directory, const BackupRequest& request) {
    if (isWithin(request.directory, directory.path())) {
        return failed(badInput("A backup must be outside of the data directory."));
    }
    const auto made = ledger::backUp(directory, request.directory, request.keep);
    return object([&](events::JsonWriter& out) {
        events::writeMember(out, "number", std::uint64_t{made.number});
        events::writeMember(out, "bytes", made.bytes);
        events::writeMember(out, "kept", made.kept);
    });
}

void restoreInto(const RestoreRequest& request, const std::filesystem::path& data,
                 const std::filesystem::path& anchor) {
    const auto id = ledger::KeptBackups(request.directory).id();
    ledger::AnchorDirectory(anchor, id, ledger::Access::reading).requireThere();
    ledger::restoreBackup(request.directory, request.number, data);
}

}  // namespace kartei::tools
