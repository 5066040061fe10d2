// Targets of requests: read strictly, so that no path has two spellings and none leads elsewhere.

#include "tools/service/message.hpp"

#include <catch2/catch.hpp>

using namespace kartei::tools::service;

namespace {

std::vector<std::string> pathOf(std::string_view text) {
    const auto target = parseTarget(text);
    REQUIRE(target);
    return target->path;
}

TargetProblem problemOf(std::string_view text) {
    CAPTURE(text);
    const auto target = parseTarget(text);
    REQUIRE_FALSE(target);
    return target.error();
}

}  // namespace

TEST_CASE("A target's segments and parameters are decoded") {
    using Path = std::vector<std::string>;
    CHECK(pathOf("/").empty());
    CHECK(pathOf("/healthz") == Path{"healthz"});
    CHECK(pathOf("/v1/salon/customers/comcash/4711") == Path{"v1", "salon", "customers", "comcash", "4711"});
    CHECK(pathOf("/accounts/b%C3%A4r+1%2B") == Path{"accounts", "bär+1+"});
    // Once, behind the splitting: an encoded slash or dot is a letter of its segment.
    CHECK(pathOf("/till/%2e%2E") == Path{"till", ".."});
    CHECK(pathOf("/till/%2E") == Path{"till", "."});
    CHECK(pathOf("/a%2fb%5Cc/d") == Path{"a/b\\c", "d"});
    CHECK(pathOf("/%252e%252E") == Path{"%2e%2E"});
    const auto target = parseTarget("/search?q=J%C3%B6rg+M%26M&at=&dryRun#part");
    REQUIRE(target);
    CHECK(target->query.at("q") == "Jörg M&M");
    CHECK(target->query.at("at").empty());
    CHECK(target->query.at("dryRun").empty());
    CHECK_FALSE(target->query.contains("limit"));
}

TEST_CASE("A target that could mean something else is refused") {
    for (const auto* text : {"", "v1", "http://host/v1", "*", "?q=1"}) {
        CHECK(problemOf(text) == TargetProblem::notAPath);
    }
    for (const auto* text : {"/a%", "/a%2", "/a%zz", "/%ff", "/%c0%af", "/a?q=%", "/a?%ff=1", "/a?q=%ed%a0%80"}) {
        CHECK(problemOf(text) == TargetProblem::badEncoding);
    }
    for (const auto* text :
         {"//", "/v1//customers", "/v1/", "/.", "/v1/../healthz", "/v1/..", "/a\\b", "/a%00", "/a%0a", "/%7f"}) {
        CHECK(problemOf(text) == TargetProblem::strayPath);
    }
    CHECK(problemOf("/a?x=1&y=2&x=1") == TargetProblem::doubleName);
}

TEST_CASE("A target with a scheme and a host before it is the same target") {
    CHECK(originForm("http://kartei.example:8080/v1/salon/me?x=1") == "/v1/salon/me?x=1");
    CHECK(originForm("HTTPS://kartei.example/healthz") == "/healthz");
    CHECK(originForm("http://kartei.example") == "/");
    CHECK(originForm("http://kartei.example?x=http://other/y") == "/?x=http://other/y");
    for (const auto* text : {"", "/", "/v1/http://x/y", "*", "v1", "ftp://host/v1", "http://", "http:///v1"}) {
        CHECK(originForm(text) == text);
    }
}

TEST_CASE("Headers are found by their name in lower case") {
    const Request request{Method::get, {}, {}, {{"if-match", "\"7\""}}, ""};
    CHECK(request.header("if-match") == "\"7\"");
    CHECK(request.header("authorization").empty());
}
