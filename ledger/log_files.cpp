#include "ledger/log_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <set>

#include "ledger/durable_files.hpp"
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

// Writes the tiles by which a tree is more than one that is published whole. What a call that was stopped has left of
// them is taken as it is, once it has proved to be the same.
class Publication {
public:
    Publication(const Business& business, const std::filesystem::path& directory, std::uint64_t before,
                std::uint64_t size)
        : business_(business),
          directory_(directory),
          before_(before),
          size_(size),
          signedSizes_(business.tree().signedSizes(before, size)) {}

    // When it returns, with the number of files, they are on the disk, and so are their names.
    std::uint64_t write() {
        for (unsigned level = 0; level * tileHeight < 64 && size_ >> (level * tileHeight) != 0; ++level) {
            const std::uint64_t whole = (before_ >> (level * tileHeight)) / tileWidth;
            const std::uint64_t tiles = ((size_ >> (level * tileHeight)) + tileWidth - 1) / tileWidth;
            for (auto index = whole; index < tiles; ++index) writeTile({level, index}, widthIn(size_, {level, index}));
            writePartials({level, tiles - 1});
        }
        for (const auto& folder : folders_) syncToDisk(folder);
        return written_;
    }

private:
    // The last tile of a level as each signed size has it, if it is incomplete still: where it is complete, that
    // serves.
    void writePartials(const TileName& name) {
        const auto width = widthIn(size_, name);
        if (width == tileWidth) return;
        std::set<std::uint64_t> widths;
        for (const auto size : signedSizes_) widths.insert(widthIn(size, name));
        for (const auto partial : widths) {
            if (partial != 0 && partial < width) writeTile(name, partial);
        }
    }

    void writeTile(const TileName& name, std::uint64_t width) {
        writeFileOf({LogPath::Kind::hashes, name, width});
        if (name.level == 0) writeFileOf({LogPath::Kind::entries, name, width});
    }

    void writeFileOf(const LogPath& path) {
        const auto file = directory_ / path.text();
        const auto bytes = *readLogFile(business_, path);
        // Also where the file is there: whoever wrote it may have been stopped before its name was on the disk.
        auto folder = directory_;
        folders_.insert(folder);
        for (const auto& part : std::filesystem::path(path.text()).parent_path()) folders_.insert(folder /= part);
        if (const auto found = contentIfThere(file)) {
            if (*found == bytes) return;
            throw Failure(Failure::Kind::notOurs, file.string() + " is there already, and is none of this log.");
        }
        writeFile(file, bytes);
        ++written_;
    }

    const Business& business_;
    const std::filesystem::path& directory_;
    std::uint64_t before_;
    std::uint64_t size_;
    std::vector<std::uint64_t> signedSizes_;  // since the tree that is published whole
    std::uint64_t written_ = 0;
    std::set<std::filesystem::path> folders_;  // with new names in them
};

// What the published checkpoint says.
TreeHead publishedBefore(const Business& business, const std::filesystem::path& directory, const std::string& note) {
    const auto before = business.tree().opened(note);
    if (!before) throw Failure(Failure::Kind::notOurs, directory.string() + " holds another log.");
    if (before->incarnation != business.incarnation()) {
        throw Failure(Failure::Kind::notOurs, directory.string() +
                                                  " holds an earlier incarnation of this log, whose name was another "
                                                  "one: this one wants a directory of its own.");
    }
    if (!business.tree().hasGrownFrom(before->tree, business.head().value())) {
        throw Failure(Failure::Kind::damaged, "What is published in " + directory.string() +
                                                  " is no beginning of this log: one of the two was altered.");
    }
    return before->tree;
}

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
    const auto published = directory / "checkpoint";
    const auto earlier = contentIfThere(published);
    // The checkpoint comes last: all tiles of its tree are there.
    const std::uint64_t before = earlier ? publishedBefore(business, directory, *earlier).size : 0;
    const auto note = business.checkpoint();
    const auto size = openCheckpoint(note, business.tree().verifier())->tree.size;
    // Who only reads a log has no newer one than its holder has signed.
    if (earlier && before >= size) return {before, 0};
    makeDirectory(directory);
    PublishResult result{size, Publication(business, directory, before, size).write()};
    writeFile(published, note);
    syncToDisk(directory);
    ++result.written;
    return result;
}

}  // namespace kartei::ledger
