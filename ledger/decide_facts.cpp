// The rules for facts that a sender reports: DESIGN §5 (import needs a declaration) and §6.

#include <algorithm>

#include "ledger/consents.hpp"
#include "ledger/decide.hpp"
#include "ledger/fiscal_years.hpp"

namespace kartei::ledger {

namespace {

using events::SentEvent;

using Decided = Result<FactDecision, Refusal>;

Decided refused(RefusalCode code, std::string detail) { return failed(Refusal{code, std::move(detail), {}}); }

// Whose record the sender may write: attributes, consents, accounts and registrations only its own.
enum class Scope { ownRecords, anyRecord };

class FactRules {
public:
    FactRules(const FactState& state, const SentEvent& event) : state_(state), event_(event) {}

    Decided operator()(const events::SourceConnected&) { return recordedAsItIs(); }
    Decided operator()(const events::SourceDisconnected&) { return afterCommonRules(Scope::anyRecord); }
    Decided operator()(const events::SourceSettings&) { return afterCommonRules(Scope::anyRecord); }
    Decided operator()(const events::ImportStarted& data) {
        if (auto refusal = commonRefusal(Scope::anyRecord)) return failed(*refusal);
        if (state_.business.run(data.run) != nullptr) {
            return refused(RefusalCode::runExists, "A run of this name was started before.");
        }
        return recordedAsItIs();
    }
    Decided operator()(const events::ImportCompleted& data) {
        if (auto refusal = commonRefusal(Scope::anyRecord)) return failed(*refusal);
        if (!openRun(data.run)) return refused(RefusalCode::unknownRun, "The import run was not started, or is over.");
        return recordedAsItIs();
    }

    Decided operator()(const events::RecordImported& data) {
        if (auto refusal = commonRefusal(Scope::ownRecords)) return failed(*refusal);
        if (data.run && !openRun(*data.run)) {
            return refused(RefusalCode::unknownRun, "The import run was not started, or is over.");
        }
        if (!declared(data)) {
            return refused(RefusalCode::consentMissing,
                           "Nobody has declared that the person agreed to the transfer: on the run, the record or "
                           "the source's connection.");
        }
        if (state_.customer) {
            if (auto refusal = refusedTransfer(*state_.customer)) return failed(std::move(*refusal));
        }
        return changesOf(data);
    }
    Decided operator()(const events::RecordRegistered&) { return afterCommonRules(Scope::ownRecords); }
    Decided operator()(const events::RecordEntered&) { return afterCommonRules(Scope::ownRecords); }
    Decided operator()(const events::RecordEmailVerified&) { return afterCommonRules(Scope::ownRecords); }
    Decided operator()(const events::AccountChanged&) { return afterCommonRules(Scope::ownRecords); }
    Decided operator()(const events::RecordChanged&) { return afterCommonRules(Scope::ownRecords); }
    Decided operator()(const events::RecordDeleted&) { return afterCommonRules(Scope::ownRecords); }
    Decided operator()(const events::ConsentStated&) { return afterCommonRules(Scope::ownRecords); }
    Decided operator()(const events::NotificationsSet&) { return afterCommonRules(Scope::ownRecords); }

    Decided operator()(const events::AppointmentBooked&) { return afterCommonRules(Scope::anyRecord); }
    Decided operator()(const events::AppointmentRescheduled&) { return afterCommonRules(Scope::anyRecord); }
    Decided operator()(const events::AppointmentCancelled&) { return afterCommonRules(Scope::anyRecord); }
    Decided operator()(const events::AppointmentMissed&) { return afterCommonRules(Scope::anyRecord); }
    Decided operator()(const events::AppointmentMissedCleared&) { return afterCommonRules(Scope::anyRecord); }
    Decided operator()(const events::MessageSent&) { return afterCommonRules(Scope::anyRecord); }
    Decided operator()(const events::MessageStatusChanged&) { return afterCommonRules(Scope::anyRecord); }
    Decided operator()(const events::NoteFiled&) { return afterCommonRules(Scope::anyRecord); }
    Decided operator()(const events::CorrespondenceFiled&) { return afterCommonRules(Scope::anyRecord); }
    Decided operator()(const events::ContractSigned&) { return afterCommonRules(Scope::anyRecord); }
    Decided operator()(const events::ContractEnded&) { return afterCommonRules(Scope::anyRecord); }

    Decided operator()(const events::VisitCheckedOut&) {
        if (auto refusal = sourceRefusal()) return failed(*refusal);  // receipts of an erased record are kept
        if (state_.appointmentCheckout || state_.receiptCheckout) {
            return refused(RefusalCode::alreadyCheckedOut, "Kunde bereits kassiert: the visit is already checked out.");
        }
        // Its key is gone. (A receipt without a time of its own is of now, and so is one from the future.)
        if (event_.time && state_.business.erasedReceipts.count(fiscalYearOf(*event_.time)) != 0) {
            return refused(RefusalCode::receiptsErased, "The receipts of that year have been erased.");
        }
        return recordedAsItIs();
    }
    Decided operator()(const events::VisitCheckoutReversed& data) {
        if (auto refusal = sourceRefusal()) return failed(*refusal);
        if (!state_.receiptCheckout) {
            return refused(RefusalCode::notCheckedOut, "No checkout is in force under this receipt.");
        }
        // A reason may name the person, and no erasure would find it any more.
        if (data.reason && isOfErased()) return events::VisitCheckoutReversed{data.receipt, std::nullopt};
        return recordedAsItIs();
    }

    // Made by decisions; cloud_event.cpp takes none of them from a sender.
    Decided operator()(const events::RecordsLinked&) { return madeByDecisions(); }
    Decided operator()(const events::RecordsMerged&) { return madeByDecisions(); }
    Decided operator()(const events::JoinUndone&) { return madeByDecisions(); }
    Decided operator()(const events::ChangesResolved&) { return madeByDecisions(); }
    Decided operator()(const events::RecordsMarkedDistinct&) { return madeByDecisions(); }
    Decided operator()(const events::RecordsDistinctCleared&) { return madeByDecisions(); }
    Decided operator()(const events::RecordErased&) { return madeByDecisions(); }
    Decided operator()(const events::ReceiptsErased&) { return madeByDecisions(); }
    Decided operator()(const events::DataExported&) { return madeByDecisions(); }
    Decided operator()(const events::PolicySet&) { return madeByDecisions(); }

private:
    static Decided madeByDecisions() { throw std::logic_error("an event that is made by decisions was reported"); }

    static Decided recordedAsItIs() { return AsReported{}; }

    Decided afterCommonRules(Scope scope) {
        if (auto refusal = commonRefusal(scope)) return failed(*refusal);
        return recordedAsItIs();
    }

    std::optional<Refusal> sourceRefusal() {
        const Source* source = state_.business.source(event_.source);
        if (source != nullptr && source->connected) return std::nullopt;
        return Refusal{
            RefusalCode::sourceNotConnected, "The source " + event_.source.text() + " is not connected.", {}};
    }

    std::optional<Refusal> commonRefusal(Scope scope) {
        if (auto refusal = sourceRefusal()) return refusal;
        if (scope == Scope::ownRecords && event_.subject && events::sourceOf(*event_.subject) != event_.source) {
            return Refusal{RefusalCode::foreignRecord, "The record belongs to another source than the sender.", {}};
        }
        if (namesErased()) return Refusal{RefusalCode::erased, "The record was erased.", {}};
        if (isHeldByErased()) {
            return Refusal{RefusalCode::erased, "The record that has what this is about was erased.", {}};
        }
        return std::nullopt;
    }

    [[nodiscard]] bool namesErased() const {
        return event_.subject && state_.business.erased.count(*event_.subject) != 0;
    }
    [[nodiscard]] bool isHeldByErased() const { return state_.business.erased.count(state_.holder) != 0; }
    [[nodiscard]] bool isOfErased() const { return namesErased() || isHeldByErased(); }

    bool openRun(const events::RunName& name) {
        const ImportRun* run = state_.business.run(name);
        return run != nullptr && !run->completed && run->source == event_.source;
    }

    bool declared(const events::RecordImported& data) {
        if (isDeclared(data.declaration)) return true;
        if (data.run && isDeclared(state_.business.run(*data.run)->declaration)) return true;
        return isDeclared(state_.business.source(event_.source)->declaration);
    }

    // What an import says that the record itself has not said already.
    Decided changesOf(const events::RecordImported& data) {
        const RecordFacts& known = *state_.record;
        events::RecordImported news = data;
        news.attributes = {};
        for (const auto& said : data.attributes.changes()) {
            const auto* current = known.own(said.field);
            if (!said.value && current != nullptr) news.attributes.clear(said.field);
            if (said.value && (current == nullptr || *current != *said.value))
                news.attributes.set(said.field, *said.value);
        }
        if (news.notifications) {
            forget(news.notifications->sms, known.smsNotifications);
            forget(news.notifications->email, known.emailNotifications);
            if (!news.notifications->sms && !news.notifications->email) news.notifications.reset();
        }
        const bool isNew = !known.exists() || known.deletedAt;
        if (!isNew && news.attributes.empty() && !news.notifications) return Unchanged{};
        if (news == data) return AsReported{};
        return news;
    }

    static void forget(std::optional<bool>& said, const std::optional<bool>& known) {
        if (said == known) said.reset();
    }

    const FactState& state_;
    const SentEvent& event_;
};

}  // namespace

Result<FactDecision, Refusal> decide(const FactState& state, const Report& command) {
    return std::visit(FactRules(state, command.event), command.event.data);
}

}  // namespace kartei::ledger
