#include "ledger/write_ahead_log.hpp"

#include <algorithm>
#include <boost/crc.hpp>
#include <fstream>
#include <string>
#include <string_view>

#include "ledger/failure.hpp"

namespace kartei::ledger {

namespace {

constexpr std::size_t blockBytes = 32'768;
constexpr std::size_t headerBytes = 7;
constexpr std::size_t typeAt = 6;
enum Type : unsigned { full = 1, first = 2, middle = 3, last = 4 };

unsigned byteAt(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

// CRC-32C (RFC 3720 appendix B.4), masked as LevelDB does it, for the checksum of what holds checksums.
std::uint32_t maskedChecksum(std::string_view bytes) {
    boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> checksum;
    checksum.process_bytes(bytes.data(), bytes.size());
    const std::uint32_t value = checksum.checksum();
    constexpr std::uint32_t mask = 0xa282ead8;
    return ((value >> 15U) | (value << 17U)) + mask;
}

struct Record {
    unsigned type = 0;
    std::size_t bytes = 0;
};

// The record that stands there; nothing where none does.
std::optional<Record> recordAt(std::string_view block, std::size_t at) {
    if (at + headerBytes > block.size()) return std::nullopt;
    const auto header = block.substr(at);
    const std::size_t length = byteAt(header, 4) | (byteAt(header, 5) << 8U);
    const auto type = byteAt(header, typeAt);
    if (type < full || type > last || at + headerBytes + length > block.size()) return std::nullopt;
    std::uint32_t checksum = 0;
    for (std::size_t byte = 4; byte-- > 0;) checksum = (checksum << 8U) | byteAt(header, byte);
    if (maskedChecksum(header.substr(typeAt, 1 + length)) != checksum) return std::nullopt;
    return Record{type, headerBytes + length};
}

bool begins(unsigned type) { return type == full || type == first; }

// Whether a write begins whole anywhere behind that place.
bool holdsBeginning(std::string_view block, std::size_t from) {
    for (auto at = from; at + headerBytes <= block.size(); ++at) {
        if (!begins(byteAt(block, at + typeAt))) continue;
        if (recordAt(block, at)) return true;
    }
    return false;
}

class LogReader {
public:
    // False: the log is damaged.
    bool take(std::string_view block) {
        if (damagedAt_) return !holdsBeginning(block, 0);
        std::size_t at = 0;
        while (at + headerBytes <= block.size()) {
            const auto record = recordAt(block, at);
            if (!record || begins(record->type) == isWithin_) {
                damagedAt_ = before_ + at;
                // What begins here in the middle of another write is a beginning itself.
                return !holdsBeginning(block, record ? at : at + 1);
            }
            isWithin_ = record->type == first || record->type == middle;
            at += record->bytes;
        }
        before_ += block.size();
        return true;
    }
    [[nodiscard]] const std::optional<std::uint64_t>& damagedAt() const { return damagedAt_; }

private:
    std::uint64_t before_ = 0;  // bytes of the blocks before
    bool isWithin_ = false;     // a write goes on
    std::optional<std::uint64_t> damagedAt_;
};

}  // namespace

std::optional<std::uint64_t> damageWithin(std::istream& log) {
    LogReader reader;
    std::string block(blockBytes, '\0');
    while (log.read(block.data(), blockBytes) || log.gcount() > 0) {
        const auto size = static_cast<std::size_t>(log.gcount());
        if (!reader.take(std::string_view(block).substr(0, size))) return reader.damagedAt();
    }
    return std::nullopt;
}

void requireWholeLogs(const std::filesystem::path& database) {
    std::error_code ignored;
    for (const auto& file : std::filesystem::directory_iterator(database, ignored)) {
        if (file.path().extension() != ".log") continue;
        std::ifstream log(file.path(), std::ios::binary);
        const auto damage = damageWithin(log);
        if (!damage) continue;
        throw Failure(Failure::Kind::damaged, "The write-ahead log " + file.path().filename().string() +
                                                  " is damaged at byte " + std::to_string(*damage) +
                                                  ", and what was written after that is whole. Nothing was changed: "
                                                  "put back the file as it was, or restore a backup.");
    }
}

}  // namespace kartei::ledger
