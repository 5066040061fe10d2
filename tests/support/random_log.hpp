#pragma once
// Random logs: salons with a handful of records in three sources, where everything happens that may happen.
//
// A log is described by a list of small steps, plain numbers, so that a failing one can be shrunk by leaving steps
// out and replayed. A step that makes no sense where it stands is refused by the ledger or passed over; it still
// takes its turn, so the others mean the same without it.

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/test_ledger.hpp"

namespace kartei::testing {

struct Step {
    enum class Kind : std::uint8_t {
        import,
        registration,
        entry,
        change,
        verify,
        account,
        deletion,
        consent,
        notifications,
        booking,
        reschedule,
        cancellation,
        missed,
        missedCleared,
        checkout,
        reversal,
        message,
        messageStatus,
        note,
        correspondence,
        contract,
        link,
        merge,
        resolve,
        distinct,
        undo,
    };
    Kind kind{};
    std::uint32_t a = 0;  // what the step is about: a record, a join, …; taken modulo what there is
    std::uint32_t b = 0;
    std::uint32_t c = 0;
    bool operator==(const Step&) const = default;
};

std::string toText(const Step& step);

// A log of at least 8 records, 60 events and 1 to 6 joins, with undos among and behind them.
std::vector<Step> randomSteps(std::uint64_t seed);

// Plays steps on a business that has nothing in it yet.
class Player {
public:
    explicit Player(TestLedger& ledger) : ledger_(ledger) {}
    void play(const std::vector<Step>& steps);
    void playOne(const Step& step);

    // The records that steps are about.
    [[nodiscard]] static const std::vector<std::string>& records();
    // Joins that were made, by position, those undone since included.
    [[nodiscard]] const std::vector<events::Position>& joins() const { return joins_; }

private:
    void reportFact(const Step& step);
    void makeJoin(const Step& step);
    void undoJoin(const Step& step);
    void resolvePending(const Step& step);

    TestLedger& ledger_;
    std::vector<events::Position> joins_;
};

}  // namespace kartei::testing
