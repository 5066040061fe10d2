#include "ledger/access_tokens.hpp"

#include <rocksdb/write_batch.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <utility>

#include "events/normal_forms.hpp"
#include "events/path_segment.hpp"
#include "ledger/failure.hpp"
#include "ledger/merkle.hpp"
#include "ledger/stored_keys.hpp"

namespace kartei::ledger {

namespace {

constexpr std::string_view tokenBeginning = "kartei_";  // so that a token that was published by mistake is recognised
constexpr std::size_t secretBytes = 32;
constexpr std::size_t longestName = 64;
constexpr std::size_t fixedBytes = 1 + sizeof(std::uint64_t) + 1;

constexpr std::array roleNames = {
    std::pair{TokenRole::adapter, std::string_view("adapter")},
    std::pair{TokenRole::portal, std::string_view("portal")}, std::pair{TokenRole::desk, std::string_view("desk")},
    std::pair{TokenRole::admin, std::string_view("admin")}, std::pair{TokenRole::auditor, std::string_view("auditor")}};

std::string encode(const AccessToken& token) {
    std::string value(1, static_cast<char>(token.role));
    value += keys::number64(static_cast<std::uint64_t>(token.made.microseconds()));
    value += static_cast<char>(token.name.size());
    value += token.name;
    if (token.source) value += token.source->text();
    return value;
}

Failure damaged() { return {Failure::Kind::damaged, "A stored token is damaged."}; }

AccessToken decode(std::string_view value) {
    if (value.size() < fixedBytes) throw damaged();
    AccessToken token;
    token.role = static_cast<TokenRole>(value[0]);
    token.made = events::Time(static_cast<std::int64_t>(keys::readNumber(value.substr(1, sizeof(std::uint64_t)))));
    const auto length = static_cast<unsigned char>(value[fixedBytes - 1]);
    const auto rest = value.substr(fixedBytes);
    if (toText(token.role).empty() || rest.size() < length) throw damaged();
    token.name = rest.substr(0, length);
    if (rest.size() > length) token.source = events::SourceName::parse(rest.substr(length));
    if (isOfSource(token.role) != token.source.has_value()) throw damaged();
    return token;
}

std::optional<TokenProblem> problemOf(const AccessToken& token) {
    // A token is revoked by its name, in a path.
    const bool isName = token.name.size() <= longestName && !events::saysNothing(token.name) &&
                        events::isPathSegment(token.name) && token.name.find(':') == std::string::npos;
    if (!isName) return TokenProblem::badName;
    if (isOfSource(token.role) && !token.source) return TokenProblem::sourceMissing;
    if (!isOfSource(token.role) && token.source) return TokenProblem::sourceNotTaken;
    return std::nullopt;
}

std::string newToken() {
    std::array<unsigned char, secretBytes> secret{};
    randombytes_buf(secret.data(), secret.size());
    constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::string text(sodium_base64_ENCODED_LEN(secretBytes, variant), '\0');
    sodium_bin2base64(text.data(), text.size(), secret.data(), secret.size(), variant);
    text.pop_back();  // the terminating zero
    return std::string(tokenBeginning) + text;
}

Hash hashOf(std::string_view bytes) {
    Hash hash;
    if (bytes.size() != hash.bytes.size()) throw damaged();
    std::copy(bytes.begin(), bytes.end(), hash.bytes.begin());
    return hash;
}

rocksdb::WriteOptions synced() {
    rocksdb::WriteOptions options;
    options.sync = true;
    return options;
}

}  // namespace

std::string_view toText(TokenRole role) {
    for (const auto& [known, name] : roleNames) {
        if (known == role) return name;
    }
    return {};
}

std::optional<TokenRole> parseTokenRole(std::string_view text) {
    for (const auto& [role, name] : roleNames) {
        if (name == text) return role;
    }
    return std::nullopt;
}

bool isOfSource(TokenRole role) { return role == TokenRole::adapter || role == TokenRole::portal; }

std::string AccessTokens::rowOfRevoked(const Hash& token) const {
    return std::string(keys::revokedTokenPrefix) + keys::business(business_) + std::string(token.view());
}

std::string AccessTokens::prefix() const { return std::string(keys::tokenPrefix) + keys::business(business_); }

std::vector<AccessTokens::Row> AccessTokens::stored() const {
    std::vector<Row> found;
    const auto start = prefix();
    const auto rows = directory_.rows(directory_.names());
    for (rows->Seek(start); rows->Valid() && rows->key().starts_with(start); rows->Next()) {
        found.push_back({rows->key().ToString(), decode(rows->value().ToStringView())});
    }
    require(rows->status(), "Cannot read the data directory");
    return found;
}

std::string AccessTokens::rowOf(const TokenOrder& order) const {
    return std::string(keys::tokenRequestPrefix) + keys::business(business_) + std::string(order.key.view());
}

std::optional<TokenProblem> AccessTokens::repetition(const TokenOrder& order) const {
    std::string request;
    const auto status = directory_.database().Get({}, directory_.names(), rowOf(order), &request);
    if (status.IsNotFound()) return std::nullopt;
    require(status, "Cannot read the data directory");
    return request == order.request.view() ? TokenProblem::madeBefore : TokenProblem::keyUsed;
}

Result<std::string, TokenProblem> AccessTokens::make(const AccessToken& token, const std::optional<TokenOrder>& order) {
    if (const auto problem = problemOf(token)) return failed(*problem);
    directory_.requireHeld();
    const std::lock_guard<std::mutex> guard(making_);
    if (order) {
        if (const auto problem = repetition(*order)) return failed(*problem);
    }
    const auto known = stored();
    if (std::any_of(known.begin(), known.end(), [&](const Row& row) { return row.token.name == token.name; })) {
        return failed(TokenProblem::nameTaken);
    }
    auto secret = newToken();
    rocksdb::WriteBatch batch;
    batch.Put(directory_.names(), prefix() + std::string(sha256(secret).view()), encode(token));
    if (order) batch.Put(directory_.names(), rowOf(*order), std::string(order->request.view()));
    require(directory_.database().Write(synced(), &batch), "Cannot write to the data directory");
    return secret;
}

std::optional<Hash> AccessTokens::revoke(std::string_view name) {
    directory_.requireHeld();
    const auto start = prefix().size();
    for (const auto& row : stored()) {
        if (row.token.name != name) continue;
        const auto token = hashOf(std::string_view(row.key).substr(start));
        revokeAgain({token});
        return token;
    }
    return std::nullopt;
}

void AccessTokens::revokeAgain(const std::vector<Hash>& tokens) {
    if (tokens.empty()) return;
    rocksdb::WriteBatch batch;
    for (const auto& token : tokens) {
        batch.Delete(directory_.names(), prefix() + std::string(token.view()));
        batch.Put(directory_.names(), rowOfRevoked(token), "");
    }
    require(directory_.database().Write(synced(), &batch), "Cannot write to the data directory");
}

std::vector<Hash> AccessTokens::revoked() const {
    std::vector<Hash> tokens;
    const auto start = std::string(keys::revokedTokenPrefix) + keys::business(business_);
    const auto rows = directory_.rows(directory_.names());
    for (rows->Seek(start); rows->Valid() && rows->key().starts_with(start); rows->Next())
        tokens.push_back(hashOf(rows->key().ToStringView().substr(start.size())));
    require(rows->status(), "Cannot read the data directory");
    return tokens;
}

std::vector<AccessToken> AccessTokens::all() const {
    std::vector<AccessToken> tokens;
    for (auto& row : stored()) tokens.push_back(std::move(row.token));
    std::sort(tokens.begin(), tokens.end(), [](const AccessToken& a, const AccessToken& b) { return a.name < b.name; });
    return tokens;
}

std::optional<AccessToken> AccessTokens::find(std::string_view token) const {
    std::string value;
    const auto status =
        directory_.database().Get({}, directory_.names(), prefix() + std::string(sha256(token).view()), &value);
    if (status.IsNotFound()) return std::nullopt;
    require(status, "Cannot read the data directory");
    return decode(value);
}

}  // namespace kartei::ledger
