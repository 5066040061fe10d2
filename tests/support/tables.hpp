#pragma once
// The tables in which RocksDB keeps a family's rows on the disk, for tests that damage them.

#include <rocksdb/db.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace kartei::testing {

struct Table {
    std::string file;             // its name in the database's folder
    std::uint64_t dataBytes = 0;  // of its blocks of rows, which come first
    std::string smallest;         // the key that it begins with
};

// Writes all that the family holds into tables, small ones where there is much, and tells which, by what they hold.
std::vector<Table> compactIntoTables(rocksdb::DB& database, rocksdb::ColumnFamilyHandle* family);

// Puts a copy of a data directory and its anchor in the place of `copy`.
void copyWhole(const std::filesystem::path& data, const std::filesystem::path& copy);
// The same, with one bit of this byte of one of its tables turned.
void copyDamaged(const std::filesystem::path& data, const std::filesystem::path& copy, const Table& table,
                 std::uint64_t byte);

}  // namespace kartei::testing
