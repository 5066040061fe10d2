#pragma once
// The master key: it wraps every other key of a data directory, and lives outside of it (DESIGN §7). Whoever has the
// directory without it can read no personal data; whoever loses it has lost that data too.

#include <optional>
#include <string>
#include <string_view>

#include "ledger/sealing.hpp"

namespace kartei::ledger {

// Immutable after construction, so threads share it freely. Its memory is overwritten when it is destroyed.
class MasterKey {
public:
    static MasterKey generate();
    // 64 hexadecimal digits, as text() writes them; white space around them does not count. Nothing where it is not
    // that.
    static std::optional<MasterKey> parse(std::string_view text);
    [[nodiscard]] std::string text() const;

    MasterKey(const MasterKey&) = default;
    MasterKey& operator=(const MasterKey&) = default;
    ~MasterKey();

    // A wrapped key opens only at the place, the key of its row, that it was wrapped for.
    [[nodiscard]] std::string wrap(std::string_view secret, std::string_view place) const;
    [[nodiscard]] std::optional<std::string> unwrap(std::string_view wrapped, std::string_view place) const;

private:
    explicit MasterKey(const SecretKey& key) : key_(key) {}
    SecretKey key_;
};

}  // namespace kartei::ledger
