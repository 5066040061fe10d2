#include "tools/kartei/embedded_opening.hpp"

#include "ledger/kept_backups.hpp"
#include "projections/stored_views.hpp"
#include "tools/kartei/embedded_backup.hpp"
#include "tools/kartei/key_source.hpp"

namespace kartei::tools {

namespace {

std::unique_ptr<ledger::Ledger> ledgerIn(const EmbeddedOptions& options, const ledger::MasterKey& key,
                                         ledger::Opening opening) {
    const ledger::Place place{options.data, options.anchor};
    return std::make_unique<ledger::Ledger>(place, key, ledger::Ledger::systemClock(), opening,
                                            projections::forgetInViews);
}

// Opens with the key that fits. Where that is the next one, a rotation was cut short after the directory had taken it,
// or is about to end: it takes its predecessor's place now, unless the directory is only to be read.
Result<OpenedLedger, Failure> opened(const EmbeddedOptions& options, const FoundKey& key, ledger::Opening opening) {
    try {
        return OpenedLedger{ledgerIn(options, key.candidates.front(), opening), key.file};
    } catch (const ledger::Failure& failure) {
        if (failure.kind() != ledger::Failure::Kind::wrongKey || key.candidates.size() < 2) throw;
    }
    OpenedLedger result{ledgerIn(options, key.candidates.back(), opening), key.file};
    if (opening == ledger::Opening::reading) return result;
    // Not to be passed over: the next rotation would write its key over this one.
    if (const auto failure = replaceByNext(key.file)) return failed(*failure);
    return result;
}

std::optional<Failure> restored(const EmbeddedOptions& options) {
    std::vector<ledger::MasterKey> keys;
    if (options.masterKey) {
        keys.push_back(*options.masterKey);
    } else {
        const ledger::MarkedDirectory marked{ledger::KeptBackups(options.restore->directory).id(), true};
        auto found = findMasterKey(marked, [](const std::string&) {});
        if (!found) return found.error();
        keys = std::move(found->candidates);
    }
    restoreInto(*options.restore, {options.data, options.anchor}, keys);
    return std::nullopt;
}

}  // namespace

Result<OpenedLedger, Failure> openLedger(const EmbeddedOptions& options, ledger::Opening opening) {
    if (options.restore) {
        if (const auto failure = restored(options)) return failed(*failure);
    }
    if (options.masterKey) return OpenedLedger{ledgerIn(options, *options.masterKey, opening), {}};
    // Where the directory is about to be made, a key that somebody has named must be there first.
    if (opening == ledger::Opening::create) {
        if (const auto failure = unreadableNamedKey()) return failed(*failure);
    }
    const auto marked = ledger::markedDirectory(options.data, opening);
    const auto key = findMasterKey(marked, options.notice);
    if (!key) return failed(key.error());
    if (!marked.isWhole) {
        options.notice("What must not come back with a backup is kept in " + (options.anchor / marked.id).string() +
                       ". Without it no backup can be read or restored: keep it apart from the data directory, best on "
                       "another disk, which --anchor names.");
    }
    return opened(options, *key, opening);
}

}  // namespace kartei::tools
