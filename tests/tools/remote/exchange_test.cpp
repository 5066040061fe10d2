#include "tools/remote/exchange.hpp"

#include <catch2/catch.hpp>

#include "tools/remote/remote_operations.hpp"
#include "tools/service/problem.hpp"

using namespace kartei;
using namespace kartei::tools;
using namespace kartei::tools::remote;

namespace {

HttpResponse sent(const service::Response& response) {
    return {response.status, {{"content-type", response.contentType}}, response.body};
}

}  // namespace

TEST_CASE("What the server says no to comes back as it was") {
    const std::vector<Failure> failures = {
        {Failure::Kind::refused,
         "already_joined",
         "They are one customer.",
         {events::Position(7), events::Position(9)}},
        {Failure::Kind::refused, "not_found", "There is no such record.", {}},
        {Failure::Kind::refused, "forbidden", "Not yours.", {}},
        {Failure::Kind::refused, "changed_since", "Somebody was faster.", {}},
        {Failure::Kind::refused, "event_too_large", "It is too large.", {}},
        {Failure::Kind::badInput, "bad_input", "line 3: x \"y\" ö", {}},
        {Failure::Kind::badInput, "unknown_business", "There is none.", {}},
        {Failure::Kind::storage, "damaged", "An entry is damaged.", {}},
        {Failure::Kind::storage, "too_many_imports", "Later.", {}},
    };
    for (const auto& failure : failures) {
        CAPTURE(failure.code);
        const auto back = failureOf(sent(service::problemOf(failure)));
        CHECK(back.kind == failure.kind);
        CHECK(back.code == failure.code);
        CHECK(back.detail == failure.detail);
        CHECK(back.joins == failure.joins);
    }
    CHECK(failureOf(sent(service::problem(401, "unauthorized", "Who?"))).kind == Failure::Kind::badInput);
    CHECK(failureOf(sent(service::problem(413, "body_too_large", "Too large."))).kind == Failure::Kind::badInput);
}

TEST_CASE("An answer that is none of Kartei's is said to be none") {
    for (const auto& response :
         {HttpResponse{404, {{"content-type", "text/html"}}, "<html>"}, HttpResponse{502, {}, ""},
          HttpResponse{400, {{"content-type", "application/problem+json"}}, "[1"},
          HttpResponse{400, {{"content-type", "application/problem+json"}}, R"({"code":5,"detail":"x"})"}}) {
        CHECK(failureOf(response).code == "unreachable");
        CHECK(failureOf(response).kind == Failure::Kind::storage);
    }
}

TEST_CASE("Values stay one segment of a path and one value of a query") {
    CHECK(Path("/customers").record(events::RecordName::trusted("till/a.b~c_d-1")).text() ==
          "/customers/till/a.b~c_d-1");
    // A segment that leads elsewhere is none, where it is not encoded.
    CHECK(Path("/customers").record(events::RecordName::trusted("till/.")).text() == "/customers/till/%2E");
    CHECK(Path("/customers").record(events::RecordName::trusted("till/..")).text() == "/customers/till/%2E%2E");
    CHECK(Path("/customers").record(events::RecordName::trusted("till/...")).text() == "/customers/till/...");
    CHECK(Path("/accounts").segment("till").segment("a b/c?d#e%").text() == "/accounts/till/a%20b%2Fc%3Fd%23e%25");
    CHECK(Path("/search").parameter("q", "ö&x=1").parameter("limit", "5").text() == "/search?q=%C3%B6%26x%3D1&limit=5");
}

TEST_CASE("A server is named by its address") {
    const auto business = events::BusinessName::trusted("salon");
    for (const auto* wrong : {"", "localhost:8080", "ftp://x", "http://a b", "https://x?y", "HTTP://x"}) {
        CAPTURE(wrong);
        const auto opened = openRemote({wrong, "t", business});
        REQUIRE_FALSE(opened);
        CHECK(opened.error().kind == Failure::Kind::badInput);
    }
    CHECK(openRemote({"https://kartei.example/", "t", business}));
    // Nobody listens on port 1.
    const auto nobody = openRemote({"http://127.0.0.1:1", "t", business});
    REQUIRE(nobody);
    CHECK((*nobody)->policy({}).error().code == "unreachable");
}
