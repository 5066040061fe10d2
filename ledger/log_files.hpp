#pragma once
// The log as the files that C2SP tlog-tiles (https://c2sp.org/tlog-tiles) defines, for whoever serves or stores them:
//
//     checkpoint                         the signed checkpoint
//     tile/<L>/<N>[.p/<W>]               hashes of the tree
//     tile/entries/<N>[.p/<W>]           entries, each after its length as a big-endian u16
//
// <N> is written in groups of three digits, all but the last with an x in front: x001/x234/067. Full tiles have no
// ending; of partial ones, W is the number of hashes or entries, 1 to 255.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/ledger.hpp"

namespace kartei::ledger {

// A path of a tile or an entry bundle, as it stands behind the log's address.
struct LogPath {
    enum class Kind { hashes, entries };
    Kind kind{};
    TileName tile;            // of entries, at level 0
    std::uint64_t width = 0;  // 256: the full one
    bool operator==(const LogPath&) const = default;

    [[nodiscard]] std::string text() const;
    // Nothing where it is not written exactly as the rules above say.
    static std::optional<LogPath> parse(std::string_view text);
};

// The content of the file; nothing where the log does not have as many entries.
std::optional<std::string> readLogFile(const Business& business, const LogPath& path);

struct PublishResult {
    std::uint64_t size = 0;     // of the tree that is published now
    std::uint64_t written = 0;  // files
};
// Writes the log up to its head as such files, with a new checkpoint, into a directory that any web server can serve.
// Partial tiles are those of every size that was signed, as far as the complete tile is not there yet to serve instead.
// The checkpoint is replaced last, whole or not at all, when all that it vouches for is on the disk: so of the tree
// that it names nothing is looked at again, and later calls cost what is new; whoever misses files of it takes a new
// directory. A call that was stopped is made up for by the next. Throws Failure where the directory cannot be written
// to, or holds another log, an earlier incarnation, a longer log, or tiles of another one.
PublishResult publishLog(Business& business, const std::filesystem::path& directory);

}  // namespace kartei::ledger
