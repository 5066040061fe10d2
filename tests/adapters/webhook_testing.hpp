#pragma once
// What the tests of webhooks share: what an adapter may ask, answered from what a test says, and events taken apart.

#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "adapters/webhook.hpp"
#include "import_testing.hpp"

namespace kartei::adapters::testing {

struct KnownThings {
    std::map<std::string, KnownRecord> records;
    std::map<std::string, KnownCheckout> checkouts;
    std::map<std::string, std::vector<KnownNote>> notes;
    std::map<std::string, std::vector<KnownAppointmentFact>> appointments;

    [[nodiscard]] Lookups lookups() const {
        return {[](std::string_view key) { return "~" + std::to_string(key.size()); },
                [this](const events::RecordName& name) {
                    return records.count(name.text()) == 0 ? KnownRecord() : records.at(name.text());
                },
                [this](const events::ItemName& name) {
                    return checkouts.count(name.text()) == 0 ? std::nullopt : std::optional(checkouts.at(name.text()));
                },
                [this](const events::RecordName& name) {
                    return notes.count(name.text()) == 0 ? std::vector<KnownNote>() : notes.at(name.text());
                },
                [this](const events::ItemName& name) {
                    return appointments.count(name.text()) == 0 ? std::vector<KnownAppointmentFact>()
                                                                : appointments.at(name.text());
                }};
    }
};

inline events::Time timeAt(const std::string& text) {
    const auto time = events::Time::parse(text);
    REQUIRE(time);
    return *time;
}

template <class Data>
const Data& dataOf(const events::SentEvent& event) {
    REQUIRE(std::holds_alternative<Data>(event.data));
    return std::get<Data>(event.data);
}

inline KnownAppointmentFact bookingOf(const std::string& record, const std::string& time) {
    return {events::RecordName::trusted(record), timeAt(time), events::AppointmentBooked()};
}

inline std::string subjectOf(const events::SentEvent& event) { return event.subject ? event.subject->text() : ""; }

// `text` with the first `from` replaced, which must be there.
inline std::string with(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    INFO(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

inline std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace kartei::adapters::testing
