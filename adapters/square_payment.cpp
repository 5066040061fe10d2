// Payments and refunds of Square. A payment is a receipt: its id names it. Its events have ids of their own, made of
// the payment's: Square sends a completed payment again whenever anything about it changes.

#include <algorithm>
#include <charconv>

#include "adapters/square_objects.hpp"

namespace kartei::adapters {

namespace {

constexpr std::int64_t highestAmount = 1'000'000'000'000'000;  // minor units

events::Money moneyIn(const Foreign& money) {
    events::Money out;
    out.amount = money["amount"].requiredNumber(0, highestAmount);
    const auto currency = events::Currency::parse(money["currency"].requiredText());
    if (!currency) money["currency"].fail("must be three capital letters, as in ISO 4217");
    out.currency = currency.value_or(events::Currency());
    return out;
}

events::ItemName receiptOf(const SquareDelivery& delivery, const events::ItemName& payment) {
    return events::qualified(payment, delivery.settings.source);
}

// Where refunds are noted whose payment is not known yet: no record, and it never becomes one.
events::RecordName placeOf(const SquareDelivery& delivery, const events::ItemName& payment, const Foreign& where) {
    return delivery.record("payment." + payment.text(), where);
}

// A refund as a note says it, in words that `amountIn` reads again.
std::string noteText(const events::Money& money, const events::ItemName& payment) {
    return std::to_string(money.amount) + " " + money.currency.text() + " in minor units, of payment " + payment.text();
}

// What a note says was refunded of the payment; 0 where it says nothing of the kind.
std::int64_t amountIn(const events::NoteFiled& note, const events::Money& total, const events::ItemName& payment) {
    const auto& text = note.text.value_or("");
    std::int64_t amount = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
    if (error != std::errc() || text != noteText({amount, total.currency}, payment)) return 0;
    return amount;
}

using Notes = std::vector<KnownNote>;

bool isAmong(const Notes& notes, const events::ItemName& entry) {
    return std::any_of(notes.begin(), notes.end(), [&](const KnownNote& known) { return known.note.entry == entry; });
}

// What was refunded of the payment, by the notes with the person and those that came early; each refund once.
std::int64_t refunded(const Notes& notes, const Notes& early, const events::Money& total,
                      const events::ItemName& payment) {
    std::int64_t sum = 0;
    const auto add = [&](const events::NoteFiled& note) {
        sum = std::min(highestAmount, sum + amountIn(note, total, payment));
    };
    for (const auto& known : notes) add(known.note);
    for (const auto& known : early) {
        if (!isAmong(notes, known.note.entry)) add(known.note);
    }
    return sum;
}

void addNote(SquareDelivery& delivery, const events::RecordName& record, const KnownNote& known) {
    const auto& entry = known.note.entry.text();
    delivery.add(entry.substr(entry.find('/') + 1), record, known.time, known.note);
}

void addReversal(SquareDelivery& delivery, const events::RecordName& record, const events::ItemName& payment,
                 events::Time time) {
    delivery.add("payment:" + payment.text() + ":refunded", record, time,
                 events::VisitCheckoutReversed{payment, "refunded in Square"});
}

bool isReversed(const std::optional<KnownCheckout>& checkout) {
    return checkout && checkout->state == KnownCheckout::State::reversed;
}

}  // namespace

void readSquarePayment(SquareDelivery& delivery) {
    const auto payment = delivery.object["payment"];
    const auto customer = payment["customer_id"].text();
    if (payment["status"].requiredText() != "COMPLETED" || !customer || customer->empty()) return;
    const auto record = delivery.record(*customer, payment["customer_id"]);
    const auto id = payment["id"].requiredItem();
    const auto total = moneyIn(payment["total_money"]);
    delivery.add("payment:" + id.text() + ":completed", record, payment["created_at"].requiredTime(),
                 events::VisitCheckedOut{id, std::nullopt, total, {}});
    const auto notes = delivery.lookups.notesOf(record);
    const auto early = delivery.lookups.notesOf(placeOf(delivery, id, payment["id"]));
    for (const auto& known : early) {
        if (!isAmong(notes, known.note.entry)) addNote(delivery, record, known);
    }
    auto returned = refunded(notes, early, total, id);
    if (payment["refunded_money"].isThere()) returned = std::max(returned, moneyIn(payment["refunded_money"]).amount);
    if (total.amount == 0 || returned < total.amount) return;
    if (isReversed(delivery.lookups.checkoutOf(receiptOf(delivery, id)))) return;
    addReversal(delivery, record, id, payment["updated_at"].time().value_or(delivery.madeAt));
}

void readSquareRefund(SquareDelivery& delivery) {
    const auto refund = delivery.object["refund"];
    if (refund["status"].text().value_or("") != "COMPLETED" || !refund["payment_id"].isThere()) return;
    const auto payment = refund["payment_id"].requiredItem();
    const auto entry = events::ItemName::parse("refund." + refund["id"].requiredItem().text());
    if (!entry) return refund["id"].fail("is longer than an id may be");
    const auto money = moneyIn(refund["amount_money"]);
    const auto time = refund["updated_at"].time().value_or(delivery.madeAt);
    const KnownNote note{
        {events::qualified(*entry, delivery.settings.source), "Refund in Square", noteText(money, payment)}, time};
    const auto place = placeOf(delivery, payment, refund["payment_id"]);
    auto early = delivery.lookups.notesOf(place);
    const auto checkout = delivery.lookups.checkoutOf(receiptOf(delivery, payment));
    if (!checkout) {
        if (!isAmong(early, note.note.entry)) delivery.add("early:" + entry->text(), place, time, note.note);
        return;
    }
    const auto notes = delivery.lookups.notesOf(checkout->record);
    addNote(delivery, checkout->record, note);
    if (!isAmong(early, note.note.entry)) early.push_back(note);
    if (!checkout->total || isReversed(checkout)) return;
    if (refunded(notes, early, *checkout->total, payment) < checkout->total->amount) return;
    addReversal(delivery, checkout->record, payment, time);
}

}  // namespace kartei::adapters
