#include "ledger/log_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>

#include "ledger/failure.hpp"
#include "ledger/files.hpp"

namespace kartei::ledger {

namespace {

constexpr std::string_view tilePrefix = "tile/";
constexpr std::string_view entriesWord = "entries";
constexpr std::string_view partialWord = ".p/";
constexpr unsigned mostLevels = 63;

std::string threeDigits(std::uint64_t number) {
    std::string text = std::to_string(number);
    return std::string(3 - text.size(), '0') + text;
}

std::string indexText(std::uint64_t index) {
    std::string text = threeDigits(index % 1000);
    for (index /= 1000; index != 0; index /= 1000)
        text.insert(0, "x").insert(1, threeDigits(index % 1000)).insert(4, "/");
    return text;
}

// A decimal number without a zero in front.
std::optional<std::uint64_t> plainNumber(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && std::to_string(number) == text ? std::optional(number) : std::nullopt;
}

std::optional<std::uint64_t> indexFrom(std::string_view text) {
    std::string digits;
    for (std::string_view rest = text; !rest.empty();) {
        const auto end = std::min(rest.find('/'), rest.size());
        std::string_view group = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (group.starts_with('x')) group.remove_prefix(1);
        digits += group;
    }
    const auto first = std::min(digits.find_first_not_of('0'), digits.empty() ? 0 : digits.size() - 1);
    const auto index = plainNumber(std::string_view(digits).substr(first));
    // One way of writing it only.
    return index && indexText(*index) == text ? index : std::nullopt;
}

std::string entryBundle(const Business& business, std::uint64_t from, std::uint64_t to) {
    std::string bytes;
    for (auto leaf = from; leaf < to; ++leaf) {
        const auto entry = business.entryBytes(Position(leaf + 1));
        bytes += static_cast<char>(entry.size() >> 8U);
        bytes += static_cast<char>(entry.size() & 0xFFU);
        bytes += entry;
    }
    return bytes;
}

[[noreturn]] void unwritable(const std::filesystem::path& path) {
    throw Failure(Failure::Kind::storage, path.string() + " cannot be written to.");
}

// Writes a file whole or not at all: under another name first, synced.
void writeFile(const std::filesystem::path& path, std::string_view bytes) {
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    auto unfinished = path;
    unfinished += ".new";
    const int file = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0) unwritable(path);
    std::size_t written = 0;
    while (written < bytes.size()) {
        const auto now = ::write(file, bytes.data() + written, bytes.size() - written);
        if (now <= 0) break;
        written += static_cast<std::size_t>(now);
    }
    const bool synced = written == bytes.size() && ::fsync(file) == 0;
    ::close(file);
    if (!synced || ::rename(unfinished.c_str(), path.c_str()) != 0) unwritable(path);
}

// Writes the tiles of a tree that are not there yet.
class Publication {
public:
    Publication(const Business& business, const std::filesystem::path& directory, std::uint64_t size)
        : business_(business), directory_(directory), size_(size) {}

    std::uint64_t write() {
        for (unsigned level = 0; level * tileHeight < 64 && size_ >> (level * tileHeight) != 0; ++level) {
            const std::uint64_t tiles = ((size_ >> (level * tileHeight)) + tileWidth - 1) / tileWidth;
            // From the right: where a full tile is there, all those on its left are.
            for (auto index = tiles; index-- > 0;) {
                if (!writeTile(LogPath::Kind::hashes, {level, index})) break;
            }
            for (auto index = tiles; level == 0 && index-- > 0;) {
                if (!writeTile(LogPath::Kind::entries, {0, index})) break;
            }
        }
        return written_;
    }

private:
    // False where it is a full one that is there already.
    bool writeTile(LogPath::Kind kind, const TileName& name) {
        const LogPath path{kind, name, widthIn(size_, name)};
        const auto file = directory_ / path.text();
        if (std::filesystem::exists(file)) return path.width != tileWidth;
        writeFile(file, *readLogFile(business_, path));
        ++written_;
        return true;
    }

    const Business& business_;
    const std::filesystem::path& directory_;
    std::uint64_t size_;
    std::uint64_t written_ = 0;
};

}  // namespace

std::string LogPath::text() const {
    const auto what = kind == Kind::entries ? std::string(entriesWord) : std::to_string(tile.level);
    auto path = std::string(tilePrefix) + what + "/" + indexText(tile.index);
    if (width != tileWidth) path.append(partialWord).append(std::to_string(width));
    return path;
}

std::optional<LogPath> LogPath::parse(std::string_view text) {
    if (!text.starts_with(tilePrefix)) return std::nullopt;
    text.remove_prefix(tilePrefix.size());
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    LogPath path{Kind::hashes, {}, tileWidth};
    if (const auto what = text.substr(0, slash); what == entriesWord) {
        path.kind = Kind::entries;
    } else {
        const auto level = plainNumber(what);
        if (!level || *level > mostLevels) return std::nullopt;
        path.tile.level = static_cast<unsigned>(*level);
    }
    text.remove_prefix(slash + 1);
    if (const auto partial = text.find(partialWord); partial != std::string_view::npos) {
        const auto width = plainNumber(text.substr(partial + partialWord.size()));
        if (!width || *width == 0 || *width >= tileWidth) return std::nullopt;
        path.width = *width;
        text = text.substr(0, partial);
    }
    const auto index = indexFrom(text);
    if (!index) return std::nullopt;
    path.tile.index = *index;
    return path;
}

std::optional<std::string> readLogFile(const Business& business, const LogPath& path) {
    const std::uint64_t size = business.head().value();
    if (path.width > widthIn(size, path.tile) || path.width == 0) return std::nullopt;
    if (path.kind == LogPath::Kind::entries) {
        const std::uint64_t first = path.tile.index * tileWidth;
        return entryBundle(business, first, first + path.width);
    }
    auto hashes = business.tree().tile(path.tile, size);
    hashes.resize(path.width);
    std::string bytes;
    for (const auto& hash : hashes) bytes += hash.view();
    return bytes;
}

PublishResult publishLog(Business& business, const std::filesystem::path& directory) {
    const auto& tree = business.tree();
    const auto published = directory / "checkpoint";
    const std::uint64_t size = business.head().value();
    const auto earlier = contentIfThere(published);
    if (earlier) {
        const auto before = openCheckpoint(*earlier, tree.verifier());
        if (!before) throw Failure(Failure::Kind::notOurs, directory.string() + " holds another log.");
        if (!tree.hasGrownFrom(before->tree, size)) {
            throw Failure(Failure::Kind::damaged, "What is published in " + directory.string() +
                                                      " is no beginning of this log: one of the two was altered.");
        }
    }
    const auto note = business.checkpoint();
    const auto signedSize = openCheckpoint(note, tree.verifier())->tree.size;
    PublishResult result{signedSize, Publication(business, directory, signedSize).write()};
    if (earlier != note) {
        writeFile(published, note);
        ++result.written;
    }
    return result;
}

}  // namespace kartei::ledger
