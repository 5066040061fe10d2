#pragma once
// What stands in the files of directories, wherever it stands and however it is written, for tests that look for what
// must be in none of them.
//
// A file is looked at as its bytes. Besides:
// - of a table, each row, whole and unpacked: in the bytes, keys are shortened and blocks may be compressed;
// - of a write-ahead log and a MANIFEST, what was written to them without the headers that RocksDB puts into long
//   writes.
// What is sealed is found by whoever has the key: every place of a file is taken for the beginning of a sealed text.
// That needs no knowledge of where such texts are, and so finds those that nobody thinks of.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/sealing.hpp"

namespace kartei::testing {

class FileScan {
public:
    // Reads everything; a directory that is not there holds nothing. Throws std::logic_error where a table has rows
    // that cannot be looked at, so that nothing is taken for clean by mistake.
    explicit FileScan(const std::vector<std::filesystem::path>& directories);

    // The names of the files that hold these bytes, a blank after each; empty where none does.
    [[nodiscard]] std::string filesWith(std::string_view bytes) const;
    // The same of a text in UTF-8, in UTF-16 of either order, or in Windows-1252.
    [[nodiscard]] std::string filesWithText(std::string_view text) const;
    // Those of the texts that are sealed with one of the keys somewhere, within the first bytes of what is sealed.
    [[nodiscard]] std::vector<std::string> sealedWith(const std::vector<ledger::SecretKey>& keys,
                                                      const std::vector<std::string>& texts) const;

private:
    struct Content {
        std::string file;
        std::string bytes;
    };
    void add(const std::filesystem::path& file);

    std::vector<Content> contents_;
};

// The same of one directory, for who looks for one thing.
std::string filesWith(const std::filesystem::path& directory, std::string_view bytes);

// A text in UTF-8 as others write it. Throws std::invalid_argument where they cannot.
std::string inWindows1252(std::string_view text);
enum class ByteOrder { little, big };
std::string inUtf16(std::string_view text, ByteOrder order);

}  // namespace kartei::testing
