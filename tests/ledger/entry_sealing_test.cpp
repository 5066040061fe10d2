// Under which key an event's data is, and that parts cannot be exchanged.

#include "ledger/entry_sealing.hpp"

#include <catch2/catch.hpp>

#include "events/cloud_event.hpp"
#include "ledger/failure.hpp"
#include "ledger/stored_keys.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using events::PartKey;
using events::Position;
using events::Role;

TEST_CASE("What staff recorded, appointments and joins have keys of their own") {
    const auto subject = std::optional(record("till/1"));
    const auto keyOf = [&](const events::Body& data, Role role) { return ledger::partKeyOf(data, subject, role); };
    CHECK(keyOf(events::RecordImported(), Role::ADAPTER) == PartKey::RECORD);
    CHECK(keyOf(events::NoteFiled(), Role::ADAPTER) == PartKey::RECORD);
    CHECK(keyOf(events::NoteFiled(), Role::DESK) == PartKey::FACT);
    CHECK(keyOf(events::RecordChanged(), Role::ADMIN) == PartKey::FACT);
    CHECK(keyOf(events::AppointmentBooked(), Role::ADAPTER) == PartKey::FACT);
    CHECK(keyOf(events::MessageStatusChanged(), Role::ADAPTER) == PartKey::FACT);
    CHECK(keyOf(events::RecordsMerged(), Role::ADMIN) == PartKey::FACT);
    CHECK(keyOf(events::RecordErased(), Role::ADMIN) == PartKey::BUSINESS);
    CHECK(keyOf(events::ImportStarted(), Role::ADAPTER) == PartKey::BUSINESS);
    CHECK(ledger::partKeyOf(events::MessageSent(), std::nullopt, Role::ADAPTER) == PartKey::FACT);
}

TEST_CASE("A receipt of the last hours of a year is kept with the next year's") {
    const auto year = [](const char* time) { return ledger::fiscalYearOf(*events::Time::parse(time)); };
    CHECK(year("2026-06-01T12:00:00Z") == 2026);
    CHECK(year("2026-12-31T09:59:59Z") == 2026);
    CHECK(year("2026-12-31T10:00:00Z") == 2027);  // already next year where the day begins first
    CHECK(year("2027-01-01T00:00:00Z") == 2027);
}

namespace {

void put(const ledger::Business& business, Position position, const std::string& bytes) {
    auto& directory = business.directory();
    REQUIRE(
        directory.database().Put({}, directory.log(), ledger::keys::entry(business.number(), position), bytes).ok());
}

}  // namespace

TEST_CASE("Nothing that tells of a person is in an entry in the clear") {
    TestLedger ledger;
    const auto imported = ledger.fact("record.imported", "till/1",
                                      R"("attributes":{"familyName":"Plantedname"},"notifications":{"sms":true})");
    const auto consent = ledger.fact("consent.stated", "till/1",
                                     R"("purpose":"reminders","channel":"email","state":"granted",
                                        "address":"planted@example.com","statedBy":"Plantedname","method":"paper")");
    const auto out = ledger.fact("visit.checkedOut", "till/1",
                                 R"("receipt":"r1","total":{"amount":4500,"currency":"EUR"},
                                    "items":[{"name":"Planteditem"}])");
    for (const auto position : {imported, consent, out}) {
        const auto bytes = ledger.business().entryBytes(position);
        CHECK(bytes.find("lanted") == std::string::npos);
        CHECK(bytes.find("EUR") == std::string::npos);
        CHECK(bytes.find("till/1") != std::string::npos);
    }
    CHECK(ledger.shown("till/1", events::Field::FAMILY_NAME) == "Plantedname");
}

TEST_CASE("The bytes of one entry do not pass for another's") {
    TestLedger ledger;
    const auto first = ledger.fact("record.imported", "till/1", R"("attributes":{"familyName":"Anna"})");
    const auto second = ledger.fact("record.imported", "till/2", R"("attributes":{"familyName":"Otto"})");
    // The sealed part of the second, under the record's name of the first.
    auto bytes = ledger.business().entryBytes(second);
    const auto name = bytes.find("till/2");
    REQUIRE(name != std::string::npos);
    bytes.replace(name, 6, "till/1");
    put(ledger.business(), first, bytes);
    try {
        (void)ledger.business().entry(first);
        FAIL("the entry was read");
    } catch (const ledger::Failure& failure) {
        CHECK(failure.kind() == ledger::Failure::Kind::damaged);
    }
}

TEST_CASE("A lost key is damage, not an erasure") {
    TestLedger ledger;
    const auto position = ledger.fact("record.imported", "till/1", R"("attributes":{"familyName":"Anna"})");
    auto& business = ledger.business();
    auto& directory = business.directory();
    REQUIRE(directory.database().Delete({}, directory.keys(), business.keys().rowOf(record("till/1"))).ok());
    directory.keyCache().clear();
    CHECK_THROWS_AS(business.entry(position), ledger::Failure);
}
