#include "adapters/dsfinvk_json.hpp"

#include <rapidjson/document.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "adapters/decimal.hpp"
#include "adapters/text_forms.hpp"
#include "events/json.hpp"
#include "events/limits.hpp"

namespace kartei::adapters {

namespace {

using rapidjson::Value;

constexpr DecimalForm jsonDecimals{'.', '\0'};

AdapterProblem invalid(const std::string& what) { return {ProblemKind::exportInvalid, what}; }

// The member, or null where there is none, also of what is no object.
const Value& member(const Value& object, const char* name) {
    static const Value none;
    if (!object.IsObject()) return none;
    const auto found = object.FindMember(name);
    return found == object.MemberEnd() ? none : found->value;
}

// A text or a number, as it is written; empty for all else.
std::string text(const Value& object, const char* name) {
    const Value& value = member(object, name);
    return value.IsString() ? std::string(trimmed({value.GetString(), value.GetStringLength()})) : std::string();
}

// Calls `take` with each item of a list.
template <class Take>
void forEachIn(const Value& list, Take take) {
    if (!list.IsArray()) return;
    for (const Value& item : list.GetArray()) take(item);
}

std::optional<events::Time> timeOf(const Value& head) {
    std::string seconds = text(head, "timestamp_end");
    if (seconds.empty()) seconds = text(head, "timestamp_start");
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(seconds.data(), seconds.data() + seconds.size(), value);
    constexpr std::int64_t last = 253'402'300'799;  // 9999-12-31T23:59:59Z
    if (seconds.empty() || error != std::errc() || end != seconds.data() + seconds.size()) return std::nullopt;
    if (value < 0 || value > last) return std::nullopt;
    constexpr std::int64_t microseconds = 1'000'000;
    return events::Time(value * microseconds);
}

TillBuyer buyerOf(const Value& head) {
    const Value& buyer = member(head, "buyer");
    const Value& address = member(buyer, "address");
    return {text(buyer, "type"),           text(buyer, "buyer_export_id"), text(buyer, "name"),
            text(address, "street"),       text(address, "postal_code"),   text(address, "city"),
            text(address, "country_code"), text(buyer, "vat_id_number")};
}

// Reads one closing.
class Closing {
public:
    explicit Closing(const Value& root)
        : till_(text(root, "client_id")), number_(text(root, "cash_point_closing_export_id")) {}

    TillReceipt receipt(const Value& transaction, std::size_t number) const {
        const Value& head = member(transaction, "head");
        const Value& data = member(transaction, "data");
        TillReceipt out;
        out.line = number;
        out.key = {tillOf(head), number_, text(head, "transaction_export_id")};
        out.type = text(head, "type");
        out.buyer = buyerOf(head);
        if (member(head, "storno").IsTrue()) out.storno = Storno::yes;
        if (!member(head, "storno").IsBool() && !member(head, "storno").IsNull())
            flaw(out, "storno is no true or false");
        const auto time = timeOf(head);
        if (!time) flaw(out, "timestamp_end is no time");
        out.time = time.value_or(events::Time());
        const auto total = parseDecimal(text(data, "full_amount_incl_vat"), jsonDecimals);
        const auto amount = total ? minorUnits(*total, places_) : std::nullopt;
        if (!amount) amountFlaw(out, "full_amount_incl_vat is no amount in EUR");
        out.total = {amount.value_or(0), currency_};
        forEachIn(member(data, "lines"), [&](const Value& line) { addItem(line, out); });
        forEachIn(member(head, "references"), [&](const Value& reference) { addReference(reference, out); });
        return out;
    }

private:
    static void flaw(TillReceipt& receipt, const std::string& what) {
        if (receipt.flaw.empty()) receipt.flaw = what;
    }
    static void amountFlaw(TillReceipt& receipt, const std::string& what) {
        if (receipt.amountFlaw.empty()) receipt.amountFlaw = what;
    }
    std::string tillOf(const Value& head) const {
        std::string own = text(head, "closing_client_id");
        return own.empty() ? till_ : own;
    }

    void addItem(const Value& line, TillReceipt& out) const {
        if (out.items.size() == limits::listItems)
            return amountFlaw(out, "the receipt has more lines than an event can hold");
        const Value& businessCase = member(line, "business_case");
        events::Item item;
        item.name = text(line, "text");
        if (item.name.empty()) item.name = text(businessCase, "type");
        if (const std::string written = text(member(line, "item"), "quantity"); !written.empty()) {
            const auto quantity = parseDecimal(written, jsonDecimals);
            if (!quantity) amountFlaw(out, "a line's quantity is no number");
            if (quantity) item.quantity = toText(*quantity);
        }
        std::optional<std::int64_t> sum;
        forEachIn(member(businessCase, "amounts_per_vat_id"), [&](const Value& amount) {
            const auto part = parseDecimal(text(amount, "incl_vat"), jsonDecimals);
            const auto units = part ? roundedMinorUnits(*part, places_) : std::nullopt;
            std::int64_t next = 0;
            if (!units || __builtin_add_overflow(sum.value_or(0), *units, &next)) {
                amountFlaw(out, "a line's incl_vat is no amount in EUR");
            } else {
                sum = next;
            }
        });
        if (sum) item.amount = events::Money{*sum, currency_};
        out.items.push_back(std::move(item));
    }

    void addReference(const Value& reference, TillReceipt& out) const {
        const std::string type = folded(text(reference, "type"));
        if (type != "transaktion" && type != "internetransaktion") return;
        ReceiptKey key{text(reference, "cash_register_export_id"), text(reference, "cash_point_closing_export_id"),
                       text(reference, "transaction_export_id")};
        if (key.till.empty()) key.till = out.key.till;
        if (key.closing.empty()) key.closing = number_;
        if (std::find(out.references.begin(), out.references.end(), key) == out.references.end()) {
            out.references.push_back(std::move(key));
        }
    }

    std::string till_;
    std::string number_;
    events::Currency currency_ = events::Currency::trusted("EUR");
    int places_ = minorPlaces("EUR");
};

}  // namespace

Result<TillExport, AdapterProblem> readDsfinvkJson(std::string_view json) {
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    if (json.starts_with(mark)) json.remove_prefix(mark.size());
    // What is not strict JSON or nests too deep ends here; then again, with numbers as they stand.
    const auto strict = events::parseJson(json);
    if (!strict) return failed(invalid("the file is neither a zip archive nor JSON: " + strict.error().text()));
    if (events::hasDoubleMember(*strict)) return failed(invalid("the JSON has an object with a member twice"));
    rapidjson::Document document;
    document.Parse<rapidjson::kParseNumbersAsStringsFlag>(json.data(), json.size());
    const Value& transactions = member(document, "transactions");
    if (!transactions.IsArray()) return failed(invalid("the JSON has no list of transactions"));
    const Closing closing(document);
    TillExport out;
    std::size_t number = 0;
    for (const Value& transaction : transactions.GetArray())
        out.receipts.push_back(closing.receipt(transaction, ++number));
    return out;
}

}  // namespace kartei::adapters
