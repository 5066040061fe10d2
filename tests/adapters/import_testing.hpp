#pragma once
// What the tests of the adapters share: naming that can be read, rows by kind, and files that are not ours.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "adapters/import_row.hpp"
#include "adapters/problem.hpp"
#include "events/result.hpp"
#include "tests/support/files.hpp"

namespace kartei::adapters::testing {

using events::Field;
using kartei::testing::contentOf;

// A file of the shared test data; nothing, with a message, where it is missing.
inline std::optional<std::string> sharedFile(const std::string& name) {
    const char* folder = std::getenv("KARTEI_SHARED_DATA");
#ifdef KARTEI_SHARED_DATA
    if (folder == nullptr) folder = KARTEI_SHARED_DATA;
#endif
    auto content = folder == nullptr ? std::nullopt : contentOf(std::string(folder) + "/" + name);
    if (!content) WARN("skipped: the shared data has no " + name + " (KARTEI_SHARED_DATA)");
    return content;
}

// A mapping of tests/adapters/mappings.
inline std::string mappingFile(const std::string& name) {
    auto content = contentOf(kartei::testing::testsFolder() / "adapters" / "mappings" / name);
    REQUIRE(content.has_value());
    return *content;
}

// Names whose tokens are `~` and a number that tells natural keys apart; `keys` holds them in order.
struct TestNaming {
    std::shared_ptr<std::vector<std::string>> keys = std::make_shared<std::vector<std::string>>();
    [[nodiscard]] Naming naming(std::string_view source) const {
        return {events::SourceName::trusted(source), [held = keys](std::string_view key) {
                    for (std::size_t i = 0; i < held->size(); ++i) {
                        if ((*held)[i] == key) return "~" + std::to_string(i);
                    }
                    held->emplace_back(key);
                    return "~" + std::to_string(held->size() - 1);
                }};
    }
};

struct ImportedRows {
    std::vector<ImportedPerson> people;
    std::vector<ImportedFact> facts;
    std::vector<SkippedRow> skipped;
    std::vector<LeftOutRow> leftOut;
};

inline ImportedRows readRows(Result<std::unique_ptr<ImportReader>, AdapterProblem> reader) {
    INFO((reader ? std::string() : reader.error().text));
    REQUIRE(reader.has_value());
    ImportedRows rows;
    std::size_t count = 0;
    while (auto row = (*reader)->next()) {
        ++count;
        if (auto* person = std::get_if<ImportedPerson>(&*row)) rows.people.push_back(std::move(*person));
        if (auto* fact = std::get_if<ImportedFact>(&*row)) rows.facts.push_back(std::move(*fact));
        if (auto* skipped = std::get_if<SkippedRow>(&*row)) rows.skipped.push_back(std::move(*skipped));
        if (auto* leftOut = std::get_if<LeftOutRow>(&*row)) rows.leftOut.push_back(std::move(*leftOut));
    }
    CHECK((*reader)->rowCount() == count);
    return rows;
}

// Of a file of people.
struct Imported {
    std::vector<ImportedPerson> people;
    std::vector<SkippedRow> skipped;
};

inline Imported readAll(Result<std::unique_ptr<ImportReader>, AdapterProblem> reader) {
    auto rows = readRows(std::move(reader));
    CHECK(rows.facts.empty());
    CHECK(rows.leftOut.empty());
    return {std::move(rows.people), std::move(rows.skipped)};
}

// The problem that stands instead of a reader.
inline AdapterProblem problemOf(const Result<std::unique_ptr<ImportReader>, AdapterProblem>& reader) {
    REQUIRE_FALSE(reader.has_value());
    CHECK_FALSE(reader.error().text.empty());
    return reader.error();
}

inline const events::VisitCheckedOut& checkout(const ImportedFact& fact) {
    REQUIRE(std::holds_alternative<events::VisitCheckedOut>(fact.data));
    return std::get<events::VisitCheckedOut>(fact.data);
}

inline const events::VisitCheckoutReversed& reversal(const ImportedFact& fact) {
    REQUIRE(std::holds_alternative<events::VisitCheckoutReversed>(fact.data));
    return std::get<events::VisitCheckoutReversed>(fact.data);
}

inline std::string text(const ImportedPerson& person, Field field) {
    return std::string(person.attributes.text(field));
}

inline bool isCleared(const ImportedPerson& person, Field field) {
    const auto* change = person.attributes.find(field);
    return change != nullptr && !change->value;
}

inline events::TextList tags(const ImportedPerson& person) {
    const auto* value = person.attributes.value(Field::TAGS);
    return value == nullptr ? events::TextList() : std::get<events::TextList>(*value);
}

inline events::TextMap custom(const ImportedPerson& person) {
    const auto* value = person.attributes.value(Field::CUSTOM);
    return value == nullptr ? events::TextMap() : std::get<events::TextMap>(*value);
}

}  // namespace kartei::adapters::testing
