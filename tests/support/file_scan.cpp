#include "tests/support/file_scan.hpp"

#include <rocksdb/sst_file_reader.h>
#include <rocksdb/table_properties.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>

#include "ledger/files.hpp"
#include "ledger/opened_database.hpp"
#include "ledger/position_runs.hpp"

namespace kartei::testing {

namespace {

// The rows of a table, one behind the other.
std::string rowsOf(const std::filesystem::path& table) {
    rocksdb::Options options;
    options.merge_operator = std::make_shared<ledger::PositionRuns>();
    rocksdb::SstFileReader reader(options);
    ledger::require(reader.Open(table.string()), "Cannot open a table");
    std::string rows;
    std::uint64_t count = 0;
    const std::unique_ptr<rocksdb::Iterator> row(reader.NewIterator({}));
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
        rows.append(row->key().ToStringView()).append(row->value().ToStringView());
        ++count;
    }
    ledger::require(row->status(), "Cannot read a table");
    // The reader does not show rows that a later one hides. They are in the bytes, unless those are compressed.
    const auto properties = reader.GetTableProperties();
    if (count < properties->num_entries && properties->compression_name != "NoCompression") {
        throw std::logic_error("a compressed table has rows that cannot be looked at: " + table.string());
    }
    return rows;
}

// What was written to a log of RocksDB's: it is cut into blocks, and each part of a write in a block has a header
// (https://github.com/facebook/rocksdb/wiki/Write-Ahead-Log-File-Format).
std::string withoutHeaders(std::string_view log) {
    constexpr std::size_t blockBytes = 32768;
    constexpr std::size_t headerBytes = 7;           // be32 checksum, le16 length, type
    constexpr std::size_t recycledHeaderBytes = 11;  // and le32 number of the log
    constexpr unsigned char firstRecycledType = 5;
    constexpr unsigned char lastRecycledType = 8;
    const auto byteAt = [&](std::size_t at) { return static_cast<unsigned char>(log[at]); };
    std::string written;
    for (std::size_t block = 0; block < log.size(); block += blockBytes) {
        const auto end = std::min(block + blockBytes, log.size());
        for (auto at = block; at + headerBytes <= end;) {
            const std::size_t length = byteAt(at + 4) + 256U * byteAt(at + 5);
            const auto type = byteAt(at + 6);
            at += type >= firstRecycledType && type <= lastRecycledType ? recycledHeaderBytes : headerBytes;
            if (at >= end) break;
            written.append(log.substr(at, std::min(length, end - at)));
            at += length;
        }
    }
    return written;
}

std::vector<char16_t> charactersOf(std::string_view text) {
    std::vector<char16_t> characters;
    for (std::size_t at = 0; at < text.size();) {
        const auto lead = static_cast<unsigned char>(text[at++]);
        const int more = lead < 0x80U ? 0 : lead < 0xE0U ? 1 : 2;
        if (lead >= 0xF0U || at + static_cast<std::size_t>(more) > text.size()) {
            throw std::invalid_argument("not a text of these tests");
        }
        unsigned character = more == 0 ? lead : lead & (more == 1 ? 0x1FU : 0x0FU);
        for (int i = 0; i < more; ++i) character = (character << 6U) | (static_cast<unsigned char>(text[at++]) & 0x3FU);
        characters.push_back(static_cast<char16_t>(character));
    }
    return characters;
}

constexpr std::size_t nonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;

// What is sealed if a sealed text begins here and this is the key: gibberish where not. Not checked for its tag, which
// would need to know where it ends and what it belongs to.
void openAt(std::string_view place, const ledger::SecretKey& key, std::string& opened) {
    constexpr std::size_t looksAt = 768;  // longer than any sealed text of these tests
    const auto* bytes = reinterpret_cast<const unsigned char*>(place.data());
    opened.resize(std::min(looksAt, place.size() - nonceBytes));
    crypto_stream_xchacha20_xor_ic(reinterpret_cast<unsigned char*>(opened.data()), bytes + nonceBytes, opened.size(),
                                   bytes, 1, key.data());
}

bool isLog(const std::filesystem::path& file) {
    return file.extension() == ".log" || file.filename().string().starts_with("MANIFEST");
}

}  // namespace

std::string inWindows1252(std::string_view text) {
    std::string bytes;
    for (const auto character : charactersOf(text)) {
        if (character >= 0x80 && (character < 0xA0 || character > 0xFF)) {
            throw std::invalid_argument("not a letter of Western Europe");
        }
        bytes += static_cast<char>(character);
    }
    return bytes;
}

std::string inUtf16(std::string_view text, ByteOrder order) {
    std::string bytes;
    for (const auto character : charactersOf(text)) {
        const std::array<char, 2> both{static_cast<char>(character >> 8U), static_cast<char>(character & 0xFFU)};
        bytes += order == ByteOrder::big ? both[0] : both[1];
        bytes += order == ByteOrder::big ? both[1] : both[0];
    }
    return bytes;
}

FileScan::FileScan(const std::vector<std::filesystem::path>& directories) {
    for (const auto& directory : directories) {
        if (!std::filesystem::exists(directory)) continue;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
            if (entry.is_regular_file()) add(entry.path());
        }
    }
}

void FileScan::add(const std::filesystem::path& file) {
    auto bytes = ledger::contentIfThere(file);
    if (!bytes) return;  // deleted by now
    const auto name = file.filename().string();
    if (isLog(file)) contents_.push_back({name, withoutHeaders(*bytes)});
    if (file.extension() == ".sst") contents_.push_back({name, rowsOf(file)});
    contents_.push_back({name, *std::move(bytes)});
}

std::string FileScan::filesWith(std::string_view bytes) const {
    std::string files;
    for (const auto& content : contents_) {
        const bool isIn = content.bytes.find(bytes) != std::string::npos;
        if (isIn && files.find(content.file + " ") == std::string::npos) files += content.file + " ";
    }
    return files;
}

std::string FileScan::filesWithText(std::string_view text) const {
    std::string files;
    for (const auto& written :
         {std::string(text), inUtf16(text, ByteOrder::little), inUtf16(text, ByteOrder::big), inWindows1252(text)}) {
        files += filesWith(written);
    }
    return files;
}

std::vector<std::string> FileScan::sealedWith(const std::vector<ledger::SecretKey>& keys,
                                              const std::vector<std::string>& texts) const {
    std::vector<bool> found(texts.size());
    std::string opened;
    for (const auto& [file, bytes] : contents_) {
        for (std::size_t at = 0; at + nonceBytes < bytes.size(); ++at) {
            for (const auto& key : keys) {
                openAt(std::string_view(bytes).substr(at), key, opened);
                for (std::size_t i = 0; i < texts.size(); ++i) {
                    found[i] = found[i] || opened.find(texts[i]) != std::string::npos;
                }
            }
        }
    }
    std::vector<std::string> sealed;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (found[i]) sealed.push_back(texts[i]);
    }
    return sealed;
}

std::string filesWith(const std::filesystem::path& directory, std::string_view bytes) {
    return FileScan({directory}).filesWith(bytes);
}

}  // namespace kartei::testing
