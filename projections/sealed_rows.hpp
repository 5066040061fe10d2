#pragma once
// How a customer's file is stored: sealed, so that it goes when one of the customer's records is erased.
//
// A file tells of all records of its customer. So it is sealed under a key that is made of the keys of all of them, and
// of the business's: when one is destroyed, no copy of the file opens any more, in whatever file of the database it
// still is. Records that are erased already add nothing.
//
// A row's digest is a hash under a key made in the same way. It stands beside the file, so that the row can be taken
// out of a sum when it opens no more.
//
// A leading row, which is the value under the name of the record that leads:
//     'L'
//     a byte, how many tokens; 8 bytes each     by which words the file is found
//     32 bytes                                  digest of name, tokens and file
//     be32, how many names; each its length in a byte, and the name
//                                               the records whose keys it is sealed with
//     the file as JSON, sealed (sealing.hpp) together with the business and the row's name
// The row of another record of the customer is 'P' and the name of the record that leads.
//
// Threads: any, at any time.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/customer.hpp"
#include "ledger/key_vault.hpp"

namespace kartei::projections {

// A sum of hashes of rows, from which a row can be taken out again.
using Digest = std::array<std::uint64_t, 4>;
void add(Digest& sum, const Digest& one);
void subtract(Digest& sum, const Digest& one);
std::string toHex(const Digest& digest);

// What a row is sealed with.
struct RowKeys {
    ledger::SecretKey file{};
    ledger::SecretKey digest{};
    std::vector<events::RecordName> records;  // whose keys are in it
    // Whether a record that the customer does not show as erased has no key any more. Then what was read of it must be
    // read again.
    enum class State { whole, oneDestroyed } state = State::whole;
};

// The parts of a leading row.
struct LeadingRow {
    std::string_view tokens;
    Digest digest{};
    std::vector<std::string_view> records;
    std::string_view sealedFile;
};
// Whether a value is that of a leading row.
bool isLeading(std::string_view value);
// Throws Failure where the value cannot be read.
LeadingRow leadingRow(std::string_view value);
// The record that leads, of a row that points to it; nothing of a leading row.
std::optional<std::string_view> pointsTo(std::string_view value);
std::string pointingRow(const events::RecordName& lead);

constexpr std::size_t wordTokenBytes = 8;

class SealedRows {
public:
    // `keys` must outlive it. `business`: its number.
    SealedRows(const ledger::KeyVault& keys, std::uint32_t business) : keys_(keys), business_(business) {}

    // Made of the keys of all records of the customer that are not erased. Throws Failure where one was lost.
    [[nodiscard]] RowKeys keysFor(const ledger::Customer& customer) const;

    [[nodiscard]] std::string seal(const RowKeys& keys, std::string_view name, std::string_view tokens,
                                   std::string_view file) const;
    // The file in a leading row; nothing where one of its records has been erased. Throws Failure where it is damaged.
    [[nodiscard]] std::optional<std::string> open(std::string_view name, const LeadingRow& row) const;

    // What a stored row counts in the digest, as it says itself.
    [[nodiscard]] Digest digestOf(std::string_view name, std::string_view value) const;

private:
    [[nodiscard]] RowKeys keysOf(std::vector<events::RecordName> records, std::string_view secrets) const;
    [[nodiscard]] std::string place(std::string_view name) const;

    const ledger::KeyVault& keys_;
    std::uint32_t business_;
};

}  // namespace kartei::projections
