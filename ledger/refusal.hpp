#pragma once
// Why a rule says no. The codes are those of DESIGN §4 to §6; a few more are named here where it leaves one open.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "events/names.hpp"
#include "events/result.hpp"

namespace kartei::ledger {

enum class RefusalCode {
    // Joining, in the order in which the rules are asked
    notFound,
    sameRecord,
    alreadyJoined,
    erased,
    markedDistinct,
    twoAccounts,
    intoOnlineRecord,
    sourceHasCorrespondence,
    sourceHasContracts,
    credentialsRequired,
    nothingToTake,
    // Undoing
    notAJoin,
    alreadyUndone,
    dependentJoins,
    notAssignable,  // an assigned position is no fact that staff recorded while the join was in force
    // Pending changes
    notPending,
    // Erasing
    joinedRecords,
    mustBeKept,  // receipts, as long as the tax office may want them
    // Beginning an incarnation
    logIsSound,
    // Exporting
    customerChanged,  // while the export was made ready
    // Deciding on what somebody has seen
    changedSince,  // the people concerned are not what they were at the position that the caller names
    // Facts
    sourceNotConnected,
    foreignRecord,  // a sender wrote attributes, a consent or an account of another source's record
    duplicateEventMismatch,
    alreadyCheckedOut,
    notCheckedOut,
    receiptsErased,  // a checkout is of a year whose receipts were
    consentMissing,
    transferWithdrawn,
    eventTooLarge,
    unknownRun,  // an import names a run that was not started, or is over
    runExists,   // it starts one that was started before
};

inline constexpr std::size_t refusalCodes = static_cast<std::size_t>(RefusalCode::runExists) + 1;

// The code on the wire: "already_joined".
std::string_view toText(RefusalCode code);

struct Refusal {
    RefusalCode code{};
    std::string detail;                   // one sentence for a person, without personal data
    std::vector<events::Position> joins;  // those it is about: alreadyJoined, dependentJoins
    bool operator==(const Refusal&) const = default;
};

}  // namespace kartei::ledger
