#pragma once
// How a data directory is opened.

namespace kartei::ledger {

enum class Opening {
    create,    // makes the directory where there is none
    existing,  // a directory that is not there, or holds nothing yet, is a Failure, and nothing is made
};

}  // namespace kartei::ledger
