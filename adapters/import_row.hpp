#pragma once
// What an adapter makes of a file: a row is a person, a fact about one, or the reason why it is neither.

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

// Something that happened, such as a receipt, ready to be sent.
struct ImportedFact {
    std::size_t line = 0;
    // Made from the source's own key, so that the same receipt in the next export is the same event; within
    // limits::eventId.
    std::string eventId;
    // Whom it is about. Empty: whoever the receipt was reported for, which the file does not say; only of
    // visit.checkoutReversed.
    events::RecordName record;
    events::Time time;
    events::Body data;
};

// A row that rightly yields nothing: a receipt of nobody that is known, a training receipt. `reason` as in SkippedRow.
struct LeftOutRow {
    std::size_t line = 0;
    std::string reason;
};

using ImportRow = std::variant<ImportedPerson, ImportedFact, SkippedRow, LeftOutRow>;

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
    // How many rows next() gives in all.
    [[nodiscard]] virtual std::size_t rowCount() const = 0;
};

}  // namespace kartei::adapters
