// The customer's copy: all of a person's data, with source and time, and nobody else's.

#include "projections/customer_copy.hpp"

#include <catch2/catch.hpp>

#include "events/json.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;

namespace {

projections::CustomerCopy copyOf(const TestLedger& ledger, const char* name) {
    const auto now = ledger.business().now();
    return projections::copyOf(now, now.customer(record(name)), "salon", second(1000));
}

struct Json {
    rapidjson::Document document;
    Json(const TestLedger& ledger, const char* name) {
        auto parsed = events::parseJson(copyOf(ledger, name).json);
        REQUIRE(parsed);
        document = std::move(*parsed);
    }
    // The part in compact form: at("attributes", "email").
    template <class... Path>
    std::string at(const Path&... path) const {
        const rapidjson::Value* value = &document;
        (..., (value = &(*value)[path]));
        rapidjson::StringBuffer buffer;
        events::JsonWriter out(buffer);
        value->Accept(out);
        return {buffer.GetString(), buffer.GetSize()};
    }
};

std::string times(int happened, int recorded) {
    return R"("time":")" + secondText(happened) + R"(","recordedtime":")" + secondText(recorded) + R"(")";
}

}  // namespace

TEST_CASE("Every value in the copy has its record and its times, and others stand beside it") {
    TestLedger ledger;
    ledger.connect("till");
    ledger.connect("web");
    const auto first = ledger.clock();
    ledger.factAt(-50, "record.imported", "till/1",
                  R"("attributes":{"email":"old@example.com","custom":{"position":"3"}})");
    ledger.factAt(-40, "record.registered", "web/1",
                  R"("attributes":{"email":"new@example.com"},"account":{"username":"anna","passwordHash":"$hash"})");
    ledger.link("till/1", "web/1");
    const Json copy(ledger, "till/1");
    CHECK(copy.at("attributes", "email") ==
          R"({"value":"new@example.com","record":"web/1","position":4,)" + times(-40, first + 1) +
              R"(,"others":[{"value":"old@example.com","record":"till/1","position":3,)" + times(-50, first) + "}]}");
    CHECK_THAT(copy.at("attributes", "custom"), Contains(R"("value":{"position":"3"})"));
    ledger.factAt(-30, "notifications.set", "till/1", R"("sms":false,"email":true)");
    ledger.factAt(-20, "notifications.set", "till/1", R"("email":false)");
    const auto since = R"(,"record":"till/1","position":)";
    CHECK(Json(ledger, "web/1").at("notifications") ==
          R"({"sms":{"value":false)" + (since + ("6," + times(-30, first + 3))) + R"(},"email":{"value":false)" +
              (since + ("7," + times(-20, first + 4))) + "}}");
    CHECK(copy.at("accounts") ==
          R"([{"source":"web","username":"anna","record":"web/1","position":4,)" + times(-40, first + 1) + "}]");
    CHECK(copy.at("records", 1) ==
          R"({"record":"web/1","origin":"onlineRegistration","status":"active","since":{"position":4,)" +
              times(-40, first + 1) + "}}");
    CHECK(copy.at("customer") == R"("till/1")");
    CHECK(copy.at("business") == R"("salon")");
    CHECK(copy.at("made") == "\"" + secondText(1000) + "\"");
}

TEST_CASE("Consents are in the copy with all of their proof, those that hold no more too") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", R"("attributes":{"email":"a@example.com"})");
    const auto wording =
        R"("wording":{"id":"w","version":"2","language":"de","sha256":")" + std::string(64, 'a') + "\"}";
    const auto stated = [&](const char* state) {
        ledger.factAt(ledger.clock(), "consent.stated", "till/1",
                      std::string(R"("purpose":"marketing","channel":"email","address":"a@example.com","state":")") +
                          state + R"(",)" + wording +
                          R"(,"method":"paper",)"
                          R"("evidence":"scan-7","statedBy":"Anna","validUntil":"2026-01-01T00:10:00Z")");
    };
    stated("granted");
    stated("withdrawn");
    const Json copy(ledger, "till/1");
    CHECK(copy.document["consents"].Size() == 2);
    const auto recorded = std::string(copy.document["consents"][0]["recordedtime"].GetString());
    CHECK(copy.at("consents", 0) ==
          R"({"purpose":"marketing","channel":"email","address":"a@example.com","state":"granted","record":"till/1",)"
          R"("position":3,"time":")" +
              recorded +
              R"(","validUntil":"2026-01-01T00:10:00Z","expired":true,"statedBy":"Anna","method":"paper",)"
              R"("evidence":"scan-7",)" +
              wording + R"(,"recordedtime":")" + recorded + R"(","inForce":false})");
    CHECK_THAT(copy.at("consents", 1), Contains(R"("state":"withdrawn")") && Contains(R"("inForce":true)"));
}

TEST_CASE("Messages, notes, papers, visits and earlier exports are in the copy") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", R"("attributes":{"familyName":"Weiß"})");
    ledger.fact("message.sent", "till/1",
                R"("message":"m1","channel":"sms","purpose":"reminders","template":"t","address":"0151 2")");
    ledger.factFrom("gateway", "message.statusChanged", "",
                    R"("message":"till/m1","status":"bounced","reason":"full")");
    ledger.fact("note.filed", "till/1", R"("entry":"n1","title":"Haar","text":"trocken")");
    ledger.fact("correspondence.filed", "till/1", R"("entry":"c1","title":"Brief","text":"Sehr geehrte")");
    ledger.fact("contract.signed", "till/1", R"("contract":"v1","title":"Zehnerkarte")");
    ledger.fact("appointment.booked", "till/1",
                R"("appointment":"a1","startsAt":"2026-03-14T10:00:00Z","service":"Schnitt","note":"Allergie")");
    const ledger::Export command{record("till/1"), {record("till/1")}, "evidence"};
    REQUIRE(ledger.business().decide(command, ledger.admin()));
    const Json copy(ledger, "till/1");
    CHECK_THAT(copy.at("messages"),
               Contains(R"([{"record":"till/1","message":"till/m1","channel":"sms","purpose":"reminders",)"
                        R"("template":"t","address":"0151 2","status":[{"status":"bounced","reason":"full",)"));
    CHECK_THAT(copy.at("notes"), Contains(R"("title":"Haar","text":"trocken")"));
    CHECK_THAT(copy.at("correspondence"), Contains(R"("title":"Brief","text":"Sehr geehrte")"));
    CHECK_THAT(copy.at("contracts"), Contains("Zehnerkarte"));
    CHECK_THAT(copy.at("visits"), Contains(R"("service":"Schnitt")") && Contains(R"("note":"Allergie")"));
    CHECK_THAT(copy.at("exports"), Contains(R"([{"record":"till/1","what":"evidence","position":)"));
    for (const auto* list : {"messages", "notes", "correspondence", "contracts", "visits", "exports"}) {
        CHECK_THAT(copy.at(list, 0), Contains(R"("time":"2026)") && Contains(R"("recordedtime":"2026)"));
    }
    CHECK_THAT(copyOf(ledger, "till/1").calendar, Contains("UID:till/a1@salon.kartei"));
    CHECK_THAT(copyOf(ledger, "till/1").vcard, Contains("FN:Weiß"));
}

TEST_CASE("Earlier values are in the copy, and what staff did for themselves is not") {
    TestLedger ledger;
    ledger.fact("record.registered", "web/1",
                R"("attributes":{"city":"Ulm"},"account":{"username":"anna","passwordHash":"$secret1"})");
    ledger.fact("account.changed", "web/1", R"("passwordHash":"$secret2")");
    ledger.fact("record.changed", "web/1", R"("attributes":{"city":null})");
    ledger.fact("record.imported", "till/1", R"("attributes":{"familyName":"Weiß"})");
    REQUIRE(
        ledger.business().decide(ledger::Link{record("web/1"), record("till/1"), "Meine Bemerkung"}, ledger.admin()));
    const auto text = copyOf(ledger, "web/1").json;
    CHECK_THAT(text, Contains("Ulm") && Contains("till/1"));
    CHECK_THAT(text, !Contains("$secret") && !Contains("Bemerkung") && !Contains("tester"));
    const Json copy(ledger, "web/1");
    CHECK_THAT(copy.at("joins"),
               Contains(R"([{"position":7,"kind":"link","a":"web/1","b":"till/1","automatic":false,)"));
    CHECK(copy.document["events"].Size() == 4);
    CHECK_THAT(copy.at("events", 3), Contains("record.imported"));
}

TEST_CASE("Of somebody who is joined no more there is nothing in the copy") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", R"("attributes":{"familyName":"Own"})");
    ledger.fact("record.registered", "web/7",
                R"("attributes":{"familyName":"Stranger"},"account":{"username":"stranger"})");
    const auto join = ledger.merge("web/7", "till/1", {events::Field::USERNAME, events::Field::PASSWORD});
    ledger.fact("consent.stated", "web/7",
                R"("purpose":"marketing","channel":"email","address":"stranger@example.com","state":"withdrawn",)"
                R"("statedBy":"Stranger","evidence":"stranger-scan")");
    ledger.fact("appointment.booked", "web/7",
                R"("appointment":"stranger-1","startsAt":"2026-03-14T10:00:00Z","service":"Stranger")");
    ledger.fact("message.sent", "web/7", R"("message":"stranger-m","channel":"sms","purpose":"reminders")");
    const auto note = ledger.factFrom("desk", "correspondence.filed", "web/7", R"("entry":"c7","title":"Assigned")");
    const auto joined = copyOf(ledger, "till/1").json;
    CHECK_THAT(joined, Contains("Stranger") && Contains("web/7"));

    ledger::Undoing undo;
    undo.join = join;
    undo.reason = "stranger";
    undo.assign = {{note, record("till/1")}};
    REQUIRE(ledger.tryUndo(undo));
    const auto copy = copyOf(ledger, "till/1");
    CHECK_THAT(copy.json, Contains("Own") && Contains("Assigned") && Contains(R"("withdrawn")"));
    for (const auto& text : {copy.json, copy.vcard, copy.calendar}) {
        CHECK_THAT(text, !Contains("Stranger") && !Contains("stranger") && !Contains("web/7"));
    }
}
