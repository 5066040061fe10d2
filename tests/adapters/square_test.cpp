// What is made of Square's deliveries: the examples that Square publishes, field by field, and what comes twice, late
// or broken.

#include "adapters/square.hpp"

#include "events/limits.hpp"
#include "webhook_testing.hpp"

using namespace kartei;
using namespace kartei::adapters;
using namespace kartei::adapters::testing;

namespace {

WebhookSettings settings() {
    WebhookSettings settings;
    settings.source = events::SourceName::trusted("square");
    settings.declaration = events::Declaration{"Salon", "They agreed."};
    return settings;
}

Delivery read(const std::string& body, const KnownThings& known = {}) {
    const auto delivery = translateSquare(settings(), body, known.lookups());
    INFO((delivery ? std::string() : delivery.error().text));
    REQUIRE(delivery);
    return *delivery;
}

std::string problemOf(const std::string& body) {
    const auto delivery = translateSquare(settings(), body, KnownThings().lookups());
    REQUIRE_FALSE(delivery);
    CHECK(delivery.error().kind == WebhookProblemKind::malformed);
    return delivery.error().text;
}

std::optional<std::string> example(const std::string& name) { return sharedFile("square/" + name + ".json"); }

// A delivery around an object.
std::string delivery(const std::string& type, const std::string& object) {
    return R"({"type":")" + type + R"(","event_id":"e1","created_at":"2026-03-02T10:00:00Z","data":{"object":)" +
           object + "}}";
}
std::string customer(const std::string& members) { return R"({"customer":{"id":"C1",)" + members + "}}"; }
std::string booking(const std::string& members) {
    return R"({"booking":{"id":"b1","version":2,"customer_id":"C1","updated_at":"2026-03-01T10:00:00Z",)"
           R"("start_at":"2026-03-05T09:00:00Z",)" +
           members + "}}";
}
std::string payment(const std::string& members) {
    return R"({"payment":{"id":"P1","customer_id":"C1","status":"COMPLETED","created_at":"2026-03-01T10:00:00Z",)"
           R"("updated_at":"2026-03-01T10:01:00Z","total_money":{"amount":4200,"currency":"EUR"})" +
           members + "}}";
}
std::string refund(const std::string& id, int amount, const std::string& currency = "EUR") {
    return delivery("refund.updated", R"({"refund":{"id":")" + id + R"(","payment_id":"P1","status":"COMPLETED",)" +
                                          R"("updated_at":"2026-03-02T09:00:00Z","amount_money":{"amount":)" +
                                          std::to_string(amount) + R"(,"currency":")" + currency + "\"}}}");
}

KnownRecord recordAt(std::int64_t version, KnownRecord::State state = KnownRecord::State::there) {
    KnownRecord known;
    known.state = state;
    known.own.set(Field::CUSTOM, events::TextMap{{"squareVersion", std::to_string(version)}});
    return known;
}

KnownCheckout checkout(KnownCheckout::State state = KnownCheckout::State::inForce) {
    return {events::RecordName::trusted("square/C1"), events::Money{4200, events::Currency::trusted("EUR")}, state};
}

}  // namespace

TEST_CASE("Square's example of a customer is a record, field by field", "[adapters][webhooks][square][shared]") {
    const auto body = example("customer.created");
    if (!body) return;
    const auto events = read(*body);
    REQUIRE(events.size() == 1);
    CHECK(events[0].id == "e12b5591-e0b6-4967-810a-307c7efcb1a7");
    CHECK(events[0].source.text() == "square");
    CHECK(subjectOf(events[0]) == "square/QPTXM8PQNX3Q726ZYHPMNP46XC");
    CHECK(events[0].time == timeAt("2022-11-09T21:23:25Z"));
    const auto& imported = dataOf<events::RecordImported>(events[0]);
    CHECK(imported.declaration == settings().declaration);
    const auto& said = imported.attributes;
    CHECK(said.text(Field::GIVEN_NAME) == "Jenkins");
    CHECK(said.text(Field::FAMILY_NAME) == "Smorly");
    CHECK(said.text(Field::EMAIL) == "jenkins+smorly@squareup.com");
    CHECK(said.text(Field::PHONE) == "+12126668929");
    CHECK(said.text(Field::STREET) == "1018 40th Street");
    CHECK(said.text(Field::POSTAL_CODE) == "94608");
    CHECK(said.text(Field::CITY) == "Oakland");
    CHECK(said.text(Field::BIRTH_DATE) == "1962-03-04");
    CHECK(std::get<events::TextMap>(*said.value(Field::CUSTOM)) == events::TextMap{{"squareVersion", "0"}});
    // A whole picture: what is not there is no more.
    for (const auto field : {Field::COMPANY, Field::COUNTRY, Field::NOTES}) {
        REQUIRE(said.find(field) != nullptr);
        CHECK_FALSE(said.find(field)->value.has_value());
    }
}

TEST_CASE("A customer as Square lists one has every field", "[adapters][webhooks][square][shared]") {
    const auto list = example("example-ListCustomersResponse");
    if (!list) return;
    auto document = events::parseJson(*list);
    REQUIRE(document);
    rapidjson::StringBuffer buffer;
    events::JsonWriter out(buffer);
    (*document)["customers"][0].Accept(out);
    const auto events = read(delivery("customer.updated", R"({"customer":)" + std::string(buffer.GetString()) + "}"));
    REQUIRE(events.size() == 1);
    const auto& said = dataOf<events::RecordImported>(events[0]).attributes;
    CHECK(said.text(Field::STREET) == "500 Electric Ave, Suite 600");
    CHECK(said.text(Field::COUNTRY) == "US");
    CHECK(said.text(Field::NOTES) == "a customer");
    CHECK(said.text(Field::EMAIL) == "Amelia.Earhart@example.com");
    CHECK(said.text(Field::PHONE) == "+1-212-555-4240");
    CHECK(std::get<events::TextMap>(*said.value(Field::CUSTOM)) ==
          events::TextMap{{"squareVersion", "1"}, {"referenceId", "YOUR_REFERENCE_ID"}});
}

TEST_CASE("Only a customer's newer version changes the record", "[adapters][webhooks][square]") {
    const auto version = [](int number) {
        return delivery("customer.updated", customer(R"("version":)" + std::to_string(number)));
    };
    KnownThings known;
    known.records["square/C1"] = recordAt(5);
    CHECK(read(version(4), known).empty());
    CHECK(read(version(6), known).size() == 1);
    // The same delivery once more makes the same event, which the ledger knows.
    CHECK(read(version(5), known).size() == 1);
    known.records["square/C1"] = recordAt(5, KnownRecord::State::deleted);
    CHECK(read(version(5), known).empty());
    CHECK(read(version(6), known).size() == 1);
}

TEST_CASE("A deleted customer leaves its version behind, so that what comes late is known to be old",
          "[adapters][webhooks][square]") {
    const auto deleted = delivery("customer.deleted", customer(R"("version":3,"family_name":"Geheim")"));
    const auto events = read(deleted);
    REQUIRE(events.size() == 2);
    const auto& last = dataOf<events::RecordImported>(events[0]);
    REQUIRE(last.attributes.changes().size() == 1);
    CHECK(std::get<events::TextMap>(*last.attributes.value(Field::CUSTOM)) == events::TextMap{{"squareVersion", "3"}});
    CHECK(dataOf<events::RecordDeleted>(events[1]).reason == "deleted in Square");
    CHECK(events[1].id == "e1:deleted");
    CHECK(events[1].time == timeAt("2026-03-02T10:00:00Z"));
    KnownThings known;
    known.records["square/C1"] = recordAt(4);
    CHECK(read(deleted, known).empty());
    const auto merged = read(delivery(
        "customer.deleted", R"({"customer":{"id":"C1","version":3},"event_context":{"merge":{"to_customer_id":"C9",)"
                            R"("from_customer_ids":["C1","C2"]}}})"));
    CHECK(dataOf<events::RecordDeleted>(merged.at(1)).reason == "merged in Square into square/C9");
}

TEST_CASE("Who unsubscribed has withdrawn marketing by e-mail, and whoever did not has said nothing",
          "[adapters][webhooks][square]") {
    const auto with = [](const std::string& preferences) {
        return delivery("customer.updated",
                        customer(R"("version":3,"email_address":"a@example.com","updated_at":"2026-02-01T00:00:00Z")" +
                                 preferences));
    };
    const auto events = read(with(R"(,"preferences":{"email_unsubscribed":true})"));
    REQUIRE(events.size() == 2);
    const auto& consent = dataOf<events::ConsentStated>(events[1]);
    CHECK(events[1].id == "e1:unsubscribed");
    CHECK(events[1].time == timeAt("2026-02-01T00:00:00Z"));
    CHECK(consent.purpose == events::Purpose::MARKETING);
    CHECK(consent.channel == events::Channel::EMAIL);
    CHECK(consent.state == events::ConsentState::WITHDRAWN);
    CHECK(consent.address == "a@example.com");
    for (const auto* nothing :
         {"", R"(,"preferences":null)", R"(,"preferences":{})", R"(,"preferences":{"email_unsubscribed":false})",
          R"(,"preferences":{"email_unsubscribed":null})"}) {
        CAPTURE(nothing);
        CHECK(read(with(nothing)).size() == 1);
    }
    // It counts from an old version too: consents have times.
    KnownThings known;
    known.records["square/C1"] = recordAt(9);
    const auto late = read(with(R"(,"preferences":{"email_unsubscribed":true})"), known);
    REQUIRE(late.size() == 1);
    dataOf<events::ConsentStated>(late[0]);
}

TEST_CASE("A birthday may lack its year, and what is no day is left out", "[adapters][webhooks][square]") {
    const auto birthDate = [](const std::string& text) {
        const auto events = read(delivery("customer.created", customer(R"("version":0,"birthday":")" + text + "\"")));
        return std::string(dataOf<events::RecordImported>(events.at(0)).attributes.text(Field::BIRTH_DATE));
    };
    CHECK(birthDate("1998-09-21") == "1998-09-21");
    CHECK(birthDate("0000-09-21") == "--09-21");
    CHECK(birthDate("0000-02-29") == "--02-29");
    CHECK(birthDate("1998-02-30").empty());
    CHECK(birthDate("soon").empty());
}

TEST_CASE("Square's examples of a booking are an appointment with its versions in order",
          "[adapters][webhooks][square][shared]") {
    const auto created = example("booking.created");
    const auto updated = example("booking.updated");
    if (!created || !updated) return;
    const auto first = read(*created);
    REQUIRE(first.size() == 1);
    CHECK(first[0].id == "76193e8a-db85-53c6-b538-1837519cbc12");
    CHECK(subjectOf(first[0]) == "square/SSKBT02ECWZXK6W3VWYC78E52R");
    CHECK(first[0].time == timeAt("2020-12-08T19:56:53Z"));
    const auto& booked = dataOf<events::AppointmentBooked>(first[0]);
    CHECK(booked.appointment.text() == "i2id2g3enyspi7");
    CHECK(booked.startsAt == timeAt("2020-12-17T16:00:00Z"));
    CHECK(booked.endsAt == timeAt("2020-12-17T16:30:00Z"));
    CHECK(booked.service == "T3WUWYFJOVW2EU6XGRU5YG4A");
    CHECK(booked.staff == "_4GsfYnqGHyurOwzWdKj");
    CHECK(booked.bookedVia == events::BookedVia::UNKNOWN);
    CHECK_FALSE(booked.note.has_value());
    const auto second = read(*updated);
    REQUIRE(second.size() == 1);
    CHECK(second[0].id == "d954ea4e-a393-52d4-bda6-bfd10cbd571f");
    CHECK(second[0].time == timeAt("2020-12-08T20:05:00.000001Z"));
    CHECK(dataOf<events::AppointmentBooked>(second[0]).note == "I would like to sit near the window please");
}

TEST_CASE("A booking lasts as long as its segments and the breaks between them", "[adapters][webhooks][square]") {
    const auto end = [](const std::string& segments) {
        const auto events =
            read(delivery("booking.updated", booking(R"("status":"ACCEPTED","appointment_segments":)" + segments)));
        return dataOf<events::AppointmentBooked>(events.at(0)).endsAt;
    };
    CHECK(end(R"([{"duration_minutes":30},{"duration_minutes":45}])") == timeAt("2026-03-05T10:15:00Z"));
    CHECK(
        end(R"([{"duration_minutes":30,"intermission_minutes":5},{"duration_minutes":45,"intermission_minutes":9}])") ==
        timeAt("2026-03-05T10:20:00Z"));
    CHECK_FALSE(end("[]").has_value());
    CHECK_FALSE(end("null").has_value());
    CHECK_FALSE(end(R"([{"duration_minutes":30},{"duration_minutes":null}])").has_value());
    const auto people = read(delivery(
        "booking.updated",
        booking(R"("status":"ACCEPTED","appointment_segments":[{"team_member_id":"A","service_variation_id":"S"},)"
                R"({"team_member_id":"B","service_variation_id":"S"}])")));
    CHECK(dataOf<events::AppointmentBooked>(people.at(0)).staff == "A, B");
    CHECK(dataOf<events::AppointmentBooked>(people.at(0)).service == "S");
}

TEST_CASE("What a booking's status says comes with all of it", "[adapters][webhooks][square]") {
    const auto status = [](const std::string& text) {
        return read(delivery("booking.updated", booking(R"("status":")" + text + "\"")));
    };
    for (const auto* open : {"ACCEPTED", "PENDING"}) CHECK(status(open).size() == 1);
    const std::vector<std::pair<std::string, std::string>> reasons = {
        {"CANCELLED_BY_CUSTOMER", "cancelled by the customer"},
        {"CANCELLED_BY_SELLER", "cancelled by the business"},
        {"DECLINED", "declined by the business"}};
    for (const auto& [text, reason] : reasons) {
        const auto events = status(text);
        REQUIRE(events.size() == 2);
        CHECK(events[1].id == "e1:cancelled");
        CHECK(events[1].time == timeAt("2026-03-01T10:00:00.000002Z"));
        CHECK(dataOf<events::AppointmentCancelled>(events[1]) ==
              events::AppointmentCancelled{events::ItemName::trusted("b1"), reason});
    }
    const auto missed = status("NO_SHOW");
    REQUIRE(missed.size() == 2);
    CHECK(missed[1].id == "e1:missed");
    CHECK(dataOf<events::AppointmentMissed>(missed[1]).appointment.text() == "b1");
    const auto via = [](const std::string& members) {
        const auto events = read(delivery("booking.updated", booking(R"("status":"ACCEPTED",)" + members)));
        return dataOf<events::AppointmentBooked>(events.at(0)).bookedVia;
    };
    CHECK(via(R"("source":"FIRST_PARTY_MERCHANT")") == events::BookedVia::STAFF);
    CHECK(via(R"("source":"FIRST_PARTY_BUYER")") == events::BookedVia::ONLINE);
    CHECK(via(R"("source":"API","creator_details":{"creator_type":"TEAM_MEMBER"})") == events::BookedVia::STAFF);
    CHECK(via(R"("source":"API")") == events::BookedVia::UNKNOWN);
    CHECK(read(delivery("booking.updated", R"({"booking":{"id":"b1","version":0}})")).empty());
}

TEST_CASE("Whoever a booking is not of any more has it cancelled", "[adapters][webhooks][square]") {
    const auto cancelledAt = [](const Delivery& delivery, const std::string& whose, const std::string& time) {
        REQUIRE(delivery.size() == 2);
        dataOf<events::AppointmentBooked>(delivery[0]);
        CHECK(subjectOf(delivery[0]) == "square/C1");
        CHECK(delivery[1].id == "moved:b1:" + time + ":" + whose);
        CHECK(subjectOf(delivery[1]) == whose);
        CHECK(delivery[1].time == timeAt(time));
        CHECK(dataOf<events::AppointmentCancelled>(delivery[1]) ==
              events::AppointmentCancelled{events::ItemName::trusted("b1"), "moved to another customer"});
    };
    // The version is of 10:00:00.000002.
    const auto version = delivery("booking.updated", booking(R"("status":"ACCEPTED")"));
    KnownThings known;
    auto& facts = known.appointments["square/b1"];
    facts = {bookingOf("square/C3", "2026-03-01T08:00:00Z"), bookingOf("square/C2", "2026-03-01T09:00:00Z")};
    cancelledAt(read(version, known), "square/C2", "2026-03-01T10:00:00.000001Z");
    facts = {bookingOf("square/C2", "2026-03-01T11:00:00Z"), bookingOf("square/C3", "2026-03-01T12:00:00Z")};
    cancelledAt(read(version, known), "square/C1", "2026-03-01T10:59:59.999999Z");
    // What is between two versions of somebody else's ends theirs and is over itself.
    facts = {bookingOf("square/C2", "2026-03-01T09:00:00Z"), bookingOf("square/C2", "2026-03-01T11:00:00Z")};
    const auto between = read(version, known);
    REQUIRE(between.size() == 3);
    CHECK(subjectOf(between[1]) == "square/C2");
    CHECK(subjectOf(between[2]) == "square/C1");
    // Its own person's other versions, and its own self that is known already, end nothing.
    facts = {bookingOf("square/C1", "2026-03-01T09:00:00Z"), bookingOf("square/C1", "2026-03-01T10:00:00.000002Z"),
             bookingOf("square/C1", "2026-03-01T11:00:00Z")};
    CHECK(read(version, known).size() == 1);
}

TEST_CASE("Square's examples of a payment have no customer, and so are no visit",
          "[adapters][webhooks][square][shared]") {
    const auto created = example("payment.created");
    const auto updated = example("payment.updated");
    if (!created || !updated) return;
    CHECK(read(*created).empty());
    CHECK(read(*updated).empty());
    const auto named = [](const std::string& body) {
        return with(body,
                    R"("id": "hYy9pRFVxpDsO1FB05SunFWUe9JZY",)"
                    "\n        \"location_id\"",
                    R"("id": "hYy9pRFVxpDsO1FB05SunFWUe9JZY", "customer_id": "C1",)"
                    "\n        \"location_id\"");
    };
    CHECK(read(named(*created)).empty());  // APPROVED
    const auto events = read(named(*updated));
    REQUIRE(events.size() == 1);
    CHECK(events[0].id == "payment:hYy9pRFVxpDsO1FB05SunFWUe9JZY:completed");
    CHECK(events[0].time == timeAt("2020-11-22T21:16:51.086Z"));
    CHECK(subjectOf(events[0]) == "square/C1");
    const auto& out = dataOf<events::VisitCheckedOut>(events[0]);
    CHECK(out.receipt.text() == "hYy9pRFVxpDsO1FB05SunFWUe9JZY");
    CHECK_FALSE(out.appointment.has_value());
    CHECK(out.total == events::Money{100, events::Currency::trusted("USD")});
    CHECK(out.items.empty());
}

TEST_CASE("A completed payment that is sent again is the same checkout", "[adapters][webhooks][square]") {
    const auto first = read(delivery("payment.created", payment("")));
    const auto again = read(with(delivery("payment.updated", payment(R"(,"note":"x")")), "10:01:00", "12:00:00"));
    REQUIRE(first.size() == 1);
    REQUIRE(again.size() == 1);
    CHECK(first[0].id == again[0].id);
    CHECK(first[0].time == again[0].time);
    CHECK(first[0].data == again[0].data);
}

TEST_CASE("A refund is a note, and one of all reverses the checkout", "[adapters][webhooks][square]") {
    KnownThings known;
    known.checkouts["square/P1"] = checkout();
    const auto part = read(refund("R1", 1000), known);
    REQUIRE(part.size() == 1);
    CHECK(part[0].id == "refund.R1");
    CHECK(subjectOf(part[0]) == "square/C1");
    CHECK(part[0].time == timeAt("2026-03-02T09:00:00Z"));
    const auto& note = dataOf<events::NoteFiled>(part[0]);
    CHECK(note.entry.text() == "square/refund.R1");
    CHECK(note.text == "1000 EUR in minor units, of payment P1");
    known.notes["square/C1"] = {{note, part[0].time.value()}};
    CHECK(read(refund("R2", 3199), known).size() == 1);
    CHECK(read(refund("R1", 1000), known).size() == 1);  // it is known, and counts once
    CHECK(read(refund("R2", 3200, "USD"), known).size() == 1);
    const auto rest = read(refund("R2", 3200), known);
    REQUIRE(rest.size() == 2);
    CHECK(rest[1].id == "payment:P1:refunded");
    CHECK(subjectOf(rest[1]) == "square/C1");
    CHECK(dataOf<events::VisitCheckoutReversed>(rest[1]) ==
          events::VisitCheckoutReversed{events::ItemName::trusted("P1"), "refunded in Square"});
    known.checkouts["square/P1"] = checkout(KnownCheckout::State::reversed);
    CHECK(read(refund("R2", 3200), known).size() == 1);
}

TEST_CASE("A refund that comes before its payment waits for it", "[adapters][webhooks][square]") {
    KnownThings known;
    const auto early = read(refund("R1", 4200), known);
    REQUIRE(early.size() == 1);
    CHECK(subjectOf(early[0]) == "square/payment.P1");
    const auto& note = dataOf<events::NoteFiled>(early[0]);
    known.notes["square/payment.P1"] = {{note, early[0].time.value()}};
    CHECK(read(refund("R1", 4200), known).empty());
    const auto paid = read(delivery("payment.updated", payment("")), known);
    REQUIRE(paid.size() == 3);
    dataOf<events::VisitCheckedOut>(paid[0]);
    CHECK(paid[1].id == "refund.R1");
    CHECK(subjectOf(paid[1]) == "square/C1");
    CHECK(paid[1].time == early[0].time);
    CHECK(dataOf<events::NoteFiled>(paid[1]) == note);
    CHECK(paid[2].id == "payment:P1:refunded");
    // Some other payment's note is not counted.
    KnownThings others;
    others.notes["square/C1"] = {
        {{events::ItemName::trusted("square/refund.R1"), std::nullopt, "4200 EUR in minor units, of payment P2"}, {}}};
    CHECK(read(delivery("payment.updated", payment("")), others).size() == 1);
}

TEST_CASE("A payment that tells itself that it was refunded is reversed once", "[adapters][webhooks][square]") {
    const auto body = delivery("payment.updated", payment(R"(,"refunded_money":{"amount":4200,"currency":"EUR"})"));
    const auto events = read(body);
    REQUIRE(events.size() == 2);
    CHECK(events[1].time == timeAt("2026-03-01T10:01:00Z"));
    KnownThings known;
    known.checkouts["square/P1"] = checkout(KnownCheckout::State::reversed);
    CHECK(read(body, known).size() == 1);
    CHECK(read(delivery("payment.updated", payment(R"(,"refunded_money":{"amount":4199,"currency":"EUR"})"))).size() ==
          1);
    // A payment of nothing is not a payment that was refunded.
    CHECK(read(with(delivery("payment.updated", payment("")), "4200", "0")).size() == 1);
}

TEST_CASE("Square's example of a refund is not completed, and so says nothing",
          "[adapters][webhooks][square][shared]") {
    const auto body = example("refund.created");
    if (!body) return;
    CHECK(read(*body).empty());
    const auto events = read(with(*body, "PENDING", "COMPLETED"));
    REQUIRE(events.size() == 1);
    CHECK(subjectOf(events[0]) == "square/payment.KkAkhdMsgzn59SM8A89WgKwekxLZY");
    CHECK(dataOf<events::NoteFiled>(events[0]).entry.text() ==
          "square/refund.KkAkhdMsgzn59SM8A89WgKwekxLZY_ptNBVqHYxt5gAdfcobBe4u1AZsXhoz06KTtuq9Ls24P");
}

TEST_CASE("What is no delivery of Square's is refused, and the sentence holds no value",
          "[adapters][webhooks][square]") {
    const auto good = delivery("customer.created", customer(R"("version":0,"family_name":"Geheim")"));
    REQUIRE(read(good).size() == 1);
    const std::vector<std::pair<std::string, std::string>> broken = {
        {"", ""},
        {"[" + good + "]", "must be an object"},
        {good + "{}", ""},
        {with(good, R"("version":0)", R"("version":0,"version":1)"), "twice"},
        {with(good, R"("version":0)", R"("version":"0")"), "data.object.customer.version: must be a whole number"},
        {with(good, R"("version":0)", R"("version":-1)"), "whole number"},
        {with(good, R"("version":0)", R"("version":1.5)"), "whole number"},
        {with(good, R"("version":0)", R"("version":99999999999999999999)"), "whole number"},
        {with(good, R"("version":0)", R"("version":1e999)"), ""},
        {with(good, R"("version":0,)", ""), "data.object.customer.version: is missing"},
        {with(good, R"("Geheim")", R"(["Geheim"])"), "family_name: must be a text"},
        {with(good, R"("C1")", R"("Geheim/C1")"), "data.object.customer.id: is no id"},
        {with(good, R"("C1")", R"("")"), "id: is missing"},
        {with(good, R"("e1")", "null"), "event_id: is missing"},
        {with(good, "2026-03-02T10:00:00Z", "yesterday"), "created_at: must be a time"},
        {with(good, R"("Geheim")", "\"\xff\""), ""},
        {with(good, R"("Geheim")", nested(limits::jsonDepth)), "deep"},
        {delivery("booking.updated",
                  booking(R"("status":"ACCEPTED","appointment_segments":[{"duration_minutes":-5}])")),
         "appointment_segments[0].duration_minutes: must be a whole number"},
        {delivery("booking.updated", booking(R"("status":7)")), "status: must be a text"},
        {delivery("payment.updated", with(payment(""), "EUR", "euro")), "currency"},
        {delivery("payment.updated", with(payment(""), "4200", "-1")), "amount"},
        {std::string(100'000, '['), ""},
    };
    for (const auto& [body, words] : broken) {
        CAPTURE(body.substr(0, 400), words);
        const auto text = problemOf(body);
        CHECK_FALSE(text.empty());
        CHECK_THAT(text, Catch::Matchers::Contains(words) && !Catch::Matchers::Contains("Geheim"));
    }
    // A type that says nothing of customers may look as it likes.
    CHECK(read(R"({"type":"catalog.version.updated","data":7})").empty());
}
