// The whole way from a request to its answer, in a data directory of its own.

#include <catch2/catch.hpp>
#include <fstream>

#include <capnp/message.h>
#include <capnp/serialize.h>

#include "events/event.capnp.h"
#include "events/sent_binary.hpp"
#include "ledger/data_directory.hpp"
#include "tests/support/test_ledger.hpp"
#include "tools/kartei/embedded_operations.hpp"

using namespace kartei;
using namespace kartei::tools;
using Catch::Matchers::Contains;

namespace {

struct Fixture {
    testing::TemporaryDirectory temporary;
    std::unique_ptr<Operations> operations = *openEmbedded({temporary.path() / "data",
                                                            events::BusinessName::trusted("salon"),
                                                            "tester",
                                                            ledger::Opening::create,
                                                            {},
                                                            testing::masterKey(),
                                                            temporary.path() / "anchor"});

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
    const auto import = operations.import({"csv", "erika.csv", std::nullopt, "Petra", "They agreed.", ""},
                                          [](const ImportProgress&) {});
    CHECK(import.error().detail == "FILE cannot be read.");
    const auto adapter = operations.import(
        {"erika", fixture.file("k.csv", "x"), std::nullopt, "Petra", "They agreed.", ""}, [](const ImportProgress&) {});
    CHECK_THAT(adapter.error().detail, Contains("no such adapter") && !Contains("erika"));
}

TEST_CASE("A join's comment, an undo's reason and a declaration say something") {
    const Fixture fixture;
    auto& operations = *fixture.operations;
    REQUIRE(operations.append(connected + "\n" + entered, EventFormat::json));
    const auto a = testing::record("desk/1");
    const auto b = testing::record("desk/2");
    CHECK(operations.link({a, b, " "}).error().detail == "--comment must not be blank.");
    CHECK(operations.link({a, b, ""}).error().code == "not_found");
    CHECK(operations.merge({a, b, {}, " "}).error().detail == "--comment must not be blank.");
    CHECK(operations.undo({events::Position(1), "\u2003", {}}).error().detail == "--reason must not be blank.");
    const auto import =
        operations.import({"csv", fixture.file("k.csv", "x"), std::nullopt, "Petra", " \t", ""}, [](const auto&) {});
    CHECK(import.error().code == "consent_missing");
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

TEST_CASE("An import that cannot begin makes no business") {
    const Fixture fixture;
    const auto without = fixture.operations->import({.adapter = "comcash",
                                                     .file = fixture.file("k.csv", oneCustomer),
                                                     .source = std::nullopt,
                                                     .declaredBy = "Petra",
                                                     .declaration = " ",
                                                     .mapping = ""},
                                                    [](const ImportProgress&) {});
    REQUIRE_FALSE(without);
    CHECK(without.error().code == "consent_missing");
    const auto unreadable = fixture.operations->import({.adapter = "comcash",
                                                        .file = fixture.file("e.csv", ""),
                                                        .source = std::nullopt,
                                                        .declaredBy = "Petra",
                                                        .declaration = "They agreed.",
                                                        .mapping = ""},
                                                       [](const ImportProgress&) {});
    REQUIRE_FALSE(unreadable);
    const auto policy = fixture.operations->policy();
    REQUIRE_FALSE(policy);
    CHECK(policy.error().code == "unknown_business");
}

TEST_CASE("A declaration that stands on the source's connection is enough for an import") {
    const Fixture fixture;
    const auto import = [&] {
        return fixture.operations->import({.adapter = "comcash",
                                           .file = fixture.file("k.csv", oneCustomer),
                                           .source = std::nullopt,
                                           .declaredBy = "",
                                           .declaration = "",
                                           .mapping = ""},
                                          [](const ImportProgress&) {});
    };
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
    CHECK(operations.account(events::SourceName::trusted("web"), "anna"));
    REQUIRE(operations.append(registered("2"), EventFormat::json));
    const auto two = operations.account(events::SourceName::trusted("web"), "anna");
    REQUIRE_FALSE(two);
    CHECK(two.error().code == "ambiguous_account");
    REQUIRE(operations.append(
        R"({"specversion":"1.0","id":"3","source":"web","subject":"web/1","type":"record.deleted","data":{}})",
        EventFormat::json));
    CHECK(operations.account(events::SourceName::trusted("web"), "anna"));
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
        REQUIRE(operations.replay({std::nullopt, std::nullopt, five}, sink));
        REQUIRE(operations.protocol({five, std::nullopt, std::nullopt, std::nullopt, {}}, sink));
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
