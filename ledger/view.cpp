#include "ledger/view.hpp"

#include <algorithm>
#include <set>

namespace kartei::ledger {

namespace {

// Entries that are looked through at a time.
constexpr std::uint64_t stretch = 8'192;

bool isUndone(const Reading& now, const RecordName& side, Position join) {
    const auto facts = now.record(side);
    return std::any_of(facts->joins.begin(), facts->joins.end(),
                       [join](const Join& known) { return known.position == join && known.undoneAt; });
}

}  // namespace

Customer View::customer(const RecordName& name) const {
    auto customer = then.customer(name);
    if (pastJoins == PastJoins::asTheyWere || then.upTo() == now.upTo()) return customer;
    std::set<Position> hidden;
    for (const auto& join : customer.joins) {
        if (!shows(join.a, join.position)) hidden.insert(join.position);
    }
    return hidden.empty() ? customer : without(customer, hidden, name).front();
}

bool View::shows(const RecordName& side, Position join) const {
    return pastJoins == PastJoins::asTheyWere || !isUndone(now, side, join);
}

View viewOfNow(const Business& business, Time moment, PastJoins pastJoins) {
    const auto now = business.now();
    return {now, now, moment, pastJoins, View::Of::now};
}

BusinessFacts factsIn(const Business& business, const View& view) {
    if (view.of == View::Of::now) return business.facts();
    BusinessFacts facts;
    for (const auto& event : view.then.events(Stream::business, "")) evolve(facts, *event);
    return facts;
}

std::optional<std::string> cursorIn(const Business& business, const View& view, const events::SourceName& source) {
    if (view.of == View::Of::now) return business.cursor(source);
    std::optional<std::string> last;
    for (auto to = view.then.upTo(); !last && !to.isNone();) {
        const Position from(to.value() > stretch ? to.value() - stretch + 1 : 1);
        business.scanClear(from, to, [&](const events::Event& event) {
            if (event.source == source && !event.cursor.empty()) last = event.cursor;
            return true;
        });
        to = from.previous();
    }
    return last;
}

}  // namespace kartei::ledger
