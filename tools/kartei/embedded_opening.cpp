#include "tools/kartei/embedded_opening.hpp"

#include <algorithm>

#include "ledger/backup.hpp"
#include "tools/kartei/key_source.hpp"

namespace kartei::tools {

namespace {

// A backup forgets who was erased after it was made; the anchor does not.
void restoreInto(const EmbeddedOptions& options) {
    const auto id = ledger::backedUpId(options.restore->directory);
    if (!ledger::AnchorDirectory(options.anchor, id, ledger::Access::reading).isThere()) {
        throw ledger::Failure(ledger::Failure::Kind::anchorLost,
                              "The anchor " + (options.anchor / id).string() +
                                  " is not there, and without it a backup brings back who was erased since. Name where "
                                  "it is by --anchor.");
    }
    ledger::restoreBackup(options.restore->directory, options.restore->number, options.data);
}

std::unique_ptr<ledger::Ledger> ledgerIn(const EmbeddedOptions& options, const ledger::MasterKey& key,
                                         ledger::Opening opening) {
    const ledger::Place place{options.data, options.anchor};
    return std::make_unique<ledger::Ledger>(place, key, ledger::Ledger::systemClock(), opening);
}

// Opens with the key that fits. Where that is the next one, a rotation was cut short after the directory had taken it:
// it takes its predecessor's place now.
Result<OpenedLedger, Failure> opened(const EmbeddedOptions& options, const FoundKey& key, ledger::Opening opening) {
    try {
        return OpenedLedger{ledgerIn(options, key.candidates.front(), opening), key.file};
    } catch (const ledger::Failure& failure) {
        if (failure.kind() != ledger::Failure::Kind::wrongKey || key.candidates.size() < 2) throw;
    }
    OpenedLedger result{ledgerIn(options, key.candidates.back(), opening), key.file};
    // Not to be passed over: the next rotation would write its key over this one.
    if (const auto failure = replaceByNext(key.file)) return failed(*failure);
    return result;
}

}  // namespace

Failure failureOf(const ledger::Failure& failure) {
    using Kind = ledger::Failure::Kind;
    switch (failure.kind()) {
        case Kind::missing:
            return {Failure::Kind::badInput,
                    "no_data_directory",
                    "There is no data directory where --data says; the first write makes it.",
                    {}};
        case Kind::locked: return {Failure::Kind::storage, "data_locked", failure.what(), {}};
        case Kind::notOurs: return {Failure::Kind::storage, "not_a_data_directory", failure.what(), {}};
        case Kind::newerVersion: return {Failure::Kind::storage, "newer_version", failure.what(), {}};
        case Kind::wrongKey: return {Failure::Kind::storage, "wrong_master_key", failure.what(), {}};
        case Kind::behindAnchor: return {Failure::Kind::storage, "log_behind_anchor", failure.what(), {}};
        case Kind::anchorLost: return {Failure::Kind::storage, "anchor_lost", failure.what(), {}};
        case Kind::damaged: return {Failure::Kind::storage, "damaged", failure.what(), {}};
        case Kind::storage: break;
    }
    return {Failure::Kind::storage, "storage", failure.what(), {}};
}

Failure failureOf(const ledger::Refusal& refusal) {
    return {Failure::Kind::refused, std::string(toText(refusal.code)), refusal.detail, refusal.joins};
}

bool isWithin(const std::filesystem::path& inner, const std::filesystem::path& outer) {
    const auto inside = std::filesystem::weakly_canonical(std::filesystem::absolute(inner));
    const auto around = std::filesystem::weakly_canonical(std::filesystem::absolute(outer));
    return std::mismatch(around.begin(), around.end(), inside.begin(), inside.end()).first == around.end();
}

Result<OpenedLedger, Failure> openLedger(const EmbeddedOptions& options, ledger::Opening opening) {
    if (options.restore) restoreInto(options);
    if (options.masterKey) return OpenedLedger{ledgerIn(options, *options.masterKey, opening), {}};
    const auto marked = ledger::markedDirectory(options.data, opening);
    const auto key = findMasterKey(marked, options.notice);
    if (!key) return failed(key.error());
    if (!marked.isWhole) {
        options.notice("What must not come back with a backup is kept in " + (options.anchor / marked.id).string() +
                       ": keep it apart from the data directory.");
    }
    return opened(options, *key, opening);
}

}  // namespace kartei::tools
