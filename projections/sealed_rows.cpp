#include "projections/sealed_rows.hpp"

#include <sodium.h>

#include <cstring>

#include "ledger/failure.hpp"
#include "ledger/stored_keys.hpp"

namespace kartei::projections {

namespace {

namespace keys = ledger::keys;

constexpr char leads = 'L';
constexpr char points = 'P';
constexpr std::size_t countBytes = sizeof(std::uint32_t);

[[noreturn]] void damaged() { throw ledger::Failure(ledger::Failure::Kind::damaged, "A stored row cannot be read."); }

// Takes bytes off the beginning of a value.
class Cut {
public:
    explicit Cut(std::string_view value) : rest_(value) {}
    std::string_view bytes(std::size_t count) {
        if (rest_.size() < count) damaged();
        const auto part = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return part;
    }
    std::size_t count() { return static_cast<unsigned char>(bytes(1).front()); }
    [[nodiscard]] std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
};

// Parts are kept apart by their lengths.
Digest hashOf(const ledger::SecretKey& key, std::initializer_list<std::string_view> parts) {
    Digest digest{};
    std::array<unsigned char, sizeof(Digest)> hash{};
    crypto_generichash_state state;
    crypto_generichash_init(&state, key.data(), key.size(), hash.size());
    for (const auto part : parts) {
        const auto length = keys::number64(part.size());
        for (const auto bytes : {std::string_view(length), part}) {
            crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
        }
    }
    crypto_generichash_final(&state, hash.data(), hash.size());
    std::memcpy(digest.data(), hash.data(), hash.size());
    return digest;
}

std::string_view bytesOf(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), sizeof(Digest)};
}

}  // namespace

void add(Digest& sum, const Digest& one) {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += one[i];
}

void subtract(Digest& sum, const Digest& one) {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] -= one[i];
}

std::string toHex(const Digest& digest) {
    std::string text;
    for (const auto lane : digest) {
        for (int shift = 60; shift >= 0; shift -= 4)
            text += "0123456789abcdef"[(lane >> static_cast<unsigned>(shift)) & 15U];
    }
    return text;
}

bool isLeading(std::string_view value) { return !value.empty() && value.front() == leads; }

LeadingRow leadingRow(std::string_view value) {
    Cut cut(value);
    if (cut.bytes(1).front() != leads) damaged();
    LeadingRow row;
    const auto tokens = cut.count();
    row.tokens = cut.bytes(tokens * wordTokenBytes);
    std::memcpy(row.digest.data(), cut.bytes(sizeof(Digest)).data(), sizeof(Digest));
    for (auto left = keys::readNumber(cut.bytes(countBytes)); left > 0; --left) {
        const auto length = cut.count();
        row.records.push_back(cut.bytes(length));
    }
    row.sealedFile = cut.rest();
    return row;
}

std::optional<std::string_view> pointsTo(std::string_view value) {
    if (isLeading(value)) return std::nullopt;
    if (value.size() < 2 || value.front() != points) damaged();
    return value.substr(1);
}

std::string pointingRow(const events::RecordName& lead) { return points + lead.text(); }

RowKeys SealedRows::keysFor(const ledger::Customer& customer) const {
    auto state = RowKeys::State::whole;
    std::vector<events::RecordName> records;
    std::string secrets;
    for (const auto& [name, record] : customer.records) {
        if (record->isErased()) continue;
        const auto key = keys_.find(keys_.rowOf(name));
        if (!key && key.error() == ledger::NoKey::destroyed) {
            state = RowKeys::State::oneDestroyed;
            continue;
        }
        if (!key) throw ledger::Failure(ledger::Failure::Kind::damaged, "The key of a record is missing.");
        secrets.append(key->begin(), key->end());
        records.push_back(name);
    }
    auto made = keysOf(std::move(records), secrets);
    made.state = state;
    sodium_memzero(secrets.data(), secrets.size());
    return made;
}

RowKeys SealedRows::keysOf(std::vector<events::RecordName> records, std::string_view secrets) const {
    RowKeys made;
    made.records = std::move(records);
    const auto secret = ledger::derivedKey(keys_.ofBusiness(), std::string("view ").append(secrets));
    made.file = ledger::derivedKey(secret, "file");
    made.digest = ledger::derivedKey(secret, "digest");
    return made;
}

std::string SealedRows::place(std::string_view name) const {
    return keys::business(business_).append("view ").append(name);
}

std::string SealedRows::seal(const RowKeys& keys, std::string_view name, std::string_view tokens,
                             std::string_view file) const {
    std::string value{leads, static_cast<char>(tokens.size() / wordTokenBytes)};
    value += tokens;
    value += bytesOf(hashOf(keys.digest, {name, tokens, file}));
    ledger::keys::appendNumber32(value, static_cast<std::uint32_t>(keys.records.size()));
    for (const auto& record : keys.records) {
        value += static_cast<char>(record.text().size());
        value += record.text();
    }
    return value + ledger::seal(keys.file, file, place(name));
}

std::optional<std::string> SealedRows::open(std::string_view name, const LeadingRow& row) const {
    std::string secrets;
    for (const auto record : row.records) {
        const auto key = keys_.find(keys_.rowOf(events::RecordName::trusted(record)));
        if (!key && key.error() == ledger::NoKey::destroyed) return std::nullopt;
        if (!key) damaged();
        secrets.append(key->begin(), key->end());
    }
    const auto made = keysOf({}, secrets);
    sodium_memzero(secrets.data(), secrets.size());
    auto file = ledger::unseal(made.file, row.sealedFile, place(name));
    if (!file || hashOf(made.digest, {name, row.tokens, *file}) != row.digest) damaged();
    return file;
}

Digest SealedRows::digestOf(std::string_view name, std::string_view value) const {
    if (isLeading(value)) return leadingRow(value).digest;
    return hashOf(keysOf({}, {}).digest, {name, *pointsTo(value)});
}

}  // namespace kartei::projections
