#include "ledger/view.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using events::Position;
using ledger::PastJoins;

namespace {

const auto till = events::SourceName::trusted("till");

ledger::View viewAt(const TestLedger& ledger, Position then, PastJoins pastJoins = PastJoins::asTheyWere) {
    const auto now = ledger.business().now();
    return {now.at(then), now, second(0), pastJoins, ledger::View::Of::thePast};
}

ledger::View viewOfNow(const TestLedger& ledger) {
    return ledger::viewOfNow(ledger.business(), second(0), PastJoins::asTheyWere);
}

std::size_t recordsOf(const ledger::View& view, std::string_view name) {
    return view.customer(record(name)).records.size();
}

void enter(TestLedger& ledger, std::string_view name) {
    ledger.fact("record.entered", name, R"("attributes":{"familyName":"Weiß"})");
}

}  // namespace

TEST_CASE("A join that was undone since shows in the past to those alone who may see it") {
    TestLedger ledger;
    for (const auto* name : {"till/1", "till/2", "till/3"}) enter(ledger, name);
    const auto kept = ledger.link("till/1", "till/2");
    const auto undone = ledger.link("till/2", "till/3");
    const auto before = ledger.business().head();
    CHECK(recordsOf(viewOfNow(ledger), "till/1") == 3);
    ledger.undo(undone);

    const auto all = viewAt(ledger, before);
    CHECK(recordsOf(all, "till/1") == 3);
    CHECK(all.shows(record("till/2"), undone));
    const auto some = viewAt(ledger, before, PastJoins::onlyIfInForceNow);
    CHECK(recordsOf(some, "till/1") == 2);
    CHECK(recordsOf(some, "till/3") == 1);
    CHECK(some.shows(record("till/2"), kept));
    CHECK_FALSE(some.shows(record("till/2"), undone));
    CHECK(recordsOf(viewAt(ledger, kept.previous()), "till/1") == 1);
}

TEST_CASE("What the log says of the business was at each position what it is there in the past") {
    TestLedger ledger;
    auto& business = ledger.business();
    enter(ledger, "till/1");
    REQUIRE(business.decide(ledger::SetPolicy{events::Rule::AUTOMATIC_LINK, false}, ledger.admin()));
    const auto off = business.head();
    REQUIRE(business.decide(ledger::SetPolicy{events::Rule::AUTOMATIC_LINK, true}, ledger.admin()));
    const auto isOn = [&](Position then) {
        return ledger::factsIn(business, viewAt(ledger, then)).policy.isOn(events::Rule::AUTOMATIC_LINK);
    };
    CHECK(isOn(off.previous()));
    CHECK_FALSE(isOn(off));
    CHECK(isOn(off.next()));
    CHECK(ledger::factsIn(business, viewOfNow(ledger)).policy.isOn(events::Rule::AUTOMATIC_LINK));
    CHECK(ledger::factsIn(business, viewAt(ledger, Position())).sources.empty());
    CHECK(ledger::factsIn(business, viewAt(ledger, Position(1))).sources.size() == 1);
}

TEST_CASE("The cursor of a source was at each position what it is there in the past, however far back it was sent") {
    TestLedger ledger;
    auto& business = ledger.business();
    const auto send = [&](const std::string& id, const std::string& cursor) {
        const auto sent = ledger.append(R"({"specversion":"1.0","id":")" + id +
                                        R"(","source":"till","type":"record.entered","subject":"till/)" + id +
                                        R"(","cursor":")" + cursor + R"(","data":{"attributes":{}}})");
        REQUIRE(codeOf(sent) == "recorded");
    };
    std::map<Position, std::optional<std::string>> then;
    const auto note = [&] { then[business.head()] = ledger::cursorIn(business, viewOfNow(ledger), till); };
    note();
    ledger.connect("till");
    note();
    send("a", "page 1");
    note();
    ledger.connect("web");
    note();
    send("b", "page 2");
    note();
    business.append(enteredAtTill(1, 9'000), ledger.admin());
    note();
    send("c", "page 3");
    note();
    for (const auto& [position, cursor] : then) {
        CAPTURE(position.value());
        CHECK(ledger::cursorIn(business, viewAt(ledger, position), till) == cursor);
    }
    CHECK(then[business.head()] == "page 3");
    CHECK(ledger::cursorIn(business, viewAt(ledger, business.head()), events::SourceName::trusted("web")) ==
          std::nullopt);
}
