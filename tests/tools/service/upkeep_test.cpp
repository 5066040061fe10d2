// What a server does without being asked.

#include "tools/service/upkeep.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <functional>

#include "projections/stored_views.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;

namespace {

// Whether it becomes so, for as long as that takes on a machine that is busy.
bool becomesSo(const std::function<bool()>& isSo) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!isSo() && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return isSo();
}

}  // namespace

TEST_CASE("A server opens its businesses and brings the stored files up to the log, an erasure's too, unasked") {
    const auto name = events::BusinessName::trusted("salon");
    TemporaryDirectory temporary;
    const auto place = placeOf(temporary.path() / "data");
    {
        ledger::Ledger ledger(place, masterKey());
        ledger.findOrCreate(name).append({tillConnected()}, {"till", events::Role::ADAPTER});
    }
    ledger::Ledger ledger(place, masterKey());
    REQUIRE(ledger.businesses().open.empty());
    const tools::service::Upkeep upkeep(ledger);
    REQUIRE(becomesSo([&] { return ledger.businesses().open.size() == 1; }));
    auto& business = *ledger.businesses().open.front();
    const auto isShown = [&] { return projections::StoredViews(business).state().position == business.head(); };
    CHECK(becomesSo(isShown));
    business.append(enteredAtTill(1, 100), {"till", events::Role::ADAPTER});
    CHECK_FALSE(isShown());
    CHECK(becomesSo(isShown));
    REQUIRE(business.decide(ledger::Erase{{record("till/7")}, "asked", ledger::Erase::Joined::refuse},
                            {"admin", events::Role::ADMIN}));
    CHECK(becomesSo(isShown));
}
