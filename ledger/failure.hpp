#pragma once
// What nobody can go on from: the data directory cannot be used, or the log is not what it was.

#include <stdexcept>
#include <string>

namespace kartei::ledger {

class Failure : public std::runtime_error {
public:
    enum class Kind {
        missing,       // there is no data directory, and none was to be made; or no such backup
        locked,        // another process has the data directory open, or it may only be read
        notOurs,       // the directory holds something else
        newerVersion,  // written by a newer version of Kartei
        damaged,       // an entry cannot be read, or is missing
        wrongKey,      // the data directory was written under another master key
        behindAnchor,  // the log is older than what is anchored of it: nothing may be added
        anchorLost,    // nothing is anchored of a log that has entries: nothing may be added
        storage,       // the disk or the file system says no
    };
    Failure(Kind kind, const std::string& what) : std::runtime_error(what), kind_(kind) {}
    [[nodiscard]] Kind kind() const { return kind_; }

private:
    Kind kind_;
};

}  // namespace kartei::ledger
