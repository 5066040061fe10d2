#include "adapters/calcom.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "adapters/foreign_json.hpp"
#include "adapters/person_values.hpp"
#include "adapters/text_forms.hpp"
#include "adapters/webhook_signature.hpp"
#include "events/normal_forms.hpp"

namespace kartei::adapters {

namespace {

using events::Field;

// What a booking says of its person, in groups that are said together.
struct SaidGroup {
    const char* saidAt;  // the key in `custom` under which it stands when it was said
    std::vector<std::pair<Field, std::string>> values;
};

class CalcomDelivery {
public:
    CalcomDelivery(const WebhookSettings& settings, const Lookups& lookups, const Foreign& root)
        : settings_(settings), lookups_(lookups), trigger_(root["triggerEvent"].requiredText()) {
        static const std::map<std::string, void (CalcomDelivery::*)()> readers = {
            {"BOOKING_CREATED", &CalcomDelivery::readBooking},
            {"BOOKING_RESCHEDULED", &CalcomDelivery::readRescheduled},
            {"BOOKING_CANCELLED", &CalcomDelivery::readCancelled},
            {"BOOKING_NO_SHOW_UPDATED", &CalcomDelivery::readNoShow}};
        const auto reader = readers.find(trigger_);
        if (reader == readers.end()) return;
        payload_ = root["payload"];
        createdAt_ = root["createdAt"].requiredTime();
        (this->*reader->second)();
    }
    Delivery take() { return std::move(events_); }

private:
    // Nothing where nobody is named by an address.
    [[nodiscard]] std::optional<events::RecordName> recordOf(const Foreign& attendee) const {
        const auto email = attendee["email"].text().value_or("");
        if (events::saysNothing(email)) return std::nullopt;
        return recordIn(settings_.source, lookups_.tokenOf(events::normalEmail(email)), attendee["email"]);
    }
    void add(const std::string& what, const events::ItemName& appointment, const events::RecordName& record,
             events::Body data) {
        const auto id = trigger_ + ":" + appointment.text() + ":" + events::toText(createdAt_) + ":" + what;
        events_.push_back({id, settings_.source, record, createdAt_, "", std::move(data)});
    }
    // The same cancellation is the same event, by whichever delivery it gets to that record.
    void addCancelled(const events::ItemName& appointment, const events::RecordName& record, events::Time time,
                      std::optional<std::string> reason) {
        const auto id = "cancelled:" + appointment.text() + ":" + events::toText(time) + ":" + record.text();
        events_.push_back(
            {id, settings_.source, record, time, "", events::AppointmentCancelled{appointment, std::move(reason)}});
    }

    [[nodiscard]] std::vector<KnownAppointmentFact> factsOf(const events::ItemName& appointment) const {
        return lookups_.factsOf(events::qualified(appointment, settings_.source));
    }
    // Whom the appointment was booked for; nothing where its booking is not known.
    [[nodiscard]] std::optional<events::RecordName> bookedFor(const events::ItemName& appointment) const {
        const auto facts = factsOf(appointment);
        const auto booking = std::find_if(facts.rbegin(), facts.rend(), [](const KnownAppointmentFact& fact) {
            return std::holds_alternative<events::AppointmentBooked>(fact.data);
        });
        return booking == facts.rend() ? std::nullopt : std::optional(booking->record);
    }
    // What was cancelled before its booking came was put on the record of whom that delivery named. It is of whom the
    // appointment was booked for.
    void addEarlyEnds(const events::ItemName& appointment, const events::RecordName& record) {
        for (const auto& fact : factsOf(appointment)) {
            const auto* cancelled = std::get_if<events::AppointmentCancelled>(&fact.data);
            if (cancelled != nullptr && fact.record != record)
                addCancelled(appointment, record, fact.time, cancelled->reason);
        }
    }

    void readBooking() {
        const auto attendee = first();
        if (!attendee) return;
        const auto record = recordOf(*attendee);
        if (!record) return;
        const auto uid = (*payload_)["uid"].requiredItem();
        addPerson(*attendee, *record, uid);
        events::AppointmentBooked booked;
        booked.appointment = uid;
        booked.startsAt = (*payload_)["startTime"].requiredTime();
        booked.endsAt = (*payload_)["endTime"].time();
        if (booked.endsAt && *booked.endsAt < booked.startsAt) (*payload_)["endTime"].fail("is before startTime");
        booked.service = firstText({(*payload_)["eventTitle"], (*payload_)["type"]});
        booked.staff = firstText({(*payload_)["organizer"]["name"], (*payload_)["organizer"]["username"]});
        booked.bookedVia = events::BookedVia::ONLINE;
        booked.note = firstText({(*payload_)["additionalNotes"]});
        add("booked", uid, *record, std::move(booked));
        addEarlyEnds(uid, *record);
    }

    void readRescheduled() {
        if (const auto attendee = first()) {
            const auto record = recordOf(*attendee);
            const auto before = (*payload_)["rescheduleUid"];
            if (record && before.isThere()) {
                const auto uid = before.requiredItem();
                addCancelled(uid, bookedFor(uid).value_or(*record), createdAt_, "rescheduled");
            }
        }
        readBooking();
    }

    void readCancelled() {
        const auto attendee = first();
        const auto record = attendee ? recordOf(*attendee) : std::nullopt;
        if (!record) return;
        const auto uid = (*payload_)["uid"].requiredItem();
        addCancelled(uid, bookedFor(uid).value_or(*record), createdAt_, firstText({(*payload_)["cancellationReason"]}));
    }

    void readNoShow() {
        const bool isLegacy = !(*payload_)["bookingUid"].isThere();
        const auto uid = (*payload_)[isLegacy ? "uid" : "bookingUid"].requiredItem();
        const auto person = bookedFor(uid);
        for (const auto& attendee : (*payload_)["attendees"].items()) {
            const auto record = recordOf(attendee);
            const auto noShow = attendee["noShow"].flag();
            // Somebody whom the person brought along says nothing about the person. Where it is not known yet who is
            // who, each is told of, and counts for whom it was booked.
            if (!record || !noShow || (person && *person != *record)) continue;
            if (*noShow) {
                add("missed:" + record->text(), uid, *record, events::AppointmentMissed{uid, std::nullopt});
            } else {
                add("came:" + record->text(), uid, *record, events::AppointmentMissedCleared{uid, std::nullopt});
            }
        }
    }

    [[nodiscard]] std::optional<Foreign> first() const {
        auto attendees = (*payload_)["attendees"].items();
        return attendees.empty() ? std::nullopt : std::optional(attendees.front());
    }

    // The first that says something.
    static std::optional<std::string> firstText(const std::vector<Foreign>& places) {
        for (const auto& place : places) {
            auto said = place.text();
            if (said && !events::saysNothing(*said)) return said;
        }
        return std::nullopt;
    }

    [[nodiscard]] std::vector<SaidGroup> saidOf(const Foreign& attendee) const {
        std::vector<SaidGroup> said;
        said.push_back({"emailSaidAt", {{Field::EMAIL, attendee["email"].text().value_or("")}}});
        SplitName name{firstText({attendee["firstName"]}).value_or(""), firstText({attendee["lastName"]}).value_or("")};
        if (name.given.empty() && name.family.empty())
            name = splitFullName(trimmed(attendee["name"].text().value_or("")), NameOrder::givenFirst);
        said.push_back({"nameSaidAt", {{Field::GIVEN_NAME, name.given}, {Field::FAMILY_NAME, name.family}}});
        const auto phone =
            firstText({attendee["phoneNumber"], (*payload_)["responses"]["attendeePhoneNumber"]["value"]});
        said.push_back({"phoneSaidAt", {{Field::PHONE, phone.value_or("")}}});
        said.push_back(
            {"languageSaidAt", {{Field::LANGUAGE, firstText({attendee["language"]["locale"]}).value_or("")}}});
        // What the form did not ask for stays as it was said before.
        std::erase_if(said, [](const SaidGroup& group) {
            return std::all_of(group.values.begin(), group.values.end(),
                               [](const auto& value) { return value.second.empty(); });
        });
        return said;
    }

    // What the booking says of its person that is not older than what is known.
    void addPerson(const Foreign& attendee, const events::RecordName& record, const events::ItemName& uid) {
        const auto known = lookups_.recordOf(record);
        const auto* custom = known.own.value(Field::CUSTOM);
        auto saidAt = custom == nullptr ? events::TextMap() : std::get<events::TextMap>(*custom);
        events::Attributes attributes;
        bool isNews = false;
        for (const auto& group : saidOf(attendee)) {
            const auto before =
                saidAt.count(group.saidAt) == 0 ? std::nullopt : events::Time::parse(saidAt.at(group.saidAt));
            if (before && *before >= createdAt_) continue;
            isNews = true;
            saidAt[group.saidAt] = events::toText(createdAt_);
            for (const auto& [field, value] : group.values) {
                if (known.own.text(field) != value) attributes.set(field, value);
            }
        }
        if (!isNews) return;
        attributes.set(Field::CUSTOM, std::move(saidAt));
        if (known.state == KnownRecord::State::there)
            return add("person", uid, record, events::RecordChanged{std::move(attributes)});
        events::RecordRegistered registered;
        registered.attributes = std::move(attributes);
        add("person", uid, record, std::move(registered));
    }

    const WebhookSettings& settings_;
    const Lookups& lookups_;
    std::string trigger_;
    std::optional<Foreign> payload_;
    events::Time createdAt_;
    Delivery events_;
};

}  // namespace

std::optional<WebhookProblem> checkCalcom(const WebhookSettings& settings, const WebhookMessage& message,
                                          events::Time /*now*/) {
    const auto signature = fromHex(message.header("x-cal-signature-256"));
    if (!signature || signature->empty()) return notSigned("X-Cal-Signature-256");
    const auto sign = [&](std::string_view key) { return hmacSha256(key, {message.body}); };
    if (!isOfOneKey(settings.keys, *signature, sign)) return badSignature();
    return std::nullopt;
}

Result<Delivery, WebhookProblem> translateCalcom(const WebhookSettings& settings, std::string_view body,
                                                 const Lookups& lookups) {
    const auto document = parseForeign(body);
    if (!document) return failed(document.error());
    ForeignTrouble trouble;
    CalcomDelivery delivery(settings, lookups, Foreign(&*document, "", trouble));
    if (trouble.text()) return failed(WebhookProblem{WebhookProblemKind::malformed, *trouble.text()});
    return delivery.take();
}

std::optional<std::string> wrongCalcomSetting(const WebhookSettings&) { return std::nullopt; }

}  // namespace kartei::adapters
