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
    if (directory.isBackup()) {
        throw ledger::Failure(
            ledger::Failure::Kind::storage,
            directory.path().string() + " holds backups already: `kartei restore` makes a data directory of one.");
    }
    if (request.directory.empty()) return failed(badInput("DIR must name the directory of backups."));
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

std::optional<Failure> unfitPlace(const std::string& what, const std::filesystem::path& place,
                                  const std::filesystem::path& data) {
    if (place.empty()) return badInput(what + " must name a directory.");
    if (isWithin(place, data)) return badInput(what + " must be outside of the data directory.");
    auto around = std::filesystem::weakly_canonical(std::filesystem::absolute(place));
    for (; around.has_relative_path(); around = around.parent_path()) {
        if (ledger::idOfBackups(around)) return badInput(what + " must be outside of a directory of backups.");
    }
    return std::nullopt;
}

ledger::Failure failureOfBackup(const ledger::Failure& failure) {
    if (failure.kind() != ledger::Failure::Kind::anchorLost) return failure;
    return {
        failure.kind(),
        "The anchor of this log is not where it should be, or not whole, so nobody can tell who was erased after the "
        "backup: without it no backup is read or restored. Name it by --anchor, or put it back. Where it is lost, "
        "and the data directory is not, `kartei log incarnation` there begins a new one, which will do."};
}

void restoreInto(const RestoreRequest& request, const ledger::Place& place,
                 const std::vector<ledger::MasterKey>& keys) {
    const auto id = ledger::KeptBackups(request.directory).id();
    ledger::AnchorDirectory anchors(place.anchor, id, ledger::Access::reading);
    const auto requireRestorable = [&](const ledger::MasterKey& key) {
        try {
            ledger::requireRestorable(request.directory, request.number, anchors, key);
        } catch (const ledger::Failure& failure) {
            throw failureOfBackup(failure);
        }
    };
    try {
        requireRestorable(keys.front());
    } catch (const ledger::Failure& failure) {
        if (failure.kind() != ledger::Failure::Kind::wrongKey || keys.size() < 2) throw;
        requireRestorable(keys.back());
    }
    anchors.hold();
    ledger::restoreBackup(request.directory, request.number, place.data);
}

}  // namespace kartei::tools
