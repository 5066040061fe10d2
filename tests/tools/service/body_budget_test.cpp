// How much memory bodies may take together.

#include "tools/service/body_budget.hpp"

#include <catch2/catch.hpp>
#include <optional>

using kartei::tools::service::BodyBudget;

TEST_CASE("Bodies take from their budget as they grow, and give it back") {
    BodyBudget budget(100);
    BodyBudget others(100);
    std::optional<BodyBudget::Charge> one(std::in_place);
    one->takeFrom(budget);
    CHECK(one->growTo(60));
    CHECK(one->growTo(50));
    BodyBudget::Charge other;
    other.takeFrom(budget);
    CHECK_FALSE(other.growTo(41));
    CHECK(other.growTo(40));
    BodyBudget::Charge third;
    third.takeFrom(others);
    CHECK(third.growTo(100));
    one.reset();
    CHECK(other.growTo(100));
    CHECK_FALSE(other.growTo(101));
}

TEST_CASE("A small body takes from no budget") {
    BodyBudget::Charge small;
    CHECK(small.growTo(1'000'000));
}
