#include "ledger/visit_facts.hpp"

#include <algorithm>
#include <tuple>

namespace kartei::ledger {

namespace {

using events::Event;

struct AppointmentName {
    const events::ItemName* operator()(const events::AppointmentBooked& data) const { return &data.appointment; }
    const events::ItemName* operator()(const events::AppointmentRescheduled& data) const { return &data.appointment; }
    const events::ItemName* operator()(const events::AppointmentCancelled& data) const { return &data.appointment; }
    const events::ItemName* operator()(const events::AppointmentMissed& data) const { return &data.appointment; }
    const events::ItemName* operator()(const events::AppointmentMissedCleared& data) const { return &data.appointment; }
    const events::ItemName* operator()(const events::VisitCheckedOut& data) const {
        return data.appointment ? &*data.appointment : nullptr;
    }
    template <class Other>
    const events::ItemName* operator()(const Other&) const {
        return nullptr;
    }
};

bool isAppointmentFact(const events::Body& data) {
    return appointmentOf(data) != nullptr && !std::holds_alternative<events::VisitCheckedOut>(data);
}

// Of two facts with the same time, which comes first: a booking before a change of it before its end.
int rank(const events::Body& data) {
    if (std::holds_alternative<events::AppointmentBooked>(data)) return 0;
    if (std::holds_alternative<events::AppointmentRescheduled>(data)) return 1;
    if (std::holds_alternative<events::AppointmentMissed>(data)) return 2;
    if (std::holds_alternative<events::AppointmentMissedCleared>(data)) return 3;
    return 4;
}

// Facts that happened at one time and are of one type are put in order by what they say: the token of their content.
auto order(const Event& event) { return std::tuple(event.time, rank(event.data), event.digest.bytes, event.position); }

class AppointmentFold {
public:
    explicit AppointmentFold(const events::ItemName& name) { state_.name = name; }

    void add(const Event& event) {
        state_.lastPosition = std::max(state_.lastPosition, event.position);
        event_ = &event;
        std::visit(*this, event.data);
    }
    std::optional<Appointment> result() const { return booked_ ? std::optional(state_) : std::nullopt; }

    void operator()(const events::AppointmentBooked& data) {
        booked_ = true;
        state_.record = event_->subject.value_or(RecordName());
        state_.position = event_->position;
        state_.startsAt = data.startsAt;
        state_.endsAt = data.endsAt;
        state_.service = data.service.value_or("");
        state_.staff = data.staff.value_or("");
        state_.note = data.note.value_or("");
        state_.bookedVia = data.bookedVia;
        state_.status = VisitStatus::booked;
    }
    void operator()(const events::AppointmentRescheduled& data) {
        state_.startsAt = data.startsAt;
        state_.endsAt = data.endsAt;
        if (state_.status == VisitStatus::missed) state_.status = VisitStatus::booked;
    }
    void operator()(const events::AppointmentCancelled&) { state_.status = VisitStatus::cancelled; }
    void operator()(const events::AppointmentMissed&) {
        if (state_.status == VisitStatus::booked) state_.status = VisitStatus::missed;
    }
    void operator()(const events::AppointmentMissedCleared&) {
        if (state_.status == VisitStatus::missed) state_.status = VisitStatus::booked;
    }
    template <class Other>
    void operator()(const Other&) {}

private:
    Appointment state_;
    const Event* event_ = nullptr;
    bool booked_ = false;
};

}  // namespace

std::string_view toText(VisitStatus status) {
    switch (status) {
        case VisitStatus::booked: return "booked";
        case VisitStatus::cancelled: return "cancelled";
        case VisitStatus::missed: return "missed";
        case VisitStatus::checkedOut: return "checkedOut";
    }
    return "unknown";
}

const events::ItemName* appointmentOf(const events::Body& data) { return std::visit(AppointmentName(), data); }

std::optional<Appointment> foldAppointment(const events::ItemName& name, const std::vector<const Event*>& facts) {
    std::vector<const Event*> own;
    for (const Event* event : facts) {
        if (isAppointmentFact(event->data) && *appointmentOf(event->data) == name) own.push_back(event);
    }
    std::sort(own.begin(), own.end(), [](const Event* a, const Event* b) { return order(*a) < order(*b); });
    // Nothing about an appointment can have happened before it was first booked, whatever the clocks say.
    const auto firstBooking = std::find_if(own.begin(), own.end(), [](const Event* event) {
        return std::holds_alternative<events::AppointmentBooked>(event->data);
    });
    if (firstBooking != own.end()) std::rotate(own.begin(), firstBooking, firstBooking + 1);
    AppointmentFold fold(name);
    for (const Event* event : own) fold.add(*event);
    return fold.result();
}

std::vector<Checkout> checkoutsInForce(const std::vector<const Event*>& facts) {
    std::vector<Checkout> checkouts;
    for (const Event* event : facts) {
        if (const auto* out = std::get_if<events::VisitCheckedOut>(&event->data)) {
            checkouts.push_back({out->receipt, out->appointment, event->subject.value_or(RecordName()), event->position,
                                 event->time, event->fiscalDestroyed ? std::nullopt : std::optional(out->total),
                                 out->items});
        } else if (const auto* reversed = std::get_if<events::VisitCheckoutReversed>(&event->data)) {
            std::erase_if(checkouts, [&](const Checkout& checkout) { return checkout.receipt == reversed->receipt; });
        }
    }
    return checkouts;
}

}  // namespace kartei::ledger
