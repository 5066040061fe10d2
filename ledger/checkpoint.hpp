#pragma once
// What a log's owner signs: how large the log is and what its tree's root is (https://c2sp.org/tlog-checkpoint). And a
// receipt on it: that an entry is in the log (https://c2sp.org/tlog-proof).
//
//     origin\n
//     size\n
//     base64(root)\n

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/merkle.hpp"
#include "ledger/signed_note.hpp"

namespace kartei::ledger {

struct Checkpoint {
    std::string origin;  // names the log
    TreeHead tree;
    bool operator==(const Checkpoint&) const = default;

    [[nodiscard]] std::string text() const;
    // Of a note's text; lines that follow the three are extensions and are left alone.
    static std::optional<Checkpoint> parse(std::string_view text);
};

// Whether the note has the form of a signed checkpoint, whoever signed it.
bool isCheckpointNote(std::string_view note);

// The checkpoint in a note, where the verifier's signature is right and its origin the verifier's name.
std::optional<Checkpoint> openCheckpoint(std::string_view note, const NoteVerifier& verifier);

// A receipt: everything needed to check, with nothing but the verifier's key, that an entry is in the log.
//
//     c2sp.org/tlog-proof@v1\n
//     extra base64(…)\n          (the entry itself, so that the receipt says what it is for)
//     index i\n
//     base64(hash)\n …
//     \n
//     checkpoint, with its signatures
struct Receipt {
    std::string entry;
    std::uint64_t index = 0;
    std::vector<Hash> proof;
    std::string checkpoint;  // the note

    [[nodiscard]] std::string text() const;
    static std::optional<Receipt> parse(std::string_view text);
};

// Whether the receipt proves that its entry is in the verifier's log.
bool isProof(const Receipt& receipt, const NoteVerifier& verifier);

}  // namespace kartei::ledger
