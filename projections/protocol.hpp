#pragma once
// The protocol: the readable account of what happened, messages sent included (DESIGN §2, *Protokoll*).

#include <functional>
#include <map>
#include <string>

#include "events/json.hpp"
#include "ledger/reading.hpp"

namespace kartei::projections {

// Writes entries of one log. It remembers what it had to look up, so that a long protocol does not ask twice.
// For one thread.
class Protocol {
public:
    explicit Protocol(const ledger::Reading& reading) : reading_(reading) {}

    // {"position","time","recordedtime","type","record","actor","text"}; `startsAt` of an appointment that is booked or
    // moved; `held` where the fact has no effect yet because what it needs has not arrived; `withoutConsent` on a
    // message for which no consent was in force at its own position.
    std::string entry(const events::Event& event);

private:
    bool isHeld(const events::Event& event);
    bool recordExists(const events::RecordName& name);
    bool isBooked(const events::ItemName& appointment);
    [[nodiscard]] bool lacksConsent(const events::Event& event) const;

    const ledger::Reading& reading_;
    std::map<events::RecordName, bool> exists_;
    std::map<events::ItemName, bool> booked_;
};

// One sentence about the event, for people. It holds no time: whoever shows it knows in which zone people live, and
// finds the times beside it.
std::string sentenceFor(const events::Event& event);

}  // namespace kartei::projections
