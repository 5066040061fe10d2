#pragma once
// Who may be contacted, about what, and which statement decides it (DESIGN §5).
//
// A customer's statements on one purpose and channel are put in order of the time at which they were made, then of
// their position, and folded:
// - a refusal or withdrawal ends every grant before it, for every address, on the records that were joined with its own
//   when it was recorded, and on any record for its own address;
// - a grant (`granted`, `confirmed`) displaces a refusal of its own address, and holds for it after any other;
// - anything else holds for its own address, but displaces no refusal;
// - `importedUnproven`, a till's switch, displaces nothing but `unknown`.
// A statement without an address is for any.
//
// A switch set to yes is for the address that its own record says it has: the mobile number or e-mail address, the new
// one once the record changes it; none where it has none. So a till's yes never covers the number of somebody whom its
// customer was joined with. A switch set to no is for any address.

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/customer.hpp"
#include "ledger/refusal.hpp"

namespace kartei::ledger {

// What is in force for a purpose and channel.
struct ConsentStanding {
    events::Purpose purpose{};
    events::Channel channel{};
    std::vector<Statement> refusals;    // one an address, that no grant for the address has displaced, by order
    std::vector<Statement> statements;  // one an address, that no refusal has ended
};

// Every purpose and channel that anything was stated of, in the order of the schema.
std::vector<ConsentStanding> foldConsents(const Customer& customer);

// A statement, and the customer's records that it covers: its own, and of a refusal those joined with that then.
struct CoveringStatement {
    Statement statement;
    std::set<RecordName> covers;
};
// Each statement once, by position, although several records may know it. A refusal that came from a record which is
// not the customer's any more comes without its address and proof: they are a stranger's.
std::vector<CoveringStatement> statementsOf(const Customer& customer);

struct ReminderSwitch {
    bool isOn = false;
    RecordName record;  // that it was set on
    Position position;
};
// The till's switches for reminders: of each, the one that was set last on any of the customer's records.
struct ReminderSwitches {
    std::optional<ReminderSwitch> sms;
    std::optional<ReminderSwitch> email;
};
ReminderSwitches reminderSwitchesOf(const Customer& customer);

// Addresses that are the same when spelt in the usual ways compare equal.
std::string comparableAddress(events::Channel channel, std::string_view address);

struct ContactAnswer {
    bool allowed = false;
    events::ConsentState state = events::ConsentState::UNKNOWN;
    std::optional<Statement> decidedBy;  // nothing: nobody ever said anything
    std::string reason;                  // one sentence
};

// May the customer be contacted? `address`: where; absent, the customer's current address for the channel decides.
// Reminders need a grant, a confirmation or a switch. Advertising, and asking for a review is that too (§ 7 UWG), needs
// a confirmation, or a grant with evidence and a method that is more than an online form: paper, paperForm, signature,
// signaturePad, letter, phoneRecording, doubleOptIn; in German papier, unterschrift, brief. Letters' case, blanks and
// hyphens do not count. Any other method is taken for an online form.
// `at`: when; a consent that is valid until before then has expired.
ContactAnswer mayContact(const Customer& customer, events::Purpose purpose, events::Channel channel,
                         const std::optional<std::string>& address, Time at);

// The refusal of all that is imported of a person, where a refusal or withdrawal of `dataTransfer` is in force.
std::optional<Refusal> refusedTransfer(const Customer& customer);

}  // namespace kartei::ledger
