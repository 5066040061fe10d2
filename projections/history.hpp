#pragma once
// The visits of a customer, from whichever door they came (DESIGN §9).

#include <string>
#include <vector>

#include "events/json.hpp"
#include "ledger/reading.hpp"
#include "ledger/view.hpp"
#include "ledger/visit_facts.hpp"

namespace kartei::projections {

// An appointment, a receipt, or both where they belong together.
struct Visit {
    std::optional<ledger::Appointment> appointment;
    std::optional<ledger::Checkout> checkout;
    [[nodiscard]] events::Time startsAt() const;
    [[nodiscard]] ledger::VisitStatus status() const;
    // Of the booking; of the checkout where there is no booking.
    [[nodiscard]] events::Position position() const;
};

// By start. Held facts (a cancellation without its booking) are no visits. A receipt whose appointment belongs to
// nobody of this customer is a visit of its own.
std::vector<Visit> visitsOf(const ledger::Reading& reading, const ledger::Customer& customer);

void writeVisits(events::JsonWriter& out, const std::vector<Visit>& visits);

// {"customer":…,"visits":[…]}
std::string historyOf(const ledger::Reading& reading, const ledger::Customer& customer);

// What the owner of the record's online account sees: {"account":…,"visits":[…]}.
std::string accountHistoryOf(const ledger::View& view, const events::RecordName& record);

// The record that the account belongs to. Problems: nobody has it; or two people have it, for a source said the same
// username of both: whichever were chosen, one of them would see a stranger's visits. In the past it is also nobody's
// where somebody else has it by now, but for those who see what was undone since.
enum class AccountProblem { unknown, ambiguous };
Result<events::RecordName, AccountProblem> accountOwner(const ledger::View& view, const events::SourceName& source,
                                                        std::string_view username);

}  // namespace kartei::projections
