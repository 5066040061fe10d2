// Every type of event of DESIGN §6: read from JSON, stored, and written again.

#include <catch2/catch.hpp>

#include <set>

#include "events/cloud_event.hpp"

using namespace kartei;
using namespace kartei::events;

namespace {

struct Sample {
    std::string type;
    std::string data;  // as Kartei writes it
    bool aboutRecord = true;
};

const std::vector<Sample> samples = {
    {"source.connected", R"({"name":"Till at the desk","declaration":{"declaredBy":"Owner","text":"They agreed."}})",
     false},
    {"source.disconnected", R"({"name":"Till at the desk"})", false},
    {"source.settings", R"({"settings":{"reminderHours":"24"}})", false},
    {"import.started", R"({"run":"r1","expected":3,"declaration":{"declaredBy":"Owner","text":"They agreed."}})",
     false},
    {"import.completed", R"({"run":"r1","imported":1,"unchanged":2,"refused":3})", false},
    {"record.imported",
     R"({"attributes":{"salutation":"Frau","givenName":"Anna","familyName":"M\u00fcller","company":"C","email":"anna@example.com",)"
     R"("phone":"030 1","mobile":"0171 1","street":"S 1","postalCode":"89073","city":"Ulm","country":"DE","birthDate":"--02-29",)"
     R"("language":"de","notes":"n","tags":["a","b"],"custom":{"size":"38"}},"run":"r1",)"
     R"("declaration":{"declaredBy":"Owner","text":"They agreed."},"notifications":{"sms":true,"email":false}})"},
    {"record.registered",
     R"({"attributes":{"email":"anna@example.com"},"account":{"username":"anna","passwordHash":"$2y$10$x"},"emailVerified":true})"},
    {"record.entered", R"({"attributes":{"city":"Ulm"}})"},
    {"record.emailVerified", R"({"email":"anna@example.com"})"},
    {"account.changed", R"({"username":"anna","passwordHash":"$2y$10$x"})"},
    {"record.changed", R"({"attributes":{"city":"Ulm","notes":null}})"},
    {"record.deleted", R"({"reason":"moved"})"},
    {"consent.stated",
     R"({"purpose":"marketing","channel":"email","address":"anna@example.com","state":"confirmed",)"
     R"("wording":{"id":"w","version":"2","language":"de",)"
     R"("sha256":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"},)"
     R"("method":"doubleOptIn","evidence":"mail 7","statedBy":"Anna","validUntil":"2027-01-01T00:00:00Z"})"},
    {"notifications.set", R"({"sms":true,"email":false})"},
    {"appointment.booked",
     R"({"appointment":"terminbuch/b77","startsAt":"2026-02-01T10:00:00Z","endsAt":"2026-02-01T11:00:00Z","service":"cut",)"
     R"("staff":"Eva","bookedVia":"online","note":"window seat"})"},
    {"appointment.rescheduled",
     R"({"appointment":"terminbuch/b77","startsAt":"2026-02-01T10:00:00Z","endsAt":"2026-02-01T11:00:00Z","reason":"ill"})"},
    {"appointment.cancelled", R"({"appointment":"terminbuch/b77","reason":"ill"})"},
    {"appointment.missed", R"({"appointment":"terminbuch/b77","reason":"no call"})"},
    {"appointment.missedCleared", R"({"appointment":"terminbuch/b77","reason":"was there"})"},
    {"visit.checkedOut",
     R"({"receipt":"terminbuch/r1","appointment":"terminbuch/b77","total":{"amount":4250,"currency":"EUR"},)"
     R"("items":[{"name":"cut","quantity":"0.5","amount":{"amount":-50,"currency":"EUR"}},{"name":"tea"}]})"},
    {"visit.checkoutReversed", R"({"receipt":"terminbuch/r1","reason":"wrong amount"})"},
    {"message.sent",
     R"({"message":"terminbuch/m1","channel":"sms","purpose":"reminders","template":"t1","address":"0171 1"})"},
    {"message.statusChanged", R"({"message":"terminbuch/m1","status":"bounced","reason":"full"})"},
    {"note.filed", R"({"entry":"terminbuch/n1","title":"Tea","text":"likes it"})"},
    {"correspondence.filed", R"({"entry":"terminbuch/k1","title":"Letter","text":"Dear Anna"})"},
    {"contract.signed", R"({"contract":"terminbuch/c1","title":"Season ticket"})"},
    {"contract.ended", R"({"contract":"terminbuch/c1","title":"Season ticket"})"},
};

// What decisions make: read from no sender, but stored and written like all others.
const std::vector<Sample> decisions = {
    {"records.linked", R"({"a":"till/1","b":"web/1","automatic":true,"reason":"verifiedEmail","comment":"c"})"},
    {"records.merged",
     R"({"from":"till/1","into":"web/1","take":["email","username"],"mailCredentials":true,"comment":"c"})"},
    {"join.undone",
     R"({"join":7,"a":"till/1","b":"web/1","rejoinable":true,"withDependents":true,"dependentOf":3,)"
     R"("assign":[{"position":9,"reportedFor":"till/1","holder":"till/1","record":"web/1","appointment":"web/b1"}],"reason":"r"})"},
    {"changes.resolved", R"({"take":[4,5],"dismiss":[6]})"},
    {"records.markedDistinct", R"({"a":"till/1","b":"web/1"})"},
    {"records.distinctCleared", R"({"a":"till/1","b":"web/1"})"},
    {"record.erased", R"({"reason":"asked for"})"},
    {"receipts.erased", R"({"year":2017,"reason":"kept for eight years"})"},
    {"data.exported", R"({"what":"archive"})"},
    {"policy.set", R"({"rule":"into_online_record","enabled":true})"},
};

std::string cloudEvent(const Sample& sample, const std::string& more = "") {
    return R"({"specversion":"1.0","id":"e1","source":"terminbuch","type":")" + sample.type + '"' +
           (sample.aboutRecord ? R"(,"subject":"terminbuch/r-209")" : "") + more + R"(,"data":)" + sample.data + "}";
}

std::string written(const Body& body) {
    rapidjson::StringBuffer buffer;
    JsonWriter out(buffer);
    writeJson(out, body, Part::whole);
    return {buffer.GetString(), buffer.GetSize()};
}

std::string unescaped(std::string text) {
    const std::string escape = "\\u00fc";
    if (const auto at = text.find(escape); at != std::string::npos) text.replace(at, escape.size(), "\u00fc");
    return text;
}

Body read(const Sample& sample) {
    auto document = parseJson(sample.data);
    REQUIRE(document);
    JsonReading reading;
    Body body;
    REQUIRE(readBody(sample.type, JsonValue{*document, reading}, body));
    INFO((reading.problem() ? reading.problem()->text() : ""));
    REQUIRE_FALSE(reading.problem());
    return body;
}

Event stored(const Body& body) {
    Event event;
    event.position = Position(42);
    event.recordedTime = Time(2'000'000);
    event.time = Time(1'000'000);
    event.id.bytes.fill(0xab);
    event.digest.bytes.fill(0xcd);
    event.source = *SourceName::parse("terminbuch");
    event.subject = RecordName::parse("terminbuch/r-209");
    event.actor = "Eva";
    event.role = Role::DESK;
    event.cursor = "page 2";
    event.data = body;
    return event;
}

std::string problemIn(const std::string& json) {
    const auto event = readCloudEvent(json);
    return event ? "" : event.error().text();
}

}  // namespace

TEST_CASE("There is a sample of every type of event") {
    CHECK(samples.size() + decisions.size() == std::variant_size_v<Body>);
    std::set<std::size_t> types;
    for (const auto* list : {&samples, &decisions}) {
        for (const auto& sample : *list) types.insert(read(sample).index());
    }
    CHECK(types.size() == std::variant_size_v<Body>);
}

TEST_CASE("Every type of event that senders report is read as a CloudEvent, and written as it was read") {
    for (const auto& sample : samples) {
        INFO(sample.type);
        const auto event = readCloudEvent(cloudEvent(sample));
        INFO((event ? "" : event.error().text()));
        REQUIRE(event);
        CHECK(typeName(event->data) == sample.type);
        CHECK(isReported(event->data));
        CHECK(isEventType(sample.type));
        CHECK(event->source.text() == "terminbuch");
        CHECK(event->subject.has_value() == sample.aboutRecord);
        CHECK(written(event->data) == unescaped(sample.data));
    }
}

TEST_CASE("Every type of event comes out of its stored bytes as it went in") {
    for (const auto* list : {&samples, &decisions}) {
        for (const auto& sample : *list) {
            INFO(sample.type);
            const Event before = stored(read(sample));
            const auto after = decodeClear(encode(before), before.position);
            REQUIRE(after);
            CHECK(written(after->data) == unescaped(sample.data));
            CHECK(after->data == before.data);
            CHECK(after->position == before.position);
            CHECK(after->recordedTime == before.recordedTime);
            CHECK(after->time == before.time);
            CHECK(after->id == before.id);
            CHECK(after->digest == before.digest);
            CHECK(after->source == before.source);
            CHECK(after->subject == before.subject);
            CHECK(after->actor == before.actor);
            CHECK(after->role == before.role);
            CHECK(after->cursor == before.cursor);
            CHECK(encode(*after) == encode(before));
        }
    }
}

TEST_CASE("Events of decisions are not taken from a sender") {
    for (const auto& sample : decisions) {
        INFO(sample.type);
        CHECK(isEventType(sample.type));
        CHECK(problemIn(cloudEvent(sample)) == "type: is made by decisions and not taken from a sender");
    }
}

TEST_CASE("A type that Kartei does not know is refused") {
    for (const auto* type :
         {"record.removed", "Record.imported", "record.imported ", "", "com.example.record.imported"}) {
        INFO(type);
        CHECK_FALSE(isEventType(type));
        CHECK(problemIn(cloudEvent({type, "{}"})).starts_with("type: "));
    }
}

TEST_CASE("The members of a CloudEvent are read") {
    const auto event =
        readCloudEvent(cloudEvent(samples[7], R"(,"time":"2026-03-14T10:30:00+01:00","cursor":"page 2",)"
                                              R"("datacontenttype":"application/json","dataschema":"urn:x")"));
    REQUIRE(event);
    CHECK(event->id == "e1");
    CHECK(event->cursor == "page 2");
    REQUIRE(event->time);
    CHECK(toText(*event->time) == "2026-03-14T09:30:00Z");
    const auto without = readCloudEvent(cloudEvent(samples[7]));
    REQUIRE(without);
    CHECK_FALSE(without->time);
    CHECK(without->cursor.empty());
}

TEST_CASE("Another version or content type of CloudEvents is refused") {
    CHECK(problemIn(R"({"specversion":"0.3","id":"e1","source":"till","type":"record.entered","subject":"till/1"})") ==
          "specversion: must be \"1.0\"");
    CHECK_FALSE(problemIn(cloudEvent(samples[7], R"(,"datacontenttype":"text/xml")")).empty());
    CHECK_FALSE(problemIn(cloudEvent(samples[7], R"(,"data_base64":"e30=")")).empty());
}

TEST_CASE("Events about a record name it, events about a source do not") {
    for (const auto& sample : samples) {
        INFO(sample.type);
        Sample turned = sample;
        turned.aboutRecord = !sample.aboutRecord;
        const auto problem = problemIn(cloudEvent(turned));
        if (sample.type == "message.statusChanged") {
            CHECK(problem.empty());  // it finds its record by the message
        } else {
            CHECK(problem.starts_with("subject: "));
        }
    }
}

TEST_CASE("An appointment does not end before it starts") {
    for (const std::string type : {"appointment.booked", "appointment.rescheduled"}) {
        const auto times = [&](const std::string& end) {
            return problemIn(cloudEvent(
                {type, R"({"appointment":"b1","startsAt":"2026-02-01T10:00:00Z","endsAt":")" + end + "\"}"}));
        };
        CHECK(times("2026-02-01T11:00:00Z").empty());
        CHECK(times("2026-02-01T10:00:00Z").empty());
        CHECK(times("2026-02-01T09:59:59Z") == "data.endsAt: is before startsAt");
        CHECK(times("2026-02-01T10:30:00+01:00") == "data.endsAt: is before startsAt");
    }
}

TEST_CASE("A sum of a wording is 64 hexadecimal digits") {
    const auto wording = [](const std::string& sum) {
        return problemIn(cloudEvent({"consent.stated", R"({"purpose":"marketing","channel":"email","state":"granted",)"
                                                       R"("wording":{"id":"w","sha256":")" +
                                                           sum + "\"}}"}));
    };
    CHECK(wording(std::string(64, 'A')).empty());
    CHECK_FALSE(wording(std::string(63, 'a')).empty());
    CHECK_FALSE(wording(std::string(64, 'g')).empty());
}

TEST_CASE("A username says something") {
    for (const auto* const blank : {"", " ", "\\t\\u00a0"}) {
        const auto username = R"("username":")" + std::string(blank) + '"';
        CHECK(problemIn(cloudEvent({"record.registered", R"({"account":{)" + username + "}}"})) ==
              "data.account.username: must not be blank");
        CHECK(problemIn(cloudEvent({"account.changed", "{" + username + "}"})) == "data.username: must not be blank");
    }
    CHECK(problemIn(cloudEvent({"record.registered", R"({"account":{}})"})) == "data.account.username: is missing");
    CHECK(problemIn(cloudEvent({"account.changed", R"({"passwordHash":"x"})"})).empty());
    CHECK(problemIn(cloudEvent({"account.changed", R"({"username":null,"passwordHash":"x"})"})).empty());
}

TEST_CASE("Ids of items without a slash belong to the sender's source") {
    const auto event = readCloudEvent(cloudEvent(
        {"visit.checkedOut", R"({"receipt":"r1","total":{"amount":4500,"currency":"EUR"},"appointment":"b77"})"}));
    REQUIRE(event);
    const auto& checkout = std::get<VisitCheckedOut>(event->data);
    CHECK(checkout.receipt.text() == "terminbuch/r1");
    CHECK(checkout.appointment->text() == "terminbuch/b77");
    const auto full = readCloudEvent(
        cloudEvent({"visit.checkedOut",
                    R"({"receipt":"r1","total":{"amount":4500,"currency":"EUR"},"appointment":"smile/b77"})"}));
    REQUIRE(full);
    CHECK(std::get<VisitCheckedOut>(full->data).appointment->text() == "smile/b77");
}

TEST_CASE("An event of the log is written with what the ledger added, and without the sender's id") {
    rapidjson::StringBuffer buffer;
    JsonWriter out(buffer);
    writeCloudEvent(out, stored(read(samples[11])));
    CHECK(
        std::string(buffer.GetString()) ==
        R"({"specversion":"1.0","id":"abababababababababababababababab","source":"terminbuch","type":"record.deleted",)"
        R"("subject":"terminbuch/r-209","time":"1970-01-01T00:00:01Z","position":42,"recordedtime":"1970-01-01T00:00:02Z",)"
        R"("actor":"Eva","cursor":"page 2","data":{"reason":"moved"}})");
}

TEST_CASE("Damaged and truncated entries give an event or a problem, and never a crash") {
    for (const auto* list : {&samples, &decisions}) {
        for (const auto& sample : *list) {
            INFO(sample.type);
            const std::string bytes = encode(stored(read(sample)));
            const auto use = [](const std::string& damaged) {
                const auto event = decodeClear(damaged, Position(1));
                if (!event) return;
                rapidjson::StringBuffer buffer;
                JsonWriter out(buffer);
                writeCloudEvent(out, *event);
                (void)encode(*event);
            };
            for (std::size_t size = 0; size < bytes.size(); ++size) use(bytes.substr(0, size));
            for (std::size_t at = 0; at < bytes.size(); ++at) {
                for (const unsigned flip : {0x01U, 0x80U, 0xffU}) {
                    std::string damaged = bytes;
                    damaged[at] = static_cast<char>(static_cast<unsigned char>(damaged[at]) ^ flip);
                    use(damaged);
                }
            }
        }
    }
    CHECK_FALSE(decodeClear("", Position(1)));
    CHECK_FALSE(decodeClear("no entry at all, but a text of some length", Position(1)));
}

TEST_CASE("An entry that is cut short is damaged") {
    const std::string bytes = encode(stored(read(samples[5])));
    for (std::size_t size = 0; size + 8 < bytes.size(); size += 8) {
        const auto event = decodeClear(std::string_view(bytes).substr(0, size), Position(1));
        REQUIRE_FALSE(event);
        CHECK(event.error() == DecodeProblem::damaged);
    }
}

TEST_CASE("A type of event that is newer than this version is told apart from damage") {
    // Some byte of the entry is the tag of the event's type.
    const std::string one = encode(stored(read({"record.emailVerified", R"({"email":"a"})"})));
    bool found = false;
    for (std::size_t at = 0; at < one.size() && !found; ++at) {
        std::string changed = one;
        changed[at] = static_cast<char>(0xf0);
        const auto event = decodeClear(changed, Position(1));
        found = !event && event.error() == DecodeProblem::newerVersion;
    }
    CHECK(found);
}
