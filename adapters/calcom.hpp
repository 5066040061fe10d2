#pragma once
// `calcom`: bookings of Cal.com (https://cal.com/docs/core-features/webhooks). `X-Cal-Signature-256` is the hexadecimal
// HMAC-SHA-256 of the body; it covers no time of the delivery, so there is no replay window: what is sent again is
// known and changes nothing. Deliveries carry no id; the events' ids are made of the trigger, the booking and
// `createdAt`.
//
// The person is the first of the attendees, who booked; those whom they bring along have given nothing themselves.
// Their key is the e-mail address, so the record's id is a token of it (DESIGN §2). Booking is their own act:
// `record.registered`, later `record.changed` for what is said since. When each was said is kept in `custom`, so that
// an older booking that comes late does not displace it.
//
// - `BOOKING_CREATED`: `appointment.booked`, its name the booking's `uid`.
// - `BOOKING_RESCHEDULED`: Cal.com makes a booking with a `uid` of its own, and ends the one that
//   `rescheduleUid` names; so do we: the old appointment is cancelled with the reason "rescheduled", and the other
//   booked. Neither needs the other to be known.
// - `BOOKING_CANCELLED`: `appointment.cancelled`.
// - `BOOKING_NO_SHOW_UPDATED`: `appointment.missed` or `.missedCleared`, of the person whom it was booked for.
// What ends an appointment is put on the record that it was booked for, whatever address it names. Where that is not
// known yet, a cancellation waits on the record of whom it names, and is said again when the booking comes.
// All else says nothing.

#include "adapters/webhook.hpp"

namespace kartei::adapters {

std::optional<WebhookProblem> checkCalcom(const WebhookSettings& settings, const WebhookMessage& message,
                                          events::Time now);
Result<Delivery, WebhookProblem> translateCalcom(const WebhookSettings& settings, std::string_view body,
                                                 const Lookups& lookups);
std::optional<std::string> wrongCalcomSetting(const WebhookSettings& settings);

}  // namespace kartei::adapters
