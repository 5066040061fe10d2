#pragma once
// What the log says of a business as a whole: its sources, import runs, switches, and what was erased. Small, so it is
// kept in memory.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "events/codec.hpp"

namespace kartei::ledger {

struct Source {
    bool connected = false;
    std::string name;
    std::optional<events::Declaration> declaration;  // stands for every import
};

struct ImportRun {
    events::RunName name;
    events::SourceName source;
    events::Position startedAt;
    events::Time startTime;
    std::uint64_t expected = 0;
    std::optional<events::Declaration> declaration;
    std::optional<events::ImportCompleted> completed;
};

// The rules that a business may switch off. All are on to begin with.
class Policy {
public:
    [[nodiscard]] bool isOn(events::Rule rule) const { return on_.at(static_cast<std::size_t>(rule)); }
    // A rule of a newer version says nothing here.
    void set(events::Rule rule, bool on) {
        const auto index = static_cast<std::size_t>(rule);
        if (index < on_.size()) on_.at(index) = on;
    }

private:
    std::array<bool, 4> on_{true, true, true, true};
};

struct BusinessFacts {
    std::map<events::SourceName, Source> sources;
    std::map<events::RunName, ImportRun> runs;
    Policy policy;
    events::Position policySetAt;                                              // where a rule was set last
    std::map<events::RecordName, events::Time> erased;                         // and when
    std::map<events::RecordName, std::vector<events::RecordName>> successors;  // of erased records, in order
    std::map<std::uint16_t, events::Position> erasedReceipts;                  // by year; where the log says so

    [[nodiscard]] const Source* source(const events::SourceName& name) const;
    [[nodiscard]] const ImportRun* run(const events::RunName& name) const;
};

// Whether somebody declared something: a declaration names who declares and says what.
bool isDeclared(const std::optional<events::Declaration>& declaration);

// Whether the event is one that `evolve` below takes note of.
bool concernsBusiness(const events::Event& event);

// Adds one event. Never fails; what is of no concern here changes nothing.
void evolve(BusinessFacts& facts, const events::Event& event);

}  // namespace kartei::ledger
