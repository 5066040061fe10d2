#include "adapters/dsfinvk_csv.hpp"

#include <algorithm>

#include "adapters/open_import.hpp"
#include "archive_testing.hpp"
#include "events/limits.hpp"
#include "import_testing.hpp"

using namespace kartei;
using namespace kartei::adapters;
using namespace kartei::adapters::testing;

namespace {

const std::vector<std::string> files = {"index.xml", "transactions.csv", "lines.csv", "references.csv",
                                        "cashregister.csv"};

std::vector<InputFile> sampleExport() {
    std::vector<InputFile> out;
    for (const auto& name : files) out.push_back({name, sampleFile("dsfinvk/" + name)});
    return out;
}

std::string& content(std::vector<InputFile>& in, const std::string& name) {
    return std::find_if(in.begin(), in.end(), [&](const InputFile& file) { return file.name == name; })->bytes;
}

std::string& replace(std::string& in, const std::string& from, const std::string& to) {
    const std::size_t at = in.find(from);
    REQUIRE(at != std::string::npos);
    return in.replace(at, from.size(), to);
}

Result<std::unique_ptr<ImportReader>, AdapterProblem> opened(const std::vector<InputFile>& in,
                                                             const TestNaming& naming = {}) {
    return openImport("dsfinvk", {{"export.zip", zipped(in)}}, std::nullopt, naming.naming("dsfinvk"));
}

ImportedRows rowsOf(const std::vector<InputFile>& in) { return readRows(opened(in)); }

const ImportedFact& factIn(const ImportedRows& rows, std::size_t line) {
    const auto found =
        std::find_if(rows.facts.begin(), rows.facts.end(), [&](const ImportedFact& fact) { return fact.line == line; });
    INFO("line " << line);
    REQUIRE(found != rows.facts.end());
    return *found;
}

template <class Row>
std::string reasonIn(const std::vector<Row>& rows, std::size_t line) {
    for (const auto& row : rows) {
        if (row.line == line) return row.reason;
    }
    return "no such line";
}

}  // namespace

TEST_CASE("The sample till's export becomes people, checkouts and reversals", "[adapters][dsfinvk]") {
    const auto rows = rowsOf(sampleExport());
    CHECK(rows.skipped.empty());
    CHECK(rows.people.size() == 3);
    CHECK(rows.facts.size() == 5);
    CHECK(rows.leftOut.size() == 7);

    const auto& sabine = rows.people[0];
    CHECK(sabine.record.text() == "dsfinvk/1001");
    CHECK(sabine.line == 2);
    CHECK(text(sabine, Field::GIVEN_NAME) == "Sabine");
    CHECK(text(sabine, Field::FAMILY_NAME) == "Öztürk");
    CHECK(text(sabine, Field::STREET) == "Lindenstraße 12");
    CHECK(text(sabine, Field::POSTAL_CODE) == "10969");
    CHECK(text(sabine, Field::CITY) == "Berlin");
    CHECK(text(sabine, Field::COUNTRY) == "DE");
    CHECK(sabine.notifications == events::Notifications{});

    const auto& first = factIn(rows, 2);
    CHECK(first.eventId == "receipt:KASSE-1.101.4001");
    CHECK(first.record.text() == "dsfinvk/1001");
    CHECK(toText(first.time) == "2025-07-01T08:01:40Z");
    const auto& data = checkout(first);
    const auto eur = events::Currency::trusted("EUR");
    CHECK(data.receipt.text() == "KASSE-1.101.4001");
    CHECK_FALSE(data.appointment.has_value());
    CHECK(data.total == events::Money{8500, eur});
    REQUIRE(data.items.size() == 2);
    CHECK(data.items[0] == events::Item{"Färben", "1", events::Money{6500, eur}});
    CHECK(data.items[1] == events::Item{"Pflege; \"Argan\"", "2", events::Money{2000, eur}});
}

TEST_CASE("An export may be a folder's files as well as an archive", "[adapters][dsfinvk]") {
    const auto rows = readRows(openImport("dsfinvk", sampleExport(), std::nullopt, TestNaming().naming("dsfinvk")));
    CHECK(rows.people.size() == 3);
    CHECK(rows.facts.size() == 5);
    CHECK(rows.leftOut.size() == 7);
}

TEST_CASE("Whoever has a VAT number is a company, and thousands are grouped", "[adapters][dsfinvk]") {
    const auto rows = rowsOf(sampleExport());
    const auto& hotel = rows.people[2];
    CHECK(hotel.record.text() == "dsfinvk/1008");
    CHECK(text(hotel, Field::COMPANY) == "Hotel Zur Linde");
    CHECK(hotel.attributes.find(Field::FAMILY_NAME) == nullptr);
    CHECK(text(hotel, Field::STREET) == "Hof \"Zur Linde\"; Haus 2");
    CHECK(checkout(factIn(rows, 13)).total.amount == 124990);
}

TEST_CASE("A storno reverses the receipt that it refers to", "[adapters][dsfinvk]") {
    const auto rows = rowsOf(sampleExport());
    const auto& storno = factIn(rows, 9);
    CHECK(storno.eventId == "storno:KASSE-1.102.4008");
    CHECK(reversal(storno).receipt.text() == "KASSE-1.101.4004");
    CHECK(reversal(storno).reason == "Storno");
    CHECK(storno.record.text() == "dsfinvk/1002");
    CHECK(toText(storno.time) == "2025-07-02T07:06:30Z");
    CHECK(reasonIn(rows.leftOut, 11) == "the receipt that it cancels is no customer's");
    CHECK(reasonIn(rows.leftOut, 12) == "the receipt cancels another one, and does not say which");
}

TEST_CASE("A storno of a receipt in another export is of whoever that was reported for", "[adapters][dsfinvk]") {
    auto in = sampleExport();
    std::string& transactions = content(in, "transactions.csv");
    const std::size_t at = transactions.find("KASSE-1;2025-07-01T19:02:11+02:00;101;4004");
    transactions.erase(at, transactions.find('\n', at) + 1 - at);
    const auto rows = rowsOf(in);
    const auto& storno = factIn(rows, 8);
    CHECK(storno.eventId == "storno:KASSE-1.102.4008");
    CHECK(storno.record.empty());
    // Unless the storno names its customer.
    replace(transactions, "-33,00;;;;;;;;;", "-33,00;Jörg Weiß;1002;Kunde;;;;;;");
    CHECK(factIn(rowsOf(in), 8).record.text() == "dsfinvk/1002");
}

TEST_CASE("A storno may cancel several receipts, each once", "[adapters][dsfinvk]") {
    auto in = sampleExport();
    content(in, "references.csv") +=
        "KASSE-1;;102;4008;;Transaktion;;;;;4009\r\nKASSE-1;;102;4008;;Transaktion;;;KASSE-1;102;4009\r\n"
        "KASSE-1;;102;4008;1;Transaktion;;;KASSE-1;102;4012\r\n";
    const auto rows = rowsOf(in);
    std::vector<std::string> ids;
    for (const auto& fact : rows.facts) {
        if (fact.line == 9) ids.push_back(fact.eventId + " " + reversal(fact).receipt.text());
    }
    CHECK(ids == std::vector<std::string>{"storno:KASSE-1.102.4008 KASSE-1.101.4004",
                                          "storno:KASSE-1.102.4008#2 KASSE-1.102.4009"});
}

TEST_CASE("People come before checkouts, and those before what reverses them", "[adapters][dsfinvk]") {
    auto reader = opened(sampleExport());
    REQUIRE(reader.has_value());
    int stage = 0;
    while (auto row = (*reader)->next()) {
        int own = 3;
        if (std::holds_alternative<ImportedPerson>(*row)) own = 0;
        if (const auto* fact = std::get_if<ImportedFact>(&*row)) {
            own = std::holds_alternative<events::VisitCheckedOut>(fact->data) ? 1 : 2;
        }
        CHECK(own >= stage);
        stage = std::max(stage, own);
    }
}

TEST_CASE("What is not a Beleg, or is nobody's, yields nothing", "[adapters][dsfinvk]") {
    const auto rows = rowsOf(sampleExport());
    CHECK(reasonIn(rows.leftOut, 4) == "BON_TYP is not Beleg");
    CHECK(reasonIn(rows.leftOut, 7) == "BON_TYP is not Beleg");
    for (const std::size_t line : {3U, 6U, 8U}) CHECK(reasonIn(rows.leftOut, line) == "the receipt is no customer's");
}

TEST_CASE("Placeholders are no customers", "[adapters][dsfinvk]") {
    for (const char* buyer : {"Sabine Öztürk;null;Kunde",
                              "Sabine Öztürk;1;Kunde",
                              "Sabine Öztürk;0;Kunde",
                              "Sabine Öztürk;;Kunde",
                              "Sabine Öztürk;NULL;Kunde",
                              "Kunde;1001;Kunde",
                              "POSCustomer;1001;Kunde",
                              "laufkunde;1001;Kunde",
                              "Barverkauf;1001;Kunde",
                              "Bar-Verkauf;1001;Kunde",
                              "Barzahler;1001;Kunde",
                              "POS Kunde;1001;Kunde",
                              "Stammkunde;1001;Kunde",
                              "Kunde 1;1001;Kunde",
                              "Kunde,;1001;Kunde",
                              "undefined;1001;Kunde",
                              "Unbekannter Kunde;1001;Kunde",
                              "Kunde Nr. 4;1001;Kunde",
                              "Diverse Kunden;1001;Kunde",
                              "Kunde, unbekannt;1001;Kunde",
                              "Sabine Öztürk;0001;Kunde",
                              "Sabine Öztürk;Kunde;Kunde",
                              "Sabine Öztürk;Barverkauf;Kunde",
                              ";POSCustomer;Kunde",
                              ";00;Kunde",
                              ";000000;Kunde",
                              ";-1;Kunde",
                              ";undefined;Kunde",
                              ";00000000-0000-0000-0000-000000000000;Kunde",
                              "Sabine Öztürk;1001;Mitarbeiter",
                              "Sabine Öztürk;1001;"}) {
        INFO(buyer);
        auto in = sampleExport();
        replace(content(in, "transactions.csv"), "Sabine Öztürk;1001;Kunde", buyer);
        const auto rows = rowsOf(in);
        CHECK(rows.people.size() == 2);
        CHECK(reasonIn(rows.leftOut, 2) == "the receipt is no customer's");
    }
}

TEST_CASE("Names that only contain a placeholder are customers", "[adapters][dsfinvk]") {
    for (const char* name : {"Anna Kunde", "Kundel", "Gästehaus", "Ö", "7 Zwerge", "Diversé"}) {
        INFO(name);
        auto in = sampleExport();
        replace(content(in, "transactions.csv"), "Sabine Öztürk;1001;Kunde", std::string(name) + ";10;Kunde");
        CHECK(rowsOf(in).people.size() == 3);
    }
}

TEST_CASE("A number without a name is a customer", "[adapters][dsfinvk]") {
    auto in = sampleExport();
    replace(content(in, "transactions.csv"), "Sabine Öztürk;1001;Kunde;Lindenstraße 12;10969;Berlin;DEU",
            ";1001;Kunde;N/A;;;");
    const auto rows = rowsOf(in);
    REQUIRE(rows.people.size() == 3);
    CHECK(rows.people[0].record.text() == "dsfinvk/1001");
    CHECK(rows.people[0].attributes == events::Attributes());
}

TEST_CASE("A customer's key that could be a name becomes a token", "[adapters][dsfinvk]") {
    const TestNaming naming;
    for (const std::string id : {"oeztuerk", "sabine@example.com", "1001 a", "mueller85", "12-abcd"}) {
        auto in = sampleExport();
        replace(content(in, "transactions.csv"), ";1001;Kunde", ";" + id + ";Kunde");
        const auto rows = readRows(opened(in, naming));
        CHECK(factIn(rows, 2).record.text().starts_with("dsfinvk/~"));
        CHECK(naming.keys->back() == id);
    }
}

TEST_CASE("A customer's key that is a number, or made by a machine, stays as it is", "[adapters][dsfinvk]") {
    for (const std::string id : {"K-1001", "kd.12a", "5f3cfeed-0d3a-4c0e-9abc-deadbeef0001"}) {
        auto in = sampleExport();
        replace(content(in, "transactions.csv"), ";1001;Kunde", ";" + id + ";Kunde");
        CHECK(factIn(rowsOf(in), 2).record.text() == "dsfinvk/" + id);
    }
}

TEST_CASE("A person's fields are those of the last receipt", "[adapters][dsfinvk]") {
    auto in = sampleExport();
    replace(content(in, "transactions.csv"), "28,00;Jörg Weiß;1002;Kunde;Mühlenweg 3",
            "28,00;Jörg Weiß;1002;Kunde;Neue Straße 1");
    CHECK(text(rowsOf(in).people[1], Field::STREET) == "Neue Straße 1");
    // By time, not by line.
    replace(content(in, "transactions.csv"), "2025-07-02T09:08:00", "2025-06-01T09:08:00");
    CHECK(text(rowsOf(in).people[1], Field::STREET) == "Mühlenweg 3");
}

TEST_CASE("Two rows of one key are one receipt and a refusal", "[adapters][dsfinvk]") {
    auto in = sampleExport();
    replace(content(in, "transactions.csv"), "101;4004;", "101;4001;");
    const auto rows = rowsOf(in);
    CHECK(reasonIn(rows.skipped, 5) == "the receipt is in line 2 already");
    CHECK(checkout(factIn(rows, 2)).total.amount == 8500);
}

TEST_CASE("A row that cannot be read is skipped with the reason", "[adapters][dsfinvk]") {
    const auto skippedWith = [](const std::string& file, const std::string& from, const std::string& to) {
        auto in = sampleExport();
        replace(content(in, file), from, to);
        const auto rows = rowsOf(in);
        REQUIRE(rows.skipped.size() == 1);
        CHECK(rows.skipped[0].line == 2);
        return rows.skipped[0].reason;
    };
    CHECK(skippedWith("transactions.csv", "85,00", "85.00") == "UMS_BRUTTO is no amount in EUR");
    CHECK(skippedWith("transactions.csv", "85,00", "85,005") == "UMS_BRUTTO is no amount in EUR");
    CHECK(skippedWith("transactions.csv", "85,00", "") == "UMS_BRUTTO is no amount in EUR");
    CHECK(skippedWith("transactions.csv", "85,00", "99999999999999999999,00") == "UMS_BRUTTO is no amount in EUR");
    CHECK(skippedWith("transactions.csv", "2025-07-01T10:01:40+02:00", "gestern") == "BON_ENDE is no time of ISO 8601");
    CHECK(skippedWith("transactions.csv", "KASSE-1;0;", "KASSE-1;ja;") == "BON_STORNO is neither 0 nor 1");
    CHECK(skippedWith("transactions.csv", "101;4001;", "101;;") == "a part of the receipt's key is missing");
    CHECK(skippedWith("transactions.csv", ";DEU;;", ";DEU;;;x").find("more cells") != std::string::npos);
    CHECK(skippedWith("transactions.csv", "Lindenstraße 12;", "\"Lindenstraße\" 12;").find("quote") !=
          std::string::npos);
    CHECK(skippedWith("lines.csv", "1,000;1,000", "eins;1,000") == "lines.csv, line 2: MENGE is no number");
    CHECK(skippedWith("lines.csv", "65,00000", "65,00 EUR") == "lines.csv, line 2: STK_BR is no number");
}

TEST_CASE("A receipt with a torn line is skipped as a whole", "[adapters][dsfinvk]") {
    auto in = sampleExport();
    replace(content(in, "lines.csv"), ";65,00000", "");
    auto rows = rowsOf(in);
    REQUIRE(rows.skipped.size() == 2);
    CHECK(reasonIn(rows.skipped, 2) == "lines.csv, line 2 cannot be read");
    CHECK(rows.skipped[1].reason.starts_with("lines.csv: "));
    CHECK(rows.facts.size() == 4);
    // Torn before it says whose it is, it may be any receipt's.
    in = sampleExport();
    replace(content(in, "lines.csv"), "KASSE-1;", "\"KASSE\"-1;");
    rows = rowsOf(in);
    CHECK(reasonIn(rows.skipped, 2) == "lines.csv, line 2 cannot be read");
    CHECK(reasonIn(rows.skipped, 5) == "lines.csv, line 2 cannot be read");
    REQUIRE(rows.facts.size() == 1);
    CHECK(rows.facts[0].eventId == "storno:KASSE-1.102.4008");  // which needs no lines
}

TEST_CASE("A storno needs no amount, and says where its reference is none", "[adapters][dsfinvk]") {
    auto in = sampleExport();
    replace(content(in, "transactions.csv"), "-33,00", "-33.00 EUR");
    CHECK(reversal(factIn(rowsOf(in), 9)).receipt.text() == "KASSE-1.101.4004");

    const std::string reference = "KASSE-1;2025-07-02T19:05:40+02:00;102;4008;;Transaktion;";
    const auto with = [&](const std::string& instead) {
        auto changed = sampleExport();
        replace(content(changed, "references.csv"), reference, instead);
        return changed;
    };
    for (const std::string line : {"0", "00", "1"}) {
        INFO(line);
        const auto rows = rowsOf(with("KASSE-1;;102;4008;" + line + ";Transaktion;"));
        CHECK(reversal(factIn(rows, 9)).receipt.text() == "KASSE-1.101.4004");
    }
    in = with("KASSE-1;;102;4008;1;Transaktion;");
    content(in, "references.csv") += "KASSE-1;;102;4008;2;Transaktion;;;KASSE-1;101;4001\r\n";
    CHECK(reasonIn(rowsOf(in).skipped, 9) == "the receipt's lines refer to several receipts");
    in = with("KASSE-1;;102;4008;;Rechnung;");
    content(in, "references.csv") += "KASSE-1;;102;4008;;Transaktion\r\n";
    CHECK(reasonIn(rowsOf(in).skipped, 9).ends_with(" cannot be read"));
    in = with("KASSE-1;;102;4008;;Rechnung;");
    content(in, "references.csv") += "KASSE-1;;\"102\"x;4008;;Transaktion;;;KASSE-1;101;4004\r\n";
    CHECK(reasonIn(rowsOf(in).skipped, 9).ends_with(" cannot be read"));
}

TEST_CASE("Two receipts without a key both lack it", "[adapters][dsfinvk]") {
    auto in = sampleExport();
    replace(content(in, "transactions.csv"), "101;4001;", "101;;");
    replace(content(in, "transactions.csv"), "101;4004;", "101;;");
    const auto rows = rowsOf(in);
    CHECK(reasonIn(rows.skipped, 2) == "a part of the receipt's key is missing");
    CHECK(reasonIn(rows.skipped, 5) == "a part of the receipt's key is missing");
}

TEST_CASE("A file of more lines than a till has is refused before it is read", "[adapters][dsfinvk]") {
    auto in = sampleExport();
    std::string& lines = content(in, "lines.csv");
    for (int i = 0; i < 2'000'001; ++i) lines += "x\n";
    const auto problem = problemOf(opened(in));
    CHECK(problem.kind == ProblemKind::exportInvalid);
    CHECK(problem.text == "lines.csv: the file has too many lines");
}

TEST_CASE("The start of a receipt is its time where it has no end", "[adapters][dsfinvk]") {
    auto in = sampleExport();
    replace(content(in, "transactions.csv"), "2025-07-01T10:01:40+02:00", "");
    CHECK(toText(factIn(rowsOf(in), 2).time) == "2025-07-01T07:58:03Z");
}

TEST_CASE("An item has no amount where a factor leaves it open", "[adapters][dsfinvk]") {
    auto in = sampleExport();
    replace(content(in, "lines.csv"), "1,000;1,000;Stück;65,00000", "0,500;6,000;Stück;65,00000");
    const auto rows = rowsOf(in);
    CHECK(checkout(factIn(rows, 2)).items[0] == events::Item{"Färben", "0.5", std::nullopt});
}

TEST_CASE("Amounts are in the till's currency", "[adapters][dsfinvk]") {
    auto in = sampleExport();
    replace(content(in, "cashregister.csv"), ";EUR;", ";CHF;");
    const auto rows = rowsOf(in);
    CHECK(checkout(factIn(rows, 2)).total.currency.text() == "CHF");
    CHECK(checkout(factIn(rows, 2)).items[0].amount->currency.text() == "CHF");
    CHECK(checkout(factIn(rows, 10)).total.currency.text() == "EUR");  // the other closing
}

TEST_CASE("Column names may stand in the file in any order, or in the index alone", "[adapters][dsfinvk]") {
    const auto expected = rowsOf(sampleExport());
    auto in = sampleExport();
    std::string& transactions = content(in, "transactions.csv");
    transactions.erase(0, transactions.find('\n') + 1);
    const auto rows = rowsOf(in);
    CHECK(rows.people.size() == expected.people.size());
    CHECK(rows.skipped.empty());
    CHECK(checkout(factIn(rows, 1)).total.amount == 8500);
    // Columns are found by the names in the header row, whatever the index says.
    in = sampleExport();
    replace(content(in, "references.csv"), "REF_TYP;REF_NAME", "REF_NAME;REF_TYP");
    CHECK(reasonIn(rowsOf(in).leftOut, 9) == "the receipt cancels another one, and does not say which");
}

TEST_CASE("Encodings and symbols may be others", "[adapters][dsfinvk]") {
    auto in = sampleExport();
    std::string& transactions = content(in, "transactions.csv");
    transactions.insert(0, "\xEF\xBB\xBF");
    CHECK(text(rowsOf(in).people[0], Field::FAMILY_NAME) == "Öztürk");

    in = sampleExport();
    content(in, "transactions.csv") =
        "Z_KASSE_ID;Z_NR;BON_ID;BON_TYP;BON_STORNO;BON_START;BON_ENDE;UMS_BRUTTO;"
        "KUNDE_NAME;KUNDE_ID;KUNDE_TYP;KUNDE_STRASSE;KUNDE_PLZ;KUNDE_ORT;KUNDE_LAND;"
        "KUNDE_USTID\r\nK;1;2;Beleg;0;;2025-07-01T10:00:00;1,00;J\xF6rg Wei\xDF;7;Kunde;;;;;\r\n";
    const auto rows = rowsOf(in);
    REQUIRE(rows.people.size() == 1);
    CHECK(text(rows.people[0], Field::FAMILY_NAME) == "Weiß");
    CHECK(toText(rows.facts[0].time) == "2025-07-01T08:00:00Z");
    CHECK(checkout(rows.facts[0]).items.empty());
}

TEST_CASE("An export that lacks a file or a column is refused", "[adapters][dsfinvk]") {
    for (const auto& name : files) {
        INFO(name);
        auto in = sampleExport();
        std::erase_if(in, [&](const InputFile& file) { return file.name == name; });
        CHECK(problemOf(opened(in)).kind == ProblemKind::fileMissing);
    }
    auto in = sampleExport();
    replace(content(in, "transactions.csv"), "UMS_BRUTTO", "UMSATZ");
    const auto problem = problemOf(opened(in));
    CHECK(problem.kind == ProblemKind::columnMissing);
    CHECK(problem.text.find("UMS_BRUTTO") != std::string::npos);
    CHECK(problem.text.find("transactions.csv") != std::string::npos);
    in = sampleExport();
    content(in, "lines.csv") = std::string("\0\0\0", 3);
    CHECK(problemOf(opened(in)).kind == ProblemKind::notText);
    in = sampleExport();
    content(in, "index.xml") = "<DataSet/>";
    CHECK(problemOf(opened(in)).kind == ProblemKind::exportInvalid);
    CHECK(problemOf(openImport("dsfinvk", {{"x.zip", "PK\x03\x04"}}, std::nullopt, TestNaming().naming("d"))).kind ==
          ProblemKind::archiveInvalid);
}

TEST_CASE("Files that the index does not name need not be there", "[adapters][dsfinvk]") {
    auto in = sampleExport();
    std::string& index = content(in, "index.xml");
    for (const char* name : {"lines.csv", "references.csv", "cashregister.csv"}) replace(index, name, "x.csv");
    in.resize(2);
    const auto rows = rowsOf(in);
    CHECK(rows.people.size() == 3);
    CHECK(checkout(factIn(rows, 2)).items.empty());
    CHECK(reasonIn(rows.leftOut, 9) == "the receipt cancels another one, and does not say which");
}

TEST_CASE("The name of a receipt tells its key's parts apart", "[adapters][dsfinvk]") {
    const TestNaming naming;
    const auto name = [&](const ReceiptKey& key) { return receiptName(key, naming.naming("dsfinvk")).text(); };
    CHECK(name({"KASSE-1", "17", "4711"}) == "KASSE-1.17.4711");
    CHECK(name({"a.1", "2", "3"}) == "a~2E1.2.3");
    CHECK(name({"a", "1.2", "3"}) == "a.1~2E2.3");
    CHECK(name({"Kasse 1/2", "1", "tx_1"}) == "Kasse~201~2F2.1.tx_1");
    CHECK(name({"~", "ü", "x"}) == "~7E.~C3~BC.x");
    CHECK(name({"", "1", "2"}).empty());
    CHECK(name({"K", "", "2"}).empty());
    CHECK(name({"K", "1", ""}).empty());
    CHECK(name({std::string(60, 'k'), "1", std::string(60, 'b')}).size() == 123);
    CHECK(name({std::string(50, ' '), "1", "2"}) == "~0");
}

TEST_CASE("A receipt with too many lines is skipped", "[adapters][dsfinvk]") {
    auto in = sampleExport();
    std::string& lines = content(in, "lines.csv");
    for (std::size_t i = 0; i < limits::listItems; ++i) {
        lines += "KASSE-1;;101;4001;9;;Perle;K;Umsatz;;0;0;0;;;;;1,000;1,000;Stück;1,00000\r\n";
    }
    CHECK(reasonIn(rowsOf(in).skipped, 2) == "the receipt has more lines than an event can hold");
}
