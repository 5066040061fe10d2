// The index: its part in memory, and the runs that are written from it.

#include <catch2/catch.hpp>
#include <future>

#include "ledger/index.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using events::Position;
using events::Token;
using ledger::Index;
using ledger::RecentIndex;

namespace {

Token token(unsigned number) {
    Token token;
    for (std::size_t i = 0; i < 4; ++i) token.bytes[i] = static_cast<unsigned char>(number >> (8 * i));
    return token;
}

// Another token in the same slot of the table.
Token sameHome(unsigned number) {
    Token other = token(number);
    other.bytes.back() = 1;
    return other;
}

std::vector<Position> positions(std::initializer_list<std::uint64_t> values) {
    std::vector<Position> all;
    for (const auto value : values) all.emplace_back(value);
    return all;
}

std::vector<Position> found(const RecentIndex& index, const Token& token, Position upTo = Position::latest()) {
    std::vector<Position> out;
    index.find(token, upTo, out);
    return out;
}

struct Fixture {
    TemporaryDirectory temporary;
    ledger::DataDirectory directory{temporary.path() / "data", testing::masterKey()};
    Index index{directory, 1};
};

}  // namespace

TEST_CASE("The recent index finds the newest first, up to a position") {
    RecentIndex index(8);
    for (const auto value : {2U, 5U, 9U}) REQUIRE(index.add(token(1), Position(value)));
    CHECK(found(index, token(1)) == positions({9, 5, 2}));
    CHECK(found(index, token(1), Position(5)) == positions({5, 2}));
    CHECK(found(index, token(1), Position(1)).empty());
    CHECK(found(index, token(2)).empty());
}

TEST_CASE("Tokens that meet in one slot are kept apart") {
    RecentIndex index(8);
    REQUIRE(index.add(token(1), Position(1)));
    REQUIRE(index.add(sameHome(1), Position(2)));
    CHECK(found(index, token(1)) == positions({1}));
    CHECK(found(index, sameHome(1)) == positions({2}));
    CHECK(found(index, token(2)).empty());
}

TEST_CASE("A full recent index says so and keeps what it has") {
    RecentIndex index(4);
    for (unsigned i = 0; i < 4; ++i) REQUIRE(index.add(token(i), Position(i + 1)));
    CHECK_FALSE(index.add(token(0), Position(9)));
    CHECK_FALSE(index.add(token(9), Position(9)));
    CHECK(index.size() == 4);
    for (unsigned i = 0; i < 4; ++i) CHECK(found(index, token(i)) == positions({i + 1}));
    CHECK(found(index, token(9)).empty());
}

TEST_CASE("The recent index lists every token with its positions, oldest first") {
    RecentIndex index(8);
    index.add(token(1), Position(2));
    index.add(token(2), Position(3));
    index.add(token(1), Position(4));
    std::map<Token, std::vector<Position>> all;
    index.each([&](const Token& token, const std::vector<Position>& positions) {
        CHECK((all.empty() || all.rbegin()->first < token));
        all[token] = positions;
    });
    CHECK(all == std::map<Token, std::vector<Position>>{{token(1), positions({2, 4})}, {token(2), positions({3})}});
}

TEST_CASE("A stream is found in memory, in the runs, and across both, each position once") {
    Fixture fixture;
    auto& index = fixture.index;
    const auto add = [&](std::uint64_t position) {
        index.addToStream(token(7), Position(position));
        index.addEvent(token(100 + static_cast<unsigned>(position)), Position(position));
    };
    add(1);
    add(3);
    CHECK(index.stream(token(7), Position::latest()) == positions({1, 3}));
    index.spill(Position(3));
    CHECK(index.stream(token(7), Position::latest()) == positions({1, 3}));
    add(300);
    add(70'000);
    CHECK(index.stream(token(7), Position::latest()) == positions({1, 3, 300, 70'000}));
    CHECK(index.stream(token(7), Position(300)) == positions({1, 3, 300}));
    CHECK(index.stream(token(7), Position(2)) == positions({1}));
    CHECK(index.stream(token(8), Position::latest()).empty());
    index.spill(Position(70'000));
    CHECK(index.stream(token(7), Position::latest()) == positions({1, 3, 300, 70'000}));
    CHECK(index.spilledTo() == Position(70'000));
}

TEST_CASE("A run may hold positions that do not ascend, and very large ones") {
    Fixture fixture;
    auto& index = fixture.index;
    for (const auto value : {std::uint64_t{500}, std::uint64_t{2}, std::uint64_t{1} << 62U, std::uint64_t{127},
                             std::uint64_t{128}, std::uint64_t{500}}) {
        index.addToStream(token(7), Position(value));
    }
    index.addEvent(token(1), Position(501));
    index.spill(Position(501));
    CHECK(index.stream(token(7), Position::latest()) == positions({2, 127, 128, 500, std::uint64_t{1} << 62U}));
    CHECK(index.stream(token(7), Position(128)) == positions({2, 127, 128}));
}

TEST_CASE("Tokens that differ in their last byte have streams of their own") {
    Fixture fixture;
    auto& index = fixture.index;
    index.addToStream(token(7), Position(1));
    index.addToStream(sameHome(7), Position(2));
    index.addEvent(token(1), Position(2));
    for (int round = 0; round < 2; ++round) {
        CHECK(index.stream(token(7), Position::latest()) == positions({1}));
        CHECK(index.stream(sameHome(7), Position::latest()) == positions({2}));
        if (round == 0) index.spill(Position(2));
    }
}

TEST_CASE("An index is the same when it is opened again, and another business sees none of it") {
    const TemporaryDirectory temporary;
    const auto till = *events::SourceName::parse("till");
    {
        ledger::DataDirectory directory(temporary.path() / "data", testing::masterKey());
        Index index(directory, 1);
        index.addToStream(token(7), Position(4));
        index.addEvent(token(1), Position(4));
        index.setCursor(till, "page 2");
        index.spill(Position(4));
    }
    ledger::DataDirectory directory(temporary.path() / "data", testing::masterKey());
    const Index index(directory, 1);
    CHECK(index.spilledTo() == Position(4));
    CHECK(index.stream(token(7), Position::latest()) == positions({4}));
    REQUIRE(index.event(token(1)));
    CHECK(index.event(token(1))->position == Position(4));
    CHECK(index.cursor(till) == "page 2");
    const Index other(directory, 2);
    CHECK(other.spilledTo().isNone());
    CHECK(other.stream(token(7), Position::latest()).empty());
    CHECK_FALSE(other.event(token(1)));
    CHECK_FALSE(other.cursor(till));
}

TEST_CASE("What was not spilled is not in the index that is opened again, and the checkpoint says so") {
    const TemporaryDirectory temporary;
    {
        ledger::DataDirectory directory(temporary.path() / "data", testing::masterKey());
        Index index(directory, 1);
        index.addToStream(token(7), Position(1));
        index.addEvent(token(1), Position(1));
        index.spill(Position(1));
        index.addToStream(token(7), Position(2));
        index.addEvent(token(2), Position(2));
    }
    ledger::DataDirectory directory(temporary.path() / "data", testing::masterKey());
    const Index index(directory, 1);
    CHECK(index.spilledTo() == Position(1));
    CHECK(index.stream(token(7), Position::latest()) == positions({1}));
}

TEST_CASE("An unchanged event is known by its content") {
    Fixture fixture;
    fixture.index.addUnchanged(token(1), token(2));
    REQUIRE(fixture.index.event(token(1)));
    CHECK(fixture.index.event(token(1))->position.isNone());
    CHECK(fixture.index.event(token(1))->unchangedContent == token(2));
}

TEST_CASE("The index grows where one append needs more than its tables hold") {
    Fixture fixture;
    auto& index = fixture.index;
    constexpr unsigned many = (1U << 18U) + 1000;
    for (unsigned i = 1; i <= many; ++i) index.addToStream(token(i % 100), Position(i));
    for (unsigned i = 1; i <= 10; ++i) index.addEvent(token(i), Position(many + i));
    CHECK(index.isFull());
    CHECK(index.stream(token(5), Position::latest()).size() == many / 100 + 1);
    for (unsigned i = 1; i <= 10; ++i) {
        REQUIRE(index.event(token(i)));
        CHECK(index.event(token(i))->position == Position(many + i));
    }
    index.spill(Position(many + 10));
    CHECK_FALSE(index.isFull());
    CHECK(index.stream(token(5), Position::latest()).size() == many / 100 + 1);
    REQUIRE(index.event(token(10)));
}

TEST_CASE("What is being written out is found all the time, and what was looked ahead holds until that has ended") {
    Fixture fixture;
    auto& index = fixture.index;
    index.addToStream(token(1), Position(1));
    index.addEvent(token(101), Position(1));
    std::promise<void> durable;
    index.beginSpill(Position(1), [waits = durable.get_future().share()] { waits.wait(); });
    index.addToStream(token(1), Position(2));
    index.addEvent(token(102), Position(2));

    const auto ahead = index.lookAhead({{token(101), {token(1), token(2)}}}).front();
    CHECK(ahead.lacksEvent);  // it is not on the disk yet
    CHECK(ahead.lacksStream(token(1)));
    const auto check = [&] {
        CHECK(index.stream(token(1), Position::latest()) == positions({1, 2}));
        CHECK(index.event(token(101))->position == Position(1));
        CHECK(index.event(token(102))->position == Position(2));
    };
    index.endSpill(Index::Patience::onlyIfDone);
    CHECK(index.spilledTo().isNone());
    CHECK(index.holds(ahead));
    CHECK(index.recentStream(token(1), Position::latest()) == positions({1, 2}));
    CHECK(index.recentEvent(token(101))->position == Position(1));
    check();

    durable.set_value();
    index.endSpill(Index::Patience::wait);
    CHECK(index.spilledTo() == Position(1));
    CHECK_FALSE(index.holds(ahead));
    CHECK(index.recentStream(token(1), Position::latest()) == positions({2}));
    CHECK_FALSE(index.recentEvent(token(101)));
    check();
    const auto now = index.lookAhead({{token(101), {token(1), token(2)}}, {token(102), {}}});
    CHECK_FALSE(now[0].lacksEvent);
    CHECK_FALSE(now[0].lacksStream(token(1)));
    CHECK(now[0].lacksStream(token(2)));
    CHECK(now[1].lacksEvent);
}

TEST_CASE("What goes wrong while writing out comes out at its end") {
    Fixture fixture;
    fixture.index.addEvent(token(1), Position(1));
    fixture.index.beginSpill(Position(1), [] { throw std::runtime_error("no disk"); });
    CHECK_THROWS_WITH(fixture.index.endSpill(Index::Patience::wait), "no disk");
    CHECK(fixture.index.event(token(1))->position == Position(1));
}

TEST_CASE("The sum of an index is the same wherever its parts are") {
    Fixture fixture;
    ledger::IndexSum expected;
    const auto add = [&](unsigned number, unsigned position) {
        fixture.index.addToStream(token(number), Position(position));
        fixture.index.addEvent(token(100 + position), Position(position));
        expected.addStream(token(number), Position(position));
        expected.addEvent(token(100 + position), Position(position));
    };
    add(1, 1);
    add(2, 2);
    CHECK(fixture.index.sum(Position(2), {}) == expected);
    fixture.index.spill(Position(2));
    CHECK(fixture.index.sum(Position(2), {}) == expected);
    add(1, 3);
    CHECK(fixture.index.sum(Position(3), {}) == expected);
    fixture.index.spill(Position(3));
    CHECK(fixture.index.sum(Position(3), {}) == expected);
}

TEST_CASE("The sum of an index leaves out what is behind a position, and what is named") {
    Fixture fixture;
    for (const auto value : {1U, 2U, 3U, 4U}) {
        fixture.index.addToStream(token(1), Position(value));
        fixture.index.addEvent(token(100 + value), Position(value));
        if (value == 2) fixture.index.spill(Position(2));
    }
    ledger::IndexSum expected;
    for (const auto value : {1U, 3U}) {
        expected.addStream(token(1), Position(value));
        expected.addEvent(token(100 + value), Position(value));
    }
    CHECK(fixture.index.sum(Position(3), {Position(2)}) == expected);
    CHECK_FALSE(fixture.index.sum(Position(4), {Position(2)}) == expected);
    CHECK_FALSE(fixture.index.sum(Position(3), {}) == expected);
}
