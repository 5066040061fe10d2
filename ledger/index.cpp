#include "ledger/index.hpp"

#include <algorithm>

#include "ledger/failure.hpp"
#include "ledger/stored_keys.hpp"

namespace kartei::ledger {

namespace {

// How much may gather in memory before it is written out.
constexpr std::uint32_t mostIds = 48 * 1024;
constexpr std::uint32_t mostPositions = 192 * 1024;
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

std::uint64_t takeVarint(std::string_view& in) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; !in.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(in.front());
        in.remove_prefix(1);
        value |= std::uint64_t{byte & 0x7FU} << shift;
        if ((byte & 0x80U) == 0) break;
    }
    return value;
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
        const auto length = std::min<std::uint64_t>(takeVarint(runs), runs.size());
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
    if (bytes.size() != token.bytes.size()) throw Failure(Failure::Kind::damaged, "A row of the index is damaged.");
    std::copy(bytes.begin(), bytes.end(), token.bytes.begin());
    return token;
}

}  // namespace

Index::Recent::Recent() : Recent(firstIds, firstPositions) {}
Index::Recent::Recent(std::uint32_t idRoom, std::uint32_t positionRoom) : ids(idRoom), streams(positionRoom) {}

Index::Index(DataDirectory& directory, std::uint32_t business)
    : directory_(directory), business_(business), recent_(std::make_unique<Recent>()) {
    std::string value;
    const auto status =
        directory_.database().Get({}, directory_.index(), keys::indexed(business_, checkpointKind), &value);
    if (!status.IsNotFound()) {
        require(status, "Cannot read the index");
        spilledTo_ = Position(keys::readNumber(value));
    }
}

std::vector<Position> Index::stream(const Token& name, Position upTo) const {
    std::vector<Position> positions;
    // First memory, then RocksDB: a spill in between is then seen twice, and not missed.
    recent_.read([&](const Recent& recent) { recent.streams.find(name, upTo, positions); });
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

std::optional<KnownEvent> Index::event(const Token& id) const {
    std::vector<Position> positions;
    recent_.read([&](const Recent& recent) { recent.ids.find(id, Position::latest(), positions); });
    if (!positions.empty()) return KnownEvent{positions.front(), std::nullopt};
    if (const auto found = unchanged_.find(id); found != unchanged_.end()) return KnownEvent{Position(), found->second};
    rocksdb::PinnableSlice value;
    const auto status =
        directory_.database().Get({}, directory_.index(), keys::indexed(business_, eventKind, id.view()), &value);
    if (status.IsNotFound()) return std::nullopt;
    require(status, "Cannot read the index");
    if (value.size() == sizeof(std::uint64_t)) return KnownEvent{Position(keys::readNumber(value.ToStringView())), {}};
    return KnownEvent{Position(), tokenFrom(value.ToStringView())};
}

void Index::addToStream(const Token& name, Position position) {
    if (recent_.own().streams.add(name, position)) return;
    growStreams();
    recent_.own().streams.add(name, position);
}

void Index::addEvent(const Token& id, Position position) {
    if (recent_.own().ids.add(id, position)) return;
    growIds();
    recent_.own().ids.add(id, position);
}

void Index::growStreams() { replaceWith(recent_.own().ids.capacity(), recent_.own().streams.capacity() * 2); }
void Index::growIds() { replaceWith(recent_.own().ids.capacity() * 2, recent_.own().streams.capacity()); }

void Index::replaceWith(std::uint32_t idRoom, std::uint32_t positionRoom) {
    const Recent& full = recent_.own();
    auto larger = std::make_unique<Recent>(idRoom, positionRoom);
    for (const auto& list : full.ids.lists()) {
        for (const auto position : list.positions) larger->ids.add(list.token, position);
    }
    for (const auto& list : full.streams.lists()) {
        for (const auto position : list.positions) larger->streams.add(list.token, position);
    }
    recent_.replace(std::move(larger));
}

std::optional<std::string> Index::cursor(const events::SourceName& source) const {
    const auto found = cursors_.find(source);
    if (found != cursors_.end()) return found->second;
    std::string value;
    const auto status =
        directory_.database().Get({}, directory_.index(), keys::indexed(business_, cursorKind, source.text()), &value);
    if (status.IsNotFound()) return std::nullopt;
    require(status, "Cannot read the index");
    return value;
}

bool Index::isFull() {
    return recent_.own().ids.size() > mostIds || recent_.own().streams.size() > mostPositions ||
           unchanged_.size() > mostIds;
}

void Index::spill(Position completeTo) {
    auto streams = recent_.own().streams.lists();
    auto ids = recent_.own().ids.lists();
    const auto byToken = [](const auto& a, const auto& b) { return a.token < b.token; };
    std::sort(streams.begin(), streams.end(), byToken);
    std::sort(ids.begin(), ids.end(), byToken);
    rocksdb::WriteBatch batch;
    for (const auto& [source, cursor] : cursors_) {
        batch.Put(directory_.index(), keys::indexed(business_, cursorKind, source.text()), cursor);
    }
    for (const auto& list : ids) {
        batch.Put(directory_.index(), keys::indexed(business_, eventKind, list.token.view()),
                  keys::number64(list.positions.front().value()));
    }
    batch.Put(directory_.index(), keys::indexed(business_, checkpointKind), keys::number64(completeTo.value()));
    for (const auto& list : streams) {
        batch.Merge(directory_.index(), keys::indexed(business_, streamKind, list.token.view()),
                    encodeRun(list.positions));
    }
    rocksdb::WriteOptions unsynced;
    unsynced.disableWAL = true;
    require(directory_.database().Write(unsynced, &batch), "Cannot write the index");
    recent_.replace(std::make_unique<Recent>());
    unchanged_.clear();
    cursors_.clear();
    spilledTo_ = completeTo;
}

}  // namespace kartei::ledger
