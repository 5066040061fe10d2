#pragma once
// Logs to compare with: one as if joins had never been made, and one that remembers what it was asked, since a
// comparison asks the same many times.

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ledger/ledger.hpp"

namespace kartei::testing {

using Streams = std::map<std::pair<ledger::Stream, std::string>, std::vector<events::Position>>;

// A business's log that reads each entry, and each stream as it is now, once. For one thread.
class RememberedLog final : public ledger::LogSource {
public:
    explicit RememberedLog(const ledger::Business& business) : business_(business), head_(business.head()) {}
    [[nodiscard]] ledger::SharedEvent entry(events::Position position) const override;
    [[nodiscard]] std::vector<events::Position> stream(ledger::Stream stream, std::string_view name,
                                                       events::Position upTo) const override;
    [[nodiscard]] events::Position head() const { return head_; }

private:
    const ledger::Business& business_;
    events::Position head_;
    mutable std::map<events::Position, ledger::SharedEvent> entries_;
    mutable Streams streams_;
};

// Whether refusals still cover the records that were joined with their own, by a join that was undone since, when they
// were stated (DESIGN §5); or those only that would have been joined without it.
enum class Refusals { stay, followTheJoins };

// The log as if its undone joins had never been made, nor undone; in which streams an entry is found is worked out
// anew. Two things are left of the joins (DESIGN §3, the undo law): facts that an undo assigned by hand are the other
// record's, and refusals, as `refusals` says.
class LogWithout final : public ledger::LogSource {
public:
    explicit LogWithout(const RememberedLog& log, Refusals refusals = Refusals::stay);
    // Throws std::logic_error for an entry that was left out.
    [[nodiscard]] ledger::SharedEvent entry(events::Position position) const override;
    [[nodiscard]] std::vector<events::Position> stream(ledger::Stream stream, std::string_view name,
                                                       events::Position upTo) const override;

    // The undone joins, and the entries that undid them.
    [[nodiscard]] const std::set<events::Position>& leftOut() const { return leftOut_; }

private:
    void leaveOut();
    void index(const events::Event& event);

    const RememberedLog& log_;
    Refusals refusals_;
    std::set<events::Position> leftOut_;
    std::set<events::RecordName> records_;                         // that anything was reported for
    std::map<events::Position, ledger::SharedEvent> assignments_;  // what is left of undos that assigned something
    Streams streams_;
};

}  // namespace kartei::testing
