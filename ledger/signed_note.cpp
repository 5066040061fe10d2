#include "ledger/signed_note.hpp"

#include <sodium.h>

#include <cstring>

#include "events/base64.hpp"
#include "ledger/merkle.hpp"

namespace kartei::ledger {

namespace {

constexpr char ed25519 = 1;
constexpr std::string_view dash = "\xE2\x80\x94 ";  // an em dash and a space
constexpr std::size_t idBytes = 4;

std::string_view viewOf(const PublicKey& key) { return {reinterpret_cast<const char*>(key.data()), key.size()}; }

bool isName(std::string_view name) { return !name.empty() && name.find_first_of(" +\t\r\n") == std::string_view::npos; }

std::string bigEndian(std::uint32_t number) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) {
        bytes += static_cast<char>((number >> static_cast<unsigned>(shift)) & 0xFFU);
    }
    return bytes;
}

bool isSignature(std::string_view signature, std::string_view text, const PublicKey& key) {
    return signature.size() == crypto_sign_BYTES &&
           crypto_sign_verify_detached(reinterpret_cast<const unsigned char*>(signature.data()),
                                       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                                       key.data()) == 0;
}

PublicKey publicKeyOf(const SecretSeed& seed, std::array<unsigned char, 64>& secret) {
    PublicKey key{};
    crypto_sign_seed_keypair(key.data(), secret.data(), seed.data());
    return key;
}

}  // namespace

std::optional<NoteParts> partsOf(std::string_view note) {
    // The signatures begin after the last blank line.
    const auto blank = note.rfind("\n\n");
    if (blank == std::string_view::npos || !note.ends_with('\n')) return std::nullopt;
    const NoteParts parts{note.substr(0, blank + 1), note.substr(blank + 2)};
    return parts.signatures.starts_with(dash) ? std::optional(parts) : std::nullopt;
}

NoteVerifier::NoteVerifier(std::string name, const PublicKey& key) : name_(std::move(name)), key_(key) {}

std::optional<NoteVerifier> NoteVerifier::parse(std::string_view text) {
    const auto first = text.find('+');
    const auto second = text.find('+', first == std::string_view::npos ? first : first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    const auto bytes = events::fromBase64(text.substr(second + 1));
    if (!bytes || bytes->size() != 1 + sizeof(PublicKey) || bytes->front() != ed25519) return std::nullopt;
    if (!isName(text.substr(0, first))) return std::nullopt;
    PublicKey key{};
    std::memcpy(key.data(), bytes->data() + 1, key.size());
    NoteVerifier verifier(std::string(text.substr(0, first)), key);
    return verifier.text() == text ? std::optional(std::move(verifier)) : std::nullopt;
}

std::uint32_t NoteVerifier::id() const {
    const Hash hash = sha256(name_ + "\n" + ed25519 + std::string(viewOf(key_)));
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < idBytes; ++i) number = (number << 8U) | hash.bytes[i];
    return number;
}

std::string NoteVerifier::text() const {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (int shift = 28; shift >= 0; shift -= 4) hex += digits[(id() >> static_cast<unsigned>(shift)) & 15U];
    return name_ + "+" + hex + "+" + events::toBase64(ed25519 + std::string(viewOf(key_)));
}

std::optional<std::string> NoteVerifier::open(std::string_view note) const {
    const auto parts = partsOf(note);
    if (!parts) return std::nullopt;
    const auto text = parts->text;
    auto lines = parts->signatures;
    bool signedByUs = false;
    while (!lines.empty()) {
        const auto end = lines.find('\n');
        std::string_view line = lines.substr(0, end);
        lines.remove_prefix(end + 1);
        if (!line.starts_with(dash)) return std::nullopt;
        line.remove_prefix(dash.size());
        const auto space = line.find(' ');
        if (space == std::string_view::npos) return std::nullopt;
        const auto bytes = events::fromBase64(line.substr(space + 1));
        if (!bytes || bytes->size() <= idBytes) return std::nullopt;
        if (line.substr(0, space) != name_ || bytes->substr(0, idBytes) != bigEndian(id())) continue;
        if (!isSignature(std::string_view(*bytes).substr(idBytes), text, key_)) return std::nullopt;
        signedByUs = true;
    }
    return signedByUs ? std::optional(std::string(text)) : std::nullopt;
}

NoteSigner::NoteSigner(std::string name, const SecretSeed& seed)
    : verifier_(std::move(name), publicKeyOf(seed, secret_)) {}

NoteSigner::~NoteSigner() { sodium_memzero(secret_.data(), secret_.size()); }

std::string NoteSigner::sign(std::string_view text) const {
    std::string signature(crypto_sign_BYTES, '\0');
    crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr,
                         reinterpret_cast<const unsigned char*>(text.data()), text.size(), secret_.data());
    return std::string(text) + "\n" + std::string(dash) + verifier_.name() + " " +
           events::toBase64(bigEndian(verifier_.id()) + signature) + "\n";
}

}  // namespace kartei::ledger
