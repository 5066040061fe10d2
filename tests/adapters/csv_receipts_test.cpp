#include "adapters/csv_receipts.hpp"

#include "adapters/comcash.hpp"
#include "adapters/open_import.hpp"
#include "archive_testing.hpp"
#include "import_testing.hpp"

using namespace kartei;
using namespace kartei::adapters;
using namespace kartei::adapters::testing;

namespace {

const std::string header = "Interne Nummer;Belegnummer;Datum;Uhrzeit;Kundennummer;Bezeichnung;Betrag;kassiert\r\n";

Result<std::unique_ptr<ImportReader>, AdapterProblem> opened(const std::string& rows,
                                                             const std::optional<std::string>& mapping = std::nullopt) {
    return openImport("comcash", {{"2025-07_belege.csv", rows}}, mapping, TestNaming().naming("comcash"));
}

std::string onlyReason(const std::string& row) {
    const auto rows = readRows(opened(header + row));
    REQUIRE(rows.skipped.size() == 1);
    CHECK(rows.facts.empty());
    CHECK(rows.skipped[0].line == 2);
    return rows.skipped[0].reason;
}

const std::string smallMapping = "[receipt]\nid = \"nr\"\ncustomer = \"kd\"\ndate = \"am\"\ntotal = \"eur\"\n";

ProblemKind problemOfMapping(const std::string& mapping) {
    return problemOf(opened("nr;kd;am;eur\n1;2;3;4\n", mapping)).kind;
}

}  // namespace

TEST_CASE("A COMCASH file of receipts is known by its name", "[adapters][comcash]") {
    CHECK(isComcashReceipts("2025-07-03_belege.csv"));
    CHECK(isComcashReceipts("_BELEGE.CSV"));
    CHECK_FALSE(isComcashReceipts("belege.csv"));
    CHECK_FALSE(isComcashReceipts("2025_belege.csv.bak"));
    CHECK_FALSE(isComcashReceipts(""));
    // The same rows under another name are looked at as customers.
    CHECK(problemOf(openImport("comcash", {{"juli.csv", header}}, std::nullopt, TestNaming().naming("comcash"))).kind ==
          ProblemKind::columnMissing);
}

TEST_CASE("The sample till's receipts become checkouts", "[adapters][comcash]") {
    const auto rows = readRows(opened(sampleFile("2025-07-03_belege.csv")));
    CHECK(rows.people.empty());
    CHECK(rows.skipped.empty());
    REQUIRE(rows.facts.size() == 2);
    const auto& fact = rows.facts[0];
    CHECK(fact.line == 2);
    CHECK(fact.eventId == "receipt:70011");
    CHECK(fact.record.text() == "comcash/1003");
    CHECK(toText(fact.time) == "2025-07-03T08:15:00Z");
    const auto eur = events::Currency::trusted("EUR");
    CHECK(checkout(fact).receipt.text() == "comcash/70011");
    CHECK(checkout(fact).total == events::Money{7200, eur});
    REQUIRE(checkout(fact).items.size() == 1);
    CHECK(checkout(fact).items[0] == events::Item{"Ansatz färben", std::nullopt, events::Money{7200, eur}});
    CHECK(checkout(rows.facts[1]).total.amount == 104850);
    CHECK(checkout(rows.facts[1]).items[0].name == "Waschen; Legen und \"Kur\"");
    REQUIRE(rows.leftOut.size() == 2);
    CHECK(rows.leftOut[0].line == 3);
    CHECK(rows.leftOut[0].reason == "the receipt is no customer's");
    CHECK(rows.leftOut[1].line == 4);
    CHECK(rows.leftOut[1].reason == "the receipt is not paid");
}

TEST_CASE("What is not paid needs nothing else", "[adapters][comcash]") {
    const auto rows = readRows(opened(header + ";;;;;;;0\r\n7;;03.07.2025;10:00;0;;1,00;1\r\n"
                                               "8;;03.07.2025;10:00;00;;1,00;1\r\n9;;03.07.2025;10:00;9;;1,00;\r\n"));
    CHECK(rows.skipped.empty());
    CHECK(rows.facts.empty());
    REQUIRE(rows.leftOut.size() == 4);
    CHECK(rows.leftOut[2].reason == "the receipt is no customer's");
    CHECK(rows.leftOut[3].reason == "the receipt is not paid");
}

TEST_CASE("A receipt's row that cannot be read is skipped with the reason", "[adapters][comcash]") {
    CHECK(onlyReason("7;;03.07.2025;10:00;9;;1.00;1\r\n") == "column \"Betrag\": is no amount in EUR");
    CHECK(onlyReason("7;;03.07.2025;10:00;9;;;1\r\n") == "column \"Betrag\": is no amount in EUR");
    CHECK(onlyReason("7;;31.06.2025;10:00;9;;1,00;1\r\n").starts_with("column \"Datum\": is no day"));
    CHECK(onlyReason("7;;03.07.2025;25:00;9;;1,00;1\r\n").starts_with("column \"Uhrzeit\": is no time"));
    CHECK(onlyReason("7;;03.07.2025;;9;;1,00;1\r\n").starts_with("column \"Uhrzeit\": is no time"));
    CHECK(onlyReason(";;03.07.2025;10:00;9;;1,00;1\r\n") == "column \"Interne Nummer\": is empty");
    CHECK(onlyReason("7/8;;03.07.2025;10:00;9;;1,00;1\r\n") == "column \"Interne Nummer\": is no id of a receipt");
    CHECK(onlyReason("7;;03.07.2025;10:00;Anna L.;;1,00;1\r\n") == "column \"Kundennummer\": is no id of a customer");
    CHECK(onlyReason("7;;03.07.2025;10:00;9;;1,00;vielleicht\r\n") == "column \"kassiert\": is neither yes nor no");
    CHECK(onlyReason("7;;03.07.2025;10:00;9\r\n").find("fewer cells") != std::string::npos);
}

TEST_CASE("The internal number is a receipt's key", "[adapters][comcash]") {
    const auto rows = readRows(opened(header + "7;A;03.07.2025;10:00;9;;1,00;1\r\n7;B;03.07.2025;11:00;9;;2,00;1\r\n"));
    REQUIRE(rows.facts.size() == 1);
    CHECK(checkout(rows.facts[0]).total.amount == 100);
    REQUIRE(rows.skipped.size() == 1);
    CHECK(rows.skipped[0].line == 3);
    CHECK(rows.skipped[0].reason == "the receipt is in line 2 already");
}

TEST_CASE("Receipts of other tills are read by a mapping", "[adapters][receipts]") {
    const std::string mapping =
        "source = \"bistro\"\n" + smallMapping +
        "zone = \"Europe/London\"\ndecimal = \".\"\ncurrency = \"GBP\"\n[file]\ndelimiter = \",\"\n";
    const auto rows = readRows(openImport("csv", {{"x.csv", "nr,kd,am,eur\n7,9,2025-07-03 10:00,\"1,050.20\"\n"}},
                                          mapping, TestNaming().naming("bistro")));
    REQUIRE(rows.facts.size() == 1);
    CHECK(rows.facts[0].record.text() == "bistro/9");
    CHECK(toText(rows.facts[0].time) == "2025-07-03T09:00:00Z");
    CHECK(checkout(rows.facts[0]).total == events::Money{105020, events::Currency::trusted("GBP")});
    CHECK(checkout(rows.facts[0]).items.empty());
    CHECK(defaultSource("csv", mapping)->text() == "bistro");
}

TEST_CASE("A mapping of receipts that says nonsense is refused", "[adapters][receipts]") {
    CHECK(problemOfMapping("[receipt]\nid = \"nr\"\n") == ProblemKind::mappingInvalid);
    CHECK(problemOfMapping(smallMapping + "zone = \"Europe/Bärlin\"\n") == ProblemKind::mappingInvalid);
    CHECK(problemOfMapping(smallMapping + "currency = \"euro\"\n") == ProblemKind::mappingInvalid);
    CHECK(problemOfMapping(smallMapping + "decimal = \";\"\n") == ProblemKind::mappingInvalid);
    CHECK(problemOfMapping(smallMapping + "paid = { value = \"1\" }\n") == ProblemKind::mappingInvalid);
    CHECK(problemOfMapping(smallMapping + "item = { value = \"Schnitt\" }\n") == ProblemKind::mappingInvalid);
    CHECK(problemOfMapping(smallMapping + "colour = \"x\"\n") == ProblemKind::mappingInvalid);
    CHECK(problemOfMapping(smallMapping + "[record]\nid = \"nr\"\n") == ProblemKind::mappingInvalid);
    CHECK(problemOfMapping("receipt = 1\n") == ProblemKind::mappingInvalid);
    CHECK(problemOfMapping(smallMapping + "item = \"was\"\n") == ProblemKind::columnMissing);
    CHECK_FALSE(defaultSource("csv", "source = \"B!\"\n" + smallMapping).has_value());
}
