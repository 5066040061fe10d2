// A business's log as it is read: opening, entries, and the states that decisions are made on.

#include <algorithm>

#include "events/normal_forms.hpp"
#include "ledger/facts_since.hpp"
#include "ledger/failure.hpp"
#include "ledger/indexing.hpp"
#include "ledger/ledger.hpp"
#include "ledger/stored_keys.hpp"

namespace kartei::ledger {

namespace {

[[noreturn]] void damaged(Position position, const std::string& what) {
    throw Failure(Failure::Kind::damaged,
                  "The log is damaged at position " + std::to_string(position.value()) + ": " + what);
}

// Other customers that were linked automatically after the position, by an address that a record of the customer had.
std::vector<Customer> withLaterAutomaticLinks(const Reading& reading, const Customer& customer, Position position) {
    std::set<std::string> addresses;
    for (const auto& [name, record] : customer.records) {
        for (const auto& change : record->changes) {
            const auto* text =
                change.field == Field::EMAIL && change.value ? std::get_if<std::string>(&*change.value) : nullptr;
            if (text != nullptr) addresses.insert(events::normalEmail(*text));
        }
    }
    std::vector<Customer> others;
    std::set<RecordName> seen;
    for (const auto& address : addresses) {
        for (auto& other : reading.customersThatSaid(address)) {
            const auto& first = other.records.begin()->first;
            const bool linked = std::any_of(other.joins.begin(), other.joins.end(), [&](const Join& join) {
                return join.automatic && join.position > position;
            });
            if (linked && !customer.has(first) && seen.insert(first).second) others.push_back(std::move(other));
        }
    }
    return others;
}

events::Event readable(Result<events::Event, events::DecodeProblem> event, Position position) {
    if (event) return std::move(*event);
    if (event.error() == events::DecodeProblem::newerVersion) {
        throw Failure(Failure::Kind::newerVersion, "The event at position " + std::to_string(position.value()) +
                                                       " was written by a newer version of Kartei.");
    }
    damaged(position, "the entry cannot be read.");
}

}  // namespace

// Finds the end of the log and adds to the index what it has not got yet.
void Business::complete() {
    const auto rows = directory_.rows(directory_.log());
    rows->SeekForPrev(keys::entry(number_, Position::latest()));
    require(rows->status(), "Cannot read the log");
    const bool any = rows->Valid() && rows->key().starts_with(keys::business(number_));
    const Position last(any ? keys::readNumber(rows->key().ToStringView().substr(4)) : 0);
    destroyAnchored(last);
    revokeAnchored();
    tree_ = std::make_unique<LogTree>(directory_, identity_, last);
    head_.store(last.value());
    compareWithAnchor();
    hasProblem_.store(problem_.has_value());
    if (index_.spilledTo() > last) {
        // Where the anchor says so too, it will say it again; what the index says is not needed for that.
        const bool isAnchored = problem_ && problem_->kind() == Failure::Kind::behindAnchor;
        if (!isAnchored || !directory_.isHeld()) damaged(last.next(), "entries that were there before are missing.");
        index_.forgetAll();
    }
    for (const auto& event : now().at(index_.spilledTo()).events(Stream::business, "")) evolve(facts_, *event);
    hasAssignments_.store(!now().positions(Stream::assigned, "").empty());
    stagedHead_ = index_.spilledTo();
    scan(stagedHead_.next(), last, [&](const events::Event& event) {
        note(event, Reading{*this, stagedHead_});
        if (directory_.isHeld() && index_.isFull()) index_.spill(stagedHead_);
        return true;
    });
    completeAnchor();
    noteAnchored();
    if (!last.isNone()) lastRecorded_ = entry(last)->recordedTime;
}

events::Event Business::decoded(std::string_view bytes, Position position) const {
    return readable(events::decode(bytes, position, sealing_), position);
}

SharedEvent Business::entry(Position position) const {
    return std::make_shared<const events::Event>(decoded(stored(position).ToStringView(), position));
}

std::string Business::entryBytes(Position position) const { return stored(position).ToString(); }

rocksdb::PinnableSlice Business::stored(Position position) const {
    rocksdb::PinnableSlice bytes;
    const auto status = directory_.database().Get({}, directory_.log(), keys::entry(number_, position), &bytes);
    if (status.IsNotFound()) damaged(position, "the entry is missing.");
    require(status, "Cannot read the log");
    return bytes;
}

std::vector<Position> Business::stream(Stream stream, std::string_view name, Position upTo) const {
    return index_.stream(tokens_.stream(static_cast<char>(stream), name), upTo);
}

void Business::scanBytes(Position from, Position to,
                         const std::function<bool(Position position, std::string_view bytes)>& take) const {
    constexpr std::size_t readAhead = std::size_t{2} * 1024 * 1024;
    const auto rows = directory_.rows(directory_.log(), readAhead);
    Position expected = std::max(from, Position(1));
    for (rows->Seek(keys::entry(number_, expected)); expected <= to; rows->Next()) {
        require(rows->status(), "Cannot read the log");
        if (!rows->Valid() || rows->key() != keys::entry(number_, expected)) damaged(expected, "the entry is missing.");
        if (!take(expected, rows->value().ToStringView())) return;
        expected = expected.next();
    }
}

void Business::scan(Position from, Position to, const std::function<bool(const events::Event&)>& take) const {
    scanBytes(from, std::min(to, head()),
              [&](Position position, std::string_view bytes) { return take(decoded(bytes, position)); });
}

void Business::scanClear(Position from, Position to, const std::function<bool(const events::Event&)>& take) const {
    scanBytes(from, std::min(to, head()), [&](Position position, std::string_view bytes) {
        return take(readable(events::decodeClear(bytes, position), position));
    });
}

IndexSum Business::indexSum(Position upTo, const std::set<Position>& except) {
    const std::lock_guard<std::mutex> guard(deciding_);
    committer_.wait(lastUnit_);
    index_.endSpill(Index::Patience::wait);
    return index_.sum(upTo, except);
}

Position Business::positionAt(Time time) const {
    // recordedtime never decreases along the log.
    std::uint64_t known = 0;
    std::uint64_t beyond = head().value() + 1;
    while (beyond - known > 1) {
        const std::uint64_t middle = known + (beyond - known) / 2;
        (entry(Position(middle))->recordedTime <= time ? known : beyond) = middle;
    }
    return Position(known);
}

BusinessFacts Business::facts() const {
    const std::lock_guard<std::mutex> guard(deciding_);
    return facts_;
}

Business::SettledLog Business::settledLog() const {
    const std::lock_guard<std::mutex> guard(deciding_);
    committer_.wait(lastUnit_);
    return {now(), tree_->storedHead(), facts_};
}

std::optional<std::string> Business::cursor(const events::SourceName& source) const {
    const std::lock_guard<std::mutex> guard(deciding_);
    return index_.cursor(source);
}

JoinState Business::joinState(const Reading& reading, const BusinessFacts& facts, const RecordName& a,
                              const RecordName& b) {
    return {facts, reading.customer(a), reading.customer(b)};
}

UndoState Business::undoState(const Reading& reading, Position position) {
    UndoState state;
    if (position.isNone() || position > reading.upTo()) return state;
    const auto event = reading.event(position);
    const auto* linked = std::get_if<events::RecordsLinked>(&event->data);
    const auto* merged = std::get_if<events::RecordsMerged>(&event->data);
    if (linked == nullptr && merged == nullptr) return state;
    const RecordName& end = linked != nullptr ? linked->a : merged->from;
    state.customer = reading.customer(end);
    const RecordFacts& record = state.customer.record(end);
    for (const auto& join : record.joins) {
        if (join.position == position) state.join = join;
    }
    for (const auto& undo : record.undone) {
        if (undo.data.join == position) state.undone = undo;
    }
    if (state.undone) return state;
    state.others = withLaterAutomaticLinks(reading, state.customer, position);
    state.facts = factsSince(reading, state.customer, position);
    return state;
}

}  // namespace kartei::ledger
