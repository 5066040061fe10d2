#pragma once
// What an adapter that reads a file of customers makes of it: a row is a person, or the reason why it is none.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "events/event_types.hpp"

namespace kartei::adapters {

// A person as the file has it, ready to be sent as `record.imported`.
struct ImportedPerson {
    std::size_t line = 0;  // where it starts in the file, from 1
    events::RecordName record;
    events::Attributes attributes;  // a mapped column that is empty clears its field
    events::Notifications notifications;
};

// A row that cannot be taken. `reason` names columns and rules, never values.
struct SkippedRow {
    std::size_t line = 0;
    std::string reason;
};

// The reason for a row that gives a record its id and says nothing else.
inline constexpr const char* noValue = "has no name, address or number, nor any other value";

using ImportRow = std::variant<ImportedPerson, SkippedRow>;

// What names are made with. `tokenOf` turns a natural key into the id of a record that has no id of its own:
// `~` and letters that say nothing about the person, the same for the same key (DESIGN §2, record).
struct Naming {
    events::SourceName source;
    std::function<std::string(std::string_view naturalKey)> tokenOf;
};

// A file's rows, one after the other.
class ImportReader {
public:
    virtual ~ImportReader() = default;
    // The next row; nothing at the end.
    virtual std::optional<ImportRow> next() = 0;
    // How many rows there are in all.
    [[nodiscard]] virtual std::size_t rowCount() const = 0;
};

}  // namespace kartei::adapters
