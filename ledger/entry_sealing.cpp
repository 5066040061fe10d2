#include "ledger/entry_sealing.hpp"

#include "events/cloud_event.hpp"
#include "ledger/failure.hpp"
#include "ledger/stored_keys.hpp"

namespace kartei::ledger {

namespace {

using events::PartKey;

struct KeyRule {
    PartKey operator()(const events::SourceConnected&) const { return PartKey::BUSINESS; }
    PartKey operator()(const events::SourceDisconnected&) const { return PartKey::BUSINESS; }
    PartKey operator()(const events::SourceSettings&) const { return PartKey::BUSINESS; }
    PartKey operator()(const events::ImportStarted&) const { return PartKey::BUSINESS; }
    PartKey operator()(const events::ImportCompleted&) const { return PartKey::BUSINESS; }
    PartKey operator()(const events::PolicySet&) const { return PartKey::BUSINESS; }

    PartKey operator()(const events::AppointmentBooked&) const { return PartKey::FACT; }
    PartKey operator()(const events::AppointmentRescheduled&) const { return PartKey::FACT; }
    PartKey operator()(const events::AppointmentCancelled&) const { return PartKey::FACT; }
    PartKey operator()(const events::AppointmentMissed&) const { return PartKey::FACT; }
    PartKey operator()(const events::AppointmentMissedCleared&) const { return PartKey::FACT; }
    PartKey operator()(const events::VisitCheckoutReversed&) const { return PartKey::FACT; }
    PartKey operator()(const events::MessageStatusChanged&) const { return PartKey::FACT; }
    PartKey operator()(const events::ContractSigned&) const { return PartKey::FACT; }
    PartKey operator()(const events::ContractEnded&) const { return PartKey::FACT; }
    PartKey operator()(const events::RecordsLinked&) const { return PartKey::FACT; }
    PartKey operator()(const events::RecordsMerged&) const { return PartKey::FACT; }
    PartKey operator()(const events::JoinUndone&) const { return PartKey::FACT; }

    PartKey operator()(const events::RecordImported&) const { return PartKey::RECORD; }
    PartKey operator()(const events::RecordRegistered&) const { return PartKey::RECORD; }
    PartKey operator()(const events::RecordEntered&) const { return PartKey::RECORD; }
    PartKey operator()(const events::RecordEmailVerified&) const { return PartKey::RECORD; }
    PartKey operator()(const events::AccountChanged&) const { return PartKey::RECORD; }
    PartKey operator()(const events::RecordChanged&) const { return PartKey::RECORD; }
    PartKey operator()(const events::RecordDeleted&) const { return PartKey::RECORD; }
    PartKey operator()(const events::ConsentStated&) const { return PartKey::RECORD; }
    PartKey operator()(const events::NotificationsSet&) const { return PartKey::RECORD; }
    PartKey operator()(const events::VisitCheckedOut&) const { return PartKey::RECORD; }
    PartKey operator()(const events::MessageSent&) const { return PartKey::RECORD; }
    PartKey operator()(const events::NoteFiled&) const { return PartKey::RECORD; }
    PartKey operator()(const events::CorrespondenceFiled&) const { return PartKey::RECORD; }
    PartKey operator()(const events::ChangesResolved&) const { return PartKey::RECORD; }
    PartKey operator()(const events::RecordsMarkedDistinct&) const { return PartKey::RECORD; }
    PartKey operator()(const events::RecordsDistinctCleared&) const { return PartKey::RECORD; }
    PartKey operator()(const events::RecordErased&) const { return PartKey::BUSINESS; }
    PartKey operator()(const events::ReceiptsErased&) const { return PartKey::BUSINESS; }
    PartKey operator()(const events::DataExported&) const { return PartKey::RECORD; }
};

std::string associatedData(std::uint32_t business, const events::Token& id, std::string_view type,
                           const std::optional<RecordName>& subject) {
    std::string text = keys::business(business);
    text += id.view();
    text.append(type).append(1, '\0');
    if (subject) text += subject->text();
    return text;
}

[[noreturn]] void damaged(const events::Event& event, const char* what) {
    throw Failure(Failure::Kind::damaged,
                  "The log is damaged at position " + std::to_string(event.position.value()) + ": " + what);
}

std::string opened(const events::Event& event, const SecretKey& key, std::string_view part, std::uint32_t business) {
    auto text = unseal(key, part, associatedData(business, event.id, typeName(event.data), event.subject));
    if (!text) damaged(event, "what is sealed in the entry does not open.");
    return std::move(*text);
}

}  // namespace

PartKey partKeyOf(const events::Body& data, const std::optional<RecordName>& subject, events::Role role) {
    const auto key = std::visit(KeyRule(), data);
    if (key != PartKey::RECORD) return key;
    return !subject || (isStaff(role) && events::isReported(data)) ? PartKey::FACT : PartKey::RECORD;
}

SealedBody EntrySealing::seal(const SealingContext& context, events::EncodedBody plain,
                              std::uint16_t fiscalYear) const {
    SealedBody result;
    result.plainFiscal = std::move(plain.fiscal);
    result.body = std::move(plain);
    result.body.fiscal.clear();
    // A record has a key from its first entry on, even if nothing is under it: views are sealed with it.
    std::optional<WritingKey> ofRecord;
    if (context.subject) {
        ofRecord = vault_.forWriting(vault_.rowOf(*context.subject));
        if (ofRecord && ofRecord->isNew) result.newKeys.push_back(ofRecord->isNew);
    }
    if (!result.body.sealed.empty()) {
        result.body.key = partKeyOf(context.data, context.subject, context.role);
        SecretKey key = vault_.ofBusiness();
        if (result.body.key == PartKey::FACT) key = result.ownKey.emplace(randomKey());
        if (result.body.key == PartKey::RECORD) key = ofRecord ? ofRecord->key : randomKey();
        result.body.sealed = ledger::seal(
            key, result.body.sealed, associatedData(business_, context.id, typeName(context.data), context.subject));
    }
    if (!result.plainFiscal.empty()) sealFiscal(result, context, fiscalYear);
    return result;
}

void EntrySealing::sealFiscal(SealedBody& sealed, const SealingContext& context, std::uint16_t fiscalYear) const {
    const auto key = vault_.forWriting(vault_.rowOfYear(fiscalYear));
    if (key && key->isNew) sealed.newKeys.push_back(key->isNew);
    sealed.body.fiscalYear = fiscalYear;
    sealed.body.fiscal = ledger::seal(key ? key->key : randomKey(), sealed.plainFiscal,
                                      associatedData(business_, context.id, typeName(context.data), context.subject));
}

void EntrySealing::moveToYear(SealedBody& sealed, const SealingContext& context, std::uint16_t fiscalYear) const {
    if (sealed.plainFiscal.empty() || sealed.body.fiscalYear == fiscalYear) return;
    sealFiscal(sealed, context, fiscalYear);
}

void EntrySealing::save(const SealedBody& sealed, Position position, std::vector<StoredRow>& rows) const {
    for (const auto& key : sealed.newKeys) vault_.save(key, position, rows);
    if (sealed.ownKey) vault_.save(*sealed.ownKey, position, rows);
}

std::optional<SecretKey> EntrySealing::keyOf(const events::Event& event, PartKey key) const {
    if (key == PartKey::BUSINESS) return vault_.ofBusiness();
    if (key == PartKey::RECORD && !event.subject) damaged(event, "the entry is under the key of no record.");
    const auto found = vault_.find(key == PartKey::FACT ? vault_.rowOf(event.position) : vault_.rowOf(*event.subject));
    if (found) return *found;
    if (found.error() == NoKey::missing) damaged(event, "the key of the entry is missing.");
    return std::nullopt;
}

std::optional<std::string> EntrySealing::sealed(const events::Event& event, PartKey key, std::string_view part) const {
    const auto secret = keyOf(event, key);
    if (!secret) return std::nullopt;
    return opened(event, *secret, part, business_);
}

std::optional<std::string> EntrySealing::fiscal(const events::Event& event, std::uint16_t year,
                                                std::string_view part) const {
    const auto found = vault_.find(vault_.rowOfYear(year));
    if (found) return opened(event, *found, part, business_);
    if (found.error() == NoKey::missing) damaged(event, "the key of the receipt's year is missing.");
    return std::nullopt;
}

}  // namespace kartei::ledger
