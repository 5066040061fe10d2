#include "ledger/refusal.hpp"

namespace kartei::ledger {

std::string_view toText(RefusalCode code) {
    switch (code) {
        case RefusalCode::notFound: return "not_found";
        case RefusalCode::sameRecord: return "same_record";
        case RefusalCode::alreadyJoined: return "already_joined";
        case RefusalCode::logIsSound: return "log_is_sound";
        case RefusalCode::joinedRecords: return "joined_records";
        case RefusalCode::mustBeKept: return "must_be_kept";
        case RefusalCode::receiptsErased: return "receipts_erased";
        case RefusalCode::erased: return "erased";
        case RefusalCode::markedDistinct: return "marked_distinct";
        case RefusalCode::twoAccounts: return "two_accounts";
        case RefusalCode::intoOnlineRecord: return "into_online_record";
        case RefusalCode::sourceHasCorrespondence: return "source_has_correspondence";
        case RefusalCode::sourceHasContracts: return "source_has_contracts";
        case RefusalCode::credentialsRequired: return "credentials_required";
        case RefusalCode::nothingToTake: return "nothing_to_take";
        case RefusalCode::notAJoin: return "not_a_join";
        case RefusalCode::alreadyUndone: return "already_undone";
        case RefusalCode::dependentJoins: return "dependent_joins";
        case RefusalCode::notAssignable: return "not_assignable";
        case RefusalCode::notPending: return "not_pending";
        case RefusalCode::customerChanged: return "customer_changed";
        case RefusalCode::changedSince: return "changed_since";
        case RefusalCode::sourceNotConnected: return "source_not_connected";
        case RefusalCode::foreignRecord: return "foreign_record";
        case RefusalCode::duplicateEventMismatch: return "duplicate_event_mismatch";
        case RefusalCode::alreadyCheckedOut: return "already_checked_out";
        case RefusalCode::notCheckedOut: return "not_checked_out";
        case RefusalCode::consentMissing: return "consent_missing";
        case RefusalCode::transferWithdrawn: return "transfer_withdrawn";
        case RefusalCode::eventTooLarge: return "event_too_large";
        case RefusalCode::unknownRun: return "unknown_run";
        case RefusalCode::runExists: return "run_exists";
    }
    return "refused";
}

}  // namespace kartei::ledger
