// What the server answers, route by route, without a socket: who may, what is refused and by which code, and that what
// was acknowledged is read.

#include "tools/service/service.hpp"

#include <catch2/catch.hpp>

#include "tests/tools/service/served.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;
using tools::service::Method;

namespace {

// A till with two people, and a booking system with one.
void fill(Served& served) {
    const auto answer = served.append(
        event("c1", "till", "source.connected", "", R"({"name":"till"})") +
        event("c2", "web", "source.connected", "", R"({"name":"web"})") +
        event("1", "till", "record.entered", "till/1",
              R"({"attributes":{"familyName":"Muster","email":"a@example.com"}})") +
        event("2", "till", "record.entered", "till/2", R"({"attributes":{"familyName":"Weber"}})") +
        event("3", "web", "record.registered", "web/1",
              R"({"attributes":{"familyName":"Muster"},"account":{"username":"anna","passwordHash":"h"}})"));
    INFO(answer.body);
    REQUIRE(answer.status == 200);
}

}  // namespace

TEST_CASE("Without a token there is no access, and nobody is told what there is") {
    Served served;
    CHECK(codeOf(served.get("/customers", "")) == "unauthorized");
    CHECK(codeOf(served.get("/customers", "", {{"authorization", "Bearer kartei_wrong"}})) == "unauthorized");
    CHECK(codeOf(served.get("/customers", "", {{"authorization", "Basic " + served.token("admin")}})) ==
          "unauthorized");
    CHECK(codeOf(served.get("//v1/other/customers", "admin")) == "unauthorized");
    CHECK(codeOf(served.get("//v1/NO/customers", "admin")) == "unauthorized");
    CHECK(served.get("/customers", "admin").status == 200);
    CHECK(served.get("/customers", "", {{"authorization", "Bearer  " + served.token("admin")}}).status == 200);
    REQUIRE(served.call(Method::remove, "/tokens/desk", "admin").status == 200);
    CHECK(codeOf(served.get("/customers", "desk")) == "unauthorized");
    CHECK(codeOf(served.get("//v1/other/log/checkpoint", "")) == "unknown_business");
}

TEST_CASE("A path that is none, a method that it does not take and stray targets are refused") {
    Served served;
    CHECK(codeOf(served.get("/nothing", "admin")) == "no_such_route");
    CHECK(codeOf(served.get("//", "admin")) == "no_such_route");
    const auto wrong = served.call(Method::put, "/events", "admin");
    CHECK(codeOf(wrong) == "method_not_allowed");
    CHECK(wrong.headers.at("allow") == "GET, HEAD, POST");
    CHECK(served.call(Method::put, "/links", "admin").headers.at("allow") == "POST");
    const auto other = served.call(Method::other, "/links", "admin");
    CHECK(codeOf(other) == "method_not_allowed");
    CHECK(other.headers.at("allow") == "POST");
    CHECK(codeOf(served.call(Method::other, "/nothing", "admin")) == "no_such_route");
    for (const auto* path : {"/customers/till/..", "/customers/../customers", "/customers/till/%00", "/customers//1",
                             "/customers/till/%zz", "/customers/till/%ff"}) {
        CAPTURE(path);
        CHECK(codeOf(served.get(path, "admin")) == "bad_input");
    }
    CHECK(codeOf(served.get("/customers?nonsense=1", "admin")) == "bad_input");
    CHECK(codeOf(served.get("/customers?limit=1&limit=2", "admin")) == "bad_input");
    CHECK(codeOf(served.get("/customers?limit=0", "admin")) == "bad_input");
    CHECK(codeOf(served.get("/customers?limit=18446744073709551617", "admin")) == "bad_input");
    CHECK(codeOf(served.get("/customers?joined=maybe", "admin")) == "bad_input");
}

TEST_CASE("Who may do what is what the table says, for every route and role") {
    Served served;
    fill(served);
    for (const auto& route : served.service().routes().routes()) {
        if (route.general != nullptr || route.roles.empty()) continue;
        std::string path = route.path.substr(std::string("/v1/{business}").size());
        for (const auto& [name, value] : std::map<std::string, std::string>{{"{source}", "web"},
                                                                            {"{id}", "1"},
                                                                            {"{username}", "anna"},
                                                                            {"{position}", "1"},
                                                                            {"{name}", "nobody"},
                                                                            {"{tile...}", "000"}}) {
            if (const auto at = path.find(name); at != std::string::npos) path.replace(at, name.size(), value);
        }
        for (const auto* role : {"adapter", "portal", "desk", "admin", "auditor"}) {
            CAPTURE(path, role);
            const bool mayCall =
                std::find(route.roles.begin(), route.roles.end(), *ledger::parseTokenRole(role)) != route.roles.end();
            // A body that nobody takes, so that nothing is done.
            const auto code = codeOf(served.call(route.method, path, role, route.bodies.empty() ? "" : "?",
                                                 {{"content-type", "application/nothing"}}));
            const bool wasForbidden = code == "forbidden";
            // An adapter and a portal are also kept to their own source.
            if (mayCall && std::string_view(role) == "adapter") continue;
            CHECK(wasForbidden != mayCall);
        }
    }
}

TEST_CASE("Events come in as CloudEvents are sent: one, several, by lines, and with their attributes in headers") {
    Served served;
    const auto connected = event("c1", "till", "source.connected", "", R"({"name":"till"})");
    CHECK(
        served.post("/events", "adapter", connected, {{"content-type", "application/cloudevents+json; charset=utf-8"}})
            .body == R"({"results":[{"position":1}]})");
    const auto one = event("1", "till", "record.entered", "till/1", "{\n \"attributes\":{\"familyName\":\"Muster\"}}");
    CHECK(served
              .post("/events", "adapter", "[" + one + "," + one + "]",
                    {{"content-type", "application/cloudevents-batch+json"}})
              .body == R"({"results":[{"position":2},{"position":2}]})");
    const auto binary = served.post("/events", "adapter", R"({"attributes":{"city":"Köln"}})",
                                    {{"content-type", "application/json"},
                                     {"ce-specversion", "1.0"},
                                     {"ce-id", "2"},
                                     {"ce-source", "till"},
                                     {"ce-type", "record.changed"},
                                     {"ce-subject", "till/1"}});
    CHECK(binary.body == R"({"results":[{"position":3}]})");
    CHECK(binary.headers.at("kartei-position") == "3");
    CHECK_THAT(served.get("/customers/till/1", "desk").body, Contains("Köln") && Contains("Muster"));
    CHECK(codeOf(served.post("/events", "adapter", one, {{"content-type", "text/plain"}})) == "unsupported_media_type");
    CHECK(codeOf(served.post("/events", "adapter", one, {})) == "unsupported_media_type");
}

TEST_CASE("What is no event stores nothing, and its answer names no value") {
    Served served;
    fill(served);
    const auto before = served.business().head();
    const auto refused = [&](const std::string& body, const char* type) {
        const auto answer = served.post("/events", "admin", body, {{"content-type", type}});
        CHECK_THAT(answer.body, !Contains("Geheim"));
        return codeOf(answer);
    };
    const char* lines = "application/x-ndjson";
    const char* batch = "application/cloudevents-batch+json";
    const char* one = "application/cloudevents+json";
    const auto good = event("9", "till", "record.entered", "till/9", R"({"attributes":{"familyName":"Geheim"}})");
    CHECK(refused(good + "{", lines) == "bad_input");
    CHECK(refused("[" + good + ",{}]", batch) == "bad_input");
    CHECK(refused(good, batch) == "bad_input");
    CHECK(refused(good + good, one) == "bad_input");
    CHECK(refused(R"({"specversion":"1.0","specversion":"1.0"})", one) == "bad_input");
    CHECK(refused(std::string(100'000, '['), one) == "bad_input");
    CHECK(refused(event("9", "till", "record.entered", "till/9", R"({"attributes":{"familyName":"Geheim","x":1}})"),
                  one) == "bad_input");
    CHECK(refused("\xff", one) == "bad_input");
    CHECK(refused("not cap'n proto", "application/x-capnp") == "bad_input");
    CHECK(served.business().head() == before);
}

TEST_CASE("An adapter writes events of its own source alone") {
    Served served;
    fill(served);
    const auto before = served.business().head();
    CHECK(codeOf(served.append(event("7", "web", "record.changed", "web/1", R"({"attributes":{"city":"Bonn"}})"),
                               "adapter")) == "forbidden");
    CHECK(codeOf(served.append(event("7", "till", "record.changed", "till/1", R"({"attributes":{"city":"Bonn"}})") +
                                   event("8", "web", "record.changed", "web/1", R"({"attributes":{"city":"Bonn"}})"),
                               "adapter")) == "forbidden");
    CHECK(served.business().head() == before);
    CHECK(codeOf(served.get("/sources/web/cursor", "adapter")) == "forbidden");
    CHECK(served.get("/sources/till/cursor", "adapter").body == R"({"source":"till"})");
}

TEST_CASE("A decision is its token's, for whom it says, and the protocol knows") {
    Served served;
    fill(served);
    const auto linked =
        served.post("/links", "desk", R"({"a":"till/1","b":"web/1","comment":"asked","onBehalfOf":"petra"})");
    REQUIRE(linked.status == 200);
    CHECK(linked.body == R"({"position":6})");
    const auto events = served.get("/events?from=6", "auditor");
    CHECK_THAT(events.body, Contains(R"("actor":"desk","onbehalfof":"petra")"));
    CHECK_THAT(served.get("/protocol?after=5", "auditor").body, Contains(R"("onBehalfOf":"petra")"));
    CHECK_THAT(served.get("/joins/6", "desk").body, Contains(R"("kind":"link")") && !Contains("undoneAt"));
    CHECK(codeOf(served.get("/joins/1", "desk")) == "not_found");
    CHECK(codeOf(served.get("/joins/1", "admin")) == "not_a_join");
    CHECK(codeOf(served.get("/joins/600", "desk")) == "not_found");
    CHECK(codeOf(served.post("/links", "desk", R"({"a":"till/1","b":"web/1"})")) == "already_joined");
    CHECK(codeOf(served.post("/links", "desk", R"({"a":"till/1","b":"till/77"})")) == "not_found");
    CHECK(codeOf(served.post("/links", "desk", R"({"a":"till/1"})")) == "bad_input");
    CHECK(codeOf(served.post("/links", "desk", R"({"a":"till/1","b":"web/1","what":1})")) == "bad_input");
    CHECK(codeOf(served.post("/links", "desk", "{", {{"content-type", "text/plain"}})) == "unsupported_media_type");
}

TEST_CASE("Who decides on what somebody has seen is refused once it has changed") {
    Served served;
    fill(served);
    const std::string pair = R"({"a":"till/1","b":"web/1"})";
    CHECK(codeOf(served.post("/links", "desk", pair, {{"if-match", "5"}})) == "bad_input");
    CHECK(served.post("/links", "desk", pair, {{"if-match", "\"4\""}}).status == 412);
    CHECK(codeOf(served.post("/links", "desk", pair, {{"if-match", "\"4\""}})) == "changed_since");
    // Other people's changes are no reason.
    served.append(event("x", "till", "record.changed", "till/2", R"({"attributes":{"city":"Bonn"}})"));
    REQUIRE(served.post("/links", "desk", pair, {{"if-match", "\"5\""}}).status == 200);
    CHECK(served.post("/joins/7/undo", "admin", R"({"reason":"wrong"})", {{"if-match", "\"6\""}}).status == 412);
    CHECK(served.post("/joins/7/undo", "admin", R"({"reason":"wrong"})", {{"if-match", "\"7\""}}).status == 200);
}

TEST_CASE("A decision that is sent again with its key is the one before, and another under the key is refused") {
    Served served;
    fill(served);
    const std::string pair = R"({"a":"till/1","b":"web/1"})";
    const Served::Headers key{{"idempotency-key", "k1"}};
    CHECK(served.post("/links", "desk", pair, key).body == R"({"position":6})");
    CHECK(served.post("/links", "desk", pair, key).body == R"({"position":6})");
    CHECK(codeOf(served.post("/links", "desk", R"({"a":"till/1","b":"till/2"})", key)) == "duplicate_event_mismatch");
    // Another's key of the same name is another key.
    CHECK(codeOf(served.post("/links", "admin", pair, key)) == "already_joined");
    CHECK(served.business().head().value() == 6);
    CHECK(served.post("/distinct", "desk", R"({"a":"till/2","b":"till/1"})", {{"idempotency-key", "k2"}}).body ==
          R"({"position":7})");
    CHECK(codeOf(served.post("/links", "desk", pair, {{"idempotency-key", std::string(256, 'k')}})) == "bad_input");
    // Nor may an erasure be another request's.
    const auto head = served.business().head();
    CHECK(codeOf(served.post("/customers/till/2/erase", "desk", R"({"reason":"x"})", key)) == "forbidden");
    const Served::Headers admins{{"idempotency-key", "k3"}};
    REQUIRE(
        served.call(Method::put, "/policy", "admin", R"({"rule":"automatic_link","enabled":false})", admins).status ==
        200);
    CHECK(codeOf(served.post("/customers/till/2/erase", "admin", R"({"reason":"x"})", admins)) ==
          "duplicate_event_mismatch");
    CHECK(codeOf(served.post("/receipts/erase", "admin", R"({"year":2010,"reason":"x"})", admins)) ==
          "duplicate_event_mismatch");
    CHECK(served.business().head() == head.next());
    const Served::Headers erasing{{"idempotency-key", "k4"}};
    const auto erased = served.post("/customers/till/2/erase", "admin", R"({"reason":"x","only":true})", erasing);
    REQUIRE(erased.status == 200);
    CHECK(served.post("/customers/till/2/erase", "admin", R"({"reason":"x","only":true})", erasing).body ==
          erased.body);
}

TEST_CASE("A desk and a portal never see a join that was undone, an auditor does") {
    Served served;
    fill(served);
    served.append(event("v", "till", "appointment.booked", "till/1",
                        R"({"appointment":"a1","startsAt":"2026-03-01T10:00:00Z"})"));
    REQUIRE(served.post("/links", "desk", R"({"a":"till/1","b":"web/1"})").body == R"({"position":7})");
    CHECK_THAT(served.get("/accounts/web/anna/history", "portal").body, Contains("till/a1"));
    CHECK(codeOf(served.get("/accounts/till/anna/history", "portal")) == "forbidden");
    CHECK_THAT(served.get("/events", "portal").body, Contains("records.linked") && !Contains("record.entered"));
    CHECK_THAT(served.get("/customers/web/1/history?at=7", "desk").body, Contains("till/a1"));
    REQUIRE(served.post("/joins/7/undo", "admin", R"({"reason":"two people"})").status == 200);
    CHECK_THAT(served.get("/accounts/web/anna/history", "portal").body, !Contains("till/a1"));
    CHECK_THAT(served.get("/customers/web/1/history?at=7", "desk").body, !Contains("till/a1"));
    CHECK_THAT(served.get("/customers/web/1?at=7", "desk").body, !Contains("till/1"));
    CHECK_THAT(served.get("/customers/web/1/history?at=7", "auditor").body, Contains("till/a1"));
    CHECK(codeOf(served.get("/joins/7", "desk")) == "not_found");
    CHECK_THAT(served.get("/joins/7", "auditor").body, Contains(R"("undoneAt":8)"));
    CHECK(served.get("/events", "portal").body == R"({"events":[]})");
    CHECK(served.get("/events?from=8", "portal").body == R"({"events":[]})");
    CHECK(served.get("/events?customer=till/99", "portal").body ==
          served.get("/events?customer=till/2", "portal").body);
    CHECK_THAT(served.get("/distinct", "desk").body, Contains(R"({"a":"till/1","b":"web/1"})"));
}

TEST_CASE("Lists come in pages that lead to one another") {
    Served served;
    fill(served);
    const auto first = served.get("/customers?limit=2", "desk");
    CHECK_THAT(first.body, Contains(R"("next":"till/2")") && Contains("till/1"));
    const auto last = served.get("/customers?limit=2&after=till/2", "desk");
    CHECK_THAT(last.body, Contains("web/1") && !Contains("next") && !Contains("till/1"));
    CHECK_THAT(served.get("/customers?limit=3", "desk").body, !Contains("next"));
    CHECK_THAT(served.get("/events?limit=2&after=1", "auditor").body,
               Contains(R"("position":2)") && Contains(R"("next":3)") && !Contains(R"("position":4)"));
    CHECK_THAT(served.get("/search?q=muster", "desk").body,
               Contains("till/1") && Contains("web/1") && !Contains("till/2"));
    CHECK(codeOf(served.get("/search", "desk")) == "bad_input");
}

TEST_CASE("A read waits for the position that it names, and says where the log stands") {
    Served served;
    fill(served);
    const auto answer = served.get("/customers/till/1", "desk", {{"kartei-wait-position", "5"}});
    CHECK(answer.status == 200);
    CHECK(answer.headers.at("kartei-position") == "5");
    CHECK(codeOf(served.get("/customers/till/1", "desk", {{"kartei-wait-position", "x"}})) == "bad_input");
    CHECK(codeOf(served.get("/customers/till/1?at=6", "desk")) == "bad_input");
    CHECK(codeOf(served.get("/customers/till/1?at=yesterday", "desk")) == "bad_input");
    CHECK(codeOf(served.get("/customers/till/1?at=2", "desk")) == "not_found");
}

TEST_CASE("The log's hashes are for everybody, its entries for auditors") {
    Served served;
    fill(served);
    const auto checkpoint = served.get("/log/checkpoint", "desk");
    CHECK(checkpoint.status == 200);
    CHECK_THAT(checkpoint.body, Contains("\n5\n"));
    CHECK(served.get("/log/checkpoint", "").body == checkpoint.body);
    CHECK(served.get("/log/tile/0/000.p/5", "").body.size() == std::size_t{5} * 32);
    CHECK(codeOf(served.get("/log/tile/0/000.p/6", "")) == "not_found");
    CHECK(codeOf(served.get("/log/tile/0/000", "")) == "not_found");
    CHECK(codeOf(served.get("/log/tile/entries/000.p/5", "")) == "unauthorized");
    CHECK(codeOf(served.get("/log/tile/entries/000.p/5", "desk")) == "forbidden");
    CHECK(served.get("/log/tile/entries/000.p/5", "auditor").status == 200);
    CHECK_THAT(served.get("/log/receipts/3", "auditor").body, Contains("receipt"));
    CHECK(served.post("/verify", "auditor", "", {}).status == 200);
    CHECK(served.post("/verify", "auditor", checkpoint.body, {{"content-type", "text/plain"}}).status == 200);
}

TEST_CASE("A stranger makes the log sign nothing") {
    Served served;
    fill(served);
    constexpr std::uint64_t times = 30;
    for (std::uint64_t number = 0; number < times; ++number) {
        const auto id = std::to_string(number);
        served.append(event("s" + id, "till", "record.entered", "till/s" + id, R"({"attributes":{"city":"Ulm"}})"));
        CHECK(served.get("/log/checkpoint", "").status == 200);
    }
    // By itself it does, once a second.
    CHECK(served.business().tree().signedSizes(5, 5 + times).size() < times);
}

TEST_CASE("An admin makes and revokes tokens, and backs up, rebuilds and erases") {
    Served served;
    fill(served);
    const auto made = served.post("/tokens", "admin", R"({"name":"till 2","role":"adapter","source":"till"})");
    CHECK_THAT(made.body, Contains("kartei_"));
    CHECK(codeOf(served.post("/tokens", "admin", R"({"name":"till 2","role":"desk"})")) == "name_taken");
    CHECK(codeOf(served.post("/tokens", "admin", R"({"name":"x","role":"king"})")) == "bad_input");
    CHECK(codeOf(served.post("/tokens", "admin", R"({"name":"x","role":"adapter"})")) == "bad_input");
    CHECK_THAT(served.get("/tokens", "admin").body, Contains("till 2") && !Contains("kartei_"));
    CHECK(served.call(Method::remove, "/tokens/till%202", "admin").status == 200);
    CHECK(codeOf(served.call(Method::remove, "/tokens/till%202", "admin")) == "not_found");
    CHECK(served.get("/me", "portal").body == R"({"name":"portal","role":"portal","source":"web","business":"salon"})");
    CHECK(served.post("/backup", "admin", "").status == 200);
    CHECK(served.post("/rebuild?verify=true", "admin", "").status == 200);
    CHECK(served.call(Method::put, "/policy", "admin", R"({"rule":"automatic_link","enabled":false})").status == 200);
    CHECK_THAT(served.get("/policy", "desk").body, Contains(R"("automatic_link":false)"));
    CHECK(codeOf(served.post("/customers/till/1/erase", "admin", "{}")) == "bad_input");
    CHECK(served.post("/customers/till/1/erase", "admin", R"({"reason":"asked"})").status == 200);
    CHECK_THAT(served.get("/events", "auditor").body, !Contains("a@example.com"));
    CHECK(served.get("/customers/till/2/export", "admin").contentType == "application/zip");
    CHECK(codeOf(served.get("/customers/till/1/export", "admin")) == "erased");
}

TEST_CASE("The account of a request names its route and code, and nobody") {
    Served served;
    fill(served);
    served.get("/customers/till/1", "desk");
    CHECK(served.account.route == "/v1/{business}/customers/{source}/{id}");
    CHECK(served.account.business == "salon");
    CHECK(served.account.code.empty());
    served.get("/customers/till/77", "desk");
    CHECK(served.account.code == "not_found");
    served.get("/what", "desk");
    CHECK(served.account.route.empty());
}

TEST_CASE("What a server says of itself needs no token") {
    Served served;
    CHECK(served.get("//healthz", "").body == R"({"alive":true,"ready":true,"impaired":0})");
    CHECK_THAT(served.get("//metrics", "").body, Contains("kartei_events"));
    const auto document = events::parseJson(served.get("//openapi.json", "").body);
    REQUIRE(document);
    for (const auto& route : served.service().routes().routes()) {
        auto path = route.path;
        if (const auto mark = path.find("...}"); mark != std::string::npos) path.erase(mark, 3);
        CAPTURE(path);
        CHECK((*document)["paths"].HasMember(path.c_str()));
    }
}

TEST_CASE("A live stream is over when its reader's token is revoked") {
    Served served;
    fill(served);
    const auto stream = served.get("/events", "auditor", {{"accept", "text/event-stream"}});
    REQUIRE(stream.feed);
    CHECK_THAT(stream.feed->next().text, Contains("\nevent: record.registered\n"));
    REQUIRE(served.call(Method::remove, "/tokens/auditor", "admin").status == 200);
    served.append(event("late", "till", "record.entered", "till/7", R"({"attributes":{"email":"p@example.com"}})"));
    CHECK(stream.feed->next().text.empty());
    CHECK(stream.feed->isOver());
}

TEST_CASE("A portal is told that a join is over only where it was told of the join, and never why") {
    Served served;
    fill(served);
    const auto stream = [&](const std::string& from) {
        return served.get("/events?from=" + from, "portal", {{"accept", "text/event-stream"}}).feed;
    };
    const auto reader = stream("1");
    REQUIRE(reader);
    REQUIRE(served.post("/links", "desk", R"({"a":"till/1","b":"web/1","comment":"cousins"})").body ==
            R"({"position":6})");
    CHECK_THAT(reader->next().text, Contains("records.linked") && Contains("till/1") && !Contains("cousins"));
    REQUIRE(served.post("/joins/6/undo", "admin", R"({"reason":"mixed up two people"})").status == 200);
    const auto told = reader->next().text;
    CHECK_THAT(told, Contains("join.undone") && !Contains("mixed up"));
    CHECK(stream("1")->next().text.empty());
    CHECK(stream("6")->next().text.empty());
    // Who begins behind the join cannot prove that it was told of it.
    CHECK(stream("7")->next().text.empty());
    CHECK_THAT(served.get("/events?from=7", "portal").body, !Contains("join.undone"));
    CHECK_THAT(served.get("/events?from=6", "auditor").body, Contains("mixed up"));
}

TEST_CASE("What is recorded where it is read is not there for HEAD") {
    Served served;
    fill(served);
    const auto head = served.business().head();
    CHECK(served.call(Method::head, "/customers/till/1", "admin").status == 200);
    CHECK(codeOf(served.call(Method::head, "/customers/till/1/export", "admin")) == "method_not_allowed");
    CHECK(served.business().head() == head);
}

TEST_CASE("Positions that are out of range are refused, and so is what a stream does not have") {
    Served served;
    fill(served);
    for (const auto* query : {"after=18446744073709551615", "from=0", "from=18446744073709551616", "limit=10001"}) {
        CAPTURE(query);
        CHECK(codeOf(served.get(std::string("/events?") + query, "admin")) == "bad_input");
    }
    const Served::Headers live{{"accept", "text/event-stream"}};
    CHECK(codeOf(served.get("/events?limit=5", "admin", live)) == "bad_input");
    CHECK(codeOf(served.get("/events?to=5", "admin", live)) == "bad_input");
    CHECK(codeOf(served.get("/events?customer=till/99", "admin", live)) == "not_found");
    CHECK(codeOf(served.get("/events", "admin",
                            {{"accept", "text/event-stream"}, {"last-event-id", "18446744073709551615"}})) ==
          "bad_input");
}

TEST_CASE("Every answer to somebody with a token says where the log stands") {
    Served served;
    fill(served);
    const auto positionOf = [](const tools::service::Response& response) {
        const auto known = response.headers.find("kartei-position");
        return known == response.headers.end() ? "" : known->second;
    };
    CHECK(positionOf(served.get("/tokens", "desk")) == "5");  // forbidden
    CHECK(positionOf(served.get("/customers?nonsense=1", "desk")) == "5");
    CHECK(positionOf(served.get("/customers/till/99", "desk")) == "5");
    CHECK(positionOf(served.get("/nothing", "desk")) == "5");
    CHECK(positionOf(served.call(Method::put, "/events", "desk")) == "5");
    CHECK(positionOf(served.get("/customers//1", "desk")) == "5");
    CHECK(positionOf(served.get("/customers/till/%zz?q=%", "desk")) == "5");
    CHECK(positionOf(served.get("//v1/%73alon/nothing", "desk")) == "5");
    CHECK(positionOf(served.get("/log/checkpoint", "")) == "5");
    // Whoever has no token that is accepted is not told, nor whether there is such a business.
    for (const auto* path : {"/customers", "/nothing", "/customers//1", "//v1/other/nothing", "/events/x"}) {
        CAPTURE(path);
        CHECK(positionOf(served.get(path, "")).empty());
        CHECK(positionOf(served.get(path, "", {{"authorization", "Bearer kartei_wrong"}})).empty());
    }
    CHECK(positionOf(served.get("//v1/other/nothing", "desk")).empty());
    CHECK(positionOf(served.get("//v1/", "desk")).empty());
    CHECK(positionOf(served.get("//", "desk")).empty());
    CHECK(served.get("/tokens", "auditor").status == 200);
    CHECK(served.get("/me", "", {{"authorization", "bearer " + served.token("desk")}}).status == 200);
}

TEST_CASE("A record and an account whose names look like paths are named by encoding them, and nothing else is") {
    Served served;
    fill(served);
    served.append(event("10", "till", "record.entered", "till/..", R"({"attributes":{"familyName":"Punkt"}})") +
                  event("11", "till", "record.entered", "till/.", R"({"attributes":{"familyName":"Strich"}})") +
                  event("12", "web", "record.registered", "web/9",
                        R"({"attributes":{"familyName":"Eck"},"account":{"username":"a/b","passwordHash":"h"}})"));
    CHECK_THAT(served.get("/customers/till/%2e%2E", "desk").body, Contains("Punkt"));
    CHECK_THAT(served.get("/customers/till/%2E/history", "desk").body, Contains(R"("customer":"till/.")"));
    CHECK(served.get("/accounts/web/a%2Fb/history", "portal").status == 200);
    CHECK(codeOf(served.get("/accounts/web/a/b/history", "portal")) == "no_such_route");
    CHECK(codeOf(served.get("/accounts/web/a%252Fb/history", "portal")) == "not_found");
    CHECK(codeOf(served.get("/customers/till/..", "desk")) == "bad_input");
    for (const auto* path : {"/customers/till%2F1/1", "/customers/%2e%2e/1", "/customers/till/a%2F1"}) {
        CAPTURE(path);
        CHECK(codeOf(served.get(path, "desk")) == "not_found");
    }
    // What is open to all leads to nothing that is not.
    CHECK(codeOf(served.get("/log/tile/entries%2F000.p/8", "")) == "no_such_route");
    CHECK(codeOf(served.get("/log/tile/%2e%2e/tile/0/000.p/5", "")) == "no_such_route");
    CHECK(codeOf(served.get("/log%2Ftile/0/000.p/5", "desk")) == "no_such_route");
    CHECK(codeOf(served.get("/%2e%2e/salon/customers", "desk")) == "no_such_route");
}
