#include "tools/kartei/joins_and_marks.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "projections/customer_file.hpp"
#include "tools/kartei/answers.hpp"

namespace kartei::tools {

namespace {

using events::Position;
using events::RecordName;
using Pair = std::pair<RecordName, RecordName>;

Failure noJoin(const char* code, const char* detail) { return {Failure::Kind::refused, code, detail, {}}; }

// One of the two records that the event joins; nothing where it joins none.
std::optional<RecordName> sideOf(const events::Body& data) {
    if (const auto* link = std::get_if<events::RecordsLinked>(&data)) return link->a;
    if (const auto* merge = std::get_if<events::RecordsMerged>(&data)) return merge->from;
    return std::nullopt;
}

std::optional<Pair> markedIn(const events::Body& data) {
    if (const auto* marked = std::get_if<events::RecordsMarkedDistinct>(&data)) return Pair(marked->a, marked->b);
    if (const auto* undone = std::get_if<events::JoinUndone>(&data)) return Pair(undone->a, undone->b);
    return std::nullopt;
}

bool isMarked(const ledger::Reading& then, const Pair& pair) {
    const auto record = then.record(pair.first);
    const auto& others = record->distinctFrom;
    return std::find(others.begin(), others.end(), pair.second) != others.end();
}

}  // namespace

Answer joinAt(const ledger::View& view, Position position) {
    if (position > view.then.upTo()) return failed(noJoin("not_found", "There is no such join."));
    const auto side = sideOf(view.then.event(position)->data);
    // Whoever may not know of joins that were undone is not told which positions were none.
    if (!side && view.pastJoins == ledger::PastJoins::asTheyWere)
        return failed(noJoin("not_a_join", "The event at this position is no link and no merge."));
    if (!side) return failed(noJoin("not_found", "There is no such join."));
    const auto record = view.then.record(*side);
    for (const auto& join : record->joins) {
        if (join.position != position) continue;
        if (!view.shows(*side, position)) break;
        return object([&](events::JsonWriter& out) {
            projections::writeJoinMembers(out, join);
            events::writeMember(out, "undoneAt", join.undoneAt);
        });
    }
    return failed(noJoin("not_found", "There is no such join."));
}

void listDistinct(const ledger::View& view, const LineSink& sink) {
    const auto& then = view.then;
    std::set<Pair> pairs;
    for (const auto& event : then.events(ledger::Stream::distinct, "")) {
        auto pair = markedIn(event->data);
        if (!pair || !isMarked(then, *pair)) continue;
        if (pair->second < pair->first) std::swap(pair->first, pair->second);
        pairs.insert(std::move(*pair));
    }
    for (const auto& [a, b] : pairs) {
        const auto line = object([&, one = a, other = b](events::JsonWriter& out) {
            events::writeMember(out, "a", one);
            events::writeMember(out, "b", other);
        });
        if (!sink(line)) return;
    }
}

}  // namespace kartei::tools
