#pragma once
// Which key an event's data is under, and the sealing and opening of its parts (DESIGN §7).
//
// What tells of a person is under the key of the record. A fact that staff recorded may be given to another record when
// a join is undone, and so has a key of its own; so have all facts of an appointment or a contract, which goes as a
// whole, and news of messages and reversals, which belong to whomever they are about. A join and its undo tell of two
// people: their comment has a key of its own, which goes with either. What a receipt must keep is under the key of its
// year. What is about nobody is under the business's key.
//
// Sealed with each part, so that none can be put in another's place: the business, the sender's event id as the entry
// has it, the type, the record.

#include <memory>
#include <optional>
#include <vector>

#include "events/codec.hpp"
#include "ledger/fiscal_years.hpp"
#include "ledger/key_vault.hpp"

namespace kartei::ledger {

// An event's encoded data with its parts sealed, and the keys that must be saved along with it.
struct SealedBody {
    events::EncodedBody body;
    std::vector<std::shared_ptr<NewKey>> newKeys;
    std::optional<SecretKey> ownKey;
    std::string plainFiscal;  // to be sealed again should the year turn out to be another
};

// What is sealed in, of an event that has no position yet.
struct SealingContext {
    const events::Body& data;
    const std::optional<RecordName>& subject;
    events::Token id;
    events::Role role{};
};

// Immutable after construction but for the vault's own state, so threads share it freely.
class EntrySealing final : public events::PartOpener {
public:
    // `vault` must outlive it.
    EntrySealing(KeyVault& vault, std::uint32_t business) : vault_(vault), business_(business) {}

    // `fiscalYear`: fiscalYearOf the event's time.
    [[nodiscard]] SealedBody seal(const SealingContext& context, events::EncodedBody plain,
                                  std::uint16_t fiscalYear) const;
    // Seals the fiscal part again where it was sealed for another year.
    void moveToYear(SealedBody& sealed, const SealingContext& context, std::uint16_t fiscalYear) const;
    // Adds the rows of its keys to what is written with the entry. Under the business's lock.
    void save(const SealedBody& sealed, Position position, std::vector<StoredRow>& rows) const;

    // Both throw Failure where the key is there and the part does not open, or where the key was lost.
    [[nodiscard]] std::optional<std::string> sealed(const events::Event& event, events::PartKey key,
                                                    std::string_view part) const override;
    [[nodiscard]] std::optional<std::string> fiscal(const events::Event& event, std::uint16_t year,
                                                    std::string_view part) const override;

private:
    [[nodiscard]] std::optional<SecretKey> keyOf(const events::Event& event, events::PartKey key) const;
    void sealFiscal(SealedBody& sealed, const SealingContext& context, std::uint16_t fiscalYear) const;

    KeyVault& vault_;
    std::uint32_t business_;
};

// Whether what is recorded in this role counts as recorded by staff (DESIGN §4).
constexpr bool isStaff(events::Role role) { return role == events::Role::DESK || role == events::Role::ADMIN; }

// The key that the sealed part of such an event is under.
events::PartKey partKeyOf(const events::Body& data, const std::optional<RecordName>& subject, events::Role role);

}  // namespace kartei::ledger
