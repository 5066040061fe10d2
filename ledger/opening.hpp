#pragma once
// How a data directory is opened.

namespace kartei::ledger {

enum class Opening {
    create,    // makes the directory where there is none
    existing,  // a directory that is not there, or holds nothing yet, is a Failure, and nothing is made
    reading,  // the same, and nothing is recorded: the anchor is neither held nor written to; and where another process
              // has it open, or it cannot be written to, it is read all the same, without being held
              // (opened_database.hpp); of a directory of backups the newest is read
};

}  // namespace kartei::ledger
