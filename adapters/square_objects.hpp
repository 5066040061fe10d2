#pragma once
// The objects that Square's webhooks carry, each with what follows from it (square.hpp).

#include <string>
#include <utility>

#include "adapters/foreign_json.hpp"
#include "adapters/webhook.hpp"

namespace kartei::adapters {

// The version numbers of Square's objects count from 0.
inline constexpr std::int64_t highestSquareVersion = 9'007'199'254'740'991;  // what JavaScript counts to

// What a delivery is about, and where its events go.
struct SquareDelivery {
    const WebhookSettings& settings;
    const Lookups& lookups;
    std::string eventId;   // the delivery's
    events::Time madeAt;   // when Square made it
    Foreign object;        // `data.object`: it holds the customer, booking, payment or refund
    Delivery events = {};  // what follows

    [[nodiscard]] events::RecordName record(const std::string& id, const Foreign& where) const {
        return recordIn(settings.source, id, where);
    }
    void add(std::string id, const events::RecordName& record, events::Time time, events::Body data) {
        events.push_back({std::move(id), settings.source, record, time, "", std::move(data)});
    }
};

void readSquareCustomer(SquareDelivery& delivery);
void readDeletedSquareCustomer(SquareDelivery& delivery);
void readSquareBooking(SquareDelivery& delivery);
void readSquarePayment(SquareDelivery& delivery);
void readSquareRefund(SquareDelivery& delivery);

}  // namespace kartei::adapters
