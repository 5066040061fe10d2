// What is made of Cal.com's deliveries. The bodies are of the shape that https://cal.com/docs/core-features/webhooks
// shows.

#include "adapters/calcom.hpp"

#include "webhook_testing.hpp"

using namespace kartei;
using namespace kartei::adapters;
using namespace kartei::adapters::testing;

namespace {

Result<Delivery, WebhookProblem> translated(const std::string& body, const KnownThings& known) {
    WebhookSettings settings;
    settings.source = events::SourceName::trusted("calcom");
    return translateCalcom(settings, body, known.lookups());
}

Delivery read(const std::string& body, const KnownThings& known = {}) {
    const auto delivery = translated(body, known);
    INFO((delivery ? std::string() : delivery.error().text));
    REQUIRE(delivery);
    return *delivery;
}

std::string delivery(const std::string& trigger, const std::string& payload,
                     const std::string& createdAt = "2026-03-01T09:30:00.538Z") {
    return R"({"triggerEvent":")" + trigger + R"(","createdAt":")" + createdAt + R"(","payload":{)" + payload + "}}";
}

const std::string attendees =
    R"("attendees":[{"email":"John.Doe@Example.com","name":"John van Doe","timeZone":"Asia/Kolkata",)"
    R"("language":{"locale":"en"}},{"email":"guest@example.com","name":"Guest"}])";

std::string booking(const std::string& more = "") {
    return R"("type":"60min","title":"60min between Pro and John","additionalNotes":"by the window",)"
           R"("startTime":"2026-03-25T09:30:00Z","endTime":"2026-03-25T10:30:00Z",)"
           R"("organizer":{"id":5,"name":"Pro Example","username":"pro"},"uid":"bFJeNb2uX8ANpT3JL5EfXw",)" +
           attendees + more;
}

// The natural key's length is what the tests know it by.
const std::string john = "calcom/~20";
const std::string guest = "calcom/~17";

KnownRecord knownJohn(const std::string& saidAt) {
    KnownRecord known;
    known.state = KnownRecord::State::there;
    known.own.set(Field::EMAIL, "John.Doe@Example.com");
    known.own.set(Field::GIVEN_NAME, "Johnny");
    known.own.set(Field::FAMILY_NAME, "van Doe");
    known.own.set(Field::CUSTOM,
                  events::TextMap{{"emailSaidAt", saidAt}, {"nameSaidAt", saidAt}, {"languageSaidAt", saidAt}});
    return known;
}

}  // namespace

TEST_CASE("Who books by Cal.com registers, and has an appointment", "[adapters][webhooks][calcom]") {
    const auto events = read(delivery("BOOKING_CREATED", booking()));
    REQUIRE(events.size() == 2);
    const std::string id = "BOOKING_CREATED:bFJeNb2uX8ANpT3JL5EfXw:2026-03-01T09:30:00.538Z:";
    CHECK(events[0].id == id + "person");
    CHECK(subjectOf(events[0]) == john);
    CHECK(events[0].time == timeAt("2026-03-01T09:30:00.538Z"));
    const auto& person = dataOf<events::RecordRegistered>(events[0]);
    CHECK(person.attributes.text(Field::EMAIL) == "John.Doe@Example.com");
    CHECK(person.attributes.text(Field::GIVEN_NAME) == "John");
    CHECK(person.attributes.text(Field::FAMILY_NAME) == "van Doe");
    CHECK(person.attributes.text(Field::LANGUAGE) == "en");
    CHECK(person.attributes.find(Field::PHONE) == nullptr);
    CHECK_FALSE(person.account.has_value());
    CHECK_FALSE(person.emailVerified);
    CHECK(events[1].id == id + "booked");
    CHECK(subjectOf(events[1]) == john);
    const auto& booked = dataOf<events::AppointmentBooked>(events[1]);
    CHECK(booked.appointment.text() == "bFJeNb2uX8ANpT3JL5EfXw");
    CHECK(booked.startsAt == timeAt("2026-03-25T09:30:00Z"));
    CHECK(booked.endsAt == timeAt("2026-03-25T10:30:00Z"));
    CHECK(booked.service == "60min");
    CHECK(booked.staff == "Pro Example");
    CHECK(booked.note == "by the window");
    CHECK(booked.bookedVia == events::BookedVia::ONLINE);
    // However the address is written, it is the same person.
    const auto same =
        read(with(delivery("BOOKING_CREATED", booking()), "John.Doe@Example.com", " john.doe@EXAMPLE.com"));
    CHECK(subjectOf(same.at(0)) == john);
}

TEST_CASE("What a form asks besides is taken where Cal.com puts it", "[adapters][webhooks][calcom]") {
    const auto events = read(with(
        delivery(
            "BOOKING_CREATED",
            booking(R"(,"eventTitle":"Haircut","responses":{"attendeePhoneNumber":{"label":"p","value":"+4917"}})")),
        R"("name":"John van Doe")", R"("name":"John van Doe","firstName":"Jo","lastName":"Doe")"));
    const auto& person = dataOf<events::RecordRegistered>(events.at(0));
    CHECK(person.attributes.text(Field::PHONE) == "+4917");
    CHECK(person.attributes.text(Field::GIVEN_NAME) == "Jo");
    CHECK(person.attributes.text(Field::FAMILY_NAME) == "Doe");
    CHECK(dataOf<events::AppointmentBooked>(events.at(1)).service == "Haircut");
}

TEST_CASE("A later booking changes what it says otherwise, an older one nothing", "[adapters][webhooks][calcom]") {
    KnownThings known;
    known.records[john] = knownJohn("2026-02-01T00:00:00Z");
    const auto later = read(delivery("BOOKING_CREATED", booking()), known);
    REQUIRE(later.size() == 2);
    const auto& changed = dataOf<events::RecordChanged>(later[0]).attributes;
    CHECK(changed.text(Field::GIVEN_NAME) == "John");
    CHECK(changed.text(Field::LANGUAGE) == "en");
    CHECK(changed.find(Field::FAMILY_NAME) == nullptr);
    CHECK(changed.find(Field::EMAIL) == nullptr);
    const std::string at = "2026-03-01T09:30:00.538Z";
    CHECK(std::get<events::TextMap>(*changed.value(Field::CUSTOM)) ==
          events::TextMap{{"emailSaidAt", at}, {"nameSaidAt", at}, {"languageSaidAt", at}});
    known.records[john] = knownJohn("2026-04-01T00:00:00Z");
    CHECK(read(delivery("BOOKING_CREATED", booking()), known).size() == 1);
    // The same once more: the record has it already.
    known.records[john] = knownJohn(at);
    CHECK(read(delivery("BOOKING_CREATED", booking()), known).size() == 1);
    // What only the older one says is taken all the same.
    const auto phone =
        read(delivery("BOOKING_CREATED", booking(R"(,"responses":{"attendeePhoneNumber":{"value":"+4917"}})"),
                      "2026-01-01T00:00:00Z"),
             known);
    REQUIRE(phone.size() == 2);
    const auto& added = dataOf<events::RecordChanged>(phone[0]).attributes;
    CHECK(added.text(Field::PHONE) == "+4917");
    CHECK(added.changes().size() == 2);
}

TEST_CASE("A booking that was moved is another one, and the one before is over", "[adapters][webhooks][calcom]") {
    const auto events = read(delivery("BOOKING_RESCHEDULED", booking(R"(,"rescheduleUid":"oldUid1")")));
    REQUIRE(events.size() == 3);
    CHECK(events[0].id == "cancelled:oldUid1:2026-03-01T09:30:00.538Z:" + john);
    CHECK(subjectOf(events[0]) == john);
    CHECK(dataOf<events::AppointmentCancelled>(events[0]) ==
          events::AppointmentCancelled{events::ItemName::trusted("oldUid1"), "rescheduled"});
    dataOf<events::RecordRegistered>(events[1]);
    CHECK(dataOf<events::AppointmentBooked>(events[2]).appointment.text() == "bFJeNb2uX8ANpT3JL5EfXw");
}

TEST_CASE("What ends an appointment is of whom it was booked for, whatever address it names",
          "[adapters][webhooks][calcom]") {
    const std::string anna = "calcom/~4";
    KnownThings known;
    known.appointments["calcom/oldUid1"] = {bookingOf(anna, "2026-02-01T00:00:00Z")};
    known.appointments["calcom/bFJeNb2uX8ANpT3JL5EfXw"] = {bookingOf(anna, "2026-02-01T00:00:00Z")};
    const auto moved = read(delivery("BOOKING_RESCHEDULED", with(booking(R"(,"rescheduleUid":"oldUid1")"),
                                                                 "bFJeNb2uX8ANpT3JL5EfXw", "another")),
                            known);
    REQUIRE(moved.size() == 3);
    CHECK(subjectOf(moved[0]) == anna);
    CHECK(moved[0].id == "cancelled:oldUid1:2026-03-01T09:30:00.538Z:" + anna);
    CHECK(subjectOf(moved[2]) == john);
    const auto cancelled = read(delivery("BOOKING_CANCELLED", booking()), known);
    REQUIRE(cancelled.size() == 1);
    CHECK(subjectOf(cancelled[0]) == anna);
}

TEST_CASE("A cancellation that came before its booking, under another address, is said again of whom it is",
          "[adapters][webhooks][calcom]") {
    const events::AppointmentCancelled ill{events::ItemName::trusted("bFJeNb2uX8ANpT3JL5EfXw"), "ill"};
    const auto at = timeAt("2026-03-02T00:00:00Z");
    KnownThings known;
    auto& facts = known.appointments["calcom/bFJeNb2uX8ANpT3JL5EfXw"];
    facts = {{events::RecordName::trusted(guest), at, ill},
             {events::RecordName::trusted(guest), at, events::AppointmentMissed{ill.appointment, std::nullopt}}};
    const auto booked = read(delivery("BOOKING_CREATED", booking()), known);
    REQUIRE(booked.size() == 3);
    CHECK(subjectOf(booked[2]) == john);
    CHECK(booked[2].id == "cancelled:bFJeNb2uX8ANpT3JL5EfXw:2026-03-02T00:00:00Z:" + john);
    CHECK(booked[2].time == at);
    CHECK(dataOf<events::AppointmentCancelled>(booked[2]) == ill);
    facts = {{events::RecordName::trusted(john), at, ill}};
    CHECK(read(delivery("BOOKING_CREATED", booking()), known).size() == 2);
}

TEST_CASE("A booking is cancelled, missed, and not missed after all", "[adapters][webhooks][calcom]") {
    const auto cancelled = read(delivery("BOOKING_CANCELLED", booking(R"(,"cancellationReason":"ill")")));
    REQUIRE(cancelled.size() == 1);
    CHECK(dataOf<events::AppointmentCancelled>(cancelled[0]) ==
          events::AppointmentCancelled{events::ItemName::trusted("bFJeNb2uX8ANpT3JL5EfXw"), "ill"});
    const auto noShow = [](const std::string& list, const KnownThings& known = {}) {
        return read(delivery("BOOKING_NO_SHOW_UPDATED",
                             R"("message":"x","bookingUid":"u1","bookingId":7,"attendees":[)" + list + "]"),
                    known);
    };
    const std::string missing = R"({"email":"john.doe@example.com","noShow":true})";
    const std::string friendMissing = R"({"email":"guest@example.com","noShow":true})";
    const auto missed = noShow(missing);
    REQUIRE(missed.size() == 1);
    CHECK(missed[0].id == "BOOKING_NO_SHOW_UPDATED:u1:2026-03-01T09:30:00.538Z:missed:" + john);
    CHECK(subjectOf(missed[0]) == john);
    CHECK(dataOf<events::AppointmentMissed>(missed[0]).appointment.text() == "u1");
    const auto came = noShow(with(missing, "true", "false"));
    REQUIRE(came.size() == 1);
    dataOf<events::AppointmentMissedCleared>(came[0]);
    // Who is who is not known yet.
    CHECK(noShow(friendMissing + "," + missing).size() == 2);
    KnownThings known;
    known.appointments["calcom/u1"] = {bookingOf(john, "2026-02-01T00:00:00Z")};
    CHECK(noShow(friendMissing, known).empty());
    CHECK(noShow(friendMissing + "," + missing, known).size() == 1);
    CHECK(noShow("").empty());
}

TEST_CASE("What is no booking, or of nobody, says nothing", "[adapters][webhooks][calcom]") {
    for (const auto* trigger : {"PING", "BOOKING_REQUESTED", "BOOKING_REJECTED", "MEETING_ENDED", "FORM_SUBMITTED"})
        CHECK(read(delivery(trigger, booking())).empty());
    CHECK(read(R"({"triggerEvent":"PING"})").empty());
    for (const auto* trigger : {"BOOKING_CREATED", "BOOKING_CANCELLED", "BOOKING_RESCHEDULED"}) {
        CHECK(read(with(delivery(trigger, booking()), attendees, R"("attendees":[])")).empty());
        CHECK(read(with(delivery(trigger, booking()), "John.Doe@Example.com", " ")).empty());
    }
}

TEST_CASE("What is no delivery of Cal.com's is refused, and the sentence holds no value",
          "[adapters][webhooks][calcom]") {
    const auto good = delivery("BOOKING_CREATED", booking());
    const std::vector<std::string> broken = {"",
                                             "[]",
                                             "7",
                                             with(good, R"("uid":)", R"("uid":"a","uid":)"),
                                             with(good, R"("bFJeNb2uX8ANpT3JL5EfXw")", "7"),
                                             with(good, "bFJeNb2uX8ANpT3JL5EfXw", "John/7"),
                                             with(good, R"("2026-03-25T09:30:00Z")", R"("John")"),
                                             with(good, "2026-03-25T10:30:00Z", "2026-03-25T08:30:00Z"),
                                             with(good, "2026-03-01T09:30:00.538Z", ""),
                                             with(good, attendees, R"("attendees":{"John":1})"),
                                             with(good, R"("name":"John van Doe")", R"("name":["John"])"),
                                             with(good, "\"by the window\"", nested(40)),
                                             with(good, "by the window", "\xc3\x28")};
    for (const auto& body : broken) {
        CAPTURE(body);
        const auto delivery = translated(body, {});
        REQUIRE_FALSE(delivery);
        CHECK(delivery.error().kind == WebhookProblemKind::malformed);
        CHECK_FALSE(delivery.error().text.empty());
        CHECK_THAT(delivery.error().text, !Catch::Matchers::Contains("John"));
    }
}
