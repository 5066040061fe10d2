#include "tools/service/metrics.hpp"

#include <catch2/catch.hpp>

#include "tests/tools/service/served.hpp"

using namespace kartei;
using namespace kartei::testing;
using namespace kartei::tools::service;
using Catch::Matchers::Contains;

namespace {

// The number behind a metric's name and labels.
double valueOf(const std::string& text, const std::string& metric) {
    const auto at = text.find("\n" + metric + " ");
    INFO(metric << " in\n" << text);
    REQUIRE(at != std::string::npos);
    return std::stod(text.substr(at + metric.size() + 2));
}

std::string event(const std::string& id, const std::string& type, const std::string& subject, const std::string& data) {
    return R"({"specversion":"1.0","id":")" + id + R"(","source":"till","type":")" + type + '"' +
           (subject.empty() ? "" : R"(,"subject":")" + subject + '"') + R"(,"data":)" + data + "}\n";
}

}  // namespace

TEST_CASE("What is counted is what happened") {
    Served served;
    const std::string connected = event("1", "source.connected", "", R"({"name":"till"})");
    const std::string entered = event("2", "record.entered", "till/1", R"({"attributes":{"familyName":"Muster"}})");
    const std::string early = event("3", "visit.checkoutReversed", "till/1", R"({"receipt":"r1","reason":"x"})");
    REQUIRE(served.append(connected + entered + early).status == 200);
    REQUIRE(served.append(entered).status == 200);
    REQUIRE(codeOf(served.post("/links", "desk", R"({"a":"till/1","b":"till/9"})")) == "not_found");
    Metrics metrics;
    metrics.answered({"/v1/{business}/links", "salon", "not_found"}, 404, std::chrono::milliseconds(3));
    metrics.streamOpened();
    metrics.connected();
    metrics.connected();
    metrics.disconnected();
    const auto text = metrics.text(*served.source()->opened());
    CHECK(valueOf(text, "kartei_events") == 2);
    CHECK(valueOf(text, "kartei_projection_lag_events") == 2);
    CHECK(valueOf(text, R"(kartei_appends_total{outcome="recorded"})") == 2);
    CHECK(valueOf(text, R"(kartei_appends_total{outcome="unchanged"})") == 1);
    CHECK(valueOf(text, R"(kartei_rule_refusals_total{code="not_checked_out"})") == 1);
    CHECK(valueOf(text, R"(kartei_rule_refusals_total{code="not_found"})") == 1);
    CHECK(valueOf(text, R"(kartei_refusals_total{code="not_found"})") == 1);
    CHECK(valueOf(text, R"(kartei_requests_total{route="/v1/{business}/links",status="404"})") == 1);
    CHECK(valueOf(text, R"(kartei_request_seconds_bucket{route="/v1/{business}/links",le="0.002"})") == 0);
    CHECK(valueOf(text, R"(kartei_request_seconds_bucket{route="/v1/{business}/links",le="0.005"})") == 1);
    CHECK(valueOf(text, "kartei_open_streams") == 1);
    CHECK(valueOf(text, "kartei_connections") == 1);
    // Each batch is synced once, and nothing else syncs the log so soon.
    const auto commits = valueOf(text, "kartei_commits_total");
    CHECK(commits >= 1);
    CHECK(valueOf(text, "kartei_commit_seconds_count") == commits);
    CHECK(valueOf(text, "kartei_fsync_seconds_count") >= commits);
    CHECK(valueOf(text, "kartei_fsync_seconds_sum") > 0);
    CHECK(valueOf(text, R"(kartei_rocksdb{property="rocksdb.cur-size-all-mem-tables"})") > 0);
    REQUIRE(served.get("/customers", "desk").status == 200);
    CHECK(valueOf(metrics.text(*served.source()->opened()), "kartei_projection_lag_events") == 0);
    CHECK_THAT(text, !Contains("till") && !Contains("Muster"));
}
