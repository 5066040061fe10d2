#include "tests/support/tables.hpp"

#include <rocksdb/metadata.h>
#include <rocksdb/table_properties.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "ledger/data_directory.hpp"
#include "tests/support/test_ledger.hpp"

namespace kartei::testing {

namespace {

std::vector<Table> tablesOf(rocksdb::DB& database, rocksdb::ColumnFamilyHandle* family) {
    rocksdb::TablePropertiesCollection properties;
    ledger::require(database.GetPropertiesOfAllTables(family, &properties), "Cannot read the tables");
    rocksdb::ColumnFamilyMetaData meta;
    database.GetColumnFamilyMetaData(family, &meta);
    std::vector<Table> tables;
    for (const auto& level : meta.levels) {
        for (const auto& file : level.files) {
            for (const auto& [path, one] : properties) {
                if (path.ends_with(file.name))
                    tables.push_back({file.name.substr(1), one->data_size, file.smallestkey});
            }
        }
    }
    std::sort(tables.begin(), tables.end(), [](const Table& a, const Table& b) { return a.smallest < b.smallest; });
    return tables;
}

}  // namespace

std::vector<Table> compactIntoTables(rocksdb::DB& database, rocksdb::ColumnFamilyHandle* family) {
    ledger::require(database.SetOptions(family, {{"target_file_size_base", "32768"}}), "Cannot set");
    rocksdb::CompactRangeOptions all;
    all.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
    ledger::require(database.CompactRange(all, family, nullptr, nullptr), "Cannot compact");
    return tablesOf(database, family);
}

void copyWhole(const std::filesystem::path& data, const std::filesystem::path& copy) {
    const auto from = placeOf(data);
    const auto to = placeOf(copy);
    for (const auto& [whole, place] : {std::pair(from.data, to.data), std::pair(from.anchor, to.anchor)}) {
        std::filesystem::remove_all(place);
        if (std::filesystem::exists(whole)) {
            std::filesystem::copy(whole, place, std::filesystem::copy_options::recursive);
        }
    }
}

void copyDamaged(const std::filesystem::path& data, const std::filesystem::path& copy, const Table& table,
                 std::uint64_t byte) {
    copyWhole(data, copy);
    std::fstream file(copy / "rocksdb" / table.file, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(byte));
    const auto before = file.get();
    if (before == std::char_traits<char>::eof()) throw std::out_of_range("the table has no such byte");
    file.seekp(static_cast<std::streamoff>(byte));
    file.put(static_cast<char>(before ^ 4));
}

}  // namespace kartei::testing
