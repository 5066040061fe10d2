#include "adapters/csv_import.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "adapters/csv_columns.hpp"
#include "adapters/csv_table.hpp"
#include "adapters/mapped_row.hpp"
#include "adapters/text_forms.hpp"
#include "events/limits.hpp"

namespace kartei::adapters {

namespace {

using events::Field;

struct BoundMapping {
    std::optional<std::string> idColumn;
    std::vector<std::string> keyColumns;
    std::vector<std::size_t> namePlaces;  // of the id column, or of the key's
    std::vector<Bound<AttributeRule>> attributes;
    std::optional<Bound<FullNameRule>> fullName;
    std::vector<Bound<CustomRule>> custom;
    std::optional<Bound<SwitchRule>> sms;
    std::optional<Bound<SwitchRule>> email;
};

BoundMapping bindAll(Mapping mapping, CsvColumns& columns) {
    BoundMapping bound;
    bound.namePlaces =
        mapping.idColumn ? std::vector{columns.find(*mapping.idColumn)} : columns.find(mapping.keyColumns);
    bound.idColumn = std::move(mapping.idColumn);
    bound.keyColumns = std::move(mapping.keyColumns);
    for (auto& rule : mapping.attributes) bound.attributes.push_back(bindRule(std::move(rule), columns));
    if (mapping.fullName) bound.fullName = bindRule(std::move(*mapping.fullName), columns);
    for (auto& rule : mapping.custom) bound.custom.push_back(bindRule(std::move(rule), columns));
    if (mapping.sms) bound.sms = bindRule(std::move(*mapping.sms), columns);
    if (mapping.email) bound.email = bindRule(std::move(*mapping.email), columns);
    return bound;
}

class CsvImport final : public ImportReader {
public:
    CsvImport(CsvTable table, BoundMapping mapping, Naming naming)
        : table_(std::move(table)), mapping_(std::move(mapping)), naming_(std::move(naming)) {}

    std::optional<ImportRow> next() override {
        if (index_ == table_.rowCount()) return std::nullopt;
        const CsvTable::Row& place = table_.row(index_++);
        if (place.flaw != CsvFlaw::none) return SkippedRow{place.line, std::string(toText(place.flaw))};
        MappedRow row(table_, place);
        ImportedPerson person;
        person.line = place.line;
        person.record = nameOf(row);
        if (!takeAttributes(row, person.attributes)) row.refuse(noValue);
        person.notifications.sms = row.yesOrNo(mapping_.sms);
        person.notifications.email = row.yesOrNo(mapping_.email);
        if (row.refusal()) return SkippedRow{place.line, *row.refusal()};
        return person;
    }
    [[nodiscard]] std::size_t rowCount() const override { return table_.rowCount(); }

private:
    events::RecordName nameOf(MappedRow& row) const {
        std::string id;
        if (mapping_.idColumn) {
            id = row.cell(mapping_.namePlaces.front());
        } else {
            std::vector<std::string_view> parts;
            for (const std::size_t place : mapping_.namePlaces) parts.push_back(row.cell(place));
            const std::string key = naturalKey(parts);
            if (key.empty()) {
                row.refuse(mapping_.keyColumns, "all are empty, so nothing tells whose row it is");
                return {};
            }
            id = naming_.tokenOf(key);
        }
        const auto name = events::RecordName::parse(naming_.source.text() + "/" + id);
        if (!name) {
            row.refuse({mapping_.idColumn.value_or(std::string())},
                       id.empty() ? "is empty, so the row has no id"
                                  : "is no id: 1 to 128 of A-Z, a-z, 0-9 and . _ ~ - (what is personal, such as an "
                                    "e-mail address, belongs into record.key)");
        }
        return name.value_or(events::RecordName());
    }

    // Whether the row says anything about its person. Its number does not, nor what the mapping gives to every row.
    bool takeAttributes(MappedRow& row, events::Attributes& out) const {
        events::TextMap custom;
        bool says = false;
        for (const auto& bound : mapping_.custom) {
            auto text = row.text(bound);
            if (text.empty()) continue;
            says = says || isOwn(bound.places);
            custom.emplace(bound.rule.name, std::move(text));
        }
        bool listsCustom = !mapping_.custom.empty();
        for (const auto& bound : mapping_.attributes) {
            says = takeAttribute(row, bound, out, custom) || says;
            listsCustom = listsCustom || bound.rule.unreadable == UnreadableDay::custom;
        }
        if (mapping_.fullName) {
            auto name = splitFullName(row.text(*mapping_.fullName), mapping_.fullName->rule.order);
            says = says || !name.given.empty() || !name.family.empty();
            out.set(Field::GIVEN_NAME, std::move(name.given));
            out.set(Field::FAMILY_NAME, std::move(name.family));
        }
        if (listsCustom) out.set(Field::CUSTOM, std::move(custom));
        return says;
    }

    // Whether one of the columns is another than the id's.
    [[nodiscard]] bool isOwn(const std::vector<std::size_t>& places) const {
        return std::any_of(places.begin(), places.end(), [this](std::size_t place) {
            return !mapping_.idColumn || place != mapping_.namePlaces.front();
        });
    }

    // Whether the row says anything by it.
    bool takeAttribute(MappedRow& row, const Bound<AttributeRule>& bound, events::Attributes& out,
                       events::TextMap& custom) const {
        std::string text = row.text(bound);
        if (text.empty()) {
            out.clear(bound.rule.field);
            return false;
        }
        setAttribute(row, bound.rule, std::move(text), out, custom);
        return isOwn(bound.places);
    }

    static void setAttribute(MappedRow& row, const AttributeRule& rule, std::string text, events::Attributes& out,
                             events::TextMap& custom) {
        switch (rule.field) {
            case Field::BIRTH_DATE: return takeDay(row, rule, std::move(text), out, custom);
            case Field::COUNTRY: {
                auto code = countryCode(text);
                if (!code) row.refuse(rule.value.columns, "is no country of ISO 3166-1, such as DE");
                return out.set(rule.field, std::move(code).value_or(std::string()));
            }
            case Field::TAGS: {
                auto tags = splitList(text, rule.split);
                if (tags.size() > limits::listItems) row.refuse(rule.value.columns, "has too many tags");
                return out.set(rule.field, std::move(tags));
            }
            default: return out.set(rule.field, std::move(text));
        }
    }

    static void takeDay(MappedRow& row, const AttributeRule& rule, std::string text, events::Attributes& out,
                        events::TextMap& custom) {
        if (auto day = parseDay(text, rule.dayForms)) return out.set(rule.field, std::move(*day));
        if (rule.unreadable == UnreadableDay::refuse) {
            return row.refuse(rule.value.columns, "is no day, such as 31.12.1980, 31.12., 1980-12-31 or 19801231");
        }
        out.clear(rule.field);
        custom[rule.value.columns.front()] = std::move(text);
    }

    CsvTable table_;
    BoundMapping mapping_;
    Naming naming_;
    std::size_t index_ = 0;
};

}  // namespace

Result<std::unique_ptr<ImportReader>, AdapterProblem> readCsv(std::string bytes, Mapping mapping, Naming naming) {
    auto file = mapping.encoding ? decodeText(bytes, *mapping.encoding) : decodeText(std::move(bytes));
    if (!file) return failed(std::move(file.error()));
    auto table = CsvTable::read(*file, mapping.layout);
    if (!table) return failed(std::move(table.error()));
    CsvColumns columns(table->header());
    BoundMapping bound = bindAll(std::move(mapping), columns);
    if (auto problem = columns.problem()) return failed(std::move(*problem));
    return std::make_unique<CsvImport>(std::move(*table), std::move(bound), std::move(naming));
}

}  // namespace kartei::adapters
