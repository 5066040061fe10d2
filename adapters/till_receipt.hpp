#pragma once
// A fiscal till's receipts as DSFinV-K has them (Digitale Schnittstelle der Finanzverwaltung für Kassensysteme,
// Bundeszentralamt für Steuern, 2.0 to 2.4), whichever form the export came in, and what becomes of them.
//
// - Only BON_TYP Beleg is a checkout; transfers, orders, training, aborted and other processes are left out.
// - BON_STORNO 1 with a reference of type Transaktion reverses the checkout of the receipt that it names. Without one,
//   nobody knows what it cancels, and it is left out. With one that cannot be used it is skipped: the sale stays, and
//   somebody must know.
// - A return is a Beleg of its own with a negative total (DSFinV-K 4.2.2), and becomes a checkout with that total.
// - A receipt whose buyer is nobody that is known is left out. Somebody is known for KUNDE_TYP Kunde, a KUNDE_ID that
//   is no placeholder (blank, "1", also behind zeros, "-1", zeros alone, as in a UUID of zeros, and words that would be
//   none as a name) and a KUNDE_NAME that is none ("Kunde", "Laufkunde", "Bar-Verkauf", "POS Kunde 1", "null", …,
//   whatever stands between and behind the letters; no name is fine). Mitarbeiter are no customers.
// - The record's id is KUNDE_ID where that is letters, digits and `. _ ~ -`, with a digit and without four letters in a
//   row, or machine-made as in a UUID; otherwise it could be a name or an address, and the id is Naming::tokenOf of it.
// - A person's fields are those of the person's last receipt, by time: KUNDE_NAME split into givenName and familyName,
//   or as company where there is a KUNDE_USTID; street, postalCode, city, country. What a receipt leaves out says
//   nothing: it clears no field.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/import_row.hpp"
#include "events/event_types.hpp"

namespace kartei::adapters {

// The receipt's key: Z_KASSE_ID, Z_NR, BON_ID.
struct ReceiptKey {
    std::string till;
    std::string closing;
    std::string receipt;
    auto operator<=>(const ReceiptKey&) const = default;
};

struct TillBuyer {
    std::string type;  // KUNDE_TYP
    std::string id;
    std::string name;
    std::string street, postalCode, city, country;
    std::string vatId;
};

enum class Storno { no, yes };

struct TillReceipt {
    std::size_t line = 0;
    ReceiptKey key;
    std::string type;  // BON_TYP
    Storno storno = Storno::no;
    events::Time time;
    events::Money total;
    TillBuyer buyer;
    std::vector<events::Item> items;
    std::vector<ReceiptKey> references;  // other receipts of tills; not invoices and the like
    std::string flaw;                    // why it cannot be taken, if it is a checkout or reverses one; else empty
    std::string amountFlaw;              // the same of its amounts and lines, which a storno does not need
    std::string referenceFlaw;           // why it is not known which receipts it cancels, if it cancels any
};

// The receipt's name as an item: till.closing.receipt, with `~` and two hexadecimal digits for every byte that is not
// a letter, digit or `-` or, in `receipt`, `_`; Naming::tokenOf of that where it is too long. Empty where a part is.
events::ItemName receiptName(const ReceiptKey& key, const Naming& naming);

// The rows that the receipts become: people first, then checkouts, then what reverses them, so that each finds what it
// needs; after them what was left out or skipped, `unreadable` among it. A receipt whose key was there already is
// skipped.
std::unique_ptr<ImportReader> importRowsOf(const std::vector<TillReceipt>& receipts, const Naming& naming,
                                           std::vector<SkippedRow> unreadable);

}  // namespace kartei::adapters
