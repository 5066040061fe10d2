#pragma once
// A log as it would be with a decision that nobody has made: what if. It is read like any other log, so a preview is
// what the views show of it, and cannot differ from what they will show.

#include <map>
#include <utility>
#include <vector>

#include "ledger/decide.hpp"
#include "ledger/reading.hpp"

namespace kartei::ledger {

// For one thread, as Reading is.
class WhatIf final : public LogSource {
public:
    // The log as `now` reads it, and the events of the decision behind it.
    WhatIf(const Reading& now, const Decision& decision);

    [[nodiscard]] SharedEvent entry(Position position) const override;
    [[nodiscard]] std::vector<Position> stream(Stream stream, std::string_view name, Position upTo) const override;

    [[nodiscard]] Reading reading() const { return {*this, head_}; }

private:
    void add(const NewEvent& next);

    Reading now_;
    Position head_;
    std::vector<SharedEvent> events_;                                          // behind `now`
    std::map<std::pair<Stream, std::string>, std::vector<Position>> streams_;  // that they are in
};

}  // namespace kartei::ledger
