#include "ledger/anchor_entries.hpp"

#include <sodium.h>

#include <algorithm>
#include <charconv>

namespace kartei::ledger {

namespace {

using events::Position;
using events::RecordName;

constexpr std::string_view erasedWord = "erased";
constexpr std::string_view receiptsWord = "receipts";
constexpr std::string_view beganWord = "began";
constexpr std::string_view revokedWord = "revoked";
constexpr std::size_t checkBytes = 8;

std::string hexOf(std::string_view bytes) {
    std::string text(2 * bytes.size() + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    text.pop_back();  // the terminating zero
    return text;
}

// In lower case, so that there is one way to write it.
std::optional<Hash> hashIn(std::string_view hex) {
    Hash hash;
    std::size_t length = 0;
    const char* end = nullptr;
    const int status =
        sodium_hex2bin(hash.bytes.data(), hash.bytes.size(), hex.data(), hex.size(), nullptr, &length, &end);
    const bool isWhole = status == 0 && length == hash.bytes.size() && end == hex.data() + hex.size();
    return isWhole && hexOf(hash.view()) == hex ? std::optional(hash) : std::nullopt;
}

std::string checkOf(std::string_view text) { return hexOf(sha256(text).view().substr(0, checkBytes)); }

// The beginning that all lines have.
template <class Entry>
std::string begun(std::string_view word, const Entry& entry, events::Position position) {
    std::string text(word);
    text.append(" ").append(std::to_string(entry.incarnation));
    return text.append(" ").append(std::to_string(position.value()));
}

struct Text {
    std::string operator()(const ErasureEntry& erasure) const {
        auto text = begun(erasedWord, erasure, erasure.position);
        text.append(" ").append(std::to_string(erasure.time.microseconds())).append(" ").append(erasure.record.text());
        char before = ' ';
        for (const auto fact : erasure.facts) {
            text.append(1, before).append(std::to_string(fact.value()));
            before = ',';
        }
        return text;
    }
    std::string operator()(const ReceiptsEntry& receipts) const {
        return begun(receiptsWord, receipts, receipts.position) + " " + std::to_string(receipts.year);
    }
    std::string operator()(const BeginningEntry& beginning) const {
        return begun(beganWord, beginning, beginning.after);
    }
    std::string operator()(const RevocationEntry& revocation) const {
        return begun(revokedWord, revocation, revocation.position) + " " + hexOf(revocation.token.view());
    }
};

// Takes what stands before the mark, or all.
std::string_view take(std::string_view& text, char mark) {
    const auto end = text.find(mark);
    const auto taken = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    return taken;
}

template <class Number>
std::optional<Number> numberIn(std::string_view text) {
    Number value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<AnchorEntry> erasureIn(Incarnation incarnation, Position position, std::string_view text) {
    const auto time = numberIn<std::int64_t>(take(text, ' '));
    const auto record = RecordName::parse(take(text, ' '));
    if (!time || !record) return std::nullopt;
    ErasureEntry erasure{incarnation, position, events::Time(*time), *record, {}};
    while (!text.empty()) {
        const auto fact = numberIn<std::uint64_t>(take(text, ','));
        if (!fact) return std::nullopt;
        erasure.facts.emplace_back(*fact);
    }
    return erasure;
}

std::optional<AnchorEntry> entryIn(std::string_view line) {
    const auto blank = line.rfind(' ');
    if (blank == std::string_view::npos || line.substr(blank + 1) != checkOf(line.substr(0, blank)))
        return std::nullopt;
    auto text = line.substr(0, blank);
    const auto word = take(text, ' ');
    const auto incarnation = numberIn<Incarnation>(take(text, ' '));
    const auto position = numberIn<std::uint64_t>(take(text, ' '));
    if (!incarnation || !position) return std::nullopt;
    if (word == erasedWord) return erasureIn(*incarnation, Position(*position), text);
    if (word == beganWord && text.empty()) return BeginningEntry{*incarnation, Position(*position)};
    if (word == revokedWord) {
        const auto token = hashIn(text);
        return token ? std::optional<AnchorEntry>(RevocationEntry{*incarnation, Position(*position), *token})
                     : std::nullopt;
    }
    const auto year = numberIn<std::uint16_t>(text);
    if (word != receiptsWord || !year) return std::nullopt;
    return ReceiptsEntry{*incarnation, Position(*position), *year};
}

}  // namespace

std::string toLines(const std::vector<AnchorEntry>& entries) {
    std::string lines;
    for (const auto& entry : entries) {
        const auto text = std::visit(Text(), entry);
        lines.append(text).append(" ").append(checkOf(text)).append("\n");
    }
    return lines;
}

std::optional<ReadEntries> anchorEntriesIn(std::string_view lines) {
    ReadEntries read;
    for (auto end = lines.find('\n'); end != std::string_view::npos; end = lines.find('\n', read.wholeBytes)) {
        auto entry = entryIn(lines.substr(read.wholeBytes, end - read.wholeBytes));
        if (!entry) return std::nullopt;
        read.entries.push_back(std::move(*entry));
        read.wholeBytes = end + 1;
    }
    return read;
}

Position sharedBy(Incarnation one, Incarnation other, const std::vector<AnchorEntry>& entries) {
    auto shared = Position::latest();
    for (const auto& entry : entries) {
        const auto* began = std::get_if<BeginningEntry>(&entry);
        if (began == nullptr) continue;
        // Whoever is of an earlier incarnation has something else behind its beginning.
        const bool between = began->incarnation > std::min(one, other) && began->incarnation <= std::max(one, other);
        if (between) shared = std::min(shared, began->after);
    }
    return shared;
}

}  // namespace kartei::ledger
