#include "adapters/till_receipt.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "adapters/person_values.hpp"
#include "adapters/row_list.hpp"
#include "adapters/text_forms.hpp"
#include "events/limits.hpp"

namespace kartei::adapters {

namespace {

using events::Field;
using events::RecordName;

// Tills write them where a form wants a buyer and there is none. Folded, without spaces, punctuation and digits.
const std::set<std::string>& placeholderNames() {
    static const std::set<std::string> names = [] {
        const auto words = splitList(
            "null nullnull none na undefined unknown unbekannt anonym diverse diverser standard bar "
            "kunde kundin laufkunde laufkundin laufkundschaft neukunde barkunde stammkunde standardkunde kassenkunde "
            "endkunde privatkunde poskunde unbekannterkunde unbekanntekundin kundeunbekannt kundenr kundennummer "
            "diversekunden gast barzahler barverkauf kassenverkauf "
            "customer poscustomer walkin walkincustomer cashcustomer",
            " ");
        return std::set<std::string>(words.begin(), words.end());
    }();
    return names;
}

bool hasDigit(const std::string& text) { return text.find_first_of("0123456789") != std::string::npos; }
bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool isPlaceholderName(const std::string& name) {
    std::string letters;
    for (const char c : folded(name)) {
        const bool isPartOfLetter = isLetter(c) || static_cast<signed char>(c) < 0;  // beyond ASCII
        if (isPartOfLetter) letters += c;
    }
    return placeholderNames().contains(letters);
}

// Zeros alone, with or without other signs between them, are one as well, and so is a 1 behind zeros.
bool isPlaceholderId(const std::string& text) {
    static const std::set<std::string> ids = {"", "n/a", "1", "-1"};
    const std::string id = folded(text);
    const auto first = id.find_first_not_of('0');
    if (ids.contains(id) || id.find_first_not_of("0-. {}") == std::string::npos || id.substr(first) == "1") return true;
    return !hasDigit(id) && isPlaceholderName(id);
}

std::string meaning(const std::string& text) {
    const std::string word = folded(text);
    return word == "n/a" || word == "null" || word == "-" ? std::string() : std::string(trimmed(text));
}

bool isCustomer(const TillBuyer& buyer) {
    return folded(buyer.type) == "kunde" && !isPlaceholderId(buyer.id) && !isPlaceholderName(buyer.name);
}

// Digits with short words at most, such as K-1001.
bool isNumbered(const std::string& id) {
    constexpr std::size_t shortestName = 4;
    std::size_t letters = 0;
    for (const char c : id) {
        letters = isLetter(c) ? letters + 1 : 0;
        if (letters == shortestName) return false;
    }
    return hasDigit(id);
}

RecordName recordOf(const TillBuyer& buyer, const Naming& naming) {
    const std::string source = naming.source.text() + "/";
    const auto plain = RecordName::parse(source + buyer.id);
    if (plain && (isNumbered(buyer.id) || isMachineMade(buyer.id))) return *plain;
    return RecordName::parse(source + naming.tokenOf(naturalKey({buyer.id}))).value_or(RecordName());
}

void setText(events::Attributes& out, Field field, const std::string& text) {
    if (!text.empty()) out.set(field, text);
}

events::Attributes attributesOf(const TillBuyer& buyer) {
    events::Attributes out;
    const std::string name = meaning(buyer.name);
    if (!meaning(buyer.vatId).empty()) {
        setText(out, Field::COMPANY, name);
    } else {
        const auto split = splitFullName(name, NameOrder::givenFirst);
        setText(out, Field::GIVEN_NAME, split.given);
        setText(out, Field::FAMILY_NAME, split.family);
    }
    setText(out, Field::STREET, meaning(buyer.street));
    setText(out, Field::POSTAL_CODE, meaning(buyer.postalCode));
    setText(out, Field::CITY, meaning(buyer.city));
    setText(out, Field::COUNTRY, countryCode(buyer.country).value_or(std::string()));
    return out;
}

std::string escaped(std::string_view part, std::string_view plain) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : part) {
        const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (letter || plain.find(c) != std::string_view::npos) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '~';
        out += digits[byte / digits.size()];
        out += digits[byte % digits.size()];
    }
    return out;
}

class Sorting {
public:
    Sorting(const std::vector<TillReceipt>& receipts, const Naming& naming) : receipts_(receipts), naming_(naming) {
        for (const auto& receipt : receipts_) byKey_.emplace(receipt.key, &receipt);
    }

    std::vector<ImportRow> rows(std::vector<SkippedRow> unreadable) {
        for (const auto& receipt : receipts_) take(receipt);
        std::vector<ImportRow> rows;
        for (auto& [record, buyer] : people_) {
            rows.emplace_back(ImportedPerson{buyer->line, record, attributesOf(buyer->buyer), {}});
        }
        const auto append = [&rows](auto& more) {
            for (auto& row : more) rows.emplace_back(std::move(row));
        };
        append(checkouts_);
        append(reversals_);
        append(leftOut_);
        append(skipped_);
        append(unreadable);
        return rows;
    }

private:
    void take(const TillReceipt& receipt) {
        const auto* first = byKey_.at(receipt.key);
        if (first != &receipt && !receiptName(receipt.key, naming_).empty()) {
            skip(receipt, "the receipt is in line " + std::to_string(first->line) + " already");
        } else if (folded(receipt.type) != "beleg") {
            leaveOut(receipt, "BON_TYP is not Beleg");
        } else if (receipt.storno == Storno::yes) {
            reverse(receipt);
        } else {
            checkOut(receipt);
        }
    }

    void checkOut(const TillReceipt& receipt) {
        if (!isCustomer(receipt.buyer)) return leaveOut(receipt, "the receipt is no customer's");
        const auto name = receiptName(receipt.key, naming_);
        if (name.empty()) return skip(receipt, "a part of the receipt's key is missing");
        if (!receipt.flaw.empty()) return skip(receipt, receipt.flaw);
        if (!receipt.amountFlaw.empty()) return skip(receipt, receipt.amountFlaw);
        const auto record = recordOf(receipt.buyer, naming_);
        auto& last = people_.emplace(record, &receipt).first->second;
        if (last->time <= receipt.time) last = &receipt;
        checkouts_.push_back({receipt.line, "receipt:" + name.text(), record, receipt.time,
                              events::VisitCheckedOut{name, std::nullopt, receipt.total, receipt.items}});
    }

    void reverse(const TillReceipt& receipt) {
        if (receipt.references.empty() && receipt.referenceFlaw.empty()) {
            return leaveOut(receipt, "the receipt cancels another one, and does not say which");
        }
        const auto name = receiptName(receipt.key, naming_);
        if (name.empty()) return skip(receipt, "a part of the receipt's key is missing");
        if (!receipt.flaw.empty()) return skip(receipt, receipt.flaw);
        if (!receipt.referenceFlaw.empty()) return skip(receipt, receipt.referenceFlaw);
        std::size_t number = 0;
        for (const auto& reference : receipt.references) {
            ++number;
            const auto cancelled = receiptName(reference, naming_);
            if (cancelled.empty()) {
                skip(receipt, "a part of the key of the receipt that it cancels is missing");
                continue;
            }
            const auto found = byKey_.find(reference);
            if (found != byKey_.end() && !isCheckout(*found->second)) {
                leaveOut(receipt, "the receipt that it cancels is no customer's");
                continue;
            }
            std::string id = "storno:" + name.text() + (number == 1 ? "" : "#" + std::to_string(number));
            reversals_.push_back({receipt.line, std::move(id), whose(receipt, found), receipt.time,
                                  events::VisitCheckoutReversed{cancelled, "Storno"}});
        }
    }

    static bool isCheckout(const TillReceipt& receipt) {
        return folded(receipt.type) == "beleg" && receipt.storno == Storno::no && isCustomer(receipt.buyer);
    }

    using ByKey = std::map<ReceiptKey, const TillReceipt*>;
    RecordName whose(const TillReceipt& receipt, ByKey::const_iterator cancelled) const {
        if (cancelled != byKey_.end()) return recordOf(cancelled->second->buyer, naming_);
        return isCustomer(receipt.buyer) ? recordOf(receipt.buyer, naming_) : RecordName();
    }

    void skip(const TillReceipt& receipt, std::string why) { skipped_.push_back({receipt.line, std::move(why)}); }
    void leaveOut(const TillReceipt& receipt, std::string why) { leftOut_.push_back({receipt.line, std::move(why)}); }

    const std::vector<TillReceipt>& receipts_;
    const Naming& naming_;
    ByKey byKey_;
    std::map<RecordName, const TillReceipt*> people_;  // with the last receipt of each
    std::vector<ImportedFact> checkouts_;
    std::vector<ImportedFact> reversals_;
    std::vector<LeftOutRow> leftOut_;
    std::vector<SkippedRow> skipped_;
};

}  // namespace

events::ItemName receiptName(const ReceiptKey& key, const Naming& naming) {
    if (key.till.empty() || key.closing.empty() || key.receipt.empty()) return {};
    const std::string name =
        escaped(key.till, "-") + "." + escaped(key.closing, "-") + "." + escaped(key.receipt, "-_");
    return events::ItemName::parse(name.size() <= limits::localId ? name : naming.tokenOf(name))
        .value_or(events::ItemName());
}

std::unique_ptr<ImportReader> importRowsOf(const std::vector<TillReceipt>& receipts, const Naming& naming,
                                           std::vector<SkippedRow> unreadable) {
    return std::make_unique<RowList>(Sorting(receipts, naming).rows(std::move(unreadable)));
}

}  // namespace kartei::adapters
