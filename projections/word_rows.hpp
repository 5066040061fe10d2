#pragma once
// Compares the rows by which customers are found with what the customers' own rows say that there should be.
//
// How it works: each pair of a token and a record is hashed under a key that is made anew for each comparison, and the
// hashes are summed, those that are named apart from those that are stored. So the comparison takes no more memory
// for more rows, and nobody can choose rows whose sums come out the same.
//
// Threads: one at a time.

#include <sodium.h>

#include <array>
#include <cstdint>
#include <string_view>

namespace kartei::projections {

class WordRows {
public:
    WordRows();
    // A leading row names this token.
    void named(std::string_view token, std::string_view record);
    // There is a row: its key behind the kind, token and record, and its value, which must be empty.
    void stored(std::string_view tokenAndRecord, std::string_view value);
    // Whether the rows that are stored are those that are named, each once.
    [[nodiscard]] bool fit() const { return named_ == stored_; }

private:
    struct Sum {
        std::uint64_t rows = 0;
        std::uint64_t hashes = 0;
        bool operator==(const Sum&) const = default;
    };
    void add(Sum& sum, std::string_view tokenAndRecord) const;

    std::array<unsigned char, crypto_shorthash_KEYBYTES> key_{};
    Sum named_;
    Sum stored_;
};

}  // namespace kartei::projections
