// The whole way from a request to its answer, in a data directory of its own.

#include <catch2/catch.hpp>
#include <fstream>

#include "events/sent_binary.hpp"
#include "tests/support/test_ledger.hpp"
#include "tools/kartei/embedded_operations.hpp"

using namespace kartei;
using namespace kartei::tools;
using Catch::Matchers::Contains;

namespace {

struct Fixture {
    testing::TemporaryDirectory temporary;
    std::unique_ptr<Operations> operations =
        *openEmbedded({temporary.path() / "data", events::BusinessName::trusted("salon"), "tester"});

    std::string file(const std::string& name, const std::string& content) const {
        const auto path = temporary.path() / name;
        std::ofstream(path, std::ios::binary) << content;
        return path.string();
    }
    std::string import(const std::string& file) const {
        const auto answer = operations->import({.adapter = "comcash",
                                                .file = file,
                                                .source = std::nullopt,
                                                .declaredBy = "Petra",
                                                .declaration = "They agreed.",
                                                .mapping = ""},
                                               [](const ImportProgress&) {});
        REQUIRE(answer);
        return *answer;
    }
};

const std::string connected =
    R"({"specversion":"1.0","id":"1","source":"desk","type":"source.connected","data":{"name":"Desk"}})";
const std::string entered =
    R"({"specversion":"1.0","id":"2","source":"desk","subject":"desk/1","type":"record.entered",)"
    R"("data":{"attributes":{"familyName":"Weiß"}}})";

std::string binary(const std::string& json) { return events::writeSent(*events::readCloudEvent(json)); }

}  // namespace

TEST_CASE("Events in binary are recorded as the same events in JSON are") {
    const Fixture fixture;
    auto& operations = *fixture.operations;
    CHECK(*operations.append(binary(connected) + binary(entered), EventFormat::capnp) ==
          R"({"results":[{"position":1},{"position":2}]})");
    CHECK(*operations.append(connected + "\n" + entered, EventFormat::json) ==
          R"({"results":[{"position":1},{"position":2}]})");
}

TEST_CASE("A damaged message refuses all, and is named") {
    const Fixture fixture;
    auto& operations = *fixture.operations;
    const auto whole = binary(connected) + binary(entered);
    const auto cut = operations.append(whole.substr(0, whole.size() - 8), EventFormat::capnp);
    REQUIRE_FALSE(cut);
    CHECK(cut.error().kind == Failure::Kind::badInput);
    CHECK_THAT(cut.error().detail, Contains("message 2"));
    CHECK(*operations.append(whole, EventFormat::capnp) == R"({"results":[{"position":1},{"position":2}]})");
}

TEST_CASE("A second line on the same record is reported, so that importing again changes nothing") {
    const Fixture fixture;
    const std::string head =
        "Kundennummer;Anrede;Vorname;Nachname;Straße;PLZ;Ort;Telefon;Mobil;E-Mail;Geburtsdatum;SMS;E-Mail-Versand;"
        "Bemerkung\n";
    const std::string rest = ";;;;;;;;;;\n";
    const auto file =
        fixture.file("kunden.csv", head + "1;;Anna;Weiß" + rest + "2;;Jörg;Maier" + rest + "1;;Anne;Weiss" + rest);
    CHECK_THAT(fixture.import(file),
               Contains(R"("imported":2,"unchanged":0,"refused":1)") && Contains("the record is in line 2 already"));
    CHECK_THAT(fixture.import(file), Contains(R"("imported":0,"unchanged":2,"refused":1)"));
    CHECK_THAT(*fixture.operations->customer(testing::record("comcash/1"), AsOf{}), Contains("Anna"));
}
