#pragma once
// A data directory: one RocksDB with everything that Kartei keeps, and the names and keys of its businesses.

#include <rocksdb/db.h>

#include <array>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "events/names.hpp"
#include "ledger/opening.hpp"
#include "ledger/signed_note.hpp"

namespace kartei::ledger {

// The secret from which a business's tokens are made.
using BusinessKey = std::array<unsigned char, 32>;

struct BusinessIdentity {
    std::uint32_t number = 0;  // stands for the business in stored keys
    BusinessKey key{};
    std::string origin;  // names its log in checkpoints, for ever
    SecretSeed signingSeed{};
};

// Opens on construction and holds the directory until destruction; a second process is refused meanwhile. Safe to
// share between threads. It knows no rule and no event.
class DataDirectory {
public:
    // Throws Failure where the directory is locked, not writable, holds something else, or was written by a newer
    // version; and where it is missing and `opening` wants one that is there.
    explicit DataDirectory(const std::filesystem::path& path, Opening opening = Opening::create);
    ~DataDirectory();
    DataDirectory(const DataDirectory&) = delete;
    DataDirectory& operator=(const DataDirectory&) = delete;

    [[nodiscard]] std::optional<BusinessIdentity> find(const events::BusinessName& name);
    BusinessIdentity findOrCreate(const events::BusinessName& name);

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] rocksdb::DB& database() const { return *database_; }
    [[nodiscard]] rocksdb::ColumnFamilyHandle* log() const { return families_[1]; }
    [[nodiscard]] rocksdb::ColumnFamilyHandle* index() const { return families_[2]; }
    [[nodiscard]] rocksdb::ColumnFamilyHandle* views() const { return families_[3]; }
    [[nodiscard]] rocksdb::ColumnFamilyHandle* tree() const { return families_[4]; }

private:
    void open();
    void checkFormat();
    void close();
    [[nodiscard]] rocksdb::ColumnFamilyHandle* names() const { return families_[0]; }

    std::filesystem::path path_;
    std::unique_ptr<rocksdb::DB> database_;
    std::vector<rocksdb::ColumnFamilyHandle*> families_;
    std::mutex creating_;
};

// Throws Failure where a status is not OK.
void require(const rocksdb::Status& status, const char* doing);

}  // namespace kartei::ledger
