// What people are told before a join is undone.

#include "projections/previews.hpp"

#include <catch2/catch.hpp>

#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;

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
