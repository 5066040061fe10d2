// Lists that leave things out: a page is there in time, be it empty, and all pages together have everything.

#include <catch2/catch.hpp>

#include "tests/tools/service/served.hpp"
#include "tools/service/exchange.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;

namespace {

constexpr std::uint64_t many = tools::service::mostLookedAt + 500;

// More people than a page looks at, the last ones of whom are one, with a change that waits.
void fill(Served& served) {
    auto& business = served.business();
    const ledger::Caller till{"till", events::Role::ADAPTER};
    business.append({tillConnected()}, till);
    for (std::uint64_t from = 1; from <= many; from += 500) business.append(enteredAtTill(from, from + 499), till);
    REQUIRE(
        served
            .append(event("w", "web", "source.connected", "", R"({"name":"web"})") +
                    event("r", "web", "record.registered", "web/1",
                          R"({"attributes":{"familyName":"Anders"},"account":{"username":"a","passwordHash":"h"}})"))
            .status == 200);
    // By the order of names, till/9999 is behind all others of the till.
    REQUIRE(
        served.post("/merges", "desk", R"({"from":"till/9998","into":"till/9999","take":[],"comment":"one"})").status ==
        200);
    REQUIRE(served.post("/links", "desk", R"({"a":"till/9999","b":"web/1"})").status == 200);
    REQUIRE(
        served.append(event("n", "till", "record.changed", "till/9998", R"({"attributes":{"city":"Ulm"}})")).status ==
        200);
}

struct Pages {
    std::size_t pages = 0;
    std::size_t items = 0;
    std::string last;  // the last page that had any
};

// All pages of a list, by following `next`.
Pages pagesOf(Served& served, const std::string& path, const std::string& list, const std::string& role = "admin") {
    Pages all;
    std::string after;
    do {
        const auto answer = served.get(path + after, role);
        INFO(answer.body.substr(0, 300));
        REQUIRE(answer.status == 200);
        const auto page = events::parseJson(answer.body);
        REQUIRE(page);
        ++all.pages;
        const auto items = (*page)[list.c_str()].Size();
        all.items += items;
        if (items > 0) all.last = answer.body;
        after.clear();
        if (!page->HasMember("next")) continue;
        const auto& next = (*page)["next"];
        after = "&after=" + (next.IsString() ? std::string(next.GetString()) : std::to_string(next.GetUint64()));
    } while (!after.empty());
    return all;
}

}  // namespace

TEST_CASE("A page ends where enough was looked at, and the next one goes on behind it") {
    Served served;
    fill(served);
    SECTION("customers") {
        const auto joined = pagesOf(served, "/customers?joined=true", "customers");
        CHECK(joined.pages == 2);
        CHECK(joined.items == 1);
        CHECK_THAT(joined.last, Contains("till/9998") && Contains("web/1"));
        CHECK(pagesOf(served, "/customers?limit=10000", "customers").items == many - 1);
    }
    SECTION("customers of the past") {
        CHECK(pagesOf(served, "/customers?joined=true&at=" + std::to_string(served.business().head().value()),
                      "customers")
                  .items == 1);
    }
    SECTION("changes that wait") {
        const auto pending = pagesOf(served, "/pending?limit=1", "pending");
        CHECK(pending.pages == 2);
        CHECK_THAT(pending.last, Contains("Ulm"));
    }
    SECTION("the protocol") {
        const auto merges = pagesOf(served, "/protocol?type=records.merged", "entries");
        CHECK(merges.pages == 2);
        CHECK(merges.items == 1);
    }
    SECTION("the events that a portal may see") {
        const auto seen = pagesOf(served, "/events?from=1", "events", "portal");
        CHECK(seen.pages == 2);
        CHECK(seen.items == 1);
        CHECK_THAT(seen.last, Contains("records.linked"));
    }
    SECTION("a portal's live events") {
        const auto stream = served.get("/events?from=1", "portal", {{"accept", "text/event-stream"}});
        REQUIRE(stream.feed);
        const auto first = stream.feed->next();
        CHECK(first.text.empty());
        CHECK(first.isMore);
        const auto second = stream.feed->next();
        CHECK_THAT(second.text, Contains("records.linked"));
        CHECK_FALSE(second.isMore);
        CHECK(stream.feed->next().text.empty());
    }
}

TEST_CASE("A page ends where it is large, and all of them have everything") {
    Served served;
    served.business().append({tillConnected()}, {"till", events::Role::ADAPTER});
    for (int number = 0; number < 700; ++number) {
        const auto id = std::to_string(number);
        REQUIRE(served
                    .append(event(id, "till", "record.entered", "till/" + id,
                                  R"({"attributes":{"notes":")" + std::string(15'000, 'x') + R"("}})"))
                    .status == 200);
    }
    const auto all = pagesOf(served, "/events?from=1", "events");
    CHECK(all.pages == 2);
    CHECK(all.items == 701);
}

TEST_CASE("A page holds all changes of its last customer") {
    Served served;
    REQUIRE(served
                .append(event("c", "till", "source.connected", "", R"({"name":"till"})") +
                        event("1", "till", "record.entered", "till/1", R"({"attributes":{"familyName":"A"}})") +
                        event("2", "till", "record.entered", "till/2", R"({"attributes":{"familyName":"B"}})") +
                        event("3", "till", "record.entered", "till/3", R"({"attributes":{"familyName":"C"}})") +
                        event("4", "till", "record.entered", "till/4", R"({"attributes":{"familyName":"D"}})"))
                .status == 200);
    for (const auto* merge : {R"({"from":"till/1","into":"till/2","take":[],"comment":"x"})",
                              R"({"from":"till/3","into":"till/4","take":[],"comment":"x"})"})
        REQUIRE(served.post("/merges", "desk", merge).status == 200);
    REQUIRE(
        served
            .append(event("5", "till", "record.changed", "till/1", R"({"attributes":{"city":"Ulm","street":"S"}})") +
                    event("6", "till", "record.changed", "till/3", R"({"attributes":{"city":"Hof"}})"))
            .status == 200);
    const auto first = served.get("/pending?limit=1", "desk").body;
    CHECK_THAT(first, Contains("Ulm") && Contains("street") && !Contains("Hof") && Contains(R"("next":"till/2")"));
    CHECK_THAT(served.get("/pending?limit=1&after=till/2", "desk").body,
               Contains("Hof") && !Contains("Ulm") && !Contains("next"));
}

TEST_CASE("A customer's live events come in pieces, each once, and what was erased meanwhile does not") {
    Served served;
    auto& business = served.business();
    const ledger::Caller till{"till", events::Role::ADAPTER};
    business.append({tillConnected()}, till);
    business.append(enteredAtTill(1, 2), till);
    for (int number = 0; number < 300; ++number) {
        const auto id = std::to_string(number);
        REQUIRE(served
                    .append(event("n" + id, "till", "record.changed", "till/1",
                                  R"({"attributes":{"notes":")" + std::string(400, 'x') + id + R"("}})"))
                    .status == 200);
    }
    const auto stream = served.get("/events?customer=till/1", "auditor", {{"accept", "text/event-stream"}});
    REQUIRE(stream.feed);
    std::string all;
    std::size_t pieces = 0;
    SECTION("all of them") {
        for (auto piece = stream.feed->next(); !piece.text.empty(); piece = stream.feed->next(), ++pieces)
            all += piece.text;
        CHECK(pieces > 2);
        std::size_t told = 0;
        events::Position last;
        for (auto at = all.find("id: "); at != std::string::npos; at = all.find("\n\nid: ", at), ++told) {
            const events::Position position(std::stoull(all.substr(all.find("id: ", at) + 4)));
            CHECK(position > last);
            last = position;
            ++at;
        }
        CHECK(told == 301);
        served.append(event("o", "till", "record.changed", "till/2", R"({"attributes":{"city":"Hof"}})"));
        CHECK(stream.feed->next().text.empty());
        served.append(event("p", "till", "record.changed", "till/1", R"({"attributes":{"city":"Ulm"}})"));
        const auto next = stream.feed->next().text;
        CHECK_THAT(next, Contains("Ulm") && !Contains("notes"));
    }
    SECTION("erased behind the first piece") {
        CHECK(stream.feed->next().isMore);
        REQUIRE(served.post("/customers/till/1/erase", "admin", R"({"reason":"asked"})").status == 200);
        for (auto piece = stream.feed->next(); !piece.text.empty(); piece = stream.feed->next()) all += piece.text;
        CHECK_THAT(all, Contains("record.erased") && !Contains("xxxx"));
    }
}

TEST_CASE("A portal asks for customers of its own source alone, and is not told why somebody was erased") {
    Served served;
    REQUIRE(served
                .append(event("c", "till", "source.connected", "", R"({"name":"till"})") +
                        event("w", "web", "source.connected", "", R"({"name":"web"})") +
                        event("1", "till", "record.entered", "till/1", R"({"attributes":{"familyName":"A"}})") +
                        event("2", "web", "record.registered", "web/1",
                              R"({"attributes":{"familyName":"B"},"account":{"username":"b","passwordHash":"h"}})"))
                .status == 200);
    const auto link = served.post("/links", "desk", R"({"a":"till/1","b":"web/1"})");
    REQUIRE(link.body == R"({"position":5})");
    REQUIRE(served.post("/joins/5/undo", "admin", R"({"reason":"mixed up"})").status == 200);
    const tools::service::Headers live{{"accept", "text/event-stream"}};
    CHECK(testing::codeOf(served.get("/events?from=6&customer=till/1", "portal")) == "forbidden");
    CHECK(testing::codeOf(served.get("/events?from=6&customer=till/1", "portal", live)) == "forbidden");
    CHECK(served.get("/events?from=6&customer=web/1", "portal").status == 200);
    // And nobody at the desk can tell a join that was undone from a position that never was one.
    CHECK(served.get("/joins/5", "desk").body == served.get("/joins/4", "desk").body);
    CHECK(testing::codeOf(served.get("/joins/4", "desk")) == "not_found");
    CHECK(testing::codeOf(served.get("/joins/4", "auditor")) == "not_a_join");
    REQUIRE(served.post("/customers/web/1/erase", "admin", R"({"reason":"threatened us"})").status == 200);
    CHECK_THAT(served.get("/events", "portal").body, Contains("record.erased") && !Contains("threatened"));
    CHECK_THAT(served.get("/events", "auditor").body, Contains("threatened"));
}
