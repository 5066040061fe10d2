#include <catch2/catch.hpp>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <sstream>

#include "tests/tools/kartei/sample_bodies.hpp"
#include "tools/kartei/render/customer_file.hpp"
#include "tools/kartei/render/lists.hpp"
#include "tools/kartei/render/outcomes.hpp"
#include "tools/kartei/render/previews.hpp"
#include "tools/kartei/render/values.hpp"
#include "tools/kartei/terminal/text.hpp"

using namespace kartei::tools;
using namespace kartei::tools::render;

namespace {

// What a renderer draws of a body, on a screen without colours.
template <class Draw>
std::string drawn(std::string_view body, const Draw& draw, std::size_t width = 80) {
    std::ostringstream out;
    Screen screen{out, terminal::Style(terminal::Colours::off), width};
    const auto document = parsed(body);
    draw(View(&document), screen);
    std::istringstream lines(out.str());
    for (std::string line; std::getline(lines, line);) CHECK(terminal::displayWidth(line) <= width);
    return out.str();
}

std::string listed(const ListLayout& layout, std::string_view item) {
    return drawn(
        item,
        [&](View view, Screen& screen) {
            Table table(screen, layout.columns);
            table.add(layout.row(view));
            table.finish();
        },
        120);
}

using Catch::Matchers::Contains;

// Local time of the tests, whatever the machine's is.
struct BerlinTime {
    BerlinTime() {
        setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
        tzset();
    }
    ~BerlinTime() {
        unsetenv("TZ");
        tzset();
    }
};

}  // namespace

TEST_CASE("money has the digits of its currency") {
    CHECK(moneyText(4500, "EUR") == "45,00 EUR");
    CHECK(moneyText(5, "EUR") == "0,05 EUR");
    CHECK(moneyText(0, "EUR") == "0,00 EUR");
    CHECK(moneyText(-1250, "EUR") == "-12,50 EUR");
    CHECK(moneyText(-5, "CHF") == "-0,05 CHF");
    CHECK(moneyText(4500, "JPY") == "4500 JPY");
    CHECK(moneyText(4500, "KWD") == "4,500 KWD");
    CHECK(moneyText(std::numeric_limits<std::int64_t>::min(), "EUR") == "-92233720368547758,08 EUR");
    const auto none = parsed("{}");
    CHECK(moneyText(View(&none)["total"]).empty());
}

TEST_CASE("times are shown as the clock on the wall has them") {
    const BerlinTime berlin;
    CHECK(localTime(std::string_view("2026-03-14T09:30:00Z")) == "2026-03-14 10:30");
    CHECK(localTime(std::string_view("2026-07-14T09:30:59.9Z")) == "2026-07-14 11:30");
    CHECK(localTime(std::string_view("1969-12-31T22:59:59.5Z")) == "1969-12-31 23:59");
    CHECK(localTime(std::string_view("soon")) == "soon");
}

TEST_CASE("a customer file shows who it is and where each value comes from") {
    const auto text = drawn(samples::customerFile, customerFile);
    CHECK_THAT(text, Contains("Änna Müster (comcash/4711)"));
    CHECK_THAT(text, Contains("terminbuch/r-209  online registration  retired"));
    CHECK_THAT(text, Contains("anna@example.com"));
    CHECK_THAT(text, Contains("a.muster@example.com"));
    CHECK_THAT(text, Contains("regular, dogs"));
    CHECK_THAT(text, Contains("hair: dry"));
    CHECK_THAT(text, Contains("sms on, email off"));
    CHECK_THAT(text, Contains("granted"));
    CHECK_THAT(text, Contains("terminbuch/anna"));
    CHECK_THAT(text, Contains("Ten visits (ended)"));
    CHECK_THAT(text, Contains("merge terminbuch/r-209 into") && Contains("email, postal code"));
    CHECK_THAT(text, Contains("030 123"));
    CHECK_THAT(text, Contains("(cleared)"));
}

TEST_CASE("what a file does not have takes no room") {
    const auto text = drawn(
        R"({"customer":"desk/1","position":1,"records":[{"record":"desk/1","origin":"staff","status":"active"}]})",
        customerFile);
    CHECK_THAT(text, Contains("desk/1"));
    CHECK_THAT(text, !Contains("Joins") && !Contains("Consents") && !Contains("Details"));
}

TEST_CASE("a stranger's name cannot forge a file") {
    const auto text = drawn(
        R"({"customer":"web/1","attributes":{"givenName":{"value":"\u001b]0;owned\u0007\nJoins"}}})", customerFile);
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\x07') == std::string::npos);
    CHECK(text.find("\nJoins") == std::string::npos);
}

TEST_CASE("a history shows visits with local times and money") {
    const BerlinTime berlin;
    const auto text = drawn(samples::history, history, 120);
    CHECK_THAT(text, Contains("2026-03-14 10:30  Waschen, Schneiden, Föhnen  Jörg"));
    CHECK_THAT(text, Contains("checked out  45,00 EUR  terminbuch/r-209"));
    CHECK_THAT(text, Contains("comcash/2026-2"));
    CHECK_THAT(text, Contains("1200 JPY"));
    CHECK_THAT(drawn(samples::history, history), Contains("comcash/2026-2"));
    CHECK_THAT(drawn(R"({"account":"terminbuch/anna","visits":[]})", history), Contains("Visits of terminbuch/anna"));
    CHECK_THAT(drawn(R"({"customer":"a/1","visits":[]})", history), Contains("none"));
}

TEST_CASE("a history names records where a visit is another one's, and what the till rang up") {
    const auto visit = [](const std::string& record, const std::string& more) {
        return R"({"record":")" + record + R"(","status":"checkedOut","receipt":"comcash/2026-2")" + more + "}";
    };
    const auto drawnOf = [](const std::string& whose, const std::string& visits) {
        return drawn("{" + whose + R"(,"visits":[)" + visits + "]}", history);
    };
    const std::string items = R"(,"items":[{"name":"Haarspülung"},{"name":"Bürste"}])";
    CHECK_THAT(drawnOf(R"("customer":"a/1")", visit("a/1", items)),
               Contains("Haarspülung, Bürste") && !Contains("receipt") && !Contains("RECORD"));
    CHECK_THAT(drawnOf(R"("customer":"a/1")", visit("a/1", "")), Contains("receipt comcash/2026-2"));
    CHECK_THAT(drawnOf(R"("customer":"a/1")", visit("b/2", "")), Contains("RECORD") && Contains("b/2"));
    CHECK_THAT(drawnOf(R"("account":"a/anna")", visit("b/2", "")), !Contains("RECORD"));
    CHECK_THAT(drawnOf(R"("account":"a/anna")", visit("b/2", "") + "," + visit("a/1", "")), Contains("RECORD"));
}

TEST_CASE("a running import fits, and its name stays in one piece") {
    const BerlinTime berlin;
    const auto text = drawn(
        R"({"run":"r-f16d5e4a7d6a-2","source":"terminbuch","startedAt":"2026-03-14T09:30:00Z","status":"running","expected":20000,"imported":12857,"declaredBy":"Petra"})",
        [](View run, Screen& screen) {
            const auto layout = importList();
            Table table(screen, layout.columns);
            table.add(layout.row(run));
            table.finish();
        });
    CHECK_THAT(text, Contains("r-f16d5e4a7d6a-2 ") && Contains("terminbuch") && Contains("64 %") && Contains("12857"));
}

TEST_CASE("whether somebody may be contacted is said with the event that decides it") {
    const auto yes = drawn(
        R"({"customer":"a/1","purpose":"reminders","channel":"sms","mayContact":true,"state":"granted","decidedBy":12,"reason":"stated by the person"})",
        consents);
    CHECK_THAT(yes, Contains("Yes: reminders by sms"));
    CHECK_THAT(yes, Contains("decided by position 12"));
    const auto no = drawn(
        R"({"customer":"a/1","purpose":"marketing","channel":"email","address":"x@example.com","mayContact":false,"state":"unknown","decidedBy":null,"reason":"nobody asked"})",
        consents);
    CHECK_THAT(no, Contains("No: marketing by email to x@example.com"));
    CHECK_THAT(no, !Contains("decided by"));
    const auto list = drawn(
        R"({"customer":"a/1","consents":[{"purpose":"marketing","channel":"email","address":"x@example.com","state":"confirmed","record":"a/1","position":4,"time":"2020-01-01T00:00:00Z","expired":true}]})",
        consents, 120);
    CHECK_THAT(list, Contains("confirmed (expired)"));
}

TEST_CASE("the preview of a join puts the two and the one side by side") {
    const auto text = drawn(R"({"dryRun":true,"before":[
        {"customer":"comcash/1","records":[{"record":"comcash/1","status":"active"}],"attributes":{"email":{"value":"old@example.com"},"city":{"value":"Köln"}}},
        {"customer":"web/2","records":[{"record":"web/2","status":"active"}],"attributes":{"email":{"value":"new@example.com"}},"accounts":[{"source":"web","username":"eva"}]}],
        "after":{"customer":"comcash/1","records":[{"record":"comcash/1","status":"active"},{"record":"web/2","status":"retired"}],
                 "attributes":{"email":{"value":"new@example.com"},"city":{"value":"Köln"}}}})",
                            joinPreview);
    CHECK_THAT(text, Contains("FIRST") && Contains("SECOND") && Contains("TOGETHER"));
    CHECK_THAT(text, Contains("old@example.com"));
    CHECK_THAT(text, Contains("(retired)"));
    CHECK_THAT(text, Contains("web/eva"));
    CHECK_THAT(text, Contains("Nothing has been changed"));
}

TEST_CASE("the preview of an undo tells what goes where and who may have seen it") {
    const auto text = drawn(samples::undoPreview, undoPreview);
    CHECK_THAT(text, Contains("Undo of position 42: merge terminbuch/r-209 into comcash/4711"));
    CHECK_THAT(text, Contains("AFTER 1") && Contains("AFTER 2"));
    CHECK_THAT(text, Contains("a.muster@example.com"));
    CHECK_THAT(text, Contains("visit.checkedOut") && Contains("It was reported"));
    CHECK_THAT(text, Contains("link comcash/4711 and smile/9"));
    CHECK_THAT(text, Contains("position 51: a message on reminders by email went to terminbuch/r-209"));
    CHECK_THAT(text, Contains("a copy of the data of comcash/4711"));
    CHECK_THAT(text, Contains("terminbuch/anna could see the visits of comcash/4711"));
    CHECK_THAT(text, Contains("sees only the visits booked online"));
}

TEST_CASE("lists") {
    const BerlinTime berlin;
    CHECK_THAT(
        listed(
            customerList(""),
            R"({"customer":"comcash/1","name":"Eva Klein","email":"eva@example.com","records":["comcash/1","web/2"],"joined":true})"),
        Contains("comcash/1  Eva Klein  eva@example.com") && Contains("2 records"));
    CHECK_THAT(
        listed(
            importList(),
            R"({"run":"r1","source":"comcash","startedAt":"2026-03-14T09:30:00Z","status":"running","expected":12,"imported":3,"unchanged":2,"refused":1,"declaredBy":"Petra"})"),
        Contains("r1") && Contains("2026-03-14 10:30") && Contains("50 %"));
    CHECK_THAT(
        listed(
            protocolList(),
            R"({"position":9,"recordedtime":"2026-03-14T09:30:00Z","record":"web/2","actor":"desk","text":"SMS sent","held":true,"withoutConsent":true})"),
        Contains("SMS sent") && Contains("WITHOUT CONSENT") && Contains("held"));
    CHECK_THAT(
        listed(
            protocolList(),
            R"({"position":9,"recordedtime":"2026-03-14T09:30:00Z","record":"web/2","actor":"desk","text":"Booked web/b7.","startsAt":"2026-07-01T08:00:00Z"})"),
        Contains("2026-03-14 10:30") && Contains("Booked web/b7. (starts 2026-07-01 10:00)"));
    CHECK_THAT(
        listed(
            pendingList(),
            R"({"customer":"comcash/1","record":"web/2","position":61,"field":"givenName","value":null,"current":"Eva"})"),
        Contains("61") && Contains("given name") && Contains("(cleared)") && Contains("Eva"));
}

TEST_CASE("outcomes") {
    const auto* results =
        R"({"results":[{"position":7},{"unchanged":true},{"code":"already_checked_out","detail":"Kunde bereits kassiert"}]})";
    const auto drawnWith = [&](const std::set<std::size_t>& knownBefore) {
        return drawn(results, [&](View answer, Screen& screen) { appendResults(answer, knownBefore, screen); });
    };
    CHECK_THAT(drawnWith({1}), Contains("1  known before, at position 7"));
    CHECK_THAT(drawnWith({1}), Contains("3 events: 0 stored, 1 known before, 1 unchanged, 1 refused"));
    const auto text = drawnWith({});
    CHECK_THAT(text, Contains("1  stored at position 7"));
    CHECK_THAT(text, Contains("2  unchanged"));
    CHECK_THAT(text, Contains("3  refused: already_checked_out: Kunde bereits kassiert"));
    CHECK_THAT(text, Contains("3 events: 1 stored, 1 unchanged, 1 refused"));
    const auto document = parsed(results);
    CHECK(anyRefused(View(&document)));
    const auto fine = parsed(R"({"results":[{"position":7}]})");
    CHECK_FALSE(anyRefused(View(&fine)));

    CHECK_THAT(
        drawn(
            R"({"run":"r1","imported":10,"unchanged":1,"refused":1,"problems":[{"line":4,"reason":"E-Mail: no address"}]})",
            importOutcome),
        Contains("4  E-Mail: no address") && Contains("Import r1: 10 imported, 1 unchanged, 1 refused"));
    CHECK_THAT(drawn(R"({"automatic_link":false})", policy), Contains("automatic_link  off"));
    CHECK_THAT(drawn(R"({"events":5,"customers":2,"digest":"ab","verified":false})", rebuildOutcome),
               Contains("What was stored differed"));
}
