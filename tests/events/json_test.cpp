// JSON is read strictly, and what is wrong with it is said without its values.

#include <catch2/catch.hpp>

#include "events/cloud_event.hpp"
#include "events/json_elements.hpp"
#include "events/limits.hpp"

using namespace kartei;
using namespace kartei::events;
using Catch::Matchers::Contains;

namespace {

std::string problemIn(std::string_view json) {
    const auto event = readCloudEvent(json);
    return event ? "" : event.error().text();
}

std::string event(const std::string& type, const std::string& data,
                  const std::string& more = R"(,"subject":"till/1")") {
    return R"({"specversion":"1.0","id":"e1","source":"till","type":")" + type + '"' + more + R"(,"data":)" + data +
           "}";
}

std::string entered(const std::string& attributes) {
    return event("record.entered", R"({"attributes":)" + attributes + "}");
}

bool speaksOf(const std::string& text, const std::string& word) { return text.find(word) != std::string::npos; }

}  // namespace

TEST_CASE("Two members of one name are found at any depth, in lists too") {
    for (const auto* text : {R"({"a":1,"a":2})", R"([{"b":{"a":1,"a":1}}])", R"({"a":1,"\u0061":2})"}) {
        CAPTURE(text);
        CHECK(hasDoubleMember(*parseJson(text)));
    }
    for (const auto* text : {R"({"a":{"a":[{"a":1},{"a":1}]},"A":1})", "[]", "null"}) {
        CAPTURE(text);
        CHECK_FALSE(hasDoubleMember(*parseJson(text)));
    }
}

TEST_CASE("An array's elements come as lines, as strictly as a document is read") {
    const auto lines = [](const std::string& text) {
        const auto made = linesOfArray(text);
        return made ? *made : made.error().text();
    };
    CHECK(lines(" [ {\"a\" : [1, {\"b\":[]}] ,\n\"c\":null}, 7.5,\"x\\n\", [ ] ,true]") ==
          "{\"a\":[1,{\"b\":[]}],\"c\":null}\n7.5\n\"x\\n\"\n[]\ntrue\n");
    CHECK(lines("[]").empty());
    for (const auto* other : {"{}", "{\"a\":[]}", "7", "null", "\"[]\""}) CHECK(lines(other) == "must be a list");
    CHECK_THAT(lines("[1,]"), Contains("is not JSON"));
    CHECK_THAT(lines("[1] 2"), Contains("is not JSON"));
    CHECK_THAT(lines("[\"\xff\"]"), Contains("is not JSON"));
    CHECK_THAT(lines(""), Contains("is not JSON"));
    CHECK(lines(std::string(100'000, '[')) == "is nested too deeply");
}

TEST_CASE("An event that is longer than any can be is not looked at") {
    const std::string event =
        R"({"specversion":"1.0","id":"1","source":"till","type":"source.connected","data":{"name":"Till"})";
    const auto padded = [&](std::size_t bytes) { return event + std::string(bytes - event.size() - 1, ' ') + "}"; };
    CHECK(readCloudEvent(padded(limits::eventJson)));
    const auto longer = readCloudEvent(padded(limits::eventJson + 1));
    REQUIRE_FALSE(longer);
    CHECK(longer.error().text() == "is longer than 1 MiB");
}

TEST_CASE("A well-formed event has no problem") { CHECK(problemIn(entered(R"({"city":"Ulm"})")).empty()); }

TEST_CASE("What is no JSON is refused with the place where it stops being so") {
    for (const auto* bad : {"", " ", "{", "{}x", "[1,]", "{'a':1}", "nul", "\"", "{\"a\":1,}", "{\"a\":01}",
                            "{\"a\":NaN}", "// no\n{}"}) {
        INFO(bad);
        CHECK(speaksOf(problemIn(bad), "byte"));
    }
}

TEST_CASE("A document that is no object is refused") {
    for (const auto* bad : {"null", "1", "\"text\"", "[]", "true"}) {
        INFO(bad);
        CHECK(speaksOf(problemIn(bad), "must be an object"));
    }
}

TEST_CASE("Unknown members are refused at every depth, by their place") {
    const std::string unknown = "has a member that is not known here (number ";
    CHECK(speaksOf(problemIn(event("record.entered", "{}", R"(,"subject":"till/1","colour":"red")")), unknown));
    CHECK(speaksOf(problemIn(event("record.entered", R"({"attributes":{},"colour":"red"})")),
                   "data: " + unknown + "2); it may have attributes"));
    CHECK(speaksOf(problemIn(entered(R"({"colour":"red"})")), "data.attributes: " + unknown));
    CHECK(speaksOf(
        problemIn(event("visit.checkedOut", R"({"receipt":"r","total":{"amount":1,"currency":"EUR","vat":1}})")),
        "data.total: " + unknown + "3)"));
    CHECK(speaksOf(problemIn(entered(R"({"username":"anna"})")), unknown));
    // Its name may be a person's.
    CHECK_FALSE(speaksOf(problemIn(entered(R"({"Anna":{}})")), "Anna"));
}

TEST_CASE("Members that must be there are missed by name") {
    for (const auto* member : {"specversion", "id", "source", "type"}) {
        std::string json = event("record.entered", "{}");
        json.replace(json.find('"' + std::string(member) + '"'), std::string(member).size() + 2, "\"time\"");
        INFO(json);
        CHECK_FALSE(problemIn(json).empty());
    }
    CHECK(problemIn(event("appointment.booked", R"({"appointment":"b1"})")) == "data.startsAt: is missing");
    CHECK(problemIn(event("consent.stated", R"({"purpose":"marketing","channel":"email"})")) ==
          "data.state: is missing");
    CHECK(problemIn(event("visit.checkedOut", R"({"receipt":"r","total":{"amount":1}})")) ==
          "data.total.currency: is missing");
    CHECK(problemIn(event("appointment.cancelled", R"({"appointment":null})")).starts_with("data.appointment: "));
}

TEST_CASE("A member that is there twice is refused") {
    CHECK(speaksOf(
        problemIn(
            R"({"specversion":"1.0","id":"e1","id":"e2","source":"till","type":"record.entered","subject":"till/1"})"),
        "twice"));
    CHECK(speaksOf(problemIn(entered(R"({"city":"Ulm","city":"Bonn"})")), "twice"));
    CHECK(speaksOf(problemIn(entered(R"({"custom":{"size":"1","size":"2"}})")), "twice"));
}

TEST_CASE("Members of the wrong type are refused") {
    CHECK(problemIn(entered(R"({"city":7})")) == "data.attributes.city: must be a text");
    CHECK(problemIn(entered(R"({"tags":"a"})")) == "data.attributes.tags: must be a list");
    CHECK_FALSE(problemIn(entered(R"({"tags":[1]})")).empty());
    CHECK_FALSE(problemIn(entered(R"({"custom":["a"]})")).empty());
    CHECK_FALSE(problemIn(entered(R"({"custom":{"a":{"b":1}}})")).empty());
    CHECK_FALSE(problemIn(entered(R"("Ulm")")).empty());
    CHECK_FALSE(problemIn(event("record.entered", "[]")).empty());
    CHECK_FALSE(problemIn(event("notifications.set", R"({"sms":"yes"})")).empty());
    CHECK_FALSE(problemIn(event("appointment.booked", R"({"appointment":"b1","startsAt":1767225600})")).empty());
    CHECK_FALSE(problemIn(event("record.registered", R"({"emailVerified":1})")).empty());
}

TEST_CASE("Words that a member does not know are refused") {
    CHECK_FALSE(problemIn(event("consent.stated", R"({"purpose":"fun","channel":"email","state":"granted"})")).empty());
    CHECK_FALSE(
        problemIn(event("consent.stated", R"({"purpose":"marketing","channel":"fax","state":"granted"})")).empty());
    CHECK_FALSE(
        problemIn(event("consent.stated", R"({"purpose":"marketing","channel":"email","state":"maybe"})")).empty());
    CHECK_FALSE(problemIn(event("message.statusChanged", R"({"message":"m1","status":"lost"})")).empty());
    CHECK_FALSE(problemIn(event("appointment.booked",
                                R"({"appointment":"b1","startsAt":"2026-01-01T00:00:00Z","bookedVia":"phone"})"))
                    .empty());
}

TEST_CASE("Numbers must be whole and fit") {
    const auto checkout = [](const std::string& amount) {
        return event("visit.checkedOut", R"({"receipt":"r","total":{"currency":"EUR","amount":)" + amount + "}}");
    };
    for (const auto* good : {"0", "-1", "9223372036854775807", "-9223372036854775808"})
        CHECK(problemIn(checkout(good)).empty());
    for (const auto* bad : {"9223372036854775808", "-9223372036854775809", "1.5", "1e3", "1e400", "\"1\"", "null"}) {
        INFO(bad);
        CHECK_FALSE(problemIn(checkout(bad)).empty());
    }
    const auto started = [](const std::string& expected) {
        return event("import.started", R"({"run":"r1","expected":)" + expected + "}", "");
    };
    CHECK(problemIn(started("18446744073709551615")).empty());
    for (const auto* bad : {"-1", "18446744073709551616", "1.0"}) CHECK_FALSE(problemIn(started(bad)).empty());
}

TEST_CASE("JSON that nests too deeply is refused, however deep") {
    for (const std::size_t depth : {limits::jsonDepth + 1, std::size_t{200'000}}) {
        CHECK(problemIn(std::string(depth, '[')) == "is nested too deeply");
        std::string objects;
        for (std::size_t i = 0; i < depth; ++i) objects += "{\"a\":";
        CHECK(problemIn(objects) == "is nested too deeply");
    }
}

TEST_CASE("Bytes that are not UTF-8 are refused") {
    for (const auto* bad : {"\xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80"}) {
        CHECK_FALSE(problemIn(entered(std::string(R"({"city":")") + bad + "\"}")).empty());
    }
    CHECK_FALSE(problemIn(entered(R"({"city":"\ud800"})")).empty());
    CHECK(problemIn(entered(R"({"city":"\ud83d\ude00"})")).empty());
}

TEST_CASE("A word that stands for what is not said is no word of the wire") {
    const auto booked = [](const std::string& more) {
        return event(
            "appointment.booked",
            R"({"appointment":"b1","startsAt":"2026-01-01T00:00:00Z","endsAt":"2026-01-01T01:00:00Z")" + more + "}");
    };
    CHECK(problemIn(booked("")).empty());
    CHECK(problemIn(booked(R"(,"bookedVia":"staff")")).empty());
    CHECK(problemIn(booked(R"(,"bookedVia":"unknown")")) == "data.bookedVia: is not one of the words allowed here");
    // Of a consent it is a state of its own.
    CHECK(problemIn(event("consent.stated", R"({"purpose":"reviews","channel":"email","state":"unknown"})")).empty());
}

TEST_CASE("A NUL character has no place in a text") {
    CHECK(problemIn(entered(R"({"city":"Ulm\u0000"})")) == "data.attributes.city: holds a NUL character");
    CHECK_FALSE(problemIn(entered(R"({"custom":{"a\u0000b":"1"}})")).empty());
    CHECK_FALSE(
        problemIn(R"({"specversion":"1.0","id":"e\u0000","source":"till","type":"record.entered","subject":"till/1"})")
            .empty());
    CHECK_FALSE(problemIn(entered(std::string("{\"city\":\"Ulm") + '\0' + "\"}")).empty());
}

TEST_CASE("Texts, lists and envelope members have their limits") {
    const auto text = [](std::size_t size) { return entered(R"({"notes":")" + std::string(size, 'x') + "\"}"); };
    CHECK(problemIn(text(limits::text)).empty());
    CHECK(problemIn(text(limits::text + 1)).starts_with("data.attributes.notes: is longer than"));
    const auto tags = [](std::size_t size) {
        std::string list = "\"a\"";
        for (std::size_t i = 1; i < size; ++i) list += ",\"a\"";
        return entered(R"({"tags":[)" + list + "]}");
    };
    CHECK(problemIn(tags(limits::listItems)).empty());
    CHECK_FALSE(problemIn(tags(limits::listItems + 1)).empty());
    const auto id = [](std::size_t size) {
        return R"({"specversion":"1.0","id":")" + std::string(size, 'x') +
               R"(","source":"till","type":"record.entered","subject":"till/1","data":{}})";
    };
    CHECK(problemIn(id(limits::eventId)).empty());
    CHECK(problemIn(id(limits::eventId + 1)).starts_with("id: "));
    CHECK(problemIn(id(0)) == "id: must not be empty");
    const auto cursor = [](std::size_t size) {
        return event("record.entered", "{}", R"(,"subject":"till/1","cursor":")" + std::string(size, 'x') + '"');
    };
    CHECK(problemIn(cursor(limits::cursor)).empty());
    CHECK(problemIn(cursor(limits::cursor + 1)).starts_with("cursor: "));
}

TEST_CASE("No problem tells a value of the event") {
    const std::string secret = "Geheim47";
    const std::string quoted = '"' + secret + '"';
    const std::vector<std::string> malformed = {
        entered(R"({"birthDate":)" + quoted + "}"),
        entered(R"({"country":)" + quoted + "}"),
        entered(R"({"tags":)" + quoted + "}"),
        entered(R"({"custom":)" + quoted + "}"),
        entered(R"({"city":{"a":)" + quoted + "}}"),
        entered(R"({"a b )" + secret + R"(":1})"),
        entered(R"({"anna@)" + secret + R"(.de":1})"),
        entered(R"({"city":)" + quoted),
        entered(R"({"city":")" + secret + "\xff\"}"),
        entered(R"({"notes":")" + secret + std::string(limits::text, 'x') + "\"}"),
        event("appointment.booked", R"({"appointment":"a )" + secret + R"(","startsAt":"2026-01-01T00:00:00Z"})"),
        event("appointment.booked", R"({"appointment":"b1","startsAt":)" + quoted + "}"),
        event("consent.stated", R"({"purpose":)" + quoted + R"(,"channel":"email","state":"granted"})"),
        event("consent.stated",
              R"({"purpose":"marketing","channel":"email","state":"granted","wording":{"id":"w","sha256":)" + quoted +
                  "}}"),
        event("visit.checkedOut", R"({"receipt":"r","total":{"amount":1,"currency":)" + quoted + "}}"),
        event("record.entered", "{}", R"(,"subject":"Anna )" + secret + '"'),
        event("record.entered", "{}", R"(,"subject":"till/1","time":)" + quoted),
        event(secret, "{}"),
        R"({"specversion":")" + secret + R"(","id":"e1","source":"till","type":"record.entered","subject":"till/1"})",
        R"({"specversion":"1.0","id":"e1","source":"A )" + secret + R"(","type":"record.entered","subject":"till/1"})"};
    for (const auto& json : malformed) {
        INFO(json);
        const auto problem = problemIn(json);
        CHECK_FALSE(problem.empty());
        CHECK_FALSE(speaksOf(problem, secret));
    }
}

TEST_CASE("Values of attributes have their form") {
    for (const auto* good :
         {R"({"birthDate":"1980-02-29"})", R"({"birthDate":"--02-29"})", R"({"country":"DE"})", R"({"tags":[]})",
          R"({"custom":{"size":38,"vip":true,"shoe":"blue"}})", R"({"city":null})"}) {
        INFO(good);
        CHECK(problemIn(entered(good)).empty());
    }
    for (const auto* bad : {R"({"birthDate":"29.02.1980"})", R"({"birthDate":"1981-02-29"})",
                            R"({"country":"Germany"})", R"({"country":"de"})", R"({"country":"DEU"})"}) {
        INFO(bad);
        CHECK_FALSE(problemIn(entered(bad)).empty());
    }
}

TEST_CASE("Blank values clear, and numbers and switches in custom are texts") {
    const auto read =
        readCloudEvent(entered(R"({"city":"","tags":[""],"custom":{"size":38,"vip":true},"street":null})"));
    REQUIRE(read);
    const auto& attributes = std::get<RecordEntered>(read->data).attributes;
    for (const auto field : {Field::CITY, Field::TAGS, Field::STREET}) {
        REQUIRE(attributes.find(field) != nullptr);
        CHECK_FALSE(attributes.find(field)->value);
    }
    CHECK(*attributes.value(Field::CUSTOM) == FieldValue(TextMap{{"size", "38"}, {"vip", "true"}}));
    CHECK(attributes.find(Field::EMAIL) == nullptr);
}
