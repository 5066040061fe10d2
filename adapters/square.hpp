#pragma once
// `square`: customers, bookings, payments and refunds of Square
// (https://developer.squareup.com/docs/webhooks/overview). The signature in `x-square-hmacsha256-signature` is the
// base64 of an HMAC-SHA-256 over the notification URL, as it was told to Square, and the body; it does not cover a
// time, so there is no replay window: what is sent again is known by its `event_id` and changes nothing.
//
// What is made of what (shapes: https://github.com/square/connect-api-specification):
// - `customer.created`, `.updated`: `record.imported`, a whole picture, so a field that is not there any more is
//   cleared. The customer's `version` is kept in `custom` as `squareVersion`; an older one than the record has changes
//   nothing. `preferences.email_unsubscribed: true` is a withdrawal of marketing by e-mail; false and absent are
//   nothing.
// - `customer.deleted`: `record.deleted`. Customers that Square merges are deleted in favour of one that is created;
//   the reason says which. Joining them is for the front desk to decide.
// - `booking.created`, `.updated`: each version says all of it: `appointment.booked`, and with it `.cancelled` or
//   `.missed`, at the time of the version. So the newest version decides, however they come. Where versions are of
//   several customers, `.cancelled` goes to whom it is not of any more.
// - `payment.created`, `.updated`: `visit.checkedOut` when it is COMPLETED and has a customer, once: such a
//   payment cannot be updated (https://developer.squareup.com/docs/payments-api/update-payments).
// - `refund.created`, `.updated`: when it is COMPLETED, a note (`note.filed`) of what was given back, and when that is
//   all of the payment, `visit.checkoutReversed`. A refund that comes before its payment is noted under the name
//   `payment.<id>` until that comes.
// All else says nothing about a customer.

#include "adapters/webhook.hpp"

namespace kartei::adapters {

std::optional<WebhookProblem> checkSquare(const WebhookSettings& settings, const WebhookMessage& message,
                                          events::Time now);
Result<Delivery, WebhookProblem> translateSquare(const WebhookSettings& settings, std::string_view body,
                                                 const Lookups& lookups);
std::optional<std::string> wrongSquareSetting(const WebhookSettings& settings);

}  // namespace kartei::adapters
