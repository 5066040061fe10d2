#pragma once
// JSON of systems that we do not define: members that nobody asks for are left alone, null counts as absent, and what
// is asked for must be of its type. It is parsed as strictly as our own: UTF-8, no member twice, no deeper than
// limits::jsonDepth.
//
// The first thing that is wrong is kept, with the way to it; what follows reads on harmlessly and is not used.
// Messages name members and rules, never values.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/webhook.hpp"
#include "events/json.hpp"
#include "events/names.hpp"
#include "events/time.hpp"

namespace kartei::adapters {

// Parses a body. The problem is a malformed one.
Result<rapidjson::Document, WebhookProblem> parseForeign(std::string_view body);

// The first thing that was wrong in a document; nothing where all is well.
class ForeignTrouble {
public:
    void fail(const std::string& path, std::string_view what) {
        if (!text_) text_ = (path.empty() ? "the body" : path) + ": " + std::string(what);
    }
    [[nodiscard]] const std::optional<std::string>& text() const { return text_; }

private:
    std::optional<std::string> text_;
};

// A value of a document, or the place where there is none. The document and the trouble must outlive it.
class Foreign {
public:
    Foreign(const rapidjson::Value* value, std::string path, ForeignTrouble& trouble);

    // The member; a place where nothing is, where this is none. Trouble where this is something else than an object.
    Foreign operator[](const char* member) const;
    [[nodiscard]] bool isThere() const { return value_ != nullptr; }

    // Nothing where there is none. Trouble where it is of another type.
    [[nodiscard]] std::optional<std::string> text() const;
    // The same, and no trouble: of members that others may have put there.
    [[nodiscard]] std::optional<std::string> textOrNothing() const;
    [[nodiscard]] std::optional<bool> flag() const;
    // RFC 3339.
    [[nodiscard]] std::optional<events::Time> time() const;
    // A whole number from `least` to `most`.
    [[nodiscard]] std::optional<std::int64_t> number(std::int64_t least, std::int64_t most) const;
    // Of an array; none where there is none.
    [[nodiscard]] std::vector<Foreign> items() const;

    // The same, and trouble where there is none.
    [[nodiscard]] std::string requiredText() const;
    [[nodiscard]] events::Time requiredTime() const;
    [[nodiscard]] std::int64_t requiredNumber(std::int64_t least, std::int64_t most) const;

    // An id that the sender gave, as an item of its own: `b77`. Trouble where it cannot be one.
    [[nodiscard]] events::ItemName requiredItem() const;

    void fail(std::string_view what) const { trouble_->fail(path_, what); }

private:
    const rapidjson::Value* value_;  // null: there is none
    std::string path_;
    ForeignTrouble* trouble_;
};

// A record of the source, by the id that its system gave. Trouble where it cannot be one.
events::RecordName recordIn(const events::SourceName& source, const std::string& id, const Foreign& where);

}  // namespace kartei::adapters
