// What people are told before a join is undone.

#include "projections/previews.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

#include "ledger/things.hpp"
#include "projections/customer_file.hpp"
#include "tests/support/random_log.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;

namespace {

// What a preview says of the time after, and the same as it is then.
struct Foreseen {
    std::vector<std::string> files, filesThen;
    std::vector<std::string> goesTo, goesToThen;
};

std::string textOf(const rapidjson::Value& value) {
    rapidjson::StringBuffer buffer;
    events::JsonWriter out(buffer);
    value.Accept(out);
    return buffer.GetString();
}

std::string leadOf(const ledger::Customer& customer) {
    return ledger::leadOf(customer, ledger::foldFields(customer).retired).text();
}

// Previews the undo, makes it, and looks; nothing where a rule refuses it.
std::optional<Foreseen> foreseen(TestLedger& ledger, ledger::Undoing command) {
    const auto before = ledger.business().now();
    const auto state = ledger::Business::undoState(before, command.join);
    command.withDependents = true;
    if (!state.join || state.undone || !ledger::decide(state, command)) return std::nullopt;
    rapidjson::Document preview;
    preview.Parse(projections::undoPreview(before, state, command).c_str());
    REQUIRE(ledger.tryUndo(command));

    const auto now = ledger.business().now();
    Foreseen result;
    for (const auto& file : preview["files"]["after"].GetArray()) {
        result.files.push_back(textOf(file));
        result.filesThen.push_back(projections::fileOf(now, record(file["customer"].GetString())));
    }
    for (const auto& fact : preview["facts"].GetArray()) {
        const auto at = position(fact["position"].GetUint64());
        result.goesTo.emplace_back(fact["goesTo"].GetString());
        result.goesToThen.push_back(leadOf(now.customer(ledger::holderOf(now, *now.event(at)))));
    }
    return result;
}

}  // namespace

TEST_CASE("Notices of an undo are in words, and name the field as the wire does beside them") {
    TestLedger ledger;
    ledger.fact("record.entered", "till/1", R"("attributes":{"postalCode":"10119"})");
    ledger.fact("record.entered", "web/1", R"("attributes":{"birthDate":"1980-03-22"})");
    for (const auto* visit : {"a1", "a2"}) {
        ledger.fact("appointment.booked", "till/1",
                    R"("startsAt":"2026-03-01T10:00:00Z","appointment":")" + std::string(visit) + '"');
    }
    ledger.fact("appointment.booked", "web/1", R"("startsAt":"2026-03-01T10:00:00Z","appointment":"a3")");
    const auto join = ledger.link("till/1", "web/1");
    const auto now = ledger.business().now();
    const auto preview = projections::undoPreview(now, ledger::Business::undoState(now, join), {join, "x", {}});
    CHECK_THAT(preview, Contains(R"("field":"postalCode","text":"Loses postal code, which came from till/1.")"));
    CHECK_THAT(preview, Contains(R"("field":"birthDate","text":"Loses birth date, which came from web/1.")"));
    CHECK_THAT(preview, Contains(R"({"record":"web/1","text":"Shows 1 visit instead of 3."})"));
    CHECK_THAT(preview, Contains(R"({"record":"till/1","text":"Shows 2 visits instead of 3."})"));
}

TEST_CASE("An undo's notices tell of visits that will show otherwise, and of fields that show again") {
    TestLedger ledger;
    ledger.fact("record.entered", "till/1", R"("attributes":{"email":"a@example.com","city":"Ulm"})");
    ledger.fact("record.entered", "web/1", "");
    for (const auto* visit : {"a1", "a2", "a3"}) {
        ledger.fact("appointment.booked", "web/1",
                    R"("startsAt":"2026-03-01T10:00:00Z","appointment":")" + std::string(visit) + '"');
    }
    const auto join = ledger.merge("till/1", "web/1", {events::Field::EMAIL});
    ledger.fact("appointment.cancelled", "till/1", R"("appointment":"web/a1")");
    ledger.fact("appointment.rescheduled", "till/1", R"("appointment":"web/a2","startsAt":"2026-03-02T10:00:00Z")");
    const auto now = ledger.business().now();
    const auto preview = projections::undoPreview(now, ledger::Business::undoState(now, join), {join, "x", {}});
    CHECK_THAT(preview, Contains(R"({"record":"web/1","text":"Visit web/a1: booked instead of cancelled."})"));
    CHECK_THAT(preview, Contains(R"({"record":"web/1","text":"Visit web/a2: at another time."})"));
    CHECK_THAT(preview, !Contains("Visit web/a3"));
    CHECK_THAT(preview, Contains(R"("field":"city","text":"Shows city again, from till/1.")"));
}

TEST_CASE("The preview of an undo shows the files, and puts the facts where they will be, with what is assigned") {
    constexpr std::uint64_t logs = 60;
    std::size_t assigned = 0;
    TestLedger ledger;
    for (std::uint64_t seed = 1; seed <= logs; ++seed) {
        INFO("seed " << seed);
        ledger.startBusiness();
        Player player(ledger);
        player.play(randomSteps(seed));
        std::mt19937_64 random(seed);
        auto joins = player.joins();
        std::shuffle(joins.begin(), joins.end(), random);
        for (const auto join : joins) {
            const auto number = [&] { return static_cast<std::uint32_t>(random() % 1000); };
            const auto command = player.undoing(join, {Step::Kind::undo, number(), number(), number(), number()});
            const auto outcome = foreseen(ledger, command);
            if (!outcome) continue;
            CHECK(outcome->files == outcome->filesThen);
            CHECK(outcome->goesTo == outcome->goesToThen);
            assigned += command.assign.size();
        }
    }
    CHECK(assigned > logs / 4);
}

TEST_CASE("Notices of an undo tell of pending changes, papers, reminder switches and consents") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", R"("attributes":{"familyName":"Weiß"},"notifications":{"sms":true})");
    ledger.fact("record.entered", "web/1", R"("attributes":{"familyName":"Schwarz"})");
    ledger.fact("consent.stated", "web/1", R"("purpose":"marketing","channel":"email","state":"confirmed")");
    const auto join = ledger.merge("web/1", "till/1");
    ledger.fact("record.changed", "web/1", R"("attributes":{"city":"Ulm"})");
    ledger.fact("correspondence.filed", "web/1", R"("entry":"l1")");
    ledger.fact("contract.signed", "till/1", R"("contract":"v1")");
    ledger.fact("consent.stated", "till/1",
                R"("purpose":"reviews","channel":"email","state":"refused","address":"weiss@example.com")");
    const auto now = ledger.business().now();
    const auto preview = projections::undoPreview(now, ledger::Business::undoState(now, join), {join, "x", {}});
    const auto tells = [&](const std::string& of, const std::string& text) {
        CHECK_THAT(preview, Contains(R"({"record":")" + of + "\"," + text));
    };
    tells("till/1", R"("field":"city","text":"No longer pending: the change of city on web/1 at position 7."})");
    tells("web/1", R"("field":"city","text":"No longer pending: the change of city on web/1 at position 7."})");
    tells("till/1", R"("text":"Correspondence: 0 instead of 1."})");
    tells("web/1", R"("text":"Contracts: 0 instead of 1."})");
    tells("web/1", R"("text":"Reminders by SMS: not set instead of on."})");
    tells("till/1", R"("text":"No longer in force: marketing by email, confirmed for web/1 at position 5."})");
    tells("web/1",
          R"("text":"Still in force, without its address: reviews by email, refused for till/1 at position 10."})");
    CHECK_THAT(preview, !Contains(R"("record":"till/1","text":"Reminders)"));
    CHECK_THAT(preview, !Contains(R"("record":"web/1","text":"Correspondence)"));
}
