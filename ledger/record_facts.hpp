#pragma once
// What the log says of one record, by itself: the fold of its own facts, without any join taken into account.
//
// This is the first half of the one fold of DESIGN §3. The second, customer.hpp, puts records together under the
// joins in force. Because a record's facts know nothing of joins, leaving a join out cannot change them: the undo
// law holds by construction for everything in here.
//
// Facts of visits and messages are many and are not needed to know who somebody is; they are folded apart
// (visit_facts.hpp).

#include <optional>
#include <string>
#include <vector>

#include "events/codec.hpp"
#include "events/event_types.hpp"

namespace kartei::ledger {

using events::Field;
using events::Position;
using events::RecordName;
using events::Time;

enum class Origin { import, onlineRegistration, staff };
std::string_view toText(Origin origin);
std::optional<Origin> parseOrigin(std::string_view text);

// One field taking on a value, or losing it.
struct FieldChange {
    Position position;
    Field field{};
    std::optional<events::FieldValue> value;
    bool operator==(const FieldChange&) const = default;
};

struct Account {
    std::string username;
    std::string passwordHash;
    Position since;     // of the event that made it
    Position position;  // of the event that last changed it
    bool operator==(const Account&) const = default;
};

// A statement on consent, or a till's switch for reminders, which counts as one (DESIGN §5). A switch has no address of
// its own; consents.hpp says which it is for.
bool isRefusal(events::ConsentState state);

struct Statement {
    Position position;
    Time time;
    RecordName record;  // that it was stated for; another than the fold's where a refusal covers both: no more is known
    events::Purpose purpose{};
    events::Channel channel{};
    std::string address;  // empty: for any
    events::ConsentState state{};
    bool isSwitch = false;
    std::optional<Time> validUntil;
    std::string method;
    std::string evidence;
    std::string statedBy;
    std::optional<events::Wording> wording;
    bool operator==(const Statement&) const = default;
};

enum class JoinKind { link, merge };

// An edge between two records. Of a merge, `a` is `from` and `b` is `into`.
struct Join {
    Position position;
    JoinKind kind{};
    RecordName a;
    RecordName b;
    std::vector<Field> take;
    bool automatic = false;
    bool mailCredentials = false;
    std::string reason;
    std::string comment;
    std::string actor;
    Time recordedTime;
    std::optional<Position> undoneAt;  // by the log up to where it was folded
    bool isErased = false;             // with a side: the comment, and whether credentials were to be mailed
    bool operator==(const Join&) const = default;
};

// Somebody took a pending change over, or said that it does not count.
enum class ResolutionKind { take, dismiss };
struct Resolution {
    Position position;  // of the decision
    Position change;    // of the change it is about
    ResolutionKind kind{};
    bool operator==(const Resolution&) const = default;
};

struct Undo {
    Position position;
    events::JoinUndone data;
    bool operator==(const Undo&) const = default;
};

struct Paper {
    Position position;
    Time time;
    events::ItemName name;
    std::string title;
    std::string text;
    std::optional<Position> endedAt;  // contracts
    bool operator==(const Paper&) const = default;
};

struct RecordFacts {
    RecordName name;
    std::optional<Origin> origin;  // nothing: only facts that arrived early
    Position since;                // of the event that made the record
    std::vector<FieldChange> changes;
    std::optional<bool> smsNotifications;
    std::optional<bool> emailNotifications;
    std::optional<Account> account;
    std::optional<std::string> verifiedEmail;
    std::vector<Statement> statements;
    std::vector<Join> joins;  // that touch this record, undone ones too
    std::vector<Undo> undone;
    std::vector<Resolution> resolutions;
    std::vector<RecordName> distinctFrom;
    std::vector<Paper> correspondence;
    std::vector<Paper> contracts;
    std::optional<Position> deletedAt;
    std::vector<std::pair<Position, Position>> absences;  // deleted at the first, there again from the second on
    std::optional<Position> erasedAt;
    bool dataDestroyed = false;  // what it said cannot be read any more, as of a time before it was erased too
    std::string erasedReason;

    [[nodiscard]] bool exists() const { return origin.has_value(); }
    [[nodiscard]] bool isErased() const { return erasedAt || dataDestroyed; }
    // Whether its own fields count at all.
    [[nodiscard]] bool counts() const { return exists() && !deletedAt && !isErased(); }
    [[nodiscard]] bool hasAccount() const { return account && counts(); }
    // What the record itself last said of a field; nothing where that is no value.
    [[nodiscard]] const events::FieldValue* own(Field field) const;

    bool operator==(const RecordFacts&) const = default;
};

// Adds one event to the record's facts. Never fails: an event that has nothing to say here changes nothing.
// `facts.name` must be set. Events come in the order of the log; besides the record's own, its joins with their
// undos, and refusals of consent that were stated for a record joined with it at that moment.
void evolve(RecordFacts& facts, const events::Event& event);

}  // namespace kartei::ledger
