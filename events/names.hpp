#pragma once
// The names that Kartei is told and keeps for ever: businesses, sources, records, and items such as
// appointments and receipts (DESIGN §2). They are never encrypted, so they say nothing about a person.
//
// Each is a value that can only hold a well-formed name: `parse` is the one way in. Comparison is by bytes.

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace kartei::events {

namespace detail {
bool isShortName(std::string_view text);  // [a-z0-9-]{1,32}
bool isLocalId(std::string_view text);    // [A-Za-z0-9._~-]{1,128}
bool isQualified(std::string_view text);  // short name, slash, local id
bool isItem(std::string_view text);       // a local id, or a qualified one
bool isCurrency(std::string_view text);   // three capital letters, as in ISO 4217
}  // namespace detail

// A text that satisfies `wellFormed`. `Tag` only tells two kinds of names apart.
template <class Tag, bool (*wellFormed)(std::string_view)>
class Name {
public:
    // The name, or nothing where the text is not one.
    static std::optional<Name> parse(std::string_view text) {
        if (!wellFormed(text)) return std::nullopt;
        return Name(text);
    }
    // For bytes that were checked when they were stored.
    static Name trusted(std::string_view text) { return Name(text); }

    Name() = default;  // empty: no name; only for members that are filled in later
    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }

    auto operator<=>(const Name&) const = default;
    bool operator==(const Name&) const = default;

private:
    explicit Name(std::string_view text) : text_(text) {}
    std::string text_;
};

using BusinessName = Name<struct BusinessTag, detail::isShortName>;
using SourceName = Name<struct SourceTag, detail::isShortName>;
using RunName = Name<struct RunTag, detail::isLocalId>;
using Currency = Name<struct CurrencyTag, detail::isCurrency>;

// `source/externalId`: one source's entry on one person.
using RecordName = Name<struct RecordTag, detail::isQualified>;

// An appointment, receipt, message, paper or contract: `source/id` once it is recorded. A sender may write the
// id alone and means its own source; see `qualified`.
using ItemName = Name<struct ItemTag, detail::isItem>;

// The part before the slash; for an item that was written without one, nothing.
SourceName sourceOf(const RecordName& record);
std::string_view idOf(const RecordName& record);

// The item's full name: itself, or in `source` where the sender wrote the id alone.
ItemName qualified(const ItemName& item, const SourceName& source);

// A place in a business's log, from 1. `none` (0) comes before the first.
class Position {
public:
    constexpr Position() = default;
    constexpr explicit Position(std::uint64_t value) : value_(value) {}
    [[nodiscard]] constexpr std::uint64_t value() const { return value_; }
    [[nodiscard]] constexpr bool isNone() const { return value_ == 0; }
    [[nodiscard]] constexpr Position next() const { return Position(value_ + 1); }
    [[nodiscard]] constexpr Position previous() const { return Position(value_ == 0 ? 0 : value_ - 1); }
    constexpr auto operator<=>(const Position&) const = default;

    static constexpr Position latest() { return Position(UINT64_MAX); }

private:
    std::uint64_t value_ = 0;
};

}  // namespace kartei::events

template <class Tag, bool (*wellFormed)(std::string_view)>
struct std::hash<kartei::events::Name<Tag, wellFormed>> {
    std::size_t operator()(const kartei::events::Name<Tag, wellFormed>& name) const noexcept {
        return std::hash<std::string>{}(name.text());
    }
};
template <>
struct std::hash<kartei::events::Position> {
    std::size_t operator()(kartei::events::Position position) const noexcept {
        return std::hash<std::uint64_t>{}(position.value());
    }
};
