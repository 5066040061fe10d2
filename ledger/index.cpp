#include "ledger/index.hpp"

#include <sodium.h>

#include <algorithm>
#include <chrono>

#include "ledger/failure.hpp"
#include "ledger/sorted_rows.hpp"
#include "ledger/stored_keys.hpp"

namespace kartei::ledger {

namespace {

// How much may gather in memory before it is written out.
constexpr std::uint32_t mostIds = 64 * 1024;
constexpr std::uint32_t mostPositions = 256 * 1024;
// The room to begin with; it doubles as it is needed, so that a quiet business costs little.
constexpr std::uint32_t firstIds = 1024;
constexpr std::uint32_t firstPositions = 4096;

constexpr char checkpointKind = 'p';
constexpr char cursorKind = 'c';
constexpr char eventKind = 'e';
constexpr char streamKind = 's';

void appendVarint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) out += static_cast<char>(value | 0x80U);
    out += static_cast<char>(value);
}

[[noreturn]] void damagedRow() { throw Failure(Failure::Kind::damaged, "A row of the index is damaged."); }

std::uint64_t takeVarint(std::string_view& in) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; !in.empty() && shift < 64; shift += 7) {
        const auto byte = static_cast<unsigned char>(in.front());
        in.remove_prefix(1);
        value |= std::uint64_t{byte & 0x7FU} << shift;
        if ((byte & 0x80U) == 0) return value;
    }
    damagedRow();
}

// A run: its length in bytes, then the positions, each as the difference from the one before. Runs of one stream simply
// follow one another (see PositionRuns).
std::string encodeRun(const std::vector<Position>& positions) {
    std::string differences;
    std::uint64_t last = 0;
    for (const auto position : positions) {
        appendVarint(differences, position.value() - last);
        last = position.value();
    }
    std::string run;
    appendVarint(run, differences.size());
    return run + differences;
}

void decodeRuns(std::string_view runs, Position upTo, std::vector<Position>& out) {
    while (!runs.empty()) {
        const auto length = takeVarint(runs);
        if (length > runs.size()) damagedRow();
        auto run = runs.substr(0, length);
        runs.remove_prefix(length);
        std::uint64_t last = 0;
        while (!run.empty()) {
            last += takeVarint(run);
            if (last <= upTo.value()) out.emplace_back(last);
        }
    }
}

Token tokenFrom(std::string_view bytes) {
    Token token;
    if (bytes.size() != token.bytes.size()) damagedRow();
    std::copy(bytes.begin(), bytes.end(), token.bytes.begin());
    return token;
}

}  // namespace

bool LookedAhead::lacksStream(const Token& name) const {
    return std::find(absentStreams.begin(), absentStreams.end(), name) != absentStreams.end();
}

Index::Index(DataDirectory& directory, std::uint32_t business)
    : directory_(directory),
      business_(business),
      parts_(std::make_unique<Parts>(Parts{std::make_shared<Recent>(firstIds, firstPositions), nullptr})) {
    std::string value;
    const auto status =
        directory_.database().Get({}, directory_.index(), keys::indexed(business_, checkpointKind), &value);
    if (!status.IsNotFound()) {
        require(status, "Cannot read the index");
        spilledTo_ = Position(keys::readNumber(value));
    }
}

std::vector<Position> Index::recentStream(const Token& name, Position upTo) const {
    std::vector<Position> positions;
    parts_.read([&](const Parts& parts) {
        if (parts.leaving) parts.leaving->streams.find(name, upTo, positions);
        parts.current->streams.find(name, upTo, positions);
    });
    std::sort(positions.begin(), positions.end());
    return positions;
}

std::vector<Position> Index::stream(const Token& name, Position upTo) const {
    // First memory, then RocksDB: what is written out in between is then seen twice, and not missed.
    auto positions = recentStream(name, upTo);
    readRuns(name, upTo, positions);
    std::sort(positions.begin(), positions.end());
    positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
    return positions;
}

void Index::readRuns(const Token& name, Position upTo, std::vector<Position>& out) const {
    rocksdb::PinnableSlice runs;
    const auto status =
        directory_.database().Get({}, directory_.index(), keys::indexed(business_, streamKind, name.view()), &runs);
    if (status.IsNotFound()) return;
    require(status, "Cannot read the index");
    decodeRuns(runs.ToStringView(), upTo, out);
}

std::optional<KnownEvent> Index::recentEvent(const Token& id) const {
    std::optional<KnownEvent> known;
    parts_.read([&](const Parts& parts) {
        std::vector<Position> positions;
        for (const Recent* recent : {parts.leaving.get(), static_cast<const Recent*>(parts.current.get())}) {
            if (recent == nullptr || known) continue;
            recent->ids.find(id, Position::latest(), positions);
            const auto unchanged = recent->unchanged.find(id);
            if (!positions.empty()) {
                known = KnownEvent{positions.front(), std::nullopt};
            } else if (unchanged != recent->unchanged.end()) {
                known = KnownEvent{Position(), unchanged->second};
            }
        }
    });
    return known;
}

std::optional<KnownEvent> Index::event(const Token& id) const {
    if (auto known = recentEvent(id)) return known;
    rocksdb::PinnableSlice value;
    const auto status =
        directory_.database().Get({}, directory_.index(), keys::indexed(business_, eventKind, id.view()), &value);
    if (status.IsNotFound()) return std::nullopt;
    require(status, "Cannot read the index");
    if (value.size() == sizeof(std::uint64_t)) return KnownEvent{Position(keys::readNumber(value.ToStringView())), {}};
    return KnownEvent{Position(), tokenFrom(value.ToStringView())};
}

std::vector<LookedAhead> Index::lookAhead(const std::vector<Question>& questions) const {
    const auto spills = spills_.load();
    std::vector<std::string> keys;
    for (const auto& question : questions) {
        keys.push_back(keys::indexed(business_, eventKind, question.event.view()));
        for (const auto& name : question.streams) keys.push_back(keys::indexed(business_, streamKind, name.view()));
    }
    const std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
    std::vector<rocksdb::PinnableSlice> values(keys.size());
    std::vector<rocksdb::Status> statuses(keys.size());
    directory_.database().MultiGet({}, directory_.index(), slices.size(), slices.data(), values.data(),
                                   statuses.data());
    std::vector<LookedAhead> found;
    auto status = statuses.begin();
    for (const auto& question : questions) {
        LookedAhead& ahead = found.emplace_back();
        ahead.spills = spills;
        ahead.lacksEvent = (status++)->IsNotFound();
        for (const auto& name : question.streams) {
            if ((status++)->IsNotFound()) ahead.absentStreams.push_back(name);
        }
    }
    return found;
}

void IndexSum::add(char kind, const Token& token, Position position) {
    constexpr std::array<unsigned char, crypto_shorthash_siphashx24_KEYBYTES> key{};  // against chance, not malice
    std::array<std::uint64_t, 2> hash{};
    const std::string text = kind + std::string(token.view()) + keys::number64(position.value());
    crypto_shorthash_siphashx24(reinterpret_cast<unsigned char*>(hash.data()),
                                reinterpret_cast<const unsigned char*>(text.data()), text.size(), key.data());
    first_ += hash[0];
    second_ += hash[1];
}

IndexSum Index::sum(Position upTo, const std::set<Position>& except) const {
    IndexSum sum;
    const auto counts = [&](Position position) { return position <= upTo && except.count(position) == 0; };
    const auto addStream = [&](const Token& name, const std::vector<Position>& positions) {
        for (const auto position : positions) {
            if (counts(position)) sum.addStream(name, position);
        }
    };
    const auto addEvent = [&](const Token& id, Position position) {
        if (counts(position)) sum.addEvent(id, position);
    };
    parts_.read([&](const Parts& parts) {
        parts.current->streams.each(addStream);
        parts.current->ids.each([&](const Token& id, const auto& positions) { addEvent(id, positions.front()); });
    });
    const std::string business = keys::indexed(business_, 0).substr(0, sizeof(std::uint32_t));
    const auto rows = directory_.rows(directory_.index());
    for (rows->Seek(business); rows->Valid() && rows->key().starts_with(business); rows->Next()) {
        const auto key = rows->key().ToStringView().substr(business.size());
        const auto value = rows->value().ToStringView();
        if (key.front() == streamKind) {
            std::vector<Position> positions;
            decodeRuns(value, upTo, positions);
            addStream(tokenFrom(key.substr(1)), positions);
        } else if (key.front() == eventKind && value.size() == sizeof(std::uint64_t)) {
            addEvent(tokenFrom(key.substr(1)), Position(keys::readNumber(value)));
        }
    }
    require(rows->status(), "Cannot read the index");
    return sum;
}

void Index::addToStream(const Token& name, Position position) {
    if (current().streams.add(name, position)) return;
    grow(current().ids.capacity(), current().streams.capacity() * 2);
    current().streams.add(name, position);
}

void Index::addEvent(const Token& id, Position position) {
    if (current().ids.add(id, position)) return;
    grow(current().ids.capacity() * 2, current().streams.capacity());
    current().ids.add(id, position);
}

void Index::addUnchanged(const Token& id, const Token& content) { current().unchanged[id] = content; }

void Index::setCursor(const events::SourceName& source, const std::string& cursor) {
    current().cursors[source] = cursor;
}

void Index::grow(std::uint32_t idRoom, std::uint32_t positionRoom) {
    Recent& full = current();
    auto larger = std::make_shared<Recent>(idRoom, positionRoom);
    full.ids.copyInto(larger->ids);
    full.streams.copyInto(larger->streams);
    larger->unchanged = std::move(full.unchanged);
    larger->cursors = std::move(full.cursors);
    publish(std::move(larger), parts_.own().leaving);
}

void Index::publish(std::shared_ptr<Recent> current, std::shared_ptr<const Recent> leaving) {
    parts_.replace(std::make_unique<Parts>(Parts{std::move(current), std::move(leaving)}));
}

std::optional<std::string> Index::cursor(const events::SourceName& source) const {
    std::optional<std::string> recent;
    parts_.read([&](const Parts& parts) {
        for (const Recent* part : {parts.leaving.get(), static_cast<const Recent*>(parts.current.get())}) {
            if (part == nullptr) continue;
            const auto found = part->cursors.find(source);
            if (found != part->cursors.end()) recent = found->second;
        }
    });
    if (recent) return recent;
    std::string value;
    const auto status =
        directory_.database().Get({}, directory_.index(), keys::indexed(business_, cursorKind, source.text()), &value);
    if (status.IsNotFound()) return std::nullopt;
    require(status, "Cannot read the index");
    return value;
}

void Index::forget(const std::vector<std::pair<Token, Position>>& entries, std::vector<StoredRow>& rows) const {
    std::map<Token, std::vector<Position>> left;
    for (const auto& [name, position] : entries) {
        const auto [known, isNew] = left.try_emplace(name);
        if (isNew) known->second = stream(name, Position::latest());
        std::erase(known->second, position);
    }
    for (const auto& [name, positions] : left) {
        StoredRow row{directory_.index(), keys::indexed(business_, streamKind, name.view()), encodeRun(positions)};
        if (positions.empty()) row.change = StoredRow::Change::remove;
        rows.push_back(std::move(row));
    }
}

void Index::forgetAll() {
    constexpr std::size_t batchBytes = std::size_t{1} << 20U;
    const std::string business = keys::indexed(business_, 0).substr(0, sizeof(std::uint32_t));
    rocksdb::WriteOptions synced;
    synced.sync = true;
    rocksdb::WriteBatch batch;
    // First, so that who is stopped here begins again.
    batch.Delete(directory_.index(), keys::indexed(business_, checkpointKind));
    const auto write = [&] {
        require(directory_.database().Write(synced, &batch), "Cannot write to the data directory");
        batch.Clear();
    };
    write();
    const auto rows = directory_.rows(directory_.index());
    for (rows->Seek(business); rows->Valid() && rows->key().starts_with(business); rows->Next()) {
        const bool isOfEvent = rows->key()[business.size()] == eventKind;
        // No entry tells of what was unchanged.
        if (isOfEvent && rows->value().size() != sizeof(std::uint64_t)) continue;
        batch.Delete(directory_.index(), rows->key());
        if (batch.GetDataSize() > batchBytes) write();
    }
    require(rows->status(), "Cannot read the index");
    write();
    spilledTo_ = Position();
}

bool Index::isFull() const {
    bool full = false;
    parts_.read([&](const Parts& parts) {
        const Recent& recent = *parts.current;
        full =
            recent.ids.size() > mostIds || recent.streams.size() > mostPositions || recent.unchanged.size() > mostIds;
    });
    return full;
}

void Index::beginSpill(Position completeTo, std::function<void()> untilDurable) {
    endSpill(Patience::wait);
    // The room that was needed once is likely to be needed again.
    auto next = std::make_shared<Recent>(current().ids.capacity(), current().streams.capacity());
    const std::shared_ptr<const Recent> leaving = parts_.own().current;
    publish(std::move(next), leaving);
    spillingTo_ = completeTo;
    writing_ = std::async(std::launch::async, [this, leaving, completeTo, untilDurable = std::move(untilDurable)] {
        untilDurable();
        writeOut(*leaving, completeTo);
    });
}

void Index::endSpill(Patience patience) {
    if (!writing_.valid()) return;
    if (patience == Patience::onlyIfDone && writing_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
        return;
    }
    writing_.get();
    publish(parts_.own().current, nullptr);
    ++spills_;
    spilledTo_ = spillingTo_;
}

void Index::spill(Position completeTo) {
    beginSpill(completeTo, [] {});
    endSpill(Patience::wait);
}

void Index::writeOut(const Recent& recent, Position completeTo) const {
    SortedRows rows(directory_, directory_.index(), "index-" + std::to_string(business_));
    const auto key = [this](char kind, std::string_view rest = {}) { return keys::indexed(business_, kind, rest); };
    for (const auto& [source, cursor] : recent.cursors) rows.put(key(cursorKind, source.text()), cursor);
    recent.ids.each([&](const Token& id, const std::vector<Position>& positions) {
        rows.put(key(eventKind, id.view()), keys::number64(positions.front().value()));
    });
    rows.put(key(checkpointKind), keys::number64(completeTo.value()));
    recent.streams.each([&](const Token& name, const std::vector<Position>& positions) {
        rows.merge(key(streamKind, name.view()), encodeRun(positions));
    });
    rows.finish();
}

}  // namespace kartei::ledger
