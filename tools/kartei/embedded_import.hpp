#pragma once
// An import of a file of customers into a ledger in this process.
//
// A run has a name made from what is imported: file, mapping, source and declaration. While a run of that name is not
// completed, starting it again goes on with it: every row has an event id of its own in the run, so what was stored
// before is acknowledged and not stored twice. Once it is completed, the same file is a new run.

#include "ledger/ledger.hpp"
#include "tools/kartei/operations.hpp"

namespace kartei::tools {

// Where an import goes. A business that is not there yet is made once the file is known to be one that can be imported.
struct ImportTarget {
    const ledger::Business* existing = nullptr;  // null: not there yet
    std::function<ledger::Business&()> make;     // finds or makes it
};

Answer runImport(const ImportTarget& target, ImportRequest request, ledger::Caller caller,
                 const ImportWatcher& watcher);

}  // namespace kartei::tools
