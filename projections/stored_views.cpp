#include "projections/stored_views.hpp"

#include <algorithm>
#include <memory>
#include <mutex>

#include "ledger/failure.hpp"
#include "ledger/in_parallel.hpp"
#include "ledger/indexing.hpp"
#include "ledger/stored_keys.hpp"
#include "projections/customer_file.hpp"
#include "projections/search_words.hpp"

namespace kartei::projections {

namespace {

namespace keys = ledger::keys;
using events::Position;
using events::RecordName;

// Which generation serves, behind the business. No generation's number begins so.
constexpr char servingKey = 'g';
// Events that one catch-up commits together.
constexpr std::uint64_t stepEvents = 20'000;
// Further behind than this, and by more events than were done or than there are rows, which may be folded again and
// again, everything is built anew instead.
constexpr std::uint64_t rebuildBehind = 50'000;
constexpr std::size_t batchBytes = std::size_t{8} * 1024 * 1024;
// Records that a worker takes at a time.
constexpr std::size_t share = 256;
// Events that a worker looks through at a time.
constexpr std::size_t eventsOfShare = 8'192;

std::string encodeState(const ViewState& state) {
    std::string value = keys::number64(state.position.value()) + keys::number64(state.rows);
    for (const auto lane : state.digest) value += keys::number64(lane);
    return value;
}

ViewState decodeState(std::string_view value) {
    ViewState state;
    if (value.size() != 48)
        throw ledger::Failure(ledger::Failure::Kind::damaged, "A projection's checkpoint is damaged.");
    state.position = Position(keys::readNumber(value.substr(0, 8)));
    state.rows = keys::readNumber(value.substr(8, 8));
    for (std::size_t i = 0; i < state.digest.size(); ++i)
        state.digest[i] = keys::readNumber(value.substr(16 + 8 * i, 8));
    return state;
}

}  // namespace

// Puts rows of one generation into a batch and keeps its count and digest.
class StoredViews::Writer {
public:
    enum class Rows { mayExist, areNew };
    Writer(StoredViews& views, std::uint32_t generation, Rows rows)
        : views_(views), generation_(generation), rows_(rows), state_(views.stateOf(generation)) {}

    // The rows of every record of the customer, as the reading has it.
    void put(const ledger::Reading& reading, ledger::Customer customer) {
        const auto keys = views_.sealing_.keysFor(customer);
        if (keys.state == RowKeys::State::oneDestroyed) customer = reading.customer(customer.records.begin()->first);
        const auto fields = ledger::foldFields(customer);
        const auto lead = ledger::leadOf(customer, fields.retired);
        for (const auto& [name, record] : customer.records) {
            if (rows_ == Rows::mayExist) take(name);
            const std::string value =
                name == lead ? views_.sealing_.seal(keys, lead.text(), putTokens(fields, lead),
                                                    fileOf(customer, fields, reading.lastPosition(customer)))
                             : pointingRow(lead);
            batch_.Put(views_.family_, views_.key(generation_, 'r', name.text()), value);
            add(state_.digest, views_.sealing_.digestOf(name.text(), value));
            ++state_.rows;
        }
    }

    [[nodiscard]] std::size_t size() const { return batch_.GetDataSize(); }
    // Writes what has gathered.
    void write() {
        rocksdb::WriteOptions unsynced;  // what is lost in a crash is folded again from the log
        unsynced.disableWAL = true;
        ledger::require(views_.database_.Write(unsynced, &batch_), "Cannot write the projection");
        batch_.Clear();
    }
    // Writes what has gathered together with the word that the rows are complete up to there.
    void complete(Position upTo) {
        state_.position = upTo;
        batch_.Put(views_.family_, views_.key(generation_, 'p'), encodeState(state_));
        write();
    }
    // Takes another writer's rows, which are written, into count and digest.
    void join(const Writer& other) {
        state_.rows += other.state_.rows;
        add(state_.digest, other.state_.digest);
    }

private:
    // Takes out what stands under the name.
    void take(const RecordName& name) {
        const auto old = views_.row(generation_, name.text());
        if (!old) return;
        subtract(state_.digest, views_.sealing_.digestOf(name.text(), *old));
        --state_.rows;
        if (!isLeading(*old)) return;
        const auto tokens = leadingRow(*old).tokens;
        for (std::size_t at = 0; at < tokens.size(); at += wordTokenBytes) {
            batch_.Delete(views_.family_,
                          views_.key(generation_, 't', std::string(tokens.substr(at, wordTokenBytes)) + name.text()));
        }
    }

    // Puts the rows by which the customer is found, and returns their tokens.
    std::string putTokens(const ledger::JoinedFields& fields, const RecordName& lead) {
        std::set<std::string> tokens;
        for (const auto& word : wordsOf(fields)) {
            if (tokens.size() == 255) break;
            const auto token = views_.business_.tokens().stream('W', indexedPart(word));
            tokens.emplace(token.view().substr(0, wordTokenBytes));
        }
        std::string all;
        for (const auto& token : tokens) {
            all += token;
            batch_.Put(views_.family_, views_.key(generation_, 't', token + lead.text()), "");
        }
        return all;
    }

    StoredViews& views_;
    std::uint32_t generation_;
    Rows rows_;
    ViewState state_;
    rocksdb::WriteBatch batch_;
};

StoredViews::StoredViews(ledger::Business& business)
    : business_(business),
      database_(business.directory().viewsDatabase()),
      family_(business.directory().views()),
      sealing_(business.keys(), business.number()) {}

std::string StoredViews::key(std::uint32_t generation, char kind, std::string_view rest) const {
    std::string text = keys::business(business_.number());
    keys::appendNumber32(text, generation);
    text += kind;
    text += rest;
    return text;
}

std::uint32_t StoredViews::generation() const {
    std::string value;
    const auto status = database_.Get({}, family_, keys::business(business_.number()) + servingKey, &value);
    if (status.IsNotFound()) return 1;
    ledger::require(status, "Cannot read the projection");
    return static_cast<std::uint32_t>(keys::readNumber(value));
}

ViewState StoredViews::stateOf(std::uint32_t generation) const {
    std::string value;
    const auto status = database_.Get({}, family_, key(generation, 'p'), &value);
    if (status.IsNotFound()) return {};
    ledger::require(status, "Cannot read the projection");
    return decodeState(value);
}

std::optional<std::string> StoredViews::row(std::uint32_t generation, std::string_view record) const {
    std::string value;
    const auto status = database_.Get({}, family_, key(generation, 'r', record), &value);
    if (status.IsNotFound()) return std::nullopt;
    ledger::require(status, "Cannot read the projection");
    if (value.empty()) throw ledger::Failure(ledger::Failure::Kind::damaged, "A stored row cannot be read.");
    return value;
}

std::optional<std::string> StoredViews::file(const RecordName& record) const {
    const auto serving = generation();
    std::string name = record.text();
    auto value = row(serving, name);
    if (value && !isLeading(*value)) {
        name = *pointsTo(*value);
        value = row(serving, name);
    }
    if (!value || !isLeading(*value)) return std::nullopt;
    return sealing_.open(name, leadingRow(*value));
}

std::set<RecordName> StoredViews::concerned(Position from, Position to, const std::stop_token& stop) const {
    const auto reading = business_.now();
    std::vector<std::set<RecordName>> found(ledger::workers());
    const auto look = [&](std::size_t first, std::size_t behind, unsigned worker) {
        if (stop.stop_requested()) return;
        const Position last(from.value() + behind - 1);
        business_.scanClear(Position(from.value() + first), last, [&](const events::Event& event) {
            for (const auto& entry : ledger::streamsOf(event, reading.at(event.position.previous()))) {
                if (isOfRecord(entry.stream)) found[worker].insert(RecordName::trusted(entry.name));
            }
            return true;
        });
    };
    ledger::inParallel(to.value() + 1 - from.value(), eventsOfShare, look);
    for (auto other = found.begin() + 1; other != found.end(); ++other) found.front().merge(*other);
    return std::move(found.front());
}

void StoredViews::catchUp(const std::stop_token& stop) {
    if (state().position == business_.head()) return;
    {
        const std::lock_guard<std::mutex> turn(business_.projecting().turn);
        if (!isFarBehind()) return bringUp(generation(), stop);
    }
    const std::lock_guard<std::mutex> building(business_.projecting().building);
    const std::lock_guard<std::mutex> turn(business_.projecting().turn);
    if (!isFarBehind()) return bringUp(generation(), stop);  // somebody else has built them
    const auto serving = generation();
    build(
        serving + 1, business_.head(), [](std::uint64_t, std::uint64_t) {}, stop);
    if (stop.stop_requested()) return;
    serve(serving + 1);
    drop(serving);
}

bool StoredViews::isFarBehind() const {
    const auto head = business_.head();
    const auto done = state();
    if (done.position > head) {
        throw ledger::Failure(ledger::Failure::Kind::damaged,
                              "The stored customer files tell of more than the log: rebuild them.");
    }
    const auto behind = head.value() - done.position.value();
    return behind > rebuildBehind && behind > std::min(done.position.value(), done.rows);
}

void StoredViews::bringUp(std::uint32_t generation, const std::stop_token& stop) {
    const auto head = business_.head();
    auto done = stateOf(generation).position;
    while (done < head) {
        const Position to(std::min(head.value(), done.value() + stepEvents));
        const auto reading = business_.now().at(to);
        Writer writer(*this, generation, Writer::Rows::mayExist);
        std::set<RecordName> written;
        for (const auto& name : concerned(done.next(), to, stop)) {
            if (stop.stop_requested()) return;
            if (written.count(name) != 0) continue;
            auto customer = reading.customer(name);
            for (const auto& [record, facts] : customer.records) written.insert(record);
            writer.put(reading, std::move(customer));
        }
        if (stop.stop_requested()) return;
        writer.complete(to);
        done = to;
    }
}

// What is read must be of one moment, at which the rows were complete. An iterator shows its moment's. Around that the
// same generation must serve and be complete: it is dropped only when it does not serve any more, or is damaged.
StoredViews::Served StoredViews::served() {
    const auto wanted = business_.head();
    for (;;) {
        catchUp();
        const auto serving = generation();
        if (stateOf(serving).position < wanted) continue;
        Served found{serving, business_.directory().rows(family_)};
        if (generation() == serving && stateOf(serving).position >= wanted) return found;
    }
}

void StoredViews::build(std::uint32_t generation, Position upTo, const Progress& progress,
                        const std::stop_token& stop) {
    drop(generation);  // what an interrupted rebuild may have left
    const auto reading = business_.now().at(upTo);
    const auto all = concerned(Position(1), upTo, stop);
    const std::vector<RecordName> names(all.begin(), all.end());
    std::vector<Writer> writers(ledger::workers(), Writer(*this, generation, Writer::Rows::areNew));
    std::mutex reporting;
    ledger::inParallel(names.size(), share, [&](std::size_t from, std::size_t to, unsigned worker) {
        if (stop.stop_requested()) return;
        Writer& writer = writers[worker];
        for (auto at = from; at < to; ++at) {
            auto customer = reading.customer(names[at]);
            // Of a customer with several records, the one whose name comes first stands for all.
            if (customer.records.begin()->first == names[at]) writer.put(reading, std::move(customer));
        }
        if (writer.size() > batchBytes) writer.write();
        const std::lock_guard<std::mutex> guard(reporting);
        progress(to, names.size());
    });
    if (stop.stop_requested()) return;
    for (auto writer = writers.begin() + 1; writer != writers.end(); ++writer) {
        writer->write();
        writers.front().join(*writer);
    }
    writers.front().complete(upTo);
    progress(names.size(), names.size());
}

void StoredViews::serve(std::uint32_t generation) {
    std::string value;
    keys::appendNumber32(value, generation);
    rocksdb::WriteOptions unsynced;
    unsynced.disableWAL = true;
    ledger::require(database_.Put(unsynced, family_, keys::business(business_.number()) + servingKey, value),
                    "Cannot write the projection");
}

void StoredViews::drop(std::uint32_t generation) { dropRange(key(generation, 0), key(generation + 1, 0)); }

void StoredViews::dropOthers(std::uint32_t generation) {
    dropRange(key(0, 0), key(generation, 0));
    dropRange(key(generation + 1, 0), keys::business(business_.number()) + servingKey);
}

void StoredViews::dropRange(const std::string& from, const std::string& to) {
    rocksdb::WriteOptions unsynced;
    unsynced.disableWAL = true;
    rocksdb::WriteBatch batch;
    batch.DeleteRange(family_, from, to);
    ledger::require(database_.Write(unsynced, &batch), "Cannot write the projection");
}

void StoredViews::forgetErased() {
    const std::lock_guard<std::mutex> turn(business_.projecting().turn);
    try {
        const auto serving = generation();
        if (isFarBehind()) {
            serve(serving + 1);
            dropOthers(serving + 1);
            drop(serving + 1);
        } else {
            bringUp(serving, {});
            dropOthers(serving);
        }
    } catch (const ledger::Failure& failure) {
        if (failure.kind() != ledger::Failure::Kind::damaged) throw;
        // Who is erased must go in any case, and to drop the rows nothing needs to be read.
        business_.directory().dropViews(business_.number());
    }
}

void forgetInViews(ledger::Business& business) { StoredViews(business).forgetErased(); }

StoredViews::Counting StoredViews::beginCounting() const {
    const std::lock_guard<std::mutex> turn(business_.projecting().turn);
    // Words are not read by DataDirectory::rows, which shows rows of a range that was deleted: a generation of this
    // number may have been dropped before. Where a damaged block ends them early the rows differ, which is no less than
    // is said then.
    return {generation(), state(), business_.directory().rows(family_),
            std::unique_ptr<rocksdb::Iterator>(database_.NewIterator({}, family_))};
}

CountedRows StoredViews::count(Counting counting) const {
    const auto generation = counting.generation;
    CountedRows counted;
    counted.state.position = counting.state.position;
    WordRows words;
    const std::string prefix = key(generation, 'r');
    const auto& rows = counting.rows;
    for (rows->Seek(prefix); rows->Valid() && rows->key().starts_with(prefix); rows->Next()) {
        const auto name = rows->key().ToStringView().substr(prefix.size());
        const auto value = rows->value().ToStringView();
        ++counted.state.rows;
        if (isLeading(value)) ++counted.customers;
        try {
            if (isLeading(value)) {
                const auto row = leadingRow(value);
                // A row says itself what it counts; opening it tells whether that is true.
                (void)sealing_.open(name, row);
                for (std::size_t at = 0; at < row.tokens.size(); at += wordTokenBytes) {
                    words.named(row.tokens.substr(at, wordTokenBytes), name);
                }
            }
            add(counted.state.digest, sealing_.digestOf(name, value));
        } catch (const ledger::Failure& failure) {
            if (failure.kind() != ledger::Failure::Kind::damaged) throw;
            // It counts nothing, so that the sums differ.
        }
    }
    ledger::require(rows->status(), "Cannot read the projection");
    countWords(counting, words);
    counted.wordsFit = words.fit();
    return counted;
}

void StoredViews::countWords(const Counting& counting, WordRows& words) const {
    const std::string prefix = key(counting.generation, 't');
    const auto& rows = counting.words;
    for (rows->Seek(prefix); rows->Valid() && rows->key().starts_with(prefix); rows->Next()) {
        words.stored(rows->key().ToStringView().substr(prefix.size()), rows->value().ToStringView());
    }
    ledger::require(rows->status(), "Cannot read the projection");
}

// Rows that cannot be read can be compared with nothing, and neither be replaced: they would be met again.
CountedRows StoredViews::countedOrGivenUp(Counting counting, Switching switching) const {
    try {
        return count(std::move(counting));
    } catch (const ledger::Failure& failure) {
        const bool isDamaged = failure.kind() == ledger::Failure::Kind::damaged;
        if (isDamaged && switching == Switching::useNew) business_.directory().giveUpViews();
        throw;
    }
}

RebuildResult StoredViews::rebuild(Switching switching, const Progress& progress) {
    if (switching == Switching::useNew) business_.directory().requireHeld();
    // Rows that tell of more than the log are compared as they are, and can only be replaced.
    if (state().position <= business_.head()) catchUp();
    const std::lock_guard<std::mutex> building(business_.projecting().building);
    RebuildResult result;
    std::uint32_t serving = 0;
    {
        auto counting = beginCounting();
        serving = counting.generation;
        result.stored = counting.state;
        result.counted = countedOrGivenUp(std::move(counting), switching);
        // The old ones serve, and are brought up, meanwhile.
        build(serving + 1, std::min(result.stored.position, business_.head()), progress);
        result.rebuilt = stateOf(serving + 1);
    }
    const std::lock_guard<std::mutex> turn(business_.projecting().turn);
    if (switching == Switching::useNew) {
        bringUp(serving + 1, {});
        serve(serving + 1);
        drop(serving);
    } else {
        drop(serving + 1);
    }
    return result;
}

std::string StoredViews::fileNow(const RecordName& record) const {
    const auto reading = business_.now();
    const auto customer = reading.customer(record);
    return fileOf(customer, ledger::foldFields(customer), reading.lastPosition(customer));
}

void StoredViews::each(const FileSink& take, const std::optional<RecordName>& after) {
    const auto shown = served();
    const std::string prefix = key(shown.generation, 'r');
    const auto& rows = shown.rows;
    // A zero byte is in no name, so that this is the first row behind it.
    for (rows->Seek(after ? prefix + after->text() + '\0' : prefix); rows->Valid() && rows->key().starts_with(prefix);
         rows->Next()) {
        const auto value = rows->value().ToStringView();
        if (!isLeading(value)) continue;
        const auto lead = rows->key().ToStringView().substr(prefix.size());
        // Where somebody was erased since, the row does not open; the customer is still one.
        const auto file = sealing_.open(lead, leadingRow(value));
        if (!take(lead, file ? *file : fileNow(RecordName::trusted(lead)))) return;
    }
    ledger::require(rows->status(), "Cannot read the projection");
}

std::vector<RecordName> StoredViews::names(char kind, std::string_view before, const std::optional<RecordName>& after,
                                           std::size_t atMost) {
    const auto shown = served();
    const std::string prefix = key(shown.generation, kind, before);
    const auto& rows = shown.rows;
    std::vector<RecordName> found;
    for (rows->Seek(after ? prefix + after->text() + '\0' : prefix);
         found.size() < atMost && rows->Valid() && rows->key().starts_with(prefix); rows->Next()) {
        found.push_back(RecordName::trusted(rows->key().ToStringView().substr(prefix.size())));
    }
    ledger::require(rows->status(), "Cannot read the projection");
    return found;
}

std::vector<RecordName> StoredViews::records(const std::optional<RecordName>& after, std::size_t atMost) {
    return names('r', {}, after, atMost);
}

std::vector<RecordName> StoredViews::candidates(const std::vector<std::string>& query,
                                                const std::optional<RecordName>& after, std::size_t atMost) {
    // The longest word's entry is the most telling one.
    const auto& longest = *std::max_element(
        query.begin(), query.end(), [](const std::string& a, const std::string& b) { return a.size() < b.size(); });
    const auto token = business_.tokens().stream('W', indexedPart(longest));
    return names('t', token.view().substr(0, wordTokenBytes), after, atMost);
}

}  // namespace kartei::projections
