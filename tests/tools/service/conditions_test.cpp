// What may be said of a decision: what it rests on, and that it is the same as before.

#include <catch2/catch.hpp>

#include "tests/tools/service/served.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;
using tools::service::Method;

namespace {

const std::string pair = R"({"a":"till/1","b":"web/1"})";
const std::string otherPair = R"({"a":"till/1","b":"till/2"})";

// Two people of a till, one of a booking system, who has changed the name: positions 1 to 5. The two of one name are
// one customer, by position 6.
void fill(Served& served) {
    const auto event = [](const std::string& id, const std::string& source, const std::string& type,
                          const std::string& subject, const std::string& data) {
        return R"({"specversion":"1.0","id":")" + id + R"(","source":")" + source + R"(","type":")" + type + '"' +
               (subject.empty() ? "" : R"(,"subject":")" + subject + '"') + R"(,"data":)" + data + "}\n";
    };
    REQUIRE(served
                .append(event("c1", "till", "source.connected", "", R"({"name":"till"})") +
                        event("c2", "web", "source.connected", "", R"({"name":"web"})") +
                        event("1", "till", "record.entered", "till/1", R"({"attributes":{"familyName":"Muster"}})") +
                        event("2", "till", "record.entered", "till/2", R"({"attributes":{"familyName":"Weber"}})") +
                        event("3", "web", "record.entered", "web/1", R"({"attributes":{"familyName":"Muster"}})"))
                .status == 200);
    REQUIRE(served.post("/links", "desk", pair).body == R"({"position":6})");
}

Served::Headers seen(const std::string& position) { return {{"if-match", '"' + position + '"'}}; }

}  // namespace

TEST_CASE("Whatever is decided on people is refused once they have changed, and so is its preview") {
    Served served;
    fill(served);
    struct Decision {
        Method method;
        std::string path;
        std::string body;
    };
    for (const auto& [method, path, body] : std::vector<Decision>{
             {Method::post, "/links", otherPair},
             {Method::post, "/links?dryRun=true", otherPair},
             {Method::post, "/merges?dryRun=true", R"({"from":"till/2","into":"till/1","comment":"x"})"},
             {Method::post, "/joins/6/undo", R"({"reason":"x"})"},
             {Method::post, "/joins/6/undo?dryRun=true", "{}"},
             {Method::post, "/distinct", otherPair},
             {Method::remove, "/distinct", otherPair},
             {Method::post, "/customers/till/1/pending", R"({"take":[5]})"},
             {Method::post, "/customers/till/1/erase", R"({"reason":"x","only":true})"},
             {Method::post, "/customers/till/2/erase", R"({"reason":"x","only":true,"records":["till/1"]})"}}) {
        CAPTURE(path);
        const auto refused = served.call(method, path, "admin", body, seen("5"));
        CHECK(refused.status == 412);
        CHECK(codeOf(refused) == "changed_since");
        CHECK(codeOf(served.call(method, path, "admin", body, seen("7"))) == "bad_input");
        CHECK(codeOf(served.call(method, path, "admin", body, {{"if-match", "6"}})) == "bad_input");
        CHECK(served.business().head().value() == 6);
    }
    CHECK(served.post("/distinct", "desk", R"({"a":"till/2","b":"till/1"})", seen("5")).status == 412);
    CHECK(served.post("/customers/till/2/erase", "admin", R"({"reason":"x"})", seen("5")).status == 200);
}

TEST_CASE("A rule is set on what somebody has seen of the rules") {
    Served served;
    fill(served);
    const auto set = [&](const char* enabled, const std::string& position) {
        const auto body = std::string(R"({"rule":"automatic_link","enabled":)") + enabled + "}";
        return served.call(Method::put, "/policy", "admin", body, seen(position));
    };
    // People are of no concern to it.
    CHECK(set("false", "1").body == R"({"position":7})");
    CHECK(codeOf(set("true", "6")) == "changed_since");
    CHECK(codeOf(set("true", "8")) == "bad_input");
    CHECK(set("true", "7").body == R"({"position":8})");
}

TEST_CASE("Nobody takes a condition for one that holds where it is not looked at") {
    Served served;
    fill(served);
    for (const auto* path : {"/tokens", "/receipts/erase", "/backup", "/rebuild", "/verify", "/events"}) {
        CAPTURE(path);
        CHECK(codeOf(served.post(path, "admin", "{}", seen("6"))) == "bad_input");
    }
    CHECK(codeOf(served.get("/customers/till/1/export", "admin", seen("6"))) == "bad_input");
    CHECK(codeOf(served.get("/me", "desk", seen("6"))) == "bad_input");
    CHECK(served.business().head().value() == 6);
}

TEST_CASE("A token that is asked for again is not made again, also after it was revoked") {
    Served served;
    const std::string wanted = R"({"name":"till 2","role":"desk"})";
    const Served::Headers key{{"idempotency-key", "k1"}};
    REQUIRE(served.post("/tokens", "admin", wanted, key).status == 200);
    const auto again = served.post("/tokens", "admin", wanted, key);
    CHECK(again.status == 409);
    CHECK(codeOf(again) == "token_made");
    CHECK(codeOf(served.post("/tokens", "admin", R"({"name":"till 3","role":"desk"})", key)) ==
          "duplicate_event_mismatch");
    REQUIRE(served.call(Method::remove, "/tokens/till%202", "admin").status == 200);
    CHECK(codeOf(served.post("/tokens", "admin", wanted, key)) == "token_made");
    CHECK_THAT(served.get("/tokens", "admin").body, !Contains("till 2") && !Contains("till 3"));
    // What was refused made nothing, and is decided anew.
    const Served::Headers other{{"idempotency-key", "k2"}};
    CHECK(codeOf(served.post("/tokens", "admin", R"({"name":"desk","role":"desk"})", other)) == "name_taken");
    REQUIRE(served.call(Method::remove, "/tokens/desk", "admin").status == 200);
    CHECK(served.post("/tokens", "admin", R"({"name":"desk","role":"desk"})", other).status == 200);
    CHECK(served.post("/tokens", "admin", wanted).status == 200);
}

TEST_CASE("A condition or a key that is there and says nothing is refused") {
    Served served;
    fill(served);
    for (const auto* header : {"if-match", "idempotency-key"}) {
        CAPTURE(header);
        CHECK(codeOf(served.post("/distinct", "desk", otherPair, {{header, ""}})) == "bad_input");
    }
    CHECK(codeOf(served.get("/policy", "desk", {{"if-match", ""}})) == "bad_input");
    CHECK(codeOf(served.get("/policy", "desk", {{"kartei-wait-position", ""}})) == "bad_input");
    CHECK(codeOf(served.get("/events", "auditor", {{"accept", "text/event-stream"}, {"last-event-id", ""}})) ==
          "bad_input");
    CHECK(served.business().head() == events::Position(6));
}

TEST_CASE("Under the key of a mark, taking the mark back is another request") {
    Served served;
    fill(served);
    const Served::Headers key{{"idempotency-key", "k"}};
    CHECK(served.post("/distinct", "desk", otherPair, key).body == R"({"position":7})");
    CHECK(codeOf(served.call(Method::remove, "/distinct", "desk", otherPair, key)) == "duplicate_event_mismatch");
    CHECK(served.post("/distinct", "desk", otherPair, key).body == R"({"position":7})");
}

TEST_CASE("A rule is set on somebody's behalf") {
    Served served;
    fill(served);
    CHECK(served
              .call(Method::put, "/policy", "admin",
                    R"({"rule":"automatic_link","enabled":false,"onBehalfOf":"Frau Weber"})")
              .body == R"({"position":7})");
    CHECK_THAT(served.get("/events?from=7", "auditor").body, Contains("Frau Weber"));
}

TEST_CASE("Where an empty log stands can be said back") {
    Served served;
    const std::string position = served.get("/policy", "admin").headers.at("kartei-position");
    REQUIRE(position == "0");
    CHECK(served.get("/policy", "admin", {{"kartei-wait-position", position}}).status == 200);
    CHECK(served.get("/events?after=" + position, "auditor").status == 200);
    CHECK(served.get("/protocol?after=" + position, "auditor").status == 200);
    CHECK(served.get("/events", "auditor", {{"accept", "text/event-stream"}, {"last-event-id", position}}).feed);
    CHECK(served.call(Method::put, "/policy", "admin", R"({"rule":"automatic_link","enabled":false})", seen(position))
              .status == 200);
}

TEST_CASE("A stream that begins behind the log's end is another log's") {
    Served served;
    fill(served);
    const auto begun = [&](const std::string& last) {
        return served.get("/events", "auditor", {{"accept", "Text/Event-Stream"}, {"last-event-id", last}});
    };
    CHECK(begun("6").feed);
    CHECK(codeOf(begun("7")) == "bad_input");
    const Served::Headers stream{{"accept", "text/event-stream"}};
    CHECK(served.get("/events?from=7", "auditor", stream).feed);
    CHECK(codeOf(served.get("/events?from=8", "auditor", stream)) == "bad_input");
    CHECK(codeOf(served.get("/events?after=7", "auditor", stream)) == "bad_input");
}
