#include "adapters/csv_receipts.hpp"

#include <map>
#include <utility>

#include "adapters/csv_columns.hpp"
#include "adapters/mapped_row.hpp"
#include "adapters/text_encoding.hpp"

namespace kartei::adapters {

namespace {

using BoundText = Bound<TextRule>;

struct BoundReceipts {
    BoundText id, customer, date, total;
    std::optional<BoundText> time, item;
    std::optional<Bound<SwitchRule>> paid;
};

BoundReceipts bindAll(const ReceiptMapping& mapping, CsvColumns& columns) {
    BoundReceipts bound;
    bound.id = bindRule(mapping.id, columns);
    bound.customer = bindRule(mapping.customer, columns);
    bound.date = bindRule(mapping.date, columns);
    bound.total = bindRule(mapping.total, columns);
    if (mapping.time) bound.time = bindRule(*mapping.time, columns);
    if (mapping.item) bound.item = bindRule(*mapping.item, columns);
    if (mapping.paid) bound.paid = bindRule(*mapping.paid, columns);
    return bound;
}

class CsvReceipts final : public ImportReader {
public:
    CsvReceipts(CsvTable table, BoundReceipts columns, ReceiptMapping mapping, Naming naming)
        : table_(std::move(table)),
          columns_(std::move(columns)),
          mapping_(std::move(mapping)),
          naming_(std::move(naming)) {}

    std::optional<ImportRow> next() override {
        if (index_ == table_.rowCount()) return std::nullopt;
        const CsvTable::Row& place = table_.row(index_++);
        if (place.flaw != CsvFlaw::none) return SkippedRow{place.line, std::string(toText(place.flaw))};
        MappedRow row(table_, place);
        if (columns_.paid && row.yesOrNo(columns_.paid) != true && !row.refusal()) {
            return LeftOutRow{place.line, "the receipt is not paid"};
        }
        const std::string customer = row.text(columns_.customer);
        if (customer.empty() && !row.refusal()) return LeftOutRow{place.line, "the receipt is no customer's"};
        ImportedFact fact = receipt(row, place.line, customer);
        if (row.refusal()) return SkippedRow{place.line, *row.refusal()};
        const auto [first, isNew] = lineOf_.emplace(fact.eventId, place.line);
        if (!isNew)
            return SkippedRow{place.line, "the receipt is in line " + std::to_string(first->second) + " already"};
        return fact;
    }
    [[nodiscard]] std::size_t rowCount() const override { return table_.rowCount(); }

private:
    ImportedFact receipt(MappedRow& row, std::size_t line, const std::string& customer) const {
        ImportedFact fact;
        fact.line = line;
        const auto record = events::RecordName::parse(naming_.source.text() + "/" + customer);
        if (!record) row.refuse(mapping_.customer.value.columns, "is no id of a customer");
        fact.record = record.value_or(events::RecordName());
        const std::string id = row.text(columns_.id);
        const auto name = events::ItemName::parse(naming_.source.text() + "/" + id);
        if (!name) row.refuse(mapping_.id.value.columns, id.empty() ? "is empty" : "is no id of a receipt");
        fact.eventId = "receipt:" + id;
        fact.time = timeOf(row);
        events::VisitCheckedOut data;
        data.receipt = name.value_or(events::ItemName());
        data.total = totalOf(row);
        if (columns_.item) {
            const std::string item = row.text(*columns_.item);
            if (!item.empty()) data.items.push_back({item, std::nullopt, data.total});
        }
        fact.data = std::move(data);
        return fact;
    }

    events::Time timeOf(MappedRow& row) const {
        const std::string date = row.text(columns_.date);
        std::string clock = columns_.time ? row.text(*columns_.time) : std::string();
        const auto day = parseDay(date, allDayForms);
        if (!day) row.refuse(mapping_.date.value.columns, "is no day, such as 31.12.2025 or 2025-12-31");
        const std::size_t end = date.find_first_of(" T");
        if (clock.empty() && end != std::string::npos) clock = date.substr(end + 1);
        const auto time = day ? localTime(*day, clock, mapping_.zone) : std::nullopt;
        if (!time) {
            const auto& rule = mapping_.time ? *mapping_.time : mapping_.date;
            row.refuse(rule.value.columns, "is no time of day, such as 12:05");
        }
        return time.value_or(events::Time());
    }

    events::Money totalOf(MappedRow& row) const {
        const auto amount = parseDecimal(row.text(columns_.total), mapping_.decimals);
        const auto units = amount ? minorUnits(*amount, minorPlaces(mapping_.currency.text())) : std::nullopt;
        if (!units) row.refuse(mapping_.total.value.columns, "is no amount in " + mapping_.currency.text());
        return {units.value_or(0), mapping_.currency};
    }

    CsvTable table_;
    BoundReceipts columns_;
    ReceiptMapping mapping_;
    Naming naming_;
    std::size_t index_ = 0;
    std::map<std::string, std::size_t> lineOf_;  // of each receipt's event
};

}  // namespace

Result<std::unique_ptr<ImportReader>, AdapterProblem> readCsvReceipts(std::string bytes, ReceiptMapping mapping,
                                                                      Naming naming) {
    auto file = mapping.encoding ? decodeText(bytes, *mapping.encoding) : decodeText(std::move(bytes));
    if (!file) return failed(std::move(file.error()));
    auto table = CsvTable::read(*file, mapping.layout);
    if (!table) return failed(std::move(table.error()));
    CsvColumns columns(table->header());
    BoundReceipts bound = bindAll(mapping, columns);
    if (auto problem = columns.problem()) return failed(std::move(*problem));
    return std::make_unique<CsvReceipts>(std::move(*table), std::move(bound), std::move(mapping), std::move(naming));
}

}  // namespace kartei::adapters
