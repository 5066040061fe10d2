#include "projections/word_rows.hpp"

#include <cstring>
#include <string>

namespace kartei::projections {

WordRows::WordRows() { crypto_shorthash_keygen(key_.data()); }

void WordRows::named(std::string_view token, std::string_view record) {
    add(named_, std::string(token).append(record));
}

void WordRows::stored(std::string_view tokenAndRecord, std::string_view value) {
    add(stored_, tokenAndRecord);
    // A value makes it another row than the one that is named.
    if (!value.empty()) ++stored_.hashes;
}

void WordRows::add(Sum& sum, std::string_view tokenAndRecord) const {
    std::array<unsigned char, crypto_shorthash_BYTES> hash{};
    crypto_shorthash(hash.data(), reinterpret_cast<const unsigned char*>(tokenAndRecord.data()), tokenAndRecord.size(),
                     key_.data());
    std::uint64_t number = 0;
    std::memcpy(&number, hash.data(), hash.size());
    sum.hashes += number;
    ++sum.rows;
}

}  // namespace kartei::projections
