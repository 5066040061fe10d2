// Customers of Square's directory.

#include <array>
#include <charconv>

#include "adapters/person_values.hpp"
#include "adapters/square_objects.hpp"

namespace kartei::adapters {

namespace {

using events::Field;

constexpr const char* versionKey = "squareVersion";

// The version that the record is of; nothing where it was never heard of.
std::optional<std::int64_t> versionOf(const KnownRecord& known) {
    const auto* custom = known.own.value(Field::CUSTOM);
    const auto* values = custom == nullptr ? nullptr : std::get_if<events::TextMap>(custom);
    if (values == nullptr || values->count(versionKey) == 0) return std::nullopt;
    const auto& text = values->at(versionKey);
    std::int64_t version = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(version) : std::nullopt;
}

std::string streetOf(const Foreign& address) {
    std::string street;
    for (const auto* member : {"address_line_1", "address_line_2", "address_line_3"}) {
        const auto line = address[member].text();
        if (line && !line->empty()) street += (street.empty() ? "" : ", ") + *line;
    }
    return street;
}

// `0000-09-21` is a day without its year. What is no day at all is left out.
std::string birthDateOf(const std::string& birthday) {
    constexpr std::string_view noYear = "0000-";
    const auto day = birthday.starts_with(noYear) ? "--" + birthday.substr(noYear.size()) : birthday;
    return events::isDate(day) ? day : "";
}

// What belongs to no field of ours.
events::TextMap customOf(const Foreign& customer, std::int64_t version) {
    events::TextMap custom{{versionKey, std::to_string(version)}};
    for (const auto& [member, key] : {std::pair("nickname", "nickname"), std::pair("reference_id", "referenceId")}) {
        if (const auto said = customer[member].text(); said && !said->empty()) custom[key] = *said;
    }
    return custom;
}

events::Attributes attributesOf(const Foreign& customer, std::int64_t version) {
    constexpr std::array<std::pair<const char*, Field>, 6> texts = {{{"given_name", Field::GIVEN_NAME},
                                                                     {"family_name", Field::FAMILY_NAME},
                                                                     {"company_name", Field::COMPANY},
                                                                     {"email_address", Field::EMAIL},
                                                                     {"phone_number", Field::PHONE},
                                                                     {"note", Field::NOTES}}};
    events::Attributes attributes;
    for (const auto& [member, field] : texts) attributes.set(field, customer[member].text().value_or(""));
    const auto address = customer["address"];
    attributes.set(Field::STREET, streetOf(address));
    attributes.set(Field::POSTAL_CODE, address["postal_code"].text().value_or(""));
    attributes.set(Field::CITY, address["locality"].text().value_or(""));
    attributes.set(Field::COUNTRY, countryCode(address["country"].text().value_or("")).value_or(""));
    attributes.set(Field::BIRTH_DATE, birthDateOf(customer["birthday"].text().value_or("")));
    attributes.set(Field::CUSTOM, customOf(customer, version));
    return attributes;
}

// Said with every version, also one that came late: consents are put in order of their times.
void addUnsubscription(SquareDelivery& delivery, const events::RecordName& record, events::Time time,
                       const Foreign& customer) {
    if (!customer["preferences"]["email_unsubscribed"].flag().value_or(false)) return;
    events::ConsentStated consent;
    consent.purpose = events::Purpose::MARKETING;
    consent.channel = events::Channel::EMAIL;
    consent.state = events::ConsentState::WITHDRAWN;
    const auto address = customer["email_address"].text().value_or("");
    if (!address.empty()) consent.address = address;
    consent.method = "square";
    consent.evidence = "email_unsubscribed";
    delivery.add(delivery.eventId + ":unsubscribed", record, time, std::move(consent));
}

}  // namespace

void readSquareCustomer(SquareDelivery& delivery) {
    const auto customer = delivery.object["customer"];
    const auto record = delivery.record(customer["id"].requiredText(), customer["id"]);
    const auto version = customer["version"].requiredNumber(0, highestSquareVersion);
    const auto time = customer["updated_at"].time().value_or(delivery.madeAt);
    const auto known = delivery.lookups.recordOf(record);
    const auto before = versionOf(known);
    const bool isOld =
        before && (version < *before || (version == *before && known.state == KnownRecord::State::deleted));
    if (!isOld) {
        events::RecordImported data;
        data.attributes = attributesOf(customer, version);
        data.declaration = delivery.settings.declaration;
        delivery.add(delivery.eventId, record, time, std::move(data));
    }
    addUnsubscription(delivery, record, time, customer);
}

void readDeletedSquareCustomer(SquareDelivery& delivery) {
    const auto customer = delivery.object["customer"];
    const auto record = delivery.record(customer["id"].requiredText(), customer["id"]);
    const auto version = customer["version"].requiredNumber(0, highestSquareVersion);
    const auto before = versionOf(delivery.lookups.recordOf(record));
    if (before && version < *before) return;
    // Which version it was, and nothing about the person: what was sent before and comes later is known to be old.
    events::RecordImported last;
    last.attributes.set(Field::CUSTOM, events::TextMap{{versionKey, std::to_string(version)}});
    last.declaration = delivery.settings.declaration;
    delivery.add(delivery.eventId, record, delivery.madeAt, std::move(last));
    const auto into = delivery.object["event_context"]["merge"]["to_customer_id"].text();
    const auto reason = into ? "merged in Square into " + delivery.record(*into, customer).text() : "deleted in Square";
    delivery.add(delivery.eventId + ":deleted", record, delivery.madeAt, events::RecordDeleted{reason});
}

}  // namespace kartei::adapters
