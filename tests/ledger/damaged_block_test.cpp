// A flipped bit in a table of the database. Whatever reads the damaged block says so; nothing ever answers as if there
// were less than there is, or takes a position twice.

#include <catch2/catch.hpp>
#include <functional>

#include "ledger/failure.hpp"
#include "ledger/log_audit.hpp"
#include "projections/stored_views.hpp"
#include "tests/support/tables.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using events::Position;
using ledger::Failure;

namespace {

const auto salon = events::BusinessName::trusted("salon");
const ledger::Caller till{"till", events::Role::ADAPTER};
constexpr int records = 1'500;
constexpr int facts = 3'000;  // the first for each record, and a change of each
constexpr std::uint64_t entries = facts + 1;

events::SentEvent event(const std::string& id, const std::string& type, const std::string& subject,
                        const std::string& data) {
    return *events::readCloudEvent(R"({"specversion":"1.0","id":")" + id + R"(","source":"till","type":")" + type +
                                   "\"" + (subject.empty() ? "" : R"(,"subject":")" + subject + "\"") + R"(,"data":{)" +
                                   data + "}}");
}

events::SentEvent fact(int number) {
    return event(std::to_string(number), number < records ? "record.entered" : "record.changed",
                 "till/" + std::to_string(number % records),
                 R"("attributes":{"familyName":"Weiss)" + std::to_string(number) + "\"}");
}

// A data directory whose families lie in several tables each.
struct Fixture {
    TemporaryDirectory temporary;
    std::map<std::string, std::vector<Table>> tables;
    std::size_t checkpoints = 0;

    Fixture() {
        fill();
        ledger::Ledger ledger(placeOf(path()), masterKey());
        auto& business = ledger.findOrCreate(salon);
        checkpoints = business.tree().checkpoints().size();
        auto& directory = business.directory();
        for (auto* family : {directory.log(), directory.index(), directory.tree(), directory.views()}) {
            tables[family->GetName()] = compactIntoTables(directory.database(), family);
        }
    }

    [[nodiscard]] std::filesystem::path path() const { return temporary.path() / "data"; }

    // A copy of it with one bit of a table turned. `where`: which part of the table's data, from 0 to 2.
    [[nodiscard]] std::filesystem::path damagedCopy(const Table& table, int where) const {
        auto copy = temporary.path() / "copy";
        const std::uint64_t places[] = {20, table.dataBytes / 2, table.dataBytes - 40};
        copyDamaged(path(), copy, table, places[where]);
        return copy;
    }

private:
    void fill() const {
        ledger::Ledger ledger(placeOf(path()), masterKey());
        auto& business = ledger.findOrCreate(salon);
        business.append({tillConnected()}, till);
        for (int next = 0; next < facts;) {
            std::vector<events::SentEvent> batch;
            for (const int end = next + 100; next < end; ++next) batch.push_back(fact(next));
            business.append(std::move(batch), till);
            (void)business.checkpoint();
        }
        projections::StoredViews(business).catchUp();
    }
};

// Counts what did not throw; everything else must say that something is damaged.
class Attempts {
public:
    // `work` says whether the answer was the right one.
    void operator()(const std::function<bool()>& work) {
        try {
            const bool right = work();
            CHECK(right);
        } catch (const Failure& failure) {
            CHECK(failure.kind() == Failure::Kind::damaged);
            ++failed_;
        }
    }
    [[nodiscard]] int failed() const { return failed_; }

private:
    int failed_ = 0;
};

std::uint64_t scanned(const ledger::Business& business) {
    std::uint64_t count = 0;
    business.scan(Position(1), business.head(), [&](const events::Event& one) {
        ++count;
        return one.position.value() == count;
    });
    return count;
}

int filesIn(projections::StoredViews& views) {
    int count = 0;
    views.each([&](std::string_view, std::string_view) {
        ++count;
        return true;
    });
    return count;
}

// Every answer that is given is the right one.
bool useDamaged(const std::filesystem::path& path, std::size_t checkpoints, Attempts& attempt) {
    ledger::Ledger ledger(placeOf(path), masterKey());
    auto& business = *ledger.find(salon);
    projections::StoredViews views(business);
    CHECK(business.head() == Position(entries));
    attempt([&] { return scanned(business) == entries; });
    attempt([&] { return business.tree().checkpoints().size() == checkpoints; });
    attempt([&] {
        const auto audit = ledger::auditLog(business, [](std::uint64_t, std::uint64_t) {});
        if (audit.fault) throw Failure(Failure::Kind::damaged, audit.fault->what);
        return audit.tree.size == entries;
    });
    attempt([&] { return filesIn(views) == records; });
    attempt([&] { return filesThatFit(business, "Weiss2999").size() == 1; });
    for (int number = 0; number < facts; number += 97) {
        attempt([&] {
            const auto known = business.append({fact(number)}, till);
            return std::get<ledger::Recorded>(known.front()).position == Position(static_cast<unsigned>(number) + 2);
        });
    }
    attempt([&] {
        const auto fresh = business.append({event("new", "record.entered", "till/new", "")}, till);
        return std::get<ledger::Recorded>(fresh.front()).position == Position(entries + 1);
    });
    const auto before = views.state();
    attempt([&] {
        const auto result = views.rebuild(projections::Switching::useNew, [](std::uint64_t, std::uint64_t) {});
        return result.rebuilt.rows >= records;
    });
    CHECK(views.state().rows >= before.rows);
    attempt([&] { return filesIn(views) >= records; });
    return true;
}

}  // namespace

TEST_CASE("A flipped bit in a stored table is never taken for the end, nor for an answer") {
    const Fixture fixture;
    for (const auto& [family, tables] : fixture.tables) {
        INFO(family);
        REQUIRE(tables.size() >= (family == "log" || family == "views" ? 3U : 1U));
        for (const auto file : {std::size_t{0}, tables.size() / 2, tables.size() - 1}) {
            for (int where = 0; where < 3; ++where) {
                INFO("table " << file << " of " << tables.size() << ", part " << where);
                const auto copy = fixture.damagedCopy(tables[file], where);
                Attempts attempt;
                attempt([&] { return useDamaged(copy, fixture.checkpoints, attempt); });
                CHECK(attempt.failed() > 0);
            }
        }
    }
}
