// Reads of the past over HTTP: every read of the ledger's state takes `at`, and answers what it answered then.

#include <catch2/catch.hpp>

#include <map>
#include <set>

#include "tests/tools/service/served.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;
using tools::service::Method;

namespace {

std::string sent(const std::string& id, const std::string& source, const std::string& type, const std::string& subject,
                 const std::string& data) {
    return event(id, source, type, subject, data, R"(,"time":"2026-01-01T00:00:00Z","cursor":")" + id + '"');
}

const std::string name = R"({"attributes":{"familyName":"Muster","city":"Ulm"}})";

// Reads of the ledger's state, by the operations that answer them.
const std::multimap<std::string, std::string> reads{
    {"listEvents", "/events"},
    {"listEvents", "/events?customer=web/1"},
    {"cursor", "/sources/till/cursor"},
    {"listCustomers", "/customers"},
    {"listCustomers", "/customers?joined=true"},
    {"listCustomers", "/customers?origin=staff&limit=1"},
    {"search", "/search?q=muster"},
    {"customer", "/customers/till/1"},
    {"history", "/customers/till/1/history"},
    {"consents", "/customers/web/1/consents"},
    {"consents", "/customers/web/1/consents?purpose=marketing&channel=sms"},
    {"accountHistory", "/accounts/web/anna/history"},
    {"join", "/joins/14"},
    {"listDistinct", "/distinct"},
    {"pending", "/customers/till/1/pending"},
    {"listPending", "/pending"},
    {"policy", "/policy"},
    {"protocol", "/protocol"},
    {"customerProtocol", "/customers/web/1/protocol"},
    {"imports", "/imports"},
    {"importRun", "/imports/r-1"}};

// Those that are of no state of the ledger, name a size themselves, or record that they were made.
const std::set<std::string> others{"me",        "tokens",  "checkpoint", "hashTile",
                                   "entryTile", "receipt", "logStatus",  "export"};

// What happens, each at the position after the one before.
const std::vector<std::string> days{
    sent("c1", "till", "source.connected", "", R"({"name":"till","declaration":{"declaredBy":"P","text":"T"}})"),
    sent("c2", "web", "source.connected", "", R"({"name":"web","declaration":{"declaredBy":"P","text":"T"}})"),
    sent("s", "till", "import.started", "", R"({"run":"r-1","expected":2})"),
    sent("i", "till", "record.imported", "till/1", R"({"attributes":{"familyName":"Muster"},"run":"r-1"})"),
    sent("d", "till", "import.completed", "", R"({"run":"r-1","imported":1,"unchanged":0,"refused":0})"),
    sent("2", "till", "record.entered", "till/2", R"({"attributes":{"familyName":"Weber"}})"),
    sent("3", "web", "record.registered", "web/1",
         R"({"attributes":{"familyName":"Muster"},"account":{"username":"anna","passwordHash":"h"}})"),
    sent("v", "till", "appointment.booked", "till/1",
         R"({"appointment":"a1","startsAt":"2026-03-01T10:00:00Z","bookedVia":"staff"})"),
    sent("g", "web", "consent.stated", "web/1",
         R"({"purpose":"marketing","channel":"sms","state":"confirmed","address":"+491711234567"})"),
    sent("w", "web", "consent.stated", "web/1", R"({"purpose":"marketing","channel":"sms","state":"withdrawn"})"),
    sent("h", "till", "appointment.cancelled", "till/1", R"({"appointment":"a2","reason":"ill"})"),
    sent("b", "till", "appointment.booked", "till/1",
         R"({"appointment":"a2","startsAt":"2026-03-02T10:00:00Z","bookedVia":"staff"})"),
    sent("k", "till", "record.changed", "till/2", R"({"attributes":{"familyName":"Muster"}})"),
};

void happen(Served& served, const std::function<void()>& after) {
    const auto decide = [&](const std::string& path, const std::string& body, Method method = Method::post) {
        const auto answer = served.call(method, path, "admin", body);
        INFO(answer.body);
        REQUIRE(answer.status == 200);
        after();
    };
    const auto append = [&](const std::string& line) {
        const auto answer = served.append(line + "\n");
        INFO(answer.body);
        REQUIRE_THAT(answer.body, Contains("position"));
        after();
    };
    for (const auto& line : days) append(line);
    decide("/merges", R"({"from":"web/1","into":"till/1","take":["username","password"],"comment":"same"})");
    append(sent("p", "web", "record.changed", "web/1", R"({"attributes":{"city":"Ulm"}})"));
    decide("/customers/till/1/pending", R"({"dismiss":[15]})");
    decide("/distinct", R"({"a":"till/1","b":"till/2"})");
    decide("/policy", R"({"rule":"automatic_link","enabled":false})", Method::put);
    decide("/joins/14/undo", R"({"reason":"two people"})");
}

std::string withAt(const std::string& path, const std::string& at) {
    return path + (path.find('?') == std::string::npos ? "?at=" : "&at=") + at;
}

// That nobody works on a run any more is no fact of the log's.
std::string asTheLogSays(std::string body) {
    const std::string now = "interrupted";
    if (const auto at = body.find(now); at != std::string::npos) body.replace(at, now.size(), "running");
    return body;
}

std::string timeOf(const Served& served, events::Position position) {
    return events::toText(served.business().entry(position)->recordedTime);
}

}  // namespace

TEST_CASE("Every read of the ledger's state is among those that are asked of the past here") {
    const Served served;
    for (const auto& route : served.service().routes().routes()) {
        if (route.method != Method::get || route.general != nullptr || others.count(route.operation) != 0) continue;
        CAPTURE(route.path);
        CHECK(reads.count(route.operation) != 0);
        const bool takesAt = std::any_of(route.parameters.begin(), route.parameters.end(),
                                         [](const auto& parameter) { return parameter.name == "at"; });
        CHECK(takesAt);
    }
}

TEST_CASE("What every read answers as of a position is what it answered then") {
    Served served;
    std::map<events::Position, std::map<std::string, std::string>> then;
    std::map<std::string, std::set<std::string>> answers;
    happen(served, [&] {
        for (const auto& [operation, path] : reads) {
            auto& answer = then[served.business().head()][path];
            answer = asTheLogSays(served.get(path, "auditor").body);
            answers[path].insert(answer);
        }
    });
    for (const auto& [position, known] : then) {
        for (const auto& [path, body] : known) {
            CAPTURE(path, position.value());
            CHECK(served.get(withAt(path, std::to_string(position.value())), "auditor").body == body);
            // The time of the position after it is later, or the same.
            if (position < served.business().head() && timeOf(served, position) < timeOf(served, position.next())) {
                CHECK(served.get(withAt(path, timeOf(served, position)), "auditor").body == body);
            }
        }
    }
    for (const auto& [path, different] : answers) {
        CAPTURE(path);
        CHECK(different.size() > 1);  // or it would show nothing
    }
}

TEST_CASE("Every read refuses an `at` that is none, and shows nothing before the first event") {
    Served served;
    happen(served, [] {});
    const auto end = served.business().head().value();
    for (const auto& [operation, path] : reads) {
        CAPTURE(path);
        for (const auto* wrong : {"abc", "-1", "0", "", "1.5", "2026-13-01T00:00:00Z", "99999999999999999999"}) {
            CAPTURE(wrong);
            CHECK(codeOf(served.get(withAt(path, wrong), "auditor")) == "bad_input");
        }
        CHECK(codeOf(served.get(withAt(path, std::to_string(end + 1)), "auditor")) == "bad_input");
        const auto now = served.get(path, "auditor");
        CHECK(served.get(withAt(path, std::to_string(end)), "auditor").body == now.body);
        CHECK(served.get(withAt(path, "2999-01-01T00:00:00Z"), "auditor").body == now.body);
        const auto before = served.get(withAt(path, "1999-01-01T00:00:00Z"), "auditor");
        const bool isOfOne = path.find("/till/1") != std::string::npos || path.find("web/") != std::string::npos ||
                             operation == "join" || operation == "importRun";
        CHECK((before.status == 404) == isOfOne);
        if (!isOfOne) CHECK_THAT(before.body, !Contains("till/") && !Contains("position"));
    }
}

TEST_CASE("A live stream takes no `at`") {
    Served served;
    happen(served, [] {});
    const Served::Headers live{{"accept", "text/event-stream"}};
    for (const auto* path : {"/events?at=3", "/imports/r-1?at=5"}) {
        const auto refused = served.get(path, "auditor", live);
        CHECK(codeOf(refused) == "bad_input");
        CHECK_THAT(refused.body, Contains("at is not of a stream"));
    }
}

TEST_CASE("The end of a page is where the next one of the past begins") {
    Served served;
    happen(served, [] {});
    const auto first = served.get("/customers?limit=1&at=7", "desk");
    CHECK_THAT(first.body, Contains(R"("customer":"till/1")") && Contains(R"("next":"till/1")"));
    const auto second = served.get("/customers?limit=1&at=7&after=till/1", "desk");
    CHECK_THAT(second.body, Contains(R"("customer":"till/2")") && Contains("Weber") && Contains(R"("next":"till/2")"));
    CHECK_THAT(served.get("/customers?limit=1&at=7&after=till/2", "desk").body,
               Contains(R"("customer":"web/1")") && !Contains("next"));
    CHECK_THAT(served.get("/events?limit=2&after=3&at=5", "auditor").body,
               Contains(R"("position":5)") && !Contains("next"));
    CHECK_THAT(served.get("/events?to=3&at=5", "auditor").body, Contains(R"("position":3)") && !Contains("till/1"));
    CHECK_THAT(served.get("/events?to=7&at=5", "auditor").body, Contains(R"("position":5)") && !Contains("till/2"));
}

TEST_CASE("In no read of the past does a desk or a portal see a join that was undone since") {
    Served served;
    happen(served, [] {});
    CHECK_THAT(served.get("/customers?at=14", "auditor").body, Contains(R"("joined":true)"));
    CHECK_THAT(served.get("/customers?at=14", "desk").body, Contains("web/1") && !Contains(R"("joined":true)"));
    CHECK(served.get("/customers?at=14&joined=true", "desk").body == R"({"customers":[]})");
    CHECK_THAT(served.get("/search?q=muster&at=14", "desk").body, !Contains(R"("joined":true)"));
    CHECK_THAT(served.get("/pending?at=15", "auditor").body, Contains("Ulm"));
    CHECK(served.get("/pending?at=15", "desk").body == R"({"pending":[]})");
    CHECK(served.get("/customers/till/1/pending?at=15", "desk").body == R"({"pending":[]})");
    CHECK_THAT(served.get("/customers/till/1/consents?at=14", "auditor").body, Contains("withdrawn"));
    CHECK_THAT(served.get("/customers/till/1/consents?at=14", "desk").body, !Contains("withdrawn"));
    CHECK(served.get("/joins/14?at=14", "auditor").status == 200);
    CHECK(codeOf(served.get("/joins/14?at=14", "desk")) == "not_found");
    CHECK_THAT(served.get("/accounts/web/anna/history?at=14", "auditor").body, Contains("till/a1"));
    CHECK_THAT(served.get("/accounts/web/anna/history?at=14", "portal").body,
               Contains("web/anna") && !Contains("till/a1"));
    CHECK(served.get("/events?at=18", "portal").body == R"({"events":[]})");
}

TEST_CASE("An account that somebody else has by now shows nobody's visits of before but to who may see the past") {
    Served served;
    happen(served, [] {});
    const auto before = served.business().head().value();
    REQUIRE_THAT(served
                     .append(sent("n", "web", "account.changed", "web/1", R"({"username":"anna94"})") + "\n" +
                             sent("4", "web", "record.registered", "web/2",
                                  R"({"attributes":{},"account":{"username":"anna","passwordHash":"h"}})") +
                             "\n")
                     .body,
                 Contains("position") && !Contains("code"));
    const auto path = withAt("/accounts/web/anna/history", std::to_string(before));
    CHECK(served.get(path, "auditor").status == 200);
    CHECK(codeOf(served.get(path, "portal")) == "not_found");
    CHECK(served.get("/accounts/web/anna/history", "portal").status == 200);
}

TEST_CASE("Whether a consent has expired is judged as of the time that is asked for") {
    Served served;
    happen(served, [] {});
    REQUIRE_THAT(served
                     .append(sent("u", "web", "consent.stated", "web/1",
                                  R"({"purpose":"reviews","channel":"email","state":"confirmed",)"
                                  R"("address":"a@example.com","validUntil":"2900-01-01T00:00:00Z"})") +
                             "\n")
                     .body,
                 Contains("position"));
    const std::string path = "/customers/web/1/consents?purpose=reviews&channel=email&address=a@example.com";
    CHECK_THAT(served.get(path, "desk").body, Contains(R"("mayContact":true)"));
    CHECK_THAT(served.get(withAt(path, "2899-01-01T00:00:00Z"), "desk").body, Contains(R"("mayContact":true)"));
    CHECK_THAT(served.get(withAt(path, "2999-01-01T00:00:00Z"), "desk").body, Contains(R"("mayContact":false)"));
    CHECK_THAT(served.get(withAt("/customers/web/1/consents", "2999-01-01T00:00:00Z"), "desk").body,
               Contains(R"("expired":true)"));
}
