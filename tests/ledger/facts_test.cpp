// The rules for facts that a sender reports (DESIGN §5 and §6), and what a record says of itself.

#include <catch2/catch.hpp>

#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using events::Field;

namespace {

const char* const city = R"("attributes":{"city":"Ulm"})";

// A source without a standing declaration.
void connectSilently(TestLedger& ledger, const std::string& source) {
    REQUIRE(codeOf(ledger.append(R"({"specversion":"1.0","id":"connect","source":")" + source +
                                 R"(","type":"source.connected","data":{"name":"A till"}})")) == "recorded");
}

ledger::Outcome send(TestLedger& ledger, const std::string& source, const std::string& type, const std::string& subject,
                     const std::string& data) {
    static int sent = 0;
    std::string text = R"({"specversion":"1.0","id":"sent-)" + std::to_string(++sent) + R"(","source":")" + source +
                       R"(","type":")" + type + '"';
    if (!subject.empty()) text += R"(,"subject":")" + subject + '"';
    return ledger.append(text + R"(,"data":{)" + data + "}}");
}

ledger::Outcome switchSource(TestLedger& ledger, const std::string& id, const std::string& type) {
    return ledger.append(R"({"specversion":"1.0","id":")" + id + R"(","source":"till","type":")" + type +
                         R"(","data":{"name":"Till"}})");
}

events::SentEvent event(const std::string& json) {
    auto read = events::readCloudEvent(json);
    if (!read) throw std::invalid_argument(read.error().text());
    return *read;
}

events::Position positionOf(const ledger::Outcome& outcome) {
    const auto* recorded = std::get_if<ledger::Recorded>(&outcome);
    return recorded == nullptr ? events::Position() : recorded->position;
}

}  // namespace

TEST_CASE("A source must be connected before its facts are taken, and as long as they are") {
    TestLedger ledger;
    CHECK(codeOf(send(ledger, "till", "record.entered", "till/1", city)) == "source_not_connected");
    CHECK(codeOf(send(ledger, "till", "import.started", "", R"("run":"r1")")) == "source_not_connected");
    CHECK(codeOf(switchSource(ledger, "on", "source.connected")) == "recorded");
    CHECK(codeOf(send(ledger, "till", "record.entered", "till/1", city)) == "recorded");
    CHECK(codeOf(switchSource(ledger, "off", "source.disconnected")) == "recorded");
    CHECK(codeOf(send(ledger, "till", "record.changed", "till/1", city)) == "source_not_connected");
    CHECK(codeOf(send(ledger, "till", "visit.checkedOut", "till/1",
                      R"("receipt":"r1","total":{"amount":4500,"currency":"EUR"})")) == "source_not_connected");
    CHECK(codeOf(switchSource(ledger, "on-again", "source.connected")) == "recorded");
    CHECK(codeOf(send(ledger, "till", "record.changed", "till/1", city)) == "recorded");
}

TEST_CASE("A sender writes who somebody is and what they agreed to for its own records only") {
    TestLedger ledger;
    ledger.fact("record.entered", "till/1", city);
    const std::vector<std::pair<const char*, const char*>> own = {
        {"record.imported", city},
        {"record.registered", city},
        {"record.entered", city},
        {"record.changed", city},
        {"record.deleted", ""},
        {"record.emailVerified", R"("email":"anna@example.com")"},
        {"account.changed", R"("username":"anna")"},
        {"notifications.set", R"("sms":true)"},
        {"consent.stated", R"("purpose":"marketing","channel":"email","state":"granted")"}};
    for (const auto& [type, data] : own) {
        INFO(type);
        CHECK(codeOf(ledger.reportFrom("web", type, "till/1", data)) == "foreign_record");
    }
}

TEST_CASE("A sender writes visits, messages and papers for any record") {
    TestLedger ledger;
    ledger.fact("record.entered", "till/1", city);
    const std::vector<std::pair<const char*, const char*>> any = {
        {"appointment.booked", R"("appointment":"b1","startsAt":"2026-02-01T10:00:00Z")"},
        {"appointment.rescheduled", R"("appointment":"b1","startsAt":"2026-02-02T10:00:00Z")"},
        {"appointment.missed", R"("appointment":"b1")"},
        {"appointment.missedCleared", R"("appointment":"b1")"},
        {"appointment.cancelled", R"("appointment":"b1")"},
        {"visit.checkedOut", R"("receipt":"r1","total":{"amount":4500,"currency":"EUR"})"},
        {"visit.checkoutReversed", R"("receipt":"r1")"},
        {"message.sent", R"("message":"m1","channel":"sms","purpose":"reminders")"},
        {"message.statusChanged", R"("message":"m1","status":"read")"},
        {"note.filed", R"("entry":"n1")"},
        {"correspondence.filed", R"("entry":"n2")"},
        {"contract.signed", R"("contract":"c1")"},
        {"contract.ended", R"("contract":"c1")"}};
    for (const auto& [type, data] : any) {
        INFO(type);
        CHECK(codeOf(ledger.reportFrom("web", type, "till/1", data)) == "recorded");
    }
}

TEST_CASE("The same event again is acknowledged with its first position") {
    TestLedger ledger;
    const auto first = positionOf(ledger.reportAt(1, "record.imported", "till/1", city, "same"));
    REQUIRE_FALSE(first.isNone());
    ledger.fact("record.changed", "till/1", R"("attributes":{"city":"Bonn"})");
    const auto head = ledger.business().head();
    CHECK(positionOf(ledger.reportAt(1, "record.imported", "till/1", city, "same")) == first);
    ledger.reopen();
    CHECK(positionOf(ledger.reportAt(1, "record.imported", "till/1", city, "same")) == first);
    CHECK(ledger.business().head() == head);
}

TEST_CASE("The same event again is unchanged where the first recorded nothing, whatever happened in between") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", city);
    REQUIRE(codeOf(ledger.reportAt(1, "record.imported", "till/1", city, "same")) == "unchanged");
    CHECK(codeOf(ledger.reportAt(1, "record.imported", "till/1", city, "same")) == "unchanged");
    ledger.fact("record.changed", "till/1", R"("attributes":{"city":"Bonn"})");
    CHECK(codeOf(ledger.reportAt(1, "record.imported", "till/1", city, "same")) == "unchanged");
    ledger.reopen();
    CHECK(codeOf(ledger.reportAt(1, "record.imported", "till/1", city, "same")) == "unchanged");
    CHECK(ledger.shown("till/1", Field::CITY) == "Bonn");
    CHECK(codeOf(ledger.reportAt(1, "record.imported", "till/1", R"("attributes":{"city":"Hof"})", "same")) ==
          "duplicate_event_mismatch");
}

TEST_CASE("Other content under the same id is refused") {
    TestLedger ledger;
    REQUIRE(codeOf(ledger.reportAt(1, "record.imported", "till/1", city, "same")) == "recorded");
    const auto mismatch = [&](int second, const char* type, const char* subject, const char* data) {
        return codeOf(ledger.reportAt(second, type, subject, data, "same"));
    };
    CHECK(mismatch(1, "record.imported", "till/1", R"("attributes":{"city":"Bonn"})") == "duplicate_event_mismatch");
    CHECK(mismatch(1, "record.imported", "till/2", city) == "duplicate_event_mismatch");
    CHECK(mismatch(1, "record.changed", "till/1", city) == "duplicate_event_mismatch");
    CHECK(mismatch(2, "record.imported", "till/1", city) == "duplicate_event_mismatch");
    ledger.reopen();
    CHECK(mismatch(1, "record.imported", "till/2", city) == "duplicate_event_mismatch");
    // Another sender's id is another id.
    CHECK(mismatch(1, "record.imported", "web/1", city) == "recorded");
}

TEST_CASE("The same event twice in one batch is recorded once") {
    TestLedger ledger;
    ledger.connect("till");
    const auto one =
        event(R"({"specversion":"1.0","id":"same","source":"till","type":"record.entered","subject":"till/1",
                              "data":{"attributes":{"city":"Ulm"}}})");
    auto other = one;
    other.subject = record("till/2");
    const std::vector<events::SentEvent> batch{one, one, other};
    const auto outcomes = ledger.business().append(batch, {"tester", events::Role::ADAPTER});
    REQUIRE(outcomes.size() == 3);
    CHECK(codeOf(outcomes[0]) == "recorded");
    CHECK(positionOf(outcomes[1]) == positionOf(outcomes[0]));
    CHECK(codeOf(outcomes[2]) == "duplicate_event_mismatch");
}

TEST_CASE("An import records only what changed") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", R"("attributes":{"city":"Ulm","email":"anna@example.com","tags":["a"]},
        "notifications":{"sms":true,"email":false})");
    const auto changed =
        ledger.fact("record.imported", "till/1", R"("attributes":{"city":"Bonn","email":"anna@example.com",
        "tags":["a"]},"notifications":{"sms":true,"email":false})");
    const auto recorded = std::get<events::RecordImported>(ledger.business().entry(changed)->data);
    REQUIRE(recorded.attributes.changes().size() == 1);
    CHECK(recorded.attributes.text(Field::CITY) == "Bonn");
    CHECK_FALSE(recorded.notifications);
    CHECK(codeOf(ledger.report("record.imported", "till/1", R"("attributes":{"email":"anna@example.com"})")) ==
          "unchanged");
    CHECK(codeOf(ledger.report("record.imported", "till/1", R"("attributes":{"phone":null})")) == "unchanged");
    CHECK(codeOf(ledger.report("record.imported", "till/1", R"("attributes":{"email":null})")) == "recorded");
    CHECK(codeOf(ledger.report("record.imported", "till/1", R"("attributes":{"email":null})")) == "unchanged");
    CHECK(codeOf(ledger.report("record.imported", "till/1", R"("notifications":{"email":true})")) == "recorded");
    CHECK(codeOf(ledger.report("record.imported", "till/1", R"("attributes":{"tags":["a","b"]})")) == "recorded");
}

TEST_CASE("The first import of a record is recorded, even one that says nothing") {
    TestLedger ledger;
    CHECK(codeOf(ledger.report("record.imported", "till/1", "")) == "recorded");
    CHECK(codeOf(ledger.report("record.imported", "till/1", "")) == "unchanged");
    CHECK(ledger.customer("till/1").record(record("till/1")).exists());
}

TEST_CASE("No customer is imported without a declaration, and nothing is stored") {
    TestLedger ledger;
    connectSilently(ledger, "till");
    const auto head = ledger.business().head();
    CHECK(codeOf(send(ledger, "till", "record.imported", "till/1", city)) == "consent_missing");
    CHECK(ledger.business().head() == head);
    CHECK_FALSE(ledger.customer("till/1").record(record("till/1")).exists());
}

TEST_CASE("The declaration may be on the record, on the run or on the connection") {
    TestLedger ledger;
    connectSilently(ledger, "till");
    const std::string declaration = R"("declaration":{"declaredBy":"Owner","text":"They agreed."})";
    CHECK(codeOf(send(ledger, "till", "record.imported", "till/1", declaration)) == "recorded");
    CHECK(codeOf(send(ledger, "till", "import.started", "", R"("run":"r1","expected":1,)" + declaration)) ==
          "recorded");
    CHECK(codeOf(send(ledger, "till", "record.imported", "till/2", R"("run":"r1")")) == "recorded");
    CHECK(codeOf(send(ledger, "till", "import.started", "", R"("run":"r2")")) == "recorded");
    CHECK(codeOf(send(ledger, "till", "record.imported", "till/3", R"("run":"r2")")) == "consent_missing");
    CHECK(codeOf(send(ledger, "till", "record.imported", "till/3", "")) == "consent_missing");
    CHECK(codeOf(send(ledger, "till", "source.connected", "", R"("name":"Till",)" + declaration)) == "recorded");
    CHECK(codeOf(send(ledger, "till", "record.imported", "till/3", "")) == "recorded");
}

TEST_CASE("A declaration that says nothing and names nobody is none") {
    TestLedger ledger;
    connectSilently(ledger, "till");
    const auto* const text =
        R"({"specversion":"1.0","id":"e1","source":"till","type":"record.imported","subject":"till/1",
        "data":{"attributes":{"city":"Ulm"},"declaration":{"declaredBy":"","text":""}}})";
    const auto read = events::readCloudEvent(text);
    if (read) CHECK(codeOf(ledger.append(text)) == "consent_missing");
}

TEST_CASE("A registration, and a record that staff entered, need no declaration") {
    TestLedger ledger;
    connectSilently(ledger, "till");
    CHECK(codeOf(send(ledger, "till", "record.registered", "till/1", city)) == "recorded");
    CHECK(codeOf(send(ledger, "till", "record.entered", "till/2", city)) == "recorded");
}

TEST_CASE("A withdrawn transfer refuses imports of the person, also by a joined record") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", city);
    ledger.fact("record.registered", "web/1", city);
    const auto join = ledger.link("till/1", "web/1");
    ledger.fact("consent.stated", "web/1", R"("purpose":"dataTransfer","channel":"none","state":"withdrawn")");
    const char* const moved = R"("attributes":{"city":"Bonn"})";
    const auto head = ledger.business().head();
    CHECK(codeOf(ledger.report("record.imported", "till/1", moved)) == "transfer_withdrawn");
    CHECK(ledger.business().head() == head);
    ledger.undo(join);
    CHECK(codeOf(ledger.report("record.imported", "till/1", moved)) == "transfer_withdrawn");
    CHECK(codeOf(ledger.report("record.imported", "till/2", moved)) == "recorded");
    ledger.fact("consent.stated", "till/1", R"("purpose":"dataTransfer","channel":"none","state":"granted")");
    CHECK(codeOf(ledger.report("record.imported", "till/1", moved)) == "recorded");
    CHECK(codeOf(ledger.report("record.changed", "web/1", moved)) == "recorded");
}

TEST_CASE("An import names a run of its own source that is started and not over") {
    TestLedger ledger;
    ledger.factFrom("till", "import.started", "", R"("run":"r1","expected":2)");
    ledger.factFrom("web", "import.started", "", R"("run":"r2")");
    CHECK(codeOf(ledger.report("record.imported", "till/1", R"("run":"r1")")) == "recorded");
    CHECK(codeOf(ledger.report("record.imported", "till/2", R"("run":"r2")")) == "unknown_run");
    CHECK(codeOf(ledger.report("record.imported", "till/2", R"("run":"r3")")) == "unknown_run");
    const char* const counts = R"("run":"r1","imported":1,"unchanged":1,"refused":1)";
    CHECK(codeOf(ledger.reportFrom("web", "import.completed", "", counts)) == "unknown_run");
    CHECK(codeOf(ledger.reportFrom("till", "import.completed", "", counts)) == "recorded");
    CHECK(codeOf(ledger.reportFrom("till", "import.completed", "", counts)) == "unknown_run");
    CHECK(codeOf(ledger.report("record.imported", "till/2", R"("run":"r1")")) == "unknown_run");
    ledger.reopen();
    CHECK(codeOf(ledger.report("record.imported", "till/2", R"("run":"r1")")) == "unknown_run");
    const auto facts = ledger.business().facts();
    const auto* run = facts.run(*events::RunName::parse("r1"));
    REQUIRE(run != nullptr);
    CHECK(run->expected == 2);
    REQUIRE(run->completed);
    CHECK(run->completed->imported == 1);
}

TEST_CASE("An event whose entry would be too large is refused, and its neighbours are stored") {
    TestLedger ledger;
    ledger.connect("till");
    const std::string large(16'000, 'x');
    const auto made = [&](const std::string& id, const std::string& attributes) {
        return event(R"({"specversion":"1.0","id":")" + id +
                     R"(","source":"till","type":"record.entered","subject":"till/)" + id +
                     R"(","data":{"attributes":{)" + attributes + "}}}");
    };
    std::string all;
    for (const auto* field : {"givenName", "familyName", "company", "street", "notes"}) {
        all += (all.empty() ? "\"" : ",\"") + std::string(field) + "\":\"" + large + '"';
    }
    const std::vector<events::SentEvent> batch{made("1", R"("city":"Ulm")"), made("2", all),
                                               made("3", R"("city":"Bonn")")};
    const auto outcomes = ledger.business().append(batch, {"tester", events::Role::ADAPTER});
    CHECK(codeOf(outcomes[0]) == "recorded");
    CHECK(codeOf(outcomes[1]) == "event_too_large");
    CHECK(positionOf(outcomes[2]) == positionOf(outcomes[0]).next());
    CHECK_FALSE(ledger.customer("till/2").record(record("till/2")).exists());
    // Nothing was recorded under its id.
    CHECK(codeOf(ledger.business().append({batch[1]}, {"tester", events::Role::ADAPTER}).front()) == "event_too_large");
}

TEST_CASE("A fact that a rule refuses does not stop its neighbours") {
    TestLedger ledger;
    ledger.connect("till");
    std::vector<events::SentEvent> batch;
    for (const auto* subject : {"till/1", "web/1", "till/2"}) {
        batch.push_back(event(R"({"specversion":"1.0","id":")" + std::string(subject) +
                              R"(","source":"till","type":"record.entered","subject":")" + subject +
                              R"(","data":{}})"));
    }
    const auto outcomes = ledger.business().append(batch, {"tester", events::Role::ADAPTER});
    CHECK(codeOf(outcomes[0]) == "recorded");
    CHECK(codeOf(outcomes[1]) == "foreign_record");
    CHECK(codeOf(outcomes[2]) == "recorded");
}

TEST_CASE("Facts that arrive before their record take effect once it is there") {
    TestLedger ledger;
    ledger.fact("record.changed", "till/1", city);
    CHECK(ledger.shown("till/1", Field::CITY).empty());
    CHECK_FALSE(ledger.customer("till/1").record(record("till/1")).exists());
    const auto made = ledger.fact("record.imported", "till/1", "");
    CHECK(ledger.shown("till/1", Field::CITY) == "Ulm");
    CHECK(ledger.customer("till/1").record(record("till/1")).since == made);
}

TEST_CASE("The origin of a record is how it came about first") {
    TestLedger ledger;
    ledger.fact("record.registered", "till/1", "");
    ledger.fact("record.imported", "till/1", city);
    ledger.fact("record.entered", "till/1", "");
    CHECK(ledger.customer("till/1").record(record("till/1")).origin == ledger::Origin::onlineRegistration);
}

TEST_CASE("Of linked records the file shows the value that changed last, and the others beside it") {
    TestLedger ledger;
    const auto first = ledger.fact("record.imported", "till/1", city);
    const auto second = ledger.fact("record.imported", "web/1", R"("attributes":{"city":"Bonn"})");
    ledger.link("web/1", "till/1");
    const auto fields = ledger::foldFields(ledger.customer("till/1"));
    const auto& candidates = fields.shown.at(Field::CITY);
    REQUIRE(candidates.size() == 2);
    CHECK(candidates[0] == ledger::Candidate{std::string("Bonn"), record("web/1"), second, second});
    CHECK(candidates[1] == ledger::Candidate{std::string("Ulm"), record("till/1"), first, first});
    ledger.fact("record.changed", "till/1", R"("attributes":{"city":"Hof"})");
    CHECK(ledger.shown("web/1", Field::CITY) == "Hof");
}

TEST_CASE("Log position orders changes, not the time at which they happened") {
    TestLedger ledger;
    ledger.factAt(9, "record.imported", "till/1", city);
    ledger.factAt(3, "record.imported", "web/1", R"("attributes":{"city":"Bonn"})");
    ledger.link("web/1", "till/1");
    CHECK(ledger.shown("till/1", Field::CITY) == "Bonn");
}

TEST_CASE("A cleared value does not compete") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", city);
    ledger.fact("record.imported", "web/1", R"("attributes":{"city":"Bonn"})");
    ledger.link("web/1", "till/1");
    ledger.fact("record.changed", "web/1", R"("attributes":{"city":null})");
    CHECK(ledger.shown("web/1", Field::CITY) == "Ulm");
    CHECK(ledger::foldFields(ledger.customer("web/1")).shown.at(Field::CITY).size() == 1);
}

TEST_CASE("The oldest record that is not retired or deleted leads, and failing that, the oldest") {
    TestLedger ledger;
    for (const auto* name : {"till/9", "till/5", "till/1"}) ledger.fact("record.imported", name, "");
    const auto lead = [&] {
        const auto customer = ledger.customer("till/1");
        return ledger::leadOf(customer, ledger::foldFields(customer).retired).text();
    };
    ledger.link("till/1", "till/5");
    CHECK(lead() == "till/5");
    ledger.merge("till/9", "till/1");
    CHECK(lead() == "till/5");
    ledger.fact("record.deleted", "till/5", "");
    CHECK(lead() == "till/1");
    ledger.fact("record.deleted", "till/1", "");
    CHECK(lead() == "till/9");
}

TEST_CASE("The fields of a deleted record stop counting, and imported again, they count again") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", city);
    ledger.fact("record.imported", "web/1", R"("attributes":{"city":"Bonn"})");
    ledger.link("till/1", "web/1");
    ledger.fact("record.deleted", "web/1", R"("reason":"left")");
    CHECK(ledger.shown("web/1", Field::CITY) == "Ulm");
    CHECK(codeOf(ledger.report("record.imported", "web/1", R"("attributes":{"city":"Bonn"})")) == "recorded");
    CHECK(ledger.shown("web/1", Field::CITY) == "Bonn");
    CHECK(codeOf(ledger.report("record.imported", "web/1", R"("attributes":{"city":"Bonn"})")) == "unchanged");
}

TEST_CASE("Staff are told apart from adapters: the desk's facts are staff's") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", "");
    const auto byDesk = ledger.factFrom("desk", "note.filed", "till/1", R"("entry":"n1")");
    const auto byTill = ledger.fact("note.filed", "till/1", R"("entry":"n2")");
    CHECK(ledger.business().entry(byDesk)->role == events::Role::DESK);
    CHECK(ledger.business().entry(byTill)->role == events::Role::ADAPTER);
}
