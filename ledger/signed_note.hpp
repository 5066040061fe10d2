#pragma once
// Signed notes (https://c2sp.org/signed-note): a text of lines with Ed25519 signatures below it.
//
//     text…\n
//     \n
//     — name base64(key id ‖ signature)\n
//
// The signature is over the text with its last newline. The key id is the first 4 bytes of
// SHA-256(name ‖ "\n" ‖ 0x01 ‖ public key). A verifier's key is written name+hex8(key id)+base64(0x01 ‖ public key).

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kartei::ledger {

using PublicKey = std::array<unsigned char, 32>;
using SecretSeed = std::array<unsigned char, 32>;

// The text of a note, with its last newline, and the lines of its signatures, whoever made them; nothing where it is
// none.
struct NoteParts {
    std::string_view text, signatures;
};
std::optional<NoteParts> partsOf(std::string_view note);

// Who may be believed: a name without spaces and plus signs, and a key.
class NoteVerifier {
public:
    NoteVerifier(std::string name, const PublicKey& key);
    // From the written form; nothing where it is none, or its id is not its key's.
    static std::optional<NoteVerifier> parse(std::string_view text);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const PublicKey& key() const { return key_; }
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::uint32_t id() const;

    // The text of the note, with its last newline, where a signature of this verifier's key is there and right.
    // Signatures of others are left alone.
    [[nodiscard]] std::optional<std::string> open(std::string_view note) const;

private:
    std::string name_;
    PublicKey key_;
};

class NoteSigner {
public:
    NoteSigner(std::string name, const SecretSeed& seed);
    ~NoteSigner();  // wipes the key
    NoteSigner(const NoteSigner&) = delete;
    NoteSigner& operator=(const NoteSigner&) = delete;

    [[nodiscard]] NoteVerifier verifier() const { return verifier_; }
    // `text` ends with a newline and has no blank line.
    [[nodiscard]] std::string sign(std::string_view text) const;

private:
    std::array<unsigned char, 64> secret_{};
    NoteVerifier verifier_;
};

}  // namespace kartei::ledger
