#pragma once
// Appointments and receipts as their facts tell (DESIGN §6). Facts of one appointment may come twice and in any
// order: they are put in order of the time at which they happened, then by what they say, and only then by position,
// so that every order of delivery ends in the same state.

#include <optional>
#include <string>
#include <vector>

#include "events/codec.hpp"
#include "ledger/record_facts.hpp"

namespace kartei::ledger {

enum class VisitStatus { booked, cancelled, missed, checkedOut };
std::string_view toText(VisitStatus status);

struct Appointment {
    events::ItemName name;
    RecordName record;  // that it was booked for
    Position position;  // of the booking; none while it is held
    Time startsAt;
    std::optional<Time> endsAt;
    std::string service;
    std::string staff;
    std::string note;
    events::BookedVia bookedVia{};
    VisitStatus status = VisitStatus::booked;
    Position lastPosition;  // of the last of its facts
};

// Folds the facts of one appointment; `facts` may hold events of other appointments too, which are left out.
// Nothing while the booking itself has not arrived.
std::optional<Appointment> foldAppointment(const events::ItemName& name,
                                           const std::vector<const events::Event*>& facts);

// The appointment an event is a fact of: booked, rescheduled, cancelled, missed, missedCleared; or the one that a
// checkout names. Null for others.
const events::ItemName* appointmentOf(const events::Body& data);

struct Checkout {
    events::ItemName receipt;
    std::optional<events::ItemName> appointment;
    RecordName record;
    Position position;
    Time time;
    std::optional<events::Money> total;  // nothing: it was erased when it needed no longer be kept
    std::vector<events::Item> items;
};

// The checkouts among `facts` that were not reversed, by position.
std::vector<Checkout> checkoutsInForce(const std::vector<const events::Event*>& facts);

}  // namespace kartei::ledger
