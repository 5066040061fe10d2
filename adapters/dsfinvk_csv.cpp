#include "adapters/dsfinvk_csv.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "adapters/csv_columns.hpp"
#include "adapters/csv_table.hpp"
#include "adapters/gobd_index.hpp"
#include "adapters/local_time.hpp"
#include "adapters/text_forms.hpp"
#include "events/limits.hpp"

namespace kartei::adapters {

namespace {

constexpr const char* transactionsFile = "transactions.csv";
constexpr const char* linesFile = "lines.csv";
constexpr const char* referencesFile = "references.csv";
constexpr const char* registersFile = "cashregister.csv";
// A small archive may hold very many, and a row takes far more room in memory than in the file.
constexpr std::ptrdiff_t mostLines = 2'000'000;

constexpr const char* indexFile = "index.xml";

// A file with its header row, whether it came with one or index.xml tells the names.
struct TillTable {
    CsvTable table;
    DecimalForm decimals;
    std::size_t addedLines = 0;  // in front of the file
    [[nodiscard]] std::size_t lineOf(const CsvTable::Row& row) const { return row.line - addedLines; }
};

std::string headerRow(const GobdTable& description) {
    std::string text;
    for (const auto& column : description.columns) {
        if (!text.empty()) text += description.delimiter;
        text += column;
    }
    return text + "\r\n";
}

Result<TillTable, AdapterProblem> readTable(std::string bytes, const GobdTable& description) {
    auto text = decodeText(std::move(bytes));
    if (!text) return failed(std::move(text.error()));
    if (std::count(text->text.begin(), text->text.end(), '\n') > mostLines) {
        return failed(AdapterProblem{ProblemKind::exportInvalid, description.file + ": the file has too many lines"});
    }
    CsvLayout layout;
    layout.delimiter = description.delimiter;
    const auto read = [&]() { return CsvTable::read(*text, layout); };
    auto table = read();
    const auto isColumn = [&](const std::string& name) {
        return std::any_of(description.columns.begin(), description.columns.end(),
                           [&](const std::string& column) { return equalIgnoringCase(column, name); });
    };
    const bool hasHeader = table && std::any_of(table->header().begin(), table->header().end(), isColumn);
    if (!hasHeader && (table || table.error().kind == ProblemKind::nothingThere)) {
        text->text.insert(0, headerRow(description));
        for (auto& line : text->damagedLines) ++line;
        table = read();
    }
    if (!table) {
        return failed(AdapterProblem{table.error().kind, description.file + ": " + table.error().text});
    }
    return TillTable{std::move(*table), description.decimals, hasHeader ? std::size_t{0} : std::size_t{1}};
}

// The export's files and what index.xml says of them.
class Files {
public:
    static Result<Files, AdapterProblem> of(std::vector<InputFile> files) {
        Files out;
        for (auto& file : files) out.contents_.emplace(std::move(file.name), std::move(file.bytes));
        const auto index = out.contents_.find(indexFile);
        if (index == out.contents_.end()) {
            return failed(AdapterProblem{ProblemKind::fileMissing, "the export has no index.xml"});
        }
        auto tables = readGobdIndex(index->second);
        if (!tables) return failed(std::move(tables.error()));
        out.tables_ = std::move(*tables);
        return out;
    }

    // The table; nothing where index.xml does not describe it.
    Result<std::optional<TillTable>, AdapterProblem> take(const std::string& name) {
        const auto described =
            std::find_if(tables_.begin(), tables_.end(), [&](const GobdTable& table) { return table.file == name; });
        if (described == tables_.end()) return std::optional<TillTable>();
        const auto content = contents_.find(name);
        if (content == contents_.end()) {
            return failed(
                AdapterProblem{ProblemKind::fileMissing, "the export lacks " + name + ", which index.xml names"});
        }
        auto table = readTable(std::move(content->second), *described);
        if (!table) return failed(std::move(table.error()));
        return std::optional<TillTable>(std::move(*table));
    }

private:
    std::map<std::string, std::string> contents_;
    std::vector<GobdTable> tables_;
};

using Places = std::vector<std::size_t>;

// The cells of a row at the places of a list of columns.
class Cells {
public:
    Cells(const CsvTable& table, const CsvTable::Row& row, const Places& places)
        : table_(table), row_(row), places_(places) {}
    template <class Column>
    [[nodiscard]] std::string operator[](Column column) const {
        return std::string(table_.cell(row_, places_[static_cast<std::size_t>(column)]));
    }

private:
    const CsvTable& table_;
    const CsvTable::Row& row_;
    const Places& places_;
};

// Calls `take` with each row's cells at the columns, in their order, and its line; `torn` likewise with those of a row
// that has a flaw, as far as they are there.
template <class Take, class Torn>
std::optional<AdapterProblem> forEachRow(const TillTable& in, const std::string& file,
                                         const std::vector<std::string>& columns, std::vector<SkippedRow>& unreadable,
                                         Take take, Torn torn) {
    CsvColumns places(in.table.header());
    const Places found = places.find(columns);
    if (auto problem = places.problem(file, "DSFinV-K")) return problem;
    for (std::size_t i = 0; i < in.table.rowCount(); ++i) {
        const auto& row = in.table.row(i);
        if (row.flaw != CsvFlaw::none) {
            const std::string where = file == transactionsFile ? "" : file + ": ";
            unreadable.push_back({in.lineOf(row), where + std::string(toText(row.flaw))});
            torn(Cells(in.table, row, found), in.lineOf(row));
        } else {
            take(Cells(in.table, row, found), in.lineOf(row));
        }
    }
    return std::nullopt;
}

enum class Key { till, closing, receipt };
const std::vector<std::string> keyColumns = {"Z_KASSE_ID", "Z_NR", "BON_ID"};

std::vector<std::string> keyAnd(std::vector<std::string> more) {
    more.insert(more.begin(), keyColumns.begin(), keyColumns.end());
    return more;
}

constexpr auto nothing = [](const Cells&, std::size_t) {};

ReceiptKey keyOf(const Cells& cells) { return {cells[Key::till], cells[Key::closing], cells[Key::receipt]}; }

// What a receipt has from other files than transactions.csv.
struct Details {
    std::map<ReceiptKey, std::vector<events::Item>> items;
    std::map<ReceiptKey, std::string> flaws;  // of lines
    std::map<ReceiptKey, std::vector<ReceiptKey>> references;
    std::map<ReceiptKey, std::vector<ReceiptKey>> lineReferences;  // of single lines (POS_ZEILE)
    std::map<ReceiptKey, std::string> referenceFlaws;
    // A row of which not even the key can be read may be anybody's.
    std::string lostLine, lostReference;
    std::map<std::pair<std::string, std::string>, events::Currency> currencies;  // by till and closing

    [[nodiscard]] events::Currency currencyOf(const ReceiptKey& key) const {
        const auto found = currencies.find({key.till, key.closing});
        return found == currencies.end() ? events::Currency::trusted("EUR") : found->second;
    }
};

std::optional<AdapterProblem> readRegisters(const TillTable& table, Details& out, std::vector<SkippedRow>& unreadable) {
    return forEachRow(
        table, registersFile, {"Z_KASSE_ID", "Z_NR", "KASSE_BASISWAEH_CODE"}, unreadable,
        [&](const Cells& cells, std::size_t line) {
            const std::string code = cells[2];
            if (code.empty()) return;
            const auto currency = events::Currency::parse(code);
            if (!currency) {
                unreadable.push_back({line, "cashregister.csv: KASSE_BASISWAEH_CODE is no currency"});
                return;
            }
            out.currencies[{cells[0], cells[1]}] = *currency;
        },
        nothing);
}

std::string whereOf(const char* file, std::size_t line) { return std::string(file) + ", line " + std::to_string(line); }

// Notes for the receipt of a torn row that it is not whole. Where the row is torn before the key ends, it may be any
// receipt's.
void noteTorn(const Cells& cells, const std::string& why, std::map<ReceiptKey, std::string>& flaws, std::string& lost) {
    ReceiptKey key = keyOf(cells);
    if (key.till.empty() || key.closing.empty() || key.receipt.empty()) {
        if (lost.empty()) lost = why;
    } else {
        flaws.emplace(std::move(key), why);
    }
}

std::optional<AdapterProblem> readLines(const TillTable& table, Details& out, std::vector<SkippedRow>& unreadable) {
    enum class Column { text = 3, type, typeName, quantity, factor, price };
    const auto columns = keyAnd({"ARTIKELTEXT", "GV_TYP", "GV_NAME", "MENGE", "FAKTOR", "STK_BR"});
    const auto torn = [&](const Cells& cells, std::size_t line) {
        noteTorn(cells, whereOf(linesFile, line) + " cannot be read", out.flaws, out.lostLine);
    };
    const auto take = [&](const Cells& cells, std::size_t line) {
        const ReceiptKey key = keyOf(cells);
        events::Item item;
        for (const auto column : {Column::text, Column::typeName, Column::type}) {
            if (item.name.empty()) item.name = cells[column];
        }
        const auto number = [&](Column column, const char* name) {
            const std::string text = cells[column];
            if (text.empty()) return std::optional<Decimal>();
            auto value = parseDecimal(text, table.decimals);
            if (!value) out.flaws.emplace(key, whereOf(linesFile, line) + ": " + name + " is no number");
            return value;
        };
        const auto quantity = number(Column::quantity, "MENGE");
        const auto factor = number(Column::factor, "FAKTOR");
        const auto price = number(Column::price, "STK_BR");
        if (quantity) item.quantity = toText(*quantity);
        if (quantity && price && (!factor || *factor == Decimal{1, 0})) {
            const auto currency = out.currencyOf(key);
            const auto product = times(*quantity, *price);
            const auto amount = product ? roundedMinorUnits(*product, minorPlaces(currency.text())) : std::nullopt;
            if (amount) item.amount = events::Money{*amount, currency};
        }
        auto& items = out.items[key];
        if (items.size() == limits::listItems) {
            out.flaws.emplace(key, "the receipt has more lines than an event can hold");
        } else {
            items.push_back(std::move(item));
        }
    };
    return forEachRow(table, linesFile, columns, unreadable, take, torn);
}

std::optional<AdapterProblem> readReferences(const TillTable& table, Details& out,
                                             std::vector<SkippedRow>& unreadable) {
    enum class Column { line = 3, type, till, closing, receipt };
    const auto columns = keyAnd({"POS_ZEILE", "REF_TYP", "REF_Z_KASSE_ID", "REF_Z_NR", "REF_BON_ID"});
    const auto torn = [&](const Cells& cells, std::size_t line) {
        noteTorn(cells, whereOf(referencesFile, line) + " cannot be read", out.referenceFlaws, out.lostReference);
    };
    const auto take = [&](const Cells& cells, std::size_t) {
        // Of a single line, it says where that comes from, not what the receipt cancels.
        const std::string position = cells[Column::line];
        const bool isOfReceipt = position.find_first_not_of('0') == std::string::npos;
        if (folded(cells[Column::type]) != "transaktion") return;
        const ReceiptKey key = keyOf(cells);
        ReceiptKey other{cells[Column::till], cells[Column::closing], cells[Column::receipt]};
        // A reference within the same closing may leave its names out.
        if (other.till.empty()) other.till = key.till;
        if (other.closing.empty()) other.closing = key.closing;
        auto& references = isOfReceipt ? out.references[key] : out.lineReferences[key];
        if (std::find(references.begin(), references.end(), other) == references.end()) {
            references.push_back(std::move(other));
        }
    };
    return forEachRow(table, referencesFile, columns, unreadable, take, torn);
}

// What the receipt as a whole refers to. Where only its lines refer to something, and all to one receipt, it is that.
void setReferences(const Details& details, TillReceipt& receipt) {
    const auto flaw = details.referenceFlaws.find(receipt.key);
    if (flaw != details.referenceFlaws.end()) receipt.referenceFlaw = flaw->second;
    if (const auto found = details.references.find(receipt.key); found != details.references.end()) {
        receipt.references = found->second;
        return;
    }
    if (const auto found = details.lineReferences.find(receipt.key); found != details.lineReferences.end()) {
        receipt.references = found->second;
        if (found->second.size() > 1) receipt.referenceFlaw = "the receipt's lines refer to several receipts";
    } else if (receipt.referenceFlaw.empty()) {
        receipt.referenceFlaw = details.lostReference;
    }
}

std::optional<AdapterProblem> readTransactions(const TillTable& table, const Details& details, TillExport& out) {
    enum class Column { type = 3, storno, start, end, total, name, id, kind, street, postalCode, city, country, vatId };
    const auto columns =
        keyAnd({"BON_TYP", "BON_STORNO", "BON_START", "BON_ENDE", "UMS_BRUTTO", "KUNDE_NAME", "KUNDE_ID", "KUNDE_TYP",
                "KUNDE_STRASSE", "KUNDE_PLZ", "KUNDE_ORT", "KUNDE_LAND", "KUNDE_USTID"});
    return forEachRow(
        table, transactionsFile, columns, out.unreadable,
        [&](const Cells& cells, std::size_t line) {
            TillReceipt receipt;
            receipt.line = line;
            receipt.key = keyOf(cells);
            receipt.type = cells[Column::type];
            receipt.buyer = {cells[Column::kind],    cells[Column::id],         cells[Column::name],
                             cells[Column::street],  cells[Column::postalCode], cells[Column::city],
                             cells[Column::country], cells[Column::vatId]};
            const auto flaw = [&](const std::string& what) {
                if (receipt.flaw.empty()) receipt.flaw = what;
            };
            const std::string storno = cells[Column::storno];
            if (storno == "1") receipt.storno = Storno::yes;
            if (storno != "1" && storno != "0" && !storno.empty()) flaw("BON_STORNO is neither 0 nor 1");
            std::string when = cells[Column::end];
            if (when.empty()) when = cells[Column::start];
            const auto time = timeInZone(when, germanZone);
            if (!time) flaw("BON_ENDE is no time of ISO 8601");
            receipt.time = time.value_or(events::Time());
            const auto currency = details.currencyOf(receipt.key);
            const auto total = parseDecimal(cells[Column::total], table.decimals);
            const auto amount = total ? minorUnits(*total, minorPlaces(currency.text())) : std::nullopt;
            if (!amount) receipt.amountFlaw = "UMS_BRUTTO is no amount in " + currency.text();
            receipt.total = {amount.value_or(0), currency};
            const auto lineFlaw = details.flaws.find(receipt.key);
            if (receipt.amountFlaw.empty()) {
                receipt.amountFlaw = lineFlaw == details.flaws.end() ? details.lostLine : lineFlaw->second;
            }
            if (const auto found = details.items.find(receipt.key); found != details.items.end()) {
                receipt.items = found->second;
            }
            setReferences(details, receipt);
            out.receipts.push_back(std::move(receipt));
        },
        nothing);
}

}  // namespace

const std::vector<std::string>& dsfinvkFiles() {
    static const std::vector<std::string> names = {indexFile, transactionsFile, linesFile, referencesFile,
                                                   registersFile};
    return names;
}

Result<TillExport, AdapterProblem> readDsfinvkCsv(std::vector<InputFile> files) {
    auto opened = Files::of(std::move(files));
    if (!opened) return failed(std::move(opened.error()));
    TillExport out;
    Details details;
    using ReadTable = std::optional<AdapterProblem> (*)(const TillTable&, Details&, std::vector<SkippedRow>&);
    // Currencies come before the amounts that are in them.
    const std::vector<std::pair<const char*, ReadTable>> others = {
        {registersFile, readRegisters}, {linesFile, readLines}, {referencesFile, readReferences}};
    for (const auto& [name, read] : others) {
        auto table = opened->take(name);
        if (!table) return failed(std::move(table.error()));
        if (!*table) continue;
        if (auto problem = read(**table, details, out.unreadable)) return failed(std::move(*problem));
    }
    auto transactions = opened->take(transactionsFile);
    if (!transactions) return failed(std::move(transactions.error()));
    if (!*transactions) {
        return failed(AdapterProblem{ProblemKind::fileMissing, "index.xml does not describe transactions.csv"});
    }
    if (auto problem = readTransactions(**transactions, details, out)) return failed(std::move(*problem));
    return out;
}

}  // namespace kartei::adapters
