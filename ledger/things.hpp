#pragma once
// What facts are about, and who holds it: the one rule for whose a fact is (DESIGN §4, Undo).
//
// A fact is about a thing: an appointment, a receipt, a message or a contract, and otherwise about nothing but itself.
// What is about a thing goes with the thing. A thing that an undo assigned is held by the record it was assigned to,
// with all facts about it, whatever record they name, and whether they came before or come later. What was never
// assigned stays where it was reported, and news of a message with the message, a reversal with the checkout.
//
// Threads: values and functions, as Reading.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ledger/reading.hpp"

namespace kartei::ledger {

struct Thing {
    Stream kind{};     // appointment, receipt, message, contract; fact: a fact about itself alone
    std::string name;  // of a fact, its position
    auto operator<=>(const Thing&) const = default;
    [[nodiscard]] std::string text() const { return static_cast<char>(kind) + name; }
};

// What a reported fact is about. A checkout is about its appointment, where it has one, and a reversal about what its
// checkout is about.
Thing thingOf(const Reading& reading, const events::Event& fact);

// All facts about the thing, in order, whoever holds them.
std::vector<SharedEvent> factsAbout(const Reading& reading, const Thing& thing);

// Whose the fact is as long as nobody has assigned what it is about: its subject; of news, whom the message was sent
// to; of a reversal, who was checked out. Empty where that is not known yet.
RecordName reportedHolderOf(const Reading& reading, const events::Event& fact);

// Whose the fact is.
RecordName holderOf(const Reading& reading, const events::Event& fact);

// Who holds what, as the undos among some events say, the last word on each thing: enough to tell what is one record's
// from the undos that assigned something to it or away from it.
class Holdings {
public:
    explicit Holdings(const Reading& reading) : reading_(&reading) {}
    // In the order of the log.
    void note(const events::Event& event);
    // Whose the fact is: as assigned, or as reported.
    [[nodiscard]] RecordName holderOf(const events::Event& fact) const;
    // What was assigned to the record.
    [[nodiscard]] std::vector<Thing> of(const RecordName& record) const;

private:
    const Reading* reading_;
    std::map<Thing, RecordName> holders_;
};

}  // namespace kartei::ledger
