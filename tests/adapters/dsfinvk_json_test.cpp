#include "adapters/dsfinvk_json.hpp"

#include "adapters/open_import.hpp"
#include "import_testing.hpp"

using namespace kartei;
using namespace kartei::adapters;
using namespace kartei::adapters::testing;

namespace {

Result<std::unique_ptr<ImportReader>, AdapterProblem> opened(const std::string& json) {
    return openImport("dsfinvk", {{"closing.json", json}}, std::nullopt, TestNaming().naming("dsfinvk"));
}

std::string closing(const std::string& transactions) {
    return R"({"client_id":"till-1","cash_point_closing_export_id":7,"transactions":[)" + transactions + "]}";
}

std::string transaction(const std::string& id, const std::string& head, const std::string& amount = "20.00",
                        const std::string& lines = "") {
    return R"({"head":{"transaction_export_id":")" + id + R"(","type":"Beleg","timestamp_end":1751371300,)" + head +
           R"(},"data":{"full_amount_incl_vat":)" + amount + R"(,"lines":[)" + lines + "]}}";
}

const std::string anna =
    R"("storno":false,"buyer":{"name":"Anna Lehmann","buyer_export_id":"1004","type":"Kunde","address":{"street":"Gartenstraße 5","postal_code":"10119","city":"Berlin","country_code":"DEU"}})";

std::string onlyFlaw(const std::string& json) {
    const auto rows = readRows(opened(json));
    REQUIRE(rows.skipped.size() == 1);
    CHECK(rows.facts.empty());
    return rows.skipped[0].reason;
}

}  // namespace

TEST_CASE("A real closing is read but for its placeholder", "[adapters][dsfinvk]") {
    const auto json = sharedFile("dsfinvk/fiskaly-cash-point-closing.json");
    if (!json) return;
    const auto rows = readRows(opened(*json));
    CHECK(rows.skipped.empty());
    REQUIRE(rows.leftOut.size() == 1);
    CHECK(rows.leftOut[0].line == 1);
    CHECK(rows.leftOut[0].reason == "the receipt is no customer's");
    REQUIRE(rows.people.size() == 1);
    CHECK(rows.people[0].record.text() == "dsfinvk/2");
    CHECK(text(rows.people[0], Field::GIVEN_NAME) == "Client");
    CHECK(text(rows.people[0], Field::FAMILY_NAME) == "Name");
    REQUIRE(rows.facts.size() == 1);
    const auto& fact = rows.facts[0];
    CHECK(fact.line == 2);
    CHECK(fact.eventId == "receipt:7b1abc48-3bcb-48b8-924d-d259cfbe171c.1.tx_2");
    CHECK(fact.record.text() == "dsfinvk/2");
    CHECK(toText(fact.time) == "2022-02-24T13:46:43Z");
    const auto eur = events::Currency::trusted("EUR");
    CHECK(checkout(fact).receipt.text() == "7b1abc48-3bcb-48b8-924d-d259cfbe171c.1.tx_2");
    CHECK(checkout(fact).total == events::Money{1428, eur});
    REQUIRE(checkout(fact).items.size() == 1);
    CHECK(checkout(fact).items[0] == events::Item{"Sonstiges", "1", events::Money{1428, eur}});
}

TEST_CASE("A buyer's address is the person's", "[adapters][dsfinvk]") {
    const auto rows = readRows(opened(closing(transaction("a", anna))));
    REQUIRE(rows.people.size() == 1);
    CHECK(text(rows.people[0], Field::STREET) == "Gartenstraße 5");
    CHECK(text(rows.people[0], Field::POSTAL_CODE) == "10119");
    CHECK(text(rows.people[0], Field::CITY) == "Berlin");
    CHECK(text(rows.people[0], Field::COUNTRY) == "DE");
}

TEST_CASE("Amounts of JSON are what is written", "[adapters][dsfinvk]") {
    const std::string lines =
        R"({"text":"","business_case":{"type":"Umsatz","amounts_per_vat_id":[{"incl_vat":0.29},{"incl_vat":0.01}]},"item":{"quantity":0.500}})";
    const auto rows = readRows(opened(closing(transaction("a", anna, "0.29", lines))));
    REQUIRE(rows.facts.size() == 1);
    CHECK(checkout(rows.facts[0]).total.amount == 29);
    const auto& item = checkout(rows.facts[0]).items.at(0);
    CHECK(item.name == "Umsatz");
    CHECK(item.quantity == "0.5");
    CHECK(item.amount->amount == 30);
}

TEST_CASE("References within and between closings reverse", "[adapters][dsfinvk]") {
    const std::string within =
        R"("storno":true,"references":[{"type":"InterneTransaktion","transaction_export_id":"a"}])";
    const std::string between =
        R"("storno":true,"references":[{"type":"Transaktion","cash_point_closing_export_id":6,"transaction_export_id":"z"},{"type":"ExterneRechnung","external_export_id":"9"}])";
    const std::string nothing = R"("storno":true,"references":[{"type":"ExterneRechnung","external_export_id":"9"}])";
    const auto rows =
        readRows(opened(closing(transaction("a", anna) + "," + transaction("b", within, "-20.00") + "," +
                                transaction("c", between, "-5") + "," + transaction("d", nothing, "-5"))));
    REQUIRE(rows.facts.size() == 3);
    CHECK(rows.facts[1].eventId == "storno:till-1.7.b");
    CHECK(reversal(rows.facts[1]).receipt.text() == "till-1.7.a");
    CHECK(rows.facts[1].record.text() == "dsfinvk/1004");
    CHECK(reversal(rows.facts[2]).receipt.text() == "till-1.6.z");
    CHECK(rows.facts[2].record.empty());
    REQUIRE(rows.leftOut.size() == 1);
    CHECK(rows.leftOut[0].line == 4);
}

TEST_CASE("A transaction that cannot be read is skipped with the reason", "[adapters][dsfinvk]") {
    CHECK(onlyFlaw(closing(transaction("a", anna, "\"20,00\""))) == "full_amount_incl_vat is no amount in EUR");
    CHECK(onlyFlaw(closing(transaction("a", anna, "20.005"))) == "full_amount_incl_vat is no amount in EUR");
    CHECK(onlyFlaw(closing(transaction("a", anna, "2e1"))) == "full_amount_incl_vat is no amount in EUR");
    CHECK(onlyFlaw(closing(transaction("a", anna, "null"))) == "full_amount_incl_vat is no amount in EUR");
    CHECK(onlyFlaw(closing(transaction("", anna))) == "a part of the receipt's key is missing");
    CHECK(onlyFlaw(closing(transaction("a", anna, "1", R"({"item":{"quantity":"viel"}})"))) ==
          "a line's quantity is no number");
    std::string early = transaction("a", anna);
    early.replace(early.find("1751371300"), 10, "-1");
    CHECK(onlyFlaw(closing(early)) == "timestamp_end is no time");
    std::string late = transaction("a", anna);
    late.replace(late.find("1751371300"), 10, "99999999999999");
    CHECK(onlyFlaw(closing(late)) == "timestamp_end is no time");
    std::string word = transaction("a", anna);
    word.replace(word.find("\"storno\":false"), 14, "\"storno\":\"no\"");
    CHECK(onlyFlaw(closing(word)) == "storno is no true or false");
}

TEST_CASE("What is no closing is refused", "[adapters][dsfinvk]") {
    for (const std::string& json : {std::string(), std::string("Z_KASSE_ID;Z_NR"), std::string("[]"), std::string("{}"),
                                    std::string(R"({"transactions":{}})"), closing("{}").substr(0, 40),
                                    std::string(R"({"transactions":[],"transactions":[]})"), std::string(100'000, '['),
                                    std::string("{\"transactions\":[\"\xFF\"]}")}) {
        INFO(json.substr(0, 60));
        CHECK(problemOf(opened(json)).kind == ProblemKind::exportInvalid);
    }
    // Things of other kinds where objects are expected harm nobody.
    const auto rows = readRows(opened(closing(R"(1,[],"x",null,{"head":[],"data":7})")));
    CHECK(rows.facts.empty());
    CHECK(rows.leftOut.size() == 5);
    CHECK(rows.skipped.empty());
}
