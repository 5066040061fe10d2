#include "ledger/customer.hpp"

#include <algorithm>
#include <deque>
#include <list>
#include <tuple>

namespace kartei::ledger {

namespace {

// A change as it reaches the customer's file: at the position from which it counts there.
struct Effective {
    Position position;
    Position effective;
    std::optional<events::FieldValue> value;
};
using Stream = std::vector<Effective>;              // one record's changes of one field, by `effective`
using FieldStreams = std::map<RecordName, Stream>;  // of the records whose changes count
using SideStreams = std::map<Field, FieldStreams>;

struct Side {
    std::set<RecordName> members;
    SideStreams streams;
};

const Effective* lastValue(const Stream& stream) {
    return stream.empty() || !stream.back().value ? nullptr : &stream.back();
}

bool countsLater(const Effective& one, const Effective& other) {
    return std::pair(one.effective, one.position) > std::pair(other.effective, other.position);
}

// Folds joins, oldest first, into one side each.
class FieldFold {
public:
    explicit FieldFold(const Customer& customer) : customer_(customer) {
        for (const auto& [name, record] : customer.records) start(name, *record);
        for (const auto& join : customer.joins) apply(join);
    }

    JoinedFields result() {
        for (const auto& side : sides_) {
            for (const auto& [field, streams] : side.streams) show(field, streams);
        }
        std::sort(result_.pending.begin(), result_.pending.end(), [](const PendingChange& a, const PendingChange& b) {
            return std::tie(a.position, a.record, a.field) < std::tie(b.position, b.record, b.field);
        });
        return std::move(result_);
    }

private:
    void start(const RecordName& name, const RecordFacts& facts) {
        Side& side = sides_.emplace_back();
        side.members.insert(name);
        if (!facts.counts()) return;
        for (const auto& change : facts.changes) {
            side.streams[change.field][name].push_back({change.position, change.position, change.value});
        }
    }

    std::list<Side>::iterator sideWith(const RecordName& name) {
        return std::find_if(sides_.begin(), sides_.end(),
                            [&](const Side& side) { return side.members.count(name) != 0; });
    }

    void apply(const Join& join) {
        const auto from = sideWith(join.a);
        const auto into = sideWith(join.b);
        if (join.kind == JoinKind::merge) retire(*from, join);
        into->members.merge(from->members);
        for (auto& [field, streams] : from->streams) into->streams[field].merge(streams);
        sides_.erase(from);
    }

    // What of a side's fields still counts once it is merged into another.
    void retire(Side& side, const Join& merge) {
        result_.retired.insert(side.members.begin(), side.members.end());
        for (auto& [field, streams] : side.streams) {
            const bool taken = std::find(merge.take.begin(), merge.take.end(), field) != merge.take.end();
            streams = taken ? takenOver(streams, merge) : laterChanges(field, streams, merge);
        }
    }

    // A taken field follows its side: what the side shows counts as a change made at the merge, or later where it
    // changed later.
    static FieldStreams takenOver(const FieldStreams& streams, const Join& merge) {
        const Effective* winner = nullptr;
        const RecordName* record = nullptr;
        for (const auto& [name, stream] : streams) {
            const Effective* last = lastValue(stream);
            if (last == nullptr || (winner != nullptr && !countsLater(*last, *winner))) continue;
            winner = last;
            record = &name;
        }
        if (winner == nullptr) return {};
        Effective change = *winner;
        change.effective = std::max(change.effective, merge.position);
        return {{*record, {std::move(change)}}};
    }

    // Of a field that was not taken, what changed after the merge and was then taken on its own. The last change
    // that nobody decided on is pending.
    FieldStreams laterChanges(Field field, const FieldStreams& streams, const Join& merge) {
        FieldStreams later;
        for (const auto& [name, stream] : streams) {
            Stream passed;
            for (const auto& change : stream) {
                if (change.effective < merge.position) continue;
                const Resolution* resolution = resolutionOf(name, field, change.position, merge.position);
                if (resolution == nullptr) {
                    if (&change == &stream.back()) addPending(name, field, change);
                } else if (resolution->kind == ResolutionKind::take) {
                    passed.push_back({change.position, std::max(change.effective, resolution->position), change.value});
                }
            }
            std::sort(passed.begin(), passed.end(),
                      [](const Effective& a, const Effective& b) { return countsLater(b, a); });
            if (!passed.empty()) later.emplace(name, std::move(passed));
        }
        return later;
    }

    void addPending(const RecordName& name, Field field, const Effective& change) {
        result_.pending.push_back({name, change.position, field, change.value});
    }

    // The last decision on the field's change that was made after `since`. One event may change several fields; a
    // decision on it is about those that it was the last to change when the decision was made.
    [[nodiscard]] const Resolution* resolutionOf(const RecordName& name, Field field, Position change,
                                                 Position since) const {
        const auto& record = customer_.record(name);
        const Resolution* last = nullptr;
        for (const auto& resolution : record.resolutions) {
            if (resolution.change != change || resolution.position <= since) continue;
            const bool superseded =
                std::any_of(record.changes.begin(), record.changes.end(), [&](const FieldChange& later) {
                    return later.field == field && later.position > change && later.position < resolution.position;
                });
            if (!superseded) last = &resolution;
        }
        return last;
    }

    void show(Field field, const FieldStreams& streams) {
        std::vector<Candidate> candidates;
        for (const auto& [name, stream] : streams) {
            const Effective* last = lastValue(stream);
            if (last != nullptr) candidates.push_back({*last->value, name, last->position, last->effective});
        }
        if (candidates.empty()) return;
        std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
            return std::tie(a.effective, a.position, a.record) > std::tie(b.effective, b.position, b.record);
        });
        result_.shown.emplace(field, std::move(candidates));
    }

    const Customer& customer_;
    std::list<Side> sides_;
    JoinedFields result_;
};

// The records that `joins` tie to `start`.
std::set<RecordName> reachable(const std::vector<Join>& joins, const RecordName& start) {
    std::set<RecordName> reached{start};
    bool grew = true;
    while (grew) {
        grew = false;
        for (const auto& join : joins) {
            if (reached.count(join.a) == reached.count(join.b)) continue;
            reached.insert(join.a);
            reached.insert(join.b);
            grew = true;
        }
    }
    return reached;
}

Customer part(const Customer& customer, const std::vector<Join>& joins, const RecordName& start) {
    Customer result;
    for (const auto& name : reachable(joins, start)) result.records.emplace(name, customer.records.at(name));
    for (const auto& join : joins) {
        if (result.has(join.a)) result.joins.push_back(join);
    }
    return result;
}

bool olderJoin(const Join& a, const Join& b) { return a.position < b.position; }

bool olderRecord(const RecordFacts& a, const RecordFacts& b) {
    return std::tuple(!a.exists(), a.since, a.name) < std::tuple(!b.exists(), b.since, b.name);
}

const RecordFacts& oldest(const Customer& customer) {
    return *std::min_element(customer.records.begin(), customer.records.end(), [](const auto& a, const auto& b) {
                return olderRecord(*a.second, *b.second);
            })->second;
}

}  // namespace

Customer gather(const RecordName& start, const std::function<Record(const RecordName&)>& load) {
    Customer customer;
    std::deque<RecordName> left{start};
    while (!left.empty()) {
        const RecordName name = std::move(left.front());
        left.pop_front();
        if (customer.has(name)) continue;
        const Record record = load(name);
        customer.records.emplace(name, record);
        for (const auto& join : record->joins) {
            if (join.undoneAt) continue;
            const RecordName& other = join.a == name ? join.b : join.a;
            if (customer.has(other)) continue;  // the other end brought it
            customer.joins.push_back(join);
            left.push_back(other);
        }
    }
    std::sort(customer.joins.begin(), customer.joins.end(), olderJoin);
    return customer;
}

Customer joined(const Customer& one, const Customer& other, const Join& join) {
    Customer result = one;
    result.records.insert(other.records.begin(), other.records.end());
    result.joins.insert(result.joins.end(), other.joins.begin(), other.joins.end());
    result.joins.push_back(join);
    std::sort(result.joins.begin(), result.joins.end(), olderJoin);
    return result;
}

std::vector<Customer> without(const Customer& customer, const std::set<Position>& joins, const RecordName& first) {
    std::vector<Join> kept;
    for (const auto& join : customer.joins) {
        if (joins.count(join.position) == 0) kept.push_back(join);
    }
    std::vector<Customer> parts{part(customer, kept, first)};
    for (const auto& [name, record] : customer.records) {
        const bool placed =
            std::any_of(parts.begin(), parts.end(), [&name = name](const Customer& known) { return known.has(name); });
        if (!placed) parts.push_back(part(customer, kept, name));
    }
    std::sort(parts.begin() + 1, parts.end(),
              [](const Customer& a, const Customer& b) { return olderRecord(oldest(a), oldest(b)); });
    return parts;
}

std::vector<Position> joinsBetween(const Customer& customer, const RecordName& a, const RecordName& b) {
    // In a forest a join lies on the way exactly where leaving it out parts the two.
    std::vector<Position> way;
    if (reachable(customer.joins, a).count(b) == 0) return way;
    for (const auto& join : customer.joins) {
        std::vector<Join> others = customer.joins;
        std::erase_if(others, [&](const Join& other) { return other.position == join.position; });
        if (reachable(others, a).count(b) == 0) way.push_back(join.position);
    }
    return way;
}

std::set<RecordName> sideOf(const Customer& customer, const Join& join, const RecordName& start) {
    std::vector<Join> older;
    for (const auto& other : customer.joins) {
        if (other.position < join.position) older.push_back(other);
    }
    return reachable(older, start);
}

const Candidate* JoinedFields::find(Field field) const {
    const auto found = shown.find(field);
    return found == shown.end() ? nullptr : &found->second.front();
}

JoinedFields foldFields(const Customer& customer) { return FieldFold(customer).result(); }

RecordName leadOf(const Customer& customer, const std::set<RecordName>& retired) {
    const RecordFacts* lead = nullptr;
    for (const auto& [name, record] : customer.records) {
        if (!record->counts() || retired.count(name) != 0) continue;
        if (lead == nullptr || olderRecord(*record, *lead)) lead = record.get();
    }
    return lead != nullptr ? lead->name : oldest(customer).name;
}

bool hasAccount(const Customer& customer) {
    return std::any_of(customer.records.begin(), customer.records.end(),
                       [](const auto& entry) { return entry.second->hasAccount(); });
}

}  // namespace kartei::ledger
