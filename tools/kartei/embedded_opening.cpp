#include "tools/kartei/embedded_opening.hpp"

#include "tools/kartei/embedded_backup.hpp"
#include "tools/kartei/key_source.hpp"

namespace kartei::tools {

namespace {

std::unique_ptr<ledger::Ledger> ledgerIn(const EmbeddedOptions& options, const ledger::MasterKey& key,
                                         ledger::Opening opening) {
    const ledger::Place place{options.data, options.anchor};
    return std::make_unique<ledger::Ledger>(place, key, ledger::Ledger::systemClock(), opening);
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

}  // namespace

Result<OpenedLedger, Failure> openLedger(const EmbeddedOptions& options, ledger::Opening opening) {
    if (options.restore) restoreInto(*options.restore, options.data, options.anchor);
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
