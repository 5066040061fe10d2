#pragma once
// The ledger as of a position, as whoever asks may see it: what every read is made of, that of now too.
//
// A view of the past is the same fold, of the log up to there (`then`). Joins may be in force there that were undone
// since; who may not know of those (DESIGN §4) is shown the people without them.
//
// It is a value, as a Reading is.

#include <optional>
#include <string>

#include "ledger/ledger.hpp"

namespace kartei::ledger {

// Which joins show in the past: admins and auditors see those that were undone since, nobody else does (DESIGN §4).
enum class PastJoins { asTheyWere, onlyIfInForceNow };

struct View {
    enum class Of { now, thePast };  // the past: a position was named, be it the last one

    Reading then;
    Reading now;
    Time moment;  // at which what is valid for a while is judged
    PastJoins pastJoins = PastJoins::asTheyWere;
    Of of = Of::now;

    // The customer that the record belongs to.
    [[nodiscard]] Customer customer(const RecordName& name) const;
    // What whoever asks may see now.
    [[nodiscard]] View ofNow() const { return {now, now, moment, pastJoins, Of::now}; }
    // Whether the join, which one of whose records is `side`, may be told of.
    [[nodiscard]] bool shows(const RecordName& side, Position join) const;
};

// Of all that is on the disk.
View viewOfNow(const Business& business, Time moment, PastJoins pastJoins);

// What the log says of the business as a whole.
BusinessFacts factsIn(const Business& business, const View& view);

// The upstream position that the source had sent last. In the past it is looked for from there backwards, at worst
// through all that the log has before.
std::optional<std::string> cursorIn(const Business& business, const View& view, const events::SourceName& source);

}  // namespace kartei::ledger
