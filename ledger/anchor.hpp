#pragma once
// The anchor: what is known of a data directory outside of it, so that nobody can put an older one in its place
// unnoticed, and nothing that was erased comes back with a backup (DESIGN §7).
//
// How it works: a directory that can serve for many data directories has, for each,
//
//     ID/lock                   held by the process that writes
//     ID/BUSINESS.checkpoint    how long the journal is and what it is, and the last checkpoint of the business's log
//                               that was signed; replaced as a whole
//     ID/BUSINESS.journal       every erasure, every access token that was revoked, and where incarnations of the log
//                               began (anchor_entries.hpp); only added to
//
//     checkpoint file := "journal " bytes " " digest "\n" signed-note
//     bytes           := the length of the journal, decimal
//     digest          := SHA-256 of as many bytes of the journal, Base64
//
// ID is the data directory's. Both are synced before the answer that rests on them: the journal first, and then the
// checkpoint's file that vouches for it. So a journal that is shorter than is vouched for, or another one, has lost
// something, and the anchor is not whole: no backup is read or restored with it, and nothing is added to the log until
// it is. A log that is what its checkpoint says, and was never begun anew, knows itself who was erased, and the journal
// is written anew from it (Business::completeAnchor); otherwise an admin goes on as where the anchor is lost. What the
// journal has beyond what is vouched for, nobody had an answer to; whole lines of it count, for they say what the log
// said before.
//
// Whoever puts older copies of both files in their places is not found out, but by a log that went on since.
//
// When a log is opened it is compared
// with its anchor (Business): keys of erased records that are there again are destroyed before anything is read, tokens
// that were revoked are revoked again, and where the log is shorter than the checkpoint, or the checkpoint is missing,
// nothing is added to it until an admin starts a new incarnation (Business::beginIncarnation). So the directory is to
// be kept on another disk than the data, or at least not to be restored along with it.
//
// It keeps no history of checkpoints: the log does. It does not protect from somebody who can write to both.
//
// Who only reads sees the anchor as it was when AnchorDirectory was made: whoever has the directory open may add to it
// at any time. So it is made before the data is opened that is compared with it. It writes nothing there, and holds
// nothing.
//
// Threads: AnchorDirectory is immutable but for `hold`. An Anchor is its business's: one call at a time.

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "events/names.hpp"
#include "ledger/anchor_entries.hpp"

namespace kartei::ledger {

enum class Access { reading, writing };

// The anchors of one data directory.
class AnchorDirectory {
public:
    // To be written to: as `hold` does. Throws Failure where it cannot be read.
    AnchorDirectory(const std::filesystem::path& anchor, const std::string& dataDirectoryId, Access access);
    ~AnchorDirectory();
    AnchorDirectory(const AnchorDirectory&) = delete;
    AnchorDirectory& operator=(const AnchorDirectory&) = delete;

    // Holds it from now on until destruction, to be written to. Throws Failure where another process does, which has
    // the data directory or a copy of it open, and where it cannot be made.
    void hold();

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    // What is in a file of it; nothing where there is none.
    [[nodiscard]] std::optional<std::string> contentOf(const std::filesystem::path& file) const;
    [[nodiscard]] Access access() const { return access_; }

private:
    void readAll(const std::function<bool(const std::filesystem::path&)>& isWanted);

    std::filesystem::path path_;
    Access access_ = Access::reading;
    std::map<std::filesystem::path, std::string> read_;  // by who only reads
    int lock_ = -1;
};

// What is anchored of one business.
class Anchor {
public:
    // Throws Failure where what is there is damaged or cannot be read.
    Anchor(const AnchorDirectory& directory, const events::BusinessName& business);

    // The signed note; nothing where nothing was ever anchored.
    [[nodiscard]] const std::optional<std::string>& checkpoint() const { return checkpoint_; }
    [[nodiscard]] const std::vector<AnchorEntry>& entries() const { return entries_; }

    // No: something of the journal is lost, or it is another one. What is left of it is in `entries` all the same.
    [[nodiscard]] bool isWhole() const { return isWhole_; }
    // Whether it may be written to.
    [[nodiscard]] Access access() const { return access_; }

    // Each returns when it is on the disk; throws Failure.
    // Vouches for the journal as it is here, so that it is whole.
    void keepCheckpoint(const std::string& note);
    // What is there already is not added again. Of a journal that is not whole nobody vouches meanwhile.
    void add(const std::vector<AnchorEntry>& entries);
    // In the place of a journal that is not whole.
    void replaceJournal(const std::vector<AnchorEntry>& entries);

private:
    Access access_;
    std::filesystem::path checkpointFile_;
    std::filesystem::path journalFile_;
    std::optional<std::string> stored_;  // in the checkpoint's file
    std::optional<std::string> checkpoint_;
    std::vector<AnchorEntry> entries_;
    std::string journal_;  // whole lines
    bool isWhole_ = true;
};

}  // namespace kartei::ledger
