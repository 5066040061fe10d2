#include "ledger/master_key.hpp"

#include <sodium.h>

namespace kartei::ledger {

MasterKey MasterKey::generate() { return MasterKey(randomKey()); }

std::optional<MasterKey> MasterKey::parse(std::string_view text) {
    constexpr std::string_view white = " \t\r\n";
    const auto first = text.find_first_not_of(white);
    if (first == std::string_view::npos) return std::nullopt;
    text = text.substr(first, text.find_last_not_of(white) + 1 - first);
    SecretKey key{};
    std::size_t length = 0;
    const bool isHex = sodium_hex2bin(key.data(), key.size(), text.data(), text.size(), nullptr, &length, nullptr) == 0;
    if (!isHex || length != key.size()) return std::nullopt;
    return MasterKey(key);
}

std::string MasterKey::text() const {
    std::array<char, 2 * sizeof(SecretKey) + 1> hex{};
    return sodium_bin2hex(hex.data(), hex.size(), key_.data(), key_.size());
}

MasterKey::~MasterKey() { sodium_memzero(key_.data(), key_.size()); }

std::string MasterKey::wrap(std::string_view secret, std::string_view place) const { return seal(key_, secret, place); }

std::optional<std::string> MasterKey::unwrap(std::string_view wrapped, std::string_view place) const {
    return unseal(key_, wrapped, place);
}

}  // namespace kartei::ledger
