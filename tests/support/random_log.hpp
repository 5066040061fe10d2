#pragma once
// Random logs: salons with a handful of records in four sources, where everything happens that may happen: records
// whose addresses are verified are linked by the ledger itself, switches and statements of consent contradict one
// another, facts come late and in the wrong order, staff of one record report for another, and what they reported is
// assigned elsewhere when a join is undone.
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
        erase,
    };
    Kind kind{};
    std::uint32_t a = 0;  // what the step is about: a record, a join, …; taken modulo what there is
    std::uint32_t b = 0;
    std::uint32_t c = 0;
    std::uint32_t d = 0;  // how a fact arrives: from whom and how late; what an undo assigns
    bool operator==(const Step&) const = default;
};

std::string toText(const Step& step);

// Whether somebody, in one log of four, is erased, registers again, is erased again and registers once more.
enum class Erasing { never, some };

// A log of at least 8 records, 60 events and 1 to 6 joins, with undos among and behind them.
std::vector<Step> randomSteps(std::uint64_t seed, Erasing erasing = Erasing::never);

// Plays steps on a business that has nothing in it yet.
class Player {
public:
    explicit Player(TestLedger& ledger) : ledger_(ledger) {}
    void play(const std::vector<Step>& steps);
    void playOne(const Step& step);

    // The records that steps are about; who comes after one that was erased is not among them.
    [[nodiscard]] static const std::vector<std::string>& records();
    // Usernames that accounts of any source may have.
    [[nodiscard]] static const std::vector<std::string>& usernames();
    // Joins that were made, by staff and by the ledger itself, by position; those undone since included.
    [[nodiscard]] const std::vector<events::Position>& joins() const { return joins_; }
    // Undoes the join; the step's numbers say with which choices. It may be refused.
    void undo(events::Position join, const Step& how);
    // The command that `undo` would give now.
    [[nodiscard]] ledger::Undoing undoing(events::Position join, const Step& how) const;

private:
    [[nodiscard]] events::RecordName meantBy(std::uint32_t number) const;
    void erase(const Step& step);
    void reportFact(const Step& step);
    void reportVisitOrPaper(const Step& step);
    void say(const Step& step, std::string_view sender, std::string_view type, std::string_view subject,
             const std::string& data);
    void makeJoin(const Step& step);
    void resolvePending(const Step& step);
    [[nodiscard]] std::string verifiedBy(const Step& step) const;
    [[nodiscard]] std::vector<std::pair<events::Position, events::RecordName>> chosenToAssign(
        const ledger::Undoing& command, const Step& how) const;
    void noteNewJoins();

    TestLedger& ledger_;
    events::Position seen_;
    std::vector<events::Position> joins_;
};

}  // namespace kartei::testing
