#pragma once
// What a verb takes: each argument knows its name, its help, and how to read a value into a variable of its own
// type, so that no verb ever sees bad input. Knows nothing of the parser that the command line uses.

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tools/kartei/operations.hpp"

namespace kartei::tools {

struct Argument {
    enum class Need { required, optional };
    enum class Values { none, one, several };

    std::string name;   // "RECORD" for one that goes by its place, "--at" for an option
    std::string value;  // what help shows for an option's value; empty for a switch
    std::string help;
    Need need = Need::optional;
    Values values = Values::one;
    // Takes one value (a switch: an empty one). Returns what is wrong with it, if anything.
    std::function<std::optional<std::string>(const std::string& value)> take;
    std::string excludes;  // the name of an option that cannot stand beside it
    std::string needs;     // the name of an argument without which it makes no sense

    [[nodiscard]] bool isOption() const { return name.starts_with("--"); }
    // The same, but it may be left out.
    [[nodiscard]] Argument orNone() && { return need = Need::optional, std::move(*this); }
    // The same, but it must be there.
    [[nodiscard]] Argument always() && { return need = Need::required, std::move(*this); }
    [[nodiscard]] Argument without(std::string other) && { return excludes = std::move(other), std::move(*this); }
    [[nodiscard]] Argument with(std::string other) && { return needs = std::move(other), std::move(*this); }
};

// The functions below make arguments that fill in `out`, which must live as long as they do. Those that go by their
// place are required, options are not, unless `orNone` or `always` says otherwise.

using Problem = std::optional<std::string>;

// Any value, read by `take`.
Argument argument(std::string name, std::string value, std::string help,
                  std::function<Problem(const std::string&)> take);
Argument severalOf(Argument argument);
// The items of a list with commas, blanks around them left out: "phone, email". An empty item is none, but for a list
// of nothing else, which is one empty item.
std::vector<std::string> listItems(std::string_view list);

Argument textArgument(std::string name, std::string& out, std::string help, std::string value = "TEXT");
// The same, but it must not be blank.
Argument speakingArgument(std::string name, std::string& out, std::string help, std::string value = "TEXT");
Argument recordArgument(std::string name, events::RecordName& out, std::string help);
Argument recordArgument(std::string name, std::optional<events::RecordName>& out, std::string help);
Argument recordsArgument(std::string name, std::vector<events::RecordName>& out, std::string help);
Argument sourceArgument(std::string name, std::optional<events::SourceName>& out, std::string help);
Argument positionArgument(std::string name, events::Position& out, std::string help);
Argument positionArgument(std::string name, std::optional<events::Position>& out, std::string help);
// A whole number from 1.
Argument numberArgument(std::string name, std::optional<std::uint32_t>& out, std::string help);
// Several, after one another or with commas.
Argument positionsArgument(std::string name, std::vector<events::Position>& out, std::string help);
Argument asOfArgument(AsOf& out);

// A day or minute that is given without its seconds means its first moment, or its last one.
enum class Moment { first, last };
Argument timeArgument(std::string name, std::optional<events::Time>& out, Moment moment, std::string help);

// One of a few words.
template <class Value>
Argument wordArgument(std::string name, Value& out, std::vector<std::pair<std::string, Value>> words,
                      const std::string& help);

// A switch that sets `out` to `value`.
template <class Value>
Argument switchArgument(std::string name, Value& out, Value value, std::string help) {
    Argument made = argument(std::move(name), "", std::move(help), [&out, value](const std::string&) -> Problem {
        out = value;
        return std::nullopt;
    });
    made.values = Argument::Values::none;
    return made;
}

// Values of their own, for arguments that hold more than one.
std::optional<events::Position> parsePosition(std::string_view text);
// How far a log has come: a position, or 0 where it has none.
std::optional<events::Position> parseReached(std::string_view text);
// RFC 3339, or as tables show it in local time: "2026-03-14 10:30", "2026-03-14".
std::optional<events::Time> parseTime(std::string_view text, Moment moment);

template <class Value>
Argument wordArgument(std::string name, Value& out, std::vector<std::pair<std::string, Value>> words,
                      const std::string& help) {
    std::string list;
    for (const auto& [word, value] : words) list.append(list.empty() ? "" : ", ").append(word);
    auto take = [&out, list, words = std::move(words)](const std::string& text) -> Problem {
        for (const auto& [word, value] : words) {
            if (word != text) continue;
            out = value;
            return std::nullopt;
        }
        return "must be one of: " + list;
    };
    return argument(std::move(name), "WORD", help + ": " + list, std::move(take));
}

}  // namespace kartei::tools
