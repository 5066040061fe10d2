// Files that are uploaded, and how far their imports are.

#include <catch2/catch.hpp>
#include <thread>

#include "tests/tools/service/served.hpp"
#include "tools/service/import_feed.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;

namespace {

const std::string mapping = "[record]\nid = \"nr\"\n[attributes]\nfamilyName = \"name\"\n";
const std::string declaration = R"({"declaredBy":"Petra","text":"They agreed."})";

std::string part(const std::string& name, const std::string& content) {
    return "--XX\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + content + "\r\n";
}
std::string form(const std::string& file, const std::string& declared = declaration) {
    return part("file", file) + part("mapping", mapping) + (declared.empty() ? "" : part("declaration", declared)) +
           "--XX--\r\n";
}

std::string joined(const std::vector<std::string>& parts) {
    std::string body;
    for (const auto& one : parts) body += one;
    return body;
}

tools::service::Response upload(Served& served, const std::string& body, const std::string& role = "admin",
                                const std::string& path = "/imports/csv") {
    return served.post(path, role, body, {{"content-type", "multipart/form-data; boundary=XX"}});
}

// What is told of a run, event by event, until it is over.
std::vector<std::string> eventsOf(Served& served, const std::string& run) {
    const auto answer = served.get("/imports/" + run, "desk", {{"accept", "text/event-stream"}});
    REQUIRE(answer.status == 200);
    REQUIRE(answer.feed);
    std::vector<std::string> events;
    while (!answer.feed->isOver()) {
        if (auto piece = answer.feed->next(); !piece.text.empty()) events.push_back(std::move(piece.text));
    }
    return events;
}

std::string runOf(const tools::service::Response& response) {
    INFO(response.body);
    REQUIRE(response.status == 200);
    return (*events::parseJson(response.body))["run"].GetString();
}

std::string rows(int count) {
    std::string file = "nr;name\n";
    for (int row = 1; row <= count; ++row) file += std::to_string(row) + ";Weber\n";
    return file;
}

}  // namespace

TEST_CASE("A file that is uploaded is imported, and its run is told of to its end") {
    Served served;
    const auto begun = upload(served, form("nr;name\n1;Muster\n2;Weber\nx y;Klein\n"));
    const auto run = runOf(begun);
    CHECK_THAT(begun.body, Contains(R"("expected":3)"));
    const auto events = eventsOf(served, run);
    CHECK_THAT(events.back(), Contains("event: completed\n") && Contains(R"("imported":2)") &&
                                  Contains(R"("refused":1)") && Contains(R"("problems":[{"line":4,)"));
    const auto known = served.get("/imports/" + run, "auditor");
    CHECK_THAT(known.body,
               Contains(R"("status":"completed")") && Contains(R"("declaredBy":"Petra")") && Contains(R"("problems")"));
    CHECK_THAT(served.get("/imports", "desk").body, Contains(run) && Contains(R"("status":"completed")"));
    CHECK_THAT(served.get("/customers/csv/1", "desk").body, Contains("Muster"));
    CHECK(served.business().now().record(record("csv/1"))->exists());
}

TEST_CASE("Of a long run it is told what is done, refused and left") {
    Served served;
    const auto run = runOf(upload(served, form(rows(20'000))));
    const auto events = eventsOf(served, run);
    REQUIRE(events.size() >= 2);
    CHECK_THAT(events.front(),
               Contains("event: progress\n") && Contains(R"("status":"running")") && Contains(R"("expected":20000)"));
    std::uint64_t before = 0;
    for (std::size_t i = 0; i + 1 < events.size(); ++i) {
        const auto& event = events[i];
        const auto data = events::parseJson(event.substr(event.find("data: ") + 6));
        REQUIRE(data);
        const auto done = (*data)["done"].GetUint64();
        CHECK(done >= before);
        CHECK(done + (*data)["left"].GetUint64() == 20'000);
        CHECK((*data)["refused"].GetUint64() == 0);
        CHECK((*data)["perSecond"].IsDouble());
        before = done;
    }
    CHECK_THAT(events.back(), Contains("event: completed\n") && Contains(R"("imported":20000)"));
}

TEST_CASE("The same upload while it runs is the same run") {
    Served served;
    const auto body = form(rows(20'000));
    const auto first = runOf(upload(served, body));
    const auto second = runOf(upload(served, body));
    eventsOf(served, first);
    CHECK(first == second);
    CHECK_THAT(served.get("/imports/" + first, "desk").body, Contains(R"("imported":20000,"unchanged":0)"));
    CHECK(runOf(upload(served, body)) == first + "-2");
}

TEST_CASE("An adapter's token imports for its own source, and no other") {
    Served served;
    const auto run = runOf(upload(served, form("nr;name\n1;Muster\n"), "adapter"));
    eventsOf(served, run);
    CHECK(served.business().now().record(record("till/1"))->exists());
    CHECK(served.get("/imports/" + run, "adapter").status == 200);
    const auto others = runOf(upload(served, form("nr;name\n1;Muster\n")));
    CHECK(codeOf(served.get("/imports/" + others, "adapter")) == "not_found");
    CHECK(codeOf(upload(served, form("nr;name\n1;Muster\n"), "adapter", "/imports/csv?source=web")) == "forbidden");
    CHECK(codeOf(upload(served, form("x"), "auditor")) == "forbidden");
    CHECK(codeOf(upload(served, form("x"), "portal")) == "forbidden");
    CHECK(codeOf(upload(served, form("x"), "")) == "unauthorized");
}

TEST_CASE("An upload that cannot be imported says why and changes nothing") {
    Served served;
    const auto head = served.business().head();
    const auto file = part("file", "nr;name\n1;Muster\n");
    const auto mapped = part("mapping", mapping);
    const auto declared = part("declaration", declaration);
    const std::string end = "--XX--";
    CHECK(codeOf(upload(served, joined({file, mapped, end}))) == "consent_missing");
    CHECK(codeOf(upload(served, form("nr;name\n", R"({"declaredBy":"","text":""})"))) == "consent_missing");
    for (const auto& wrong :
         {joined({mapped, declared, end}), joined({file, declared, end}), joined({file, mapped, declared}),
          joined({file, mapped, mapped, end}), joined({file, mapped, part("other", "x"), end}),
          joined({file, file, mapped, declared, end}), joined({file, mapped, part("declaration", "{}"), end}),
          joined({file, mapped, part("declaration", R"({"declaredBy":"a","declaredBy":"b","text":"c"})"), end}),
          joined({file, part("mapping", "nonsense"), declared, end}), form(""), form("other;columns\n1;2\n"),
          std::string("nonsense")}) {
        CAPTURE(wrong);
        CHECK(codeOf(upload(served, wrong)) == "bad_input");
    }
    CHECK(codeOf(upload(served, form("x"), "admin", "/imports/outlook")) == "bad_input");
    CHECK(codeOf(upload(served, form("x"), "admin", "/imports/csv?source=A")) == "bad_input");
    CHECK(codeOf(served.post("/imports/csv", "admin", "nr;name\n", {{"content-type", "text/csv"}})) ==
          "unsupported_media_type");
    CHECK(codeOf(served.get("/imports/r-none", "desk")) == "not_found");
    CHECK(codeOf(served.get("/imports/%20", "desk")) == "not_found");
    CHECK(served.business().head() == head);
}

TEST_CASE("A run that nobody works on is interrupted, and goes on when it is uploaded again") {
    Served served;
    const auto file = rows(20'000);
    const auto name = events::BusinessName::trusted("salon");
    std::string run;
    {
        tools::service::ImportRuns runs;
        const auto begun =
            runs.start("salon", tools::operationsOn(served.source(), {name, {"petra", events::Role::ADMIN}, {}}),
                       {"csv", {{"", file}}, std::nullopt, "Petra", "They agreed.", mapping});
        REQUIRE(begun);
        run = (*events::parseJson(*begun))["run"].GetString();
    }
    const auto known = served.get("/imports/" + run, "desk");
    CHECK_THAT(known.body, Contains(R"("status":"interrupted")"));
    CHECK_THAT(eventsOf(served, run).front(), Contains("event: interrupted\n"));
    CHECK(runOf(upload(served, form(file))) == run);
    CHECK_THAT(eventsOf(served, run).back(), Contains("event: completed\n") && Contains(R"("imported":20000)"));
}

TEST_CASE("No more imports run at once than may") {
    Served served;
    tools::service::ImportRuns runs(1);
    const auto start = [&](const std::string& by) {
        return runs.start(
            "salon",
            tools::operationsOn(served.source(),
                                {events::BusinessName::trusted("salon"), {"petra", events::Role::ADMIN}, {}}),
            {"csv", {{"", rows(20'000)}}, std::nullopt, by, "They agreed.", mapping});
    };
    REQUIRE(start("Petra"));
    const auto second = start("Eva");
    REQUIRE_FALSE(second);
    CHECK(second.error().code == "too_many_imports");
}
