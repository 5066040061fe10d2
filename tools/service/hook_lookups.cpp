#include "tools/service/hook_lookups.hpp"

#include <algorithm>
#include <tuple>

#include "ledger/succession.hpp"
#include "ledger/visit_facts.hpp"

namespace kartei::tools::service {

namespace {

using adapters::KnownAppointmentFact;
using adapters::KnownCheckout;
using adapters::KnownNote;
using adapters::KnownRecord;
using events::Field;

// What the sender says of the record is about its successor, once it was erased.
events::RecordName addressed(const ledger::BusinessFacts& facts, const events::RecordName& record) {
    return ledger::lineOf(facts, record).back();
}

KnownRecord::State stateOf(const ledger::RecordFacts& facts) {
    if (!facts.exists() || facts.isErased()) return KnownRecord::State::none;
    return facts.deletedAt ? KnownRecord::State::deleted : KnownRecord::State::there;
}

KnownRecord recordIn(const ledger::Business& business, const events::RecordName& name) {
    const auto record = business.now().record(addressed(business.facts(), name));
    KnownRecord known;
    known.state = stateOf(*record);
    for (const auto& change : record->changes) {
        const auto* value = record->own(change.field);
        if (value != nullptr) known.own.set(change.field, *value);
    }
    return known;
}

std::optional<KnownCheckout> checkoutIn(const ledger::Reading& reading, const events::ItemName& receipt) {
    std::optional<KnownCheckout> known;
    for (const auto& event : reading.events(ledger::Stream::receipt, receipt.text())) {
        if (const auto* out = std::get_if<events::VisitCheckedOut>(&event->data); out != nullptr && event->subject) {
            known = KnownCheckout{*event->subject, std::nullopt};
            if (!event->fiscalDestroyed) known->total = out->total;
        } else if (known && std::holds_alternative<events::VisitCheckoutReversed>(event->data)) {
            known->state = KnownCheckout::State::reversed;
        }
    }
    return known;
}

std::vector<KnownNote> notesIn(const ledger::Business& business, const events::RecordName& record) {
    std::vector<KnownNote> notes;
    const auto name = addressed(business.facts(), record);
    for (const auto& event : business.now().ownEvents(name, ledger::Stream::messages)) {
        const auto* note = std::get_if<events::NoteFiled>(&event->data);
        if (note != nullptr && !event->destroyed) notes.push_back({*note, event->time});
    }
    return notes;
}

std::vector<KnownAppointmentFact> factsIn(const ledger::Reading& reading, const events::ItemName& appointment) {
    auto events = reading.events(ledger::Stream::appointment, appointment.text());
    // As an appointment's facts are folded (ledger/visit_facts.hpp).
    std::sort(events.begin(), events.end(), [](const auto& a, const auto& b) {
        return std::tie(a->time, a->digest.bytes, a->position) < std::tie(b->time, b->digest.bytes, b->position);
    });
    std::vector<KnownAppointmentFact> facts;
    for (const auto& event : events) {
        const bool isCheckout = std::holds_alternative<events::VisitCheckedOut>(event->data);
        if (isCheckout || event->destroyed || !event->subject) continue;
        facts.push_back({event->addressed.value_or(*event->subject), event->time, event->data});
    }
    return facts;
}

}  // namespace

adapters::Lookups hookLookups(const ledger::Business& business, const events::SourceName& source) {
    return {[&business, source](std::string_view key) { return business.tokens().recordId(source.text(), key); },
            [&business](const events::RecordName& record) { return recordIn(business, record); },
            [&business](const events::ItemName& receipt) { return checkoutIn(business.now(), receipt); },
            [&business](const events::RecordName& record) { return notesIn(business, record); },
            [&business](const events::ItemName& appointment) { return factsIn(business.now(), appointment); }};
}

}  // namespace kartei::tools::service
