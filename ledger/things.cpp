#include "ledger/things.hpp"

#include "ledger/visit_facts.hpp"

namespace kartei::ledger {

namespace {

// The checkout that a reversal takes back: the last one under its receipt. Null where there is none.
SharedEvent checkoutOf(const Reading& reading, const events::Event& reversal) {
    const auto& receipt = std::get<events::VisitCheckoutReversed>(reversal.data).receipt;
    SharedEvent last;
    for (const auto& known : reading.events(Stream::receipt, receipt.text())) {
        if (known->position >= reversal.position) break;
        if (std::holds_alternative<events::VisitCheckedOut>(known->data)) last = known;
    }
    return last;
}

// Null where the message is not known yet.
SharedEvent messageOf(const Reading& reading, const events::MessageStatusChanged& news) {
    for (const auto& known : reading.events(Stream::message, news.message.text())) {
        if (std::holds_alternative<events::MessageSent>(known->data)) return known;
    }
    return nullptr;
}

// What a fact names, but for an appointment.
struct NamedThing {
    Position position;

    Thing operator()(const events::VisitCheckedOut& data) const { return {Stream::receipt, data.receipt.text()}; }
    Thing operator()(const events::VisitCheckoutReversed& data) const { return {Stream::receipt, data.receipt.text()}; }
    Thing operator()(const events::MessageSent& data) const { return {Stream::message, data.message.text()}; }
    Thing operator()(const events::MessageStatusChanged& data) const { return {Stream::message, data.message.text()}; }
    Thing operator()(const events::ContractSigned& data) const { return {Stream::contract, data.contract.text()}; }
    Thing operator()(const events::ContractEnded& data) const { return {Stream::contract, data.contract.text()}; }
    template <class Other>
    Thing operator()(const Other&) const {
        return {Stream::fact, std::to_string(position.value())};
    }
};

// Whom the last undo that assigned the thing gave it to.
std::optional<RecordName> assigneeOf(const Reading& reading, const Thing& thing) {
    const auto undos = reading.positions(Stream::assigned, thing.text());
    if (undos.empty()) return std::nullopt;
    std::optional<RecordName> assignee;
    const auto undo = reading.event(undos.back());
    for (const auto& assignment : std::get<events::JoinUndone>(undo->data).assign) {
        if (thingOf(reading, *reading.event(assignment.position)) == thing) assignee = assignment.record;
    }
    return assignee;
}

}  // namespace

Thing thingOf(const Reading& reading, const events::Event& fact) {
    if (const auto* appointment = appointmentOf(fact.data)) return {Stream::appointment, appointment->text()};
    if (std::holds_alternative<events::VisitCheckoutReversed>(fact.data)) {
        if (const auto checkout = checkoutOf(reading, fact)) return thingOf(reading, *checkout);
    }
    return std::visit(NamedThing{fact.position}, fact.data);
}

std::vector<SharedEvent> factsAbout(const Reading& reading, const Thing& thing) {
    if (thing.kind == Stream::fact) return {reading.event(Position(std::stoull(thing.name)))};
    auto facts = reading.events(thing.kind, thing.name);
    // A receipt's may be about an appointment.
    std::erase_if(facts, [&](const SharedEvent& fact) { return thingOf(reading, *fact) != thing; });
    return facts;
}

RecordName reportedHolderOf(const Reading& reading, const events::Event& fact) {
    if (const auto* news = std::get_if<events::MessageStatusChanged>(&fact.data)) {
        const auto sent = messageOf(reading, *news);
        return sent ? sent->subject.value_or(RecordName()) : RecordName();
    }
    if (std::holds_alternative<events::VisitCheckoutReversed>(fact.data)) {
        if (const auto checkout = checkoutOf(reading, fact)) return checkout->subject.value_or(RecordName());
    }
    return fact.subject.value_or(RecordName());
}

RecordName holderOf(const Reading& reading, const events::Event& fact) {
    const auto assignee =
        reading.hasAssignments() ? assigneeOf(reading, thingOf(reading, fact)) : std::optional<RecordName>();
    return assignee ? *assignee : reportedHolderOf(reading, fact);
}

void Holdings::note(const events::Event& event) {
    const auto* undone = std::get_if<events::JoinUndone>(&event.data);
    if (undone == nullptr) return;
    for (const auto& assignment : undone->assign) {
        holders_[thingOf(*reading_, *reading_->event(assignment.position))] = assignment.record;
    }
}

RecordName Holdings::holderOf(const events::Event& fact) const {
    const auto found = holders_.empty() ? holders_.end() : holders_.find(thingOf(*reading_, fact));
    return found == holders_.end() ? reportedHolderOf(*reading_, fact) : found->second;
}

std::vector<Thing> Holdings::of(const RecordName& record) const {
    std::vector<Thing> things;
    for (const auto& [thing, holder] : holders_) {
        if (holder == record) things.push_back(thing);
    }
    return things;
}

}  // namespace kartei::ledger
