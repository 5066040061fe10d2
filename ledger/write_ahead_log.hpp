#pragma once
// Whether RocksDB's write-ahead log is damaged, or was only cut short.
//
// RocksDB itself cannot tell in all cases: it takes a record whose length points past the end of the file for one that
// was being written when the machine stopped (WALRecoveryMode::kTolerateCorruptedTailRecords, 7.8), drops what follows,
// and deletes the file. One bit that turned in such a length costs every record behind it. So the file is looked at
// before it is opened: a record that begins whole behind one that cannot be read was written later, and then the first
// was written too.
//
// The format (RocksDB's doc, "Write Ahead Log File Format"; LevelDB's log_format.md):
//
//     block  := record* trailer                  32,768 bytes; the trailer is zeros, shorter than a header
//     record := checksum length type payload     u32 CRC-32C of type and payload, masked; u16; u8: 1 full, 2 first,
//                                                3 middle, 4 last; numbers are little-endian
//
// What is one write to the database is one full record, or a first one and those that go on with it. Where a write was
// cut short, parts that go on with it may stand behind the gap; a full or first record may not.
//
// Not told from a torn write: damage in the last write of the file. The anchor knows of entries that are missing then.

#include <cstdint>
#include <filesystem>
#include <istream>
#include <optional>

namespace kartei::ledger {

// Where the first record is that cannot be read, in bytes from the beginning, if a later write is whole; nothing
// otherwise.
std::optional<std::uint64_t> damageWithin(std::istream& log);

// Throws Failure where a write-ahead log in the directory of a database is damaged so. Changes nothing.
void requireWholeLogs(const std::filesystem::path& database);

}  // namespace kartei::ledger
