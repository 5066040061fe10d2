#include "ledger/checkpoint.hpp"

#include <algorithm>
#include <charconv>

#include "events/base64.hpp"

namespace kartei::ledger {

namespace {

constexpr std::string_view proofHeader = "c2sp.org/tlog-proof@v1";
constexpr std::string_view extraWord = "extra ";
constexpr std::string_view indexWord = "index ";

// Takes a line off the front; nothing where none ends with a newline.
std::optional<std::string_view> takeLine(std::string_view& text) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

// Decimal digits without a zero in front.
std::optional<std::uint64_t> numberFrom(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || std::to_string(number) != text) return std::nullopt;
    return number;
}

std::optional<Hash> hashFrom(std::string_view text) {
    const auto bytes = events::fromBase64(text);
    Hash hash;
    if (!bytes || bytes->size() != hash.bytes.size()) return std::nullopt;
    std::copy(bytes->begin(), bytes->end(), hash.bytes.begin());
    return hash;
}

}  // namespace

std::string Checkpoint::text() const {
    return origin + "\n" + std::to_string(tree.size) + "\n" + events::toBase64(tree.root.view()) + "\n";
}

std::optional<Checkpoint> Checkpoint::parse(std::string_view text) {
    const auto origin = takeLine(text);
    const auto size = takeLine(text);
    const auto root = takeLine(text);
    if (!origin || !size || !root || origin->empty()) return std::nullopt;
    const auto number = numberFrom(*size);
    const auto hash = hashFrom(*root);
    if (!number || !hash) return std::nullopt;
    return Checkpoint{std::string(*origin), {*number, *hash}};
}

bool isCheckpointNote(std::string_view note) {
    const auto parts = partsOf(note);
    return parts && Checkpoint::parse(parts->text);
}

std::optional<Checkpoint> openCheckpoint(std::string_view note, const NoteVerifier& verifier) {
    const auto text = verifier.open(note);
    auto checkpoint = text ? Checkpoint::parse(*text) : std::nullopt;
    return checkpoint && checkpoint->origin == verifier.name() ? checkpoint : std::nullopt;
}

std::string Receipt::text() const {
    std::string lines = std::string(proofHeader) + "\n";
    lines.append(extraWord).append(events::toBase64(entry)).append("\n");
    lines.append(indexWord).append(std::to_string(index)).append("\n");
    for (const auto& hash : proof) lines.append(events::toBase64(hash.view())).append("\n");
    return lines + "\n" + checkpoint;
}

std::optional<Receipt> Receipt::parse(std::string_view text) {
    Receipt receipt;
    if (takeLine(text) != proofHeader) return std::nullopt;
    const auto extra = takeLine(text);
    const auto index = takeLine(text);
    if (!extra || !extra->starts_with(extraWord) || !index || !index->starts_with(indexWord)) return std::nullopt;
    auto entry = events::fromBase64(extra->substr(extraWord.size()));
    const auto number = numberFrom(index->substr(indexWord.size()));
    if (!entry || !number) return std::nullopt;
    receipt.entry = std::move(*entry);
    receipt.index = *number;
    for (auto line = takeLine(text); !line || !line->empty(); line = takeLine(text)) {
        const auto hash = line ? hashFrom(*line) : std::nullopt;
        if (!hash) return std::nullopt;
        receipt.proof.push_back(*hash);
    }
    receipt.checkpoint = text;
    return receipt;
}

bool isProof(const Receipt& receipt, const NoteVerifier& verifier) {
    const auto checkpoint = openCheckpoint(receipt.checkpoint, verifier);
    if (!checkpoint) return false;
    return rootFromInclusion(leafHash(receipt.entry), receipt.index, checkpoint->tree.size, receipt.proof) ==
           checkpoint->tree.root;
}

}  // namespace kartei::ledger
