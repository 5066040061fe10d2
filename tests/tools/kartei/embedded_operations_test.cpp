// The whole way from a request to its answer, in a data directory of its own.

#include <catch2/catch.hpp>
#include <fstream>

#include <capnp/message.h>
#include <capnp/serialize.h>

#include "events/event.capnp.h"
#include "events/sent_binary.hpp"
#include "ledger/data_directory.hpp"
#include "tests/support/test_ledger.hpp"
#include "tests/tools/kartei/embedded.hpp"

using namespace kartei;
using namespace kartei::tools;
using Catch::Matchers::Contains;

namespace {

struct Fixture : testing::Embedded {
    Answer import(const std::string& adapter, const std::string& content, const std::string& declaredBy = "Petra",
                  const std::string& declaration = "They agreed.", const std::string& fileName = "k.csv") const {
        return operations->import({adapter, {{fileName, content}}, std::nullopt, declaredBy, declaration, std::nullopt},
                                  [](const ImportProgress&) { return GoOn::yes; });
    }
    std::string import(const std::string& content) const {
        const auto answer = import("comcash", content);
        REQUIRE(answer);
        return *answer;
    }
};

const std::string connected =
    R"({"specversion":"1.0","id":"1","source":"desk","type":"source.connected","data":{"name":"Desk"}})";
const std::string entered =
    R"({"specversion":"1.0","id":"2","source":"desk","subject":"desk/1","type":"record.entered",)"
    R"("data":{"attributes":{"familyName":"Weiß"}}})";

const std::string oneCustomer =
    "Kundennummer;Anrede;Vorname;Nachname;Straße;PLZ;Ort;Telefon;Mobil;E-Mail;Geburtsdatum;SMS;E-Mail-Versand;"
    "Bemerkung\n1;;Jörg;Weiß;;;;;;;;;;\n";

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

TEST_CASE("What is wrong with a well-framed message is said of the message, not of a line") {
    const Fixture fixture;
    auto wrong = *events::readCloudEvent(entered);
    wrong.id.clear();
    const auto answer = fixture.operations->append(binary(connected) + events::writeSent(wrong), EventFormat::capnp);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().detail == "message 2: id: is missing");
}

TEST_CASE("A read where there is no data directory says so and makes none") {
    const testing::TemporaryDirectory temporary;
    const auto path = temporary.path() / "mistyped";
    const EmbeddedOptions options{path, events::BusinessName::trusted("salon"), "tester", ledger::Opening::existing};
    const auto opened = openEmbedded(options);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == Failure::Kind::badInput);
    CHECK(opened.error().code == "no_data_directory");
    CHECK_THAT(opened.error().detail, !Contains("mistyped"));
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("What is not there is not named in the answer") {
    const Fixture fixture;
    auto& operations = *fixture.operations;
    CHECK_THAT(operations.customer(testing::record("salon/erika"), {}).error().detail,
               Contains("no business") && !Contains("salon"));
    REQUIRE(operations.append(connected, EventFormat::json));
    CHECK_THAT(operations.customer(testing::record("desk/erika"), {}).error().detail,
               Contains("no such record") && !Contains("erika"));
    CHECK_THAT(fixture.import("erika", "x", "Petra", "They agreed.").error().detail,
               Contains("no such adapter") && !Contains("erika"));
}

TEST_CASE("A join's comment, an undo's reason and a declaration say something") {
    const Fixture fixture;
    auto& operations = *fixture.operations;
    REQUIRE(operations.append(connected + "\n" + entered, EventFormat::json));
    const auto a = testing::record("desk/1");
    const auto b = testing::record("desk/2");
    CHECK(operations.link({a, b, " "}).error().detail == "comment must not be blank.");
    CHECK(operations.link({a, b, ""}).error().code == "not_found");
    CHECK(operations.merge({a, b, {}, " "}).error().detail == "comment must not be blank.");
    CHECK(operations.undo({events::Position(1), "\u2003", {}}).error().detail == "reason must not be blank.");
    CHECK(fixture.import("csv", "x", "Petra", " \t").error().code == "consent_missing");
}

TEST_CASE("Of very many problems the first thousand are listed, and the rest is counted") {
    const Fixture fixture;
    std::string file =
        "Kundennummer;Anrede;Vorname;Nachname;Straße;PLZ;Ort;Telefon;Mobil;E-Mail;Geburtsdatum;SMS;E-Mail-Versand;"
        "Bemerkung\n";
    for (int i = 0; i < 1'010; ++i) file += "1\n";
    const auto answer = fixture.import(file);
    CHECK_THAT(answer, Contains(R"("refused":1010)"));
    CHECK_THAT(answer, Contains(R"({"line":1001,)"));
    CHECK_THAT(answer, Contains(R"({"line":1002,"reason":"this row and 9 others were refused as well)"));
    CHECK_THAT(answer, !Contains(R"({"line":1003)"));
}

TEST_CASE("A second line on the same record is reported, so that importing again changes nothing") {
    const Fixture fixture;
    const std::string head =
        "Kundennummer;Anrede;Vorname;Nachname;Straße;PLZ;Ort;Telefon;Mobil;E-Mail;Geburtsdatum;SMS;E-Mail-Versand;"
        "Bemerkung\n";
    const std::string rest = ";;;;;;;;;;\n";
    const auto file = head + "1;;Anna;Weiß" + rest + "2;;Jörg;Maier" + rest + "1;;Anne;Weiss" + rest;
    CHECK_THAT(fixture.import(file),
               Contains(R"("imported":2,"unchanged":0,"refused":1)") && Contains("the record is in line 2 already"));
    CHECK_THAT(fixture.import(file), Contains(R"("imported":0,"unchanged":2,"refused":1)"));
    CHECK_THAT(*fixture.operations->customer(testing::record("comcash/1"), AsOf{}), Contains("Anna"));
}

TEST_CASE("An import that was ended goes on where it is started again") {
    const Fixture fixture;
    std::string file = oneCustomer;
    for (int line = 2; line <= 2'500; ++line) file += std::to_string(line) + ";;Jörg;Weiß;;;;;;;;;;\n";
    std::vector<ImportProgress> told;
    const auto importUntil = [&](std::uint64_t rows) {
        return fixture.operations->import({"comcash", {{"", file}}, std::nullopt, "Petra", "They agreed.", {}},
                                          [&](const ImportProgress& now) {
                                              told.push_back(now);
                                              return now.done < rows ? GoOn::yes : GoOn::no;
                                          });
    };
    const auto ended = importUntil(1'000);
    REQUIRE_FALSE(ended);
    CHECK(ended.error().code == "interrupted");
    REQUIRE(told.size() == 2);
    CHECK(told[0].done == 0);
    CHECK(told[0].expected == 2'500);
    CHECK(told[1].imported == 1'000);
    const auto run = told[1].run;
    const auto whole = importUntil(3'000);
    REQUIRE(whole);
    CHECK_THAT(*whole, Contains(run) && Contains(R"("imported":2500,"unchanged":0)"));
    CHECK(told[2].run == run);
    std::vector<std::string> runs;
    REQUIRE(fixture.operations->imports({}, [&](std::string_view one) { return runs.emplace_back(one), true; }));
    CHECK(runs.size() == 1);
}

TEST_CASE("Nothing of a person who withdrew the consent to the transfer is imported, receipts included") {
    const Fixture fixture;
    const std::string receipts =
        "Interne Nummer;Belegnummer;Datum;Uhrzeit;Kundennummer;Bezeichnung;Betrag;kassiert\n"
        "1;1;03.07.2025;10:15;1001;Schnitt;72,00;1\n2;2;03.07.2025;11:15;1002;Schnitt;30,00;1\n";
    REQUIRE(fixture.import("comcash", oneCustomer));
    REQUIRE(fixture.operations->append(
        R"({"specversion":"1.0","id":"w","source":"comcash","subject":"comcash/1001","type":"consent.stated",)"
        R"("data":{"purpose":"dataTransfer","channel":"none","state":"withdrawn"}})",
        EventFormat::json));
    const auto answer = fixture.import("comcash", receipts, "Petra", "They agreed.", "2025-07-03_belege.csv");
    INFO((answer ? "" : answer.error().detail));
    REQUIRE(answer);
    CHECK_THAT(*answer, Contains(R"("imported":1,"unchanged":0,"refused":1)") &&
                            Contains(R"({"line":2,"reason":"transfer_withdrawn: The person)"));
}

TEST_CASE("An import that cannot begin makes no business") {
    const Fixture fixture;
    const auto without = fixture.import("comcash", oneCustomer, "Petra", " ");
    REQUIRE_FALSE(without);
    CHECK(without.error().code == "consent_missing");
    const auto unreadable = fixture.import("comcash", "", "Petra");
    REQUIRE_FALSE(unreadable);
    const auto policy = fixture.operations->policy({});
    REQUIRE_FALSE(policy);
    CHECK(policy.error().code == "unknown_business");
}

TEST_CASE("A declaration that stands on the source's connection is enough for an import") {
    const Fixture fixture;
    const auto import = [&] { return fixture.import("comcash", oneCustomer, "", ""); };
    REQUIRE_FALSE(import());
    REQUIRE(fixture.operations->append(
        R"({"specversion":"1.0","id":"1","source":"comcash","type":"source.connected","data":{"name":"Kasse",)"
        R"("declaration":{"declaredBy":"Petra","text":"They agreed."}}})",
        EventFormat::json));
    const auto taken = import();
    INFO((taken ? "" : taken.error().detail));
    REQUIRE(taken);
    CHECK_THAT(*taken, Contains(R"("imported":1)"));
}

TEST_CASE("A binary event without data is refused") {
    const Fixture fixture;
    capnp::MallocMessageBuilder message;
    auto sent = message.initRoot<events::wire::Sent>();
    sent.setId("1");
    sent.setSource("desk");
    const auto words = capnp::messageToFlatArray(message);
    const std::string bytes(reinterpret_cast<const char*>(words.asBytes().begin()), words.asBytes().size());
    const auto answer = fixture.operations->append(bytes, EventFormat::capnp);
    REQUIRE_FALSE(answer);
    CHECK_THAT(answer.error().detail, Contains("no data"));
}

TEST_CASE("An account that two people have shows nobody's visits") {
    const Fixture fixture;
    auto& operations = *fixture.operations;
    const auto registered = [](const std::string& id) {
        return R"({"specversion":"1.0","id":")" + id + R"(","source":"web","subject":"web/)" + id +
               R"(","type":"record.registered","data":{"attributes":{"familyName":"Weiß"},"account":{"username":"anna"}}})";
    };
    const std::string web =
        R"({"specversion":"1.0","id":"0","source":"web","type":"source.connected","data":{"name":"Web"}})";
    REQUIRE(operations.append(web + "\n" + registered("1"), EventFormat::json));
    CHECK(operations.account(events::SourceName::trusted("web"), "anna", {}));
    REQUIRE(operations.append(registered("2"), EventFormat::json));
    const auto two = operations.account(events::SourceName::trusted("web"), "anna", {});
    REQUIRE_FALSE(two);
    CHECK(two.error().code == "ambiguous_account");
    REQUIRE(operations.append(
        R"({"specversion":"1.0","id":"3","source":"web","subject":"web/1","type":"record.deleted","data":{}})",
        EventFormat::json));
    CHECK(operations.account(events::SourceName::trusted("web"), "anna", {}));
}

TEST_CASE("After an undo nobody's replay and protocol tell what a stranger said, but that it was refused") {
    const Fixture fixture;
    auto& operations = *fixture.operations;
    const auto event = [](const char* id, const char* subject, const char* type, const std::string& data) {
        return R"({"specversion":"1.0","id":")" + std::string(id) + R"(","source":"till","subject":")" + subject +
               R"(","type":")" + type + R"(","cursor":"upstream )" + id + R"(","data":{)" + data + "}}\n";
    };
    const std::string till = R"({"specversion":"1.0","id":"0","source":"till","type":"source.connected",)"
                             R"("data":{"name":"Till","declaration":{"declaredBy":"Petra","text":"They agreed."}}})";
    REQUIRE(operations.append(till + "\n" + event("1", "till/5", "record.entered", R"("attributes":{"city":"Ulm"})") +
                                  event("2", "till/6", "record.entered", R"("attributes":{"city":"Bonn"})"),
                              EventFormat::json));
    const auto five = testing::record("till/5");
    REQUIRE(operations.link({five, testing::record("till/6"), "", Mode::commit}));
    REQUIRE(operations.append(
        event("3", "till/6", "record.imported",
              R"("attributes":{"familyName":"Fremd","email":"fremd@example.com","street":"Gasse 9"},)"
              R"("notifications":{"sms":false,"email":true})") +
            event("4", "till/6", "consent.stated",
                  R"("purpose":"marketing","channel":"email","state":"withdrawn","address":"fremd@example.com",)"
                  R"("statedBy":"Frau F.","evidence":"letter 8","method":"letter")"),
        EventFormat::json));
    const auto told = [&] {
        std::string text;
        const LineSink sink = [&](std::string_view line) {
            text += std::string(line) + "\n";
            return true;
        };
        REQUIRE(operations.replay({std::nullopt, std::nullopt, five}, {}, sink));
        REQUIRE(operations.protocol({five, std::nullopt, std::nullopt, std::nullopt, {}}, {}, sink));
        return text;
    };
    CHECK_THAT(told(), Contains("Gasse 9") && Contains("letter 8") && Contains("stated by Frau F."));
    UndoRequest undo;
    undo.join = events::Position(4);
    undo.reason = "Two people.";
    REQUIRE(operations.undo(undo));
    const auto left = told();
    for (const auto* strangers : {"Fremd", "fremd@", "Gasse", "Frau F.", "letter", "upstream 3", "upstream 4",
                                  "family name", "e-mail on", "\"email\":true"}) {
        INFO(strangers);
        CHECK_THAT(left, !Contains(strangers));
    }
    CHECK_THAT(left, Contains(R"("data":{"notifications":{"sms":false}}})"));
    CHECK_THAT(left, Contains(R"("data":{"purpose":"marketing","channel":"email","state":"withdrawn"}})"));
    CHECK_THAT(left, Contains(R"("text":"Imported: reminders SMS off.")"));
}

TEST_CASE("A position behind the newest signed checkpoint has no receipt where the data directory is only read") {
    Fixture fixture;
    REQUIRE(fixture.operations->append(connected + "\n" + entered, EventFormat::json));
    fixture.operations.reset();
    // Held by somebody who signs nothing: the newest checkpoint is that of the empty log.
    const ledger::DataDirectory holder(fixture.temporary.path() / "data", testing::masterKey());
    const auto rows = holder.rows(holder.tree());
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
        const bool isEmpty = rows->key().ToStringView().ends_with('\0');
        if (rows->key()[sizeof(std::uint32_t)] != 'c' || isEmpty) continue;
        REQUIRE(holder.database().Delete({}, holder.tree(), rows->key()).ok());
    }
    const auto reading = *openEmbedded({fixture.temporary.path() / "data",
                                        events::BusinessName::trusted("salon"),
                                        "tester",
                                        ledger::Opening::reading,
                                        {},
                                        testing::masterKey(),
                                        fixture.temporary.path() / "anchor"});
    const auto receipt = reading->receipt(testing::position(1));
    REQUIRE_FALSE(receipt);
    CHECK(receipt.error().code == "not_signed");
    CHECK(receipt.error().kind == Failure::Kind::refused);
}
