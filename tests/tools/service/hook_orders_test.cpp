// Webhooks that come late, twice and in any order: they end in the same state.

#include <algorithm>
#include <functional>
#include <numeric>
#include <random>

#include "tests/adapters/webhook_testing.hpp"
#include "tests/tools/service/hooked.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;
using tools::service::Response;

namespace {

// A year in the life of a customer of Square's, as deliveries. `N` stands for who it is.
std::vector<std::string> squareYear() {
    const auto customer = [](int version, const std::string& members) {
        return squareDelivery(
            version == 0 ? "customer.created" : "customer.updated", "c" + std::to_string(version) + "-N",
            R"({"customer":{"id":"CN","version":)" + std::to_string(version) + R"(,"updated_at":"2026-01-0)" +
                std::to_string(version + 1) + R"(T10:00:00Z",)" + members + "}}");
    };
    const auto booking = [](const std::string& id, int version, const std::string& members) {
        return squareDelivery(
            "booking.updated", id + std::to_string(version) + "-N",
            R"({"booking":{"id":")" + id + R"(-N","customer_id":"CN","version":)" + std::to_string(version) +
                R"(,"appointment_segments":[{"duration_minutes":30}],"updated_at":"2026-02-01T10:00:00Z",)" + members +
                "}}");
    };
    const auto payment = [](const std::string& id, const std::string& status, const std::string& members = "") {
        return squareDelivery("payment.updated", id + status + "-N",
                              R"({"payment":{"id":")" + id + R"(-N","customer_id":"CN","status":")" + status +
                                  R"(","created_at":"2026-02-03T10:00:00Z","updated_at":"2026-02-03T10:01:00Z",)"
                                  R"("total_money":{"amount":4200,"currency":"EUR"})" +
                                  members + "}}");
    };
    const auto refund = [](const std::string& id, const std::string& of, int amount) {
        return squareDelivery(
            "refund.updated", "re" + id + "-N",
            R"({"refund":{"id":")" + id + R"(-N","payment_id":")" + of +
                R"(-N","status":"COMPLETED","updated_at":"2026-02-04T10:00:00Z","amount_money":{"amount":)" +
                std::to_string(amount) + R"(,"currency":"EUR"}}})");
    };
    return {customer(0, R"("given_name":"Ann","phone_number":"+49171")"),
            customer(1, R"("given_name":"Anna","email_address":"anna-N@example.com")"),
            customer(2, R"("given_name":"Anna","preferences":{"email_unsubscribed":true})"),
            customer(3, R"("given_name":"Anna","family_name":"Muster","birthday":"0000-03-04")"),
            booking("b", 0, R"("status":"PENDING","start_at":"2026-02-10T09:00:00Z")"),
            booking("b", 1, R"("status":"ACCEPTED","start_at":"2026-02-11T09:00:00Z")"),
            booking("b", 2, R"("status":"CANCELLED_BY_CUSTOMER","start_at":"2026-02-11T09:00:00Z")"),
            booking("d", 0, R"("status":"ACCEPTED","start_at":"2026-02-12T09:00:00Z")"),
            booking("d", 1, R"("status":"NO_SHOW","start_at":"2026-02-12T09:00:00Z")"),
            booking("d", 2, R"("status":"ACCEPTED","start_at":"2026-02-12T11:00:00Z","customer_note":"window")"),
            payment("P", "APPROVED"),
            payment("P", "COMPLETED"),
            payment("Q", "COMPLETED"),
            payment("R", "COMPLETED"),
            refund("r1", "Q", 4200),
            refund("r2", "R", 1200),
            refund("r3", "P", 1200),
            refund("r4", "P", 3000)};
}

std::vector<std::string> calcomYear() {
    return {
        calcomDelivery("BOOKING_CREATED", 1, calcomBooking("a-N", R"("name":"Jon Doe","phoneNumber":"+1")")),
        calcomDelivery("BOOKING_RESCHEDULED", 2,
                       calcomBooking("b-N", R"("name":"John Doe")", R"(,"rescheduleUid":"a-N")")),
        calcomDelivery("BOOKING_RESCHEDULED", 3,
                       calcomBooking("c-N", R"("name":"John Doe","phoneNumber":"+2")", R"(,"rescheduleUid":"b-N")")),
        calcomDelivery("BOOKING_CREATED", 4, calcomBooking("d-N", R"("name":"John van Doe")")),
        calcomDelivery("BOOKING_CANCELLED", 5,
                       calcomBooking("d-N", R"("name":"John van Doe")", R"(,"cancellationReason":"ill")")),
        calcomDelivery("BOOKING_NO_SHOW_UPDATED", 6,
                       R"("bookingUid":"c-N","attendees":[{"email":"john-N@example.com","noShow":true}])")};
}

// Delivers them for many people, to each in another order and some twice; all must end as the first, to whom they came
// in order.
void checkOrders(const std::vector<std::string>& year, const std::function<Response(const std::string&)>& deliver,
                 const std::function<std::string(const std::string& who)>& stateOf) {
    constexpr unsigned orders = 40;
    std::string wanted;
    for (unsigned order = 0; order < orders; ++order) {
        const auto who = std::to_string(1000 + order);
        auto deliveries = year;
        std::mt19937 random(order);
        if (order > 0) {
            for (const auto& again : year) {
                if (random() % 3 == 0) deliveries.push_back(again);
            }
            std::shuffle(deliveries.begin(), deliveries.end(), random);
        }
        for (const auto& body : deliveries) {
            const auto answer = deliver(replaced(replaced(body, "-N", "-" + who), "CN", "C" + who));
            CAPTURE(order, body, answer.body);
            REQUIRE(answer.status == 200);
            REQUIRE_THAT(answer.body, !Contains("\"code\""));
        }
        const auto state = replaced(stateOf(who), who, "N");
        if (order == 0) wanted = state;
        CAPTURE(order);
        REQUIRE(state == wanted);
    }
    INFO(wanted);
    CHECK_THAT(wanted, Contains("Doe") || Contains("Muster"));
}

}  // namespace

TEST_CASE("However Square's deliveries come, and how often, they end in the same state", "[service][webhooks]") {
    Hooked hooked;
    checkOrders(
        squareYear(), [&](const std::string& body) { return hooked.square(body); },
        [&](const std::string& who) { return hooked.state("square/C" + who); });
    const auto history = hooked.history("square/C1000");
    CHECK_THAT(history, Contains(R"("startsAt":"2026-02-12T11:00:00Z","endsAt":"2026-02-12T11:30:00Z")") &&
                            Contains(R"("status":"cancelled")") && Contains(R"("status":"booked")"));
    CHECK_THAT(history, Contains("square/R-1000") && !Contains("square/P-1000") && !Contains("square/Q-1000"));
    const auto file = hooked.file("square/C1000");
    CHECK_THAT(file, Contains(R"("birthDate":{"value":"--03-04")") && !Contains("+49171") && !Contains("anna-"));
    CHECK_THAT(file, Contains(R"("purpose":"marketing","channel":"email")") && Contains(R"("state":"withdrawn")"));
}

namespace {

// Delivers in every order; all must end the same, and stay so when all of it comes once more. Returns in what.
std::string endOfAllOrders(const std::vector<std::string>& deliveries,
                           const std::function<Response(Hooked&, const std::string&)>& deliver,
                           const std::function<std::string(Hooked&)>& stateOf) {
    std::vector<std::size_t> order(deliveries.size());
    std::iota(order.begin(), order.end(), 0);
    std::string wanted;
    do {
        Hooked hooked;
        for (int again = 0; again < 2; ++again) {
            for (const auto at : order) {
                const auto answer = deliver(hooked, deliveries[at]);
                CAPTURE(order, at, answer.body);
                REQUIRE(answer.status == 200);
                REQUIRE_THAT(answer.body, !Contains("\"code\""));
            }
            const auto state = stateOf(hooked);
            CAPTURE(order, again, state);
            if (wanted.empty()) wanted = state;
            CHECK(state == wanted);
        }
    } while (std::next_permutation(order.begin(), order.end()));
    return wanted;
}

// The appointments of a record with their states: `square/b booked`.
std::string appointmentsOf(Hooked& hooked, const std::string& record) {
    static const std::regex visit("\"appointment\":\"([^\"]*)\".*?\"status\":\"([^\"]*)\"");
    const auto answer = hooked.served.call(tools::service::Method::get, "/customers/" + record + "/history", "admin");
    std::string text;
    for (std::sregex_iterator at(answer.body.begin(), answer.body.end(), visit), end; at != end; ++at)
        text += (text.empty() ? "" : ", ") + (*at)[1].str() + " " + (*at)[2].str();
    return text;
}

}  // namespace

TEST_CASE("A booking of Square's that is moved to somebody else is booked for nobody else", "[service][webhooks]") {
    std::vector<std::string> deliveries;
    for (const auto* who : {"C1", "C2"})
        deliveries.push_back(
            squareDelivery("customer.created", who,
                           R"({"customer":{"id":")" + std::string(who) +
                               R"(","version":0,"given_name":"Ann","updated_at":"2026-01-01T10:00:00Z"}})"));
    const auto version = [&](int number, const std::string& who) {
        deliveries.push_back(squareDelivery(
            "booking.updated", "b" + std::to_string(number),
            R"({"booking":{"id":"b","customer_id":")" + who + R"(","version":)" + std::to_string(number) +
                R"(,"status":"ACCEPTED","start_at":"2026-02-10T09:00:00Z","updated_at":"2026-02-01T10:00:00Z"}})"));
    };
    const auto deliver = [](Hooked& hooked, const std::string& body) { return hooked.square(body); };
    const auto stateOf = [](Hooked& hooked) {
        return appointmentsOf(hooked, "square/C1") + " / " + appointmentsOf(hooked, "square/C2");
    };
    version(0, "C1");
    version(1, "C2");
    CHECK(endOfAllOrders(deliveries, deliver, stateOf) == "square/b cancelled / square/b booked");
    // Also where the two turn out to be one person.
    const auto joined = [&](Hooked& hooked) {
        hooked.served.post("/links", "admin", R"({"a":"square/C1","b":"square/C2"})");
        return appointmentsOf(hooked, "square/C1");
    };
    CHECK(endOfAllOrders(deliveries, deliver, joined) == "square/b booked");
    // And back again.
    version(2, "C1");
    CHECK(endOfAllOrders(deliveries, deliver, stateOf) == "square/b booked / square/b cancelled");
}

TEST_CASE("What ends a booking of Cal.com's ends it, whatever address it names", "[service][webhooks]") {
    const auto by = [](const std::string& delivery, const std::string& who) {
        return replaced(replaced(delivery, "-N", ""), "john@", who + "@");
    };
    const auto created = by(calcomDelivery("BOOKING_CREATED", 1, calcomBooking("a", R"("name":"Ra")")), "ra");
    const auto moved =
        by(calcomDelivery("BOOKING_RESCHEDULED", 2, calcomBooking("b", R"("name":"Ra")", R"(,"rescheduleUid":"a")")),
           "ra-new");
    const auto cancelled = by(calcomDelivery("BOOKING_CANCELLED", 3, calcomBooking("b", R"("name":"Ra")")), "else");
    const auto deliver = [](Hooked& hooked, const std::string& body) { return hooked.calcom(body); };
    const auto stateOf = [](Hooked& hooked) {
        std::string state;
        for (const auto* who : {"ra", "ra-new", "else"}) {
            const auto id = hooked.served.business().tokens().recordId("calcom", std::string(who) + "@example.com");
            state += "/ " + appointmentsOf(hooked, "calcom/" + id);
        }
        return state;
    };
    CHECK(endOfAllOrders({created, moved}, deliver, stateOf) == "/ calcom/a cancelled/ calcom/b booked/ ");
    CHECK(endOfAllOrders({created, moved, cancelled}, deliver, stateOf) ==
          "/ calcom/a cancelled/ calcom/b cancelled/ ");
}

TEST_CASE("A customer that Square deleted stays deleted, whatever comes late", "[service][webhooks]") {
    const auto customer = [](const std::string& type, int version) {
        return squareDelivery(
            type, type + std::to_string(version),
            R"({"customer":{"id":"C1","given_name":"Anna","version":)" + std::to_string(version) + "}}");
    };
    const std::vector<std::string> year = {customer("customer.created", 0), customer("customer.updated", 1),
                                           customer("customer.deleted", 1)};
    std::vector<std::size_t> order = {0, 1, 2};
    std::string wanted;
    do {
        Hooked hooked;
        for (const auto at : order) REQUIRE(hooked.square(year[at]).status == 200);
        const auto state = hooked.state("square/C1");
        CAPTURE(order, state);
        CHECK_THAT(state, Contains(R"("status":"deleted")") && !Contains("Anna"));
        if (wanted.empty()) wanted = state;
        CHECK(state == wanted);
    } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("However Cal.com's deliveries come, and how often, they end in the same state", "[service][webhooks]") {
    Hooked hooked;
    const auto recordOf = [&](const std::string& who) {
        return "calcom/" + hooked.served.business().tokens().recordId("calcom", "john-" + who + "@example.com");
    };
    checkOrders(
        calcomYear(), [&](const std::string& body) { return hooked.calcom(body); },
        [&](const std::string& who) { return replaced(hooked.state(recordOf(who)), recordOf(who), "calcom/record"); });
    const auto file = hooked.file(recordOf("1000"));
    CHECK_THAT(file, Contains(R"("origin":"onlineRegistration","status":"active")") &&
                         Contains(R"("email":{"value":"john-1000@example.com")") &&
                         Contains(R"("familyName":{"value":"van Doe")") && Contains(R"("phone":{"value":"+2")"));
    const auto history = hooked.history(recordOf("1000"));
    CHECK_THAT(history, Contains(R"("appointment":"calcom/c-1000")") && Contains(R"("status":"missed")") &&
                            Contains(R"("bookedVia":"online")") && Contains(R"("service":"Haircut")"));
    // Nothing that is kept in the open says who it is.
    CHECK_THAT(recordOf("1000"), Catch::Matchers::Matches("calcom/~[a-z0-9]{32}"));
}

TEST_CASE("Somebody who was erased and books again is somebody new", "[service][webhooks]") {
    Hooked hooked;
    const auto record = "calcom/" + hooked.served.business().tokens().recordId("calcom", "john-1@example.com");
    const auto booking = [](const std::string& uid, const std::string& at) {
        return R"({"triggerEvent":"BOOKING_CREATED","createdAt":")" + at + R"(","payload":{)" +
               replaced(calcomBooking(uid, R"("name":"John Doe")"), "-N", "-1") + "}}";
    };
    REQUIRE(hooked.calcom(booking("a", "2026-01-01T00:00:00Z")).status == 200);
    REQUIRE(
        hooked.served
            .post("/customers/" + record + "/erase", "admin", R"({"records":[")" + record + R"("],"reason":"asked"})")
            .status == 200);
    // What happened before is refused, however often it comes; it is acknowledged, so that it ends.
    const auto again = hooked.calcom(booking("b", "2026-01-02T00:00:00Z"));
    CHECK(again.status == 200);
    CHECK_THAT(again.body, Contains("\"erased\""));
    const auto later = hooked.calcom(booking("c", "2999-01-01T00:00:00Z"));
    CHECK(later.status == 200);
    CHECK_THAT(later.body, !Contains("code"));
    CHECK_THAT(hooked.file(record + "~2"), Contains("John"));
    CHECK_THAT(hooked.history(record + "~2"), Contains("calcom/c"));
}
