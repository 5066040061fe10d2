// Erasing a person: what is gone, what stays, and that no file holds a byte of it.

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>

#include "projections/customer_file.hpp"
#include "projections/stored_views.hpp"
#include "tests/support/file_scan.hpp"
#include "tests/support/soundness.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;
using events::Channel;
using events::Position;
using events::Purpose;
using Joined = ledger::Erase::Joined;

namespace {

std::string found(ledger::Business& business, const char* text) {
    std::string files;
    for (const auto& file : filesThatFit(business, text)) files += file;
    return files;
}

events::SentEvent noteFor(const std::string& record, int number) {
    const auto name = record + "-" + std::to_string(number);
    return *events::readCloudEvent(R"({"specversion":"1.0","id":")" + name +
                                   R"(","source":"desk","type":"note.filed","subject":")" + record +
                                   R"(","data":{"entry":"n","title":"Plantedtitle"}})");
}

// Two people, strangers, each with some of everything.
struct Salon {
    TestLedger ledger;
    Position ofStaff;
    Position note;
    Position message;

    Salon() {
        person("till/1", "Plantedname", "planted@example.com", "1");
        person("till/2", "Othername", "other@example.com", "2");
        note = ledger.factFrom("desk", "note.filed", "till/1", R"("entry":"n1","title":"Plantedtitle","text":"x")");
        ofStaff = ledger.factFrom("desk", "correspondence.filed", "till/1",
                                  R"("entry":"c1","title":"Plantedletter","text":"Dear Plantedname")");
        message =
            ledger.fact("message.sent", "till/1",
                        R"("message":"m1","channel":"email","purpose":"reminders","address":"planted@example.com")");
        ledger.factFrom("till", "message.statusChanged", "",
                        R"("message":"till/m1","status":"bounced","reason":"no such user planted@example.com")");
    }

    void person(const std::string& name, const std::string& family, const std::string& email,
                const std::string& number) {
        ledger.fact("record.imported", name,
                    R"("attributes":{"familyName":")" + family + R"(","email":")" + email + "\"}");
        ledger.fact("consent.stated", name,
                    R"("purpose":"reminders","channel":"email","state":"granted","address":")" + email + "\"");
        ledger.fact("appointment.booked", name,
                    R"("appointment":"a)" + number +
                        R"(","startsAt":"2026-03-01T10:00:00Z","service":"Plantedservice","bookedVia":"online")");
        ledger.fact("visit.checkedOut", name,
                    R"("receipt":"r)" + number + R"(","appointment":"a)" + number +
                        R"(","total":{"amount":4500,"currency":"EUR"},"items":[{"name":"Haircut"}])");
    }
    [[nodiscard]] ledger::Business& business() const { return ledger.business(); }
};

}  // namespace

TEST_CASE("An erased record shows nothing but its receipts, as of before too, and all else is untouched") {
    Salon salon;
    auto& business = salon.business();
    const auto before = business.head();
    const auto other = salon.ledger.file("till/2") + salon.ledger.history("till/2");
    CHECK_THAT(found(business, "Plantedname"), Contains("Plantedname"));

    const auto outcome = salon.ledger.tryErase({"till/1"});
    REQUIRE(outcome);
    CHECK(outcome->position == before.next());

    for (int i = 0; i < 2; ++i) {
        auto& reopened = salon.business();
        for (const auto upTo : {before, reopened.head()}) {
            const auto customer = reopened.now().at(upTo).customer(record("till/1"));
            const auto file = projections::fileOf(customer, upTo);
            CHECK_THAT(file, Contains(R"("status":"erased")") && Contains(R"("attributes":{})") &&
                                 !Contains("lanted") && Contains(R"("consents":[])"));
        }
        CHECK_THAT(salon.ledger.history("till/1"),
                   Contains("till/r1") && Contains("Haircut") && !Contains("lanted") && !Contains("online"));
        CHECK_THAT(protocolOf(reopened, "till/1"), Contains("has been erased") && Contains("Erased: asked for") &&
                                                       Contains("till/r1") && !Contains("lanted"));
        CHECK(found(reopened, "Plantedname").empty());
        CHECK(salon.ledger.file("till/2") + salon.ledger.history("till/2") == other);
        CHECK_THAT(found(reopened, "Othername"), Contains("other@example.com"));
        CHECK(auditOf(reopened) == "sound");
        CHECK(rebuildMatches(reopened));
        salon.ledger.reopen();
    }
}

TEST_CASE("No file holds a byte of what was erased, nor of the keys") {
    Salon salon;
    auto& business = salon.business();
    const auto& keys = business.keys();
    const auto directory = salon.ledger.path();
    std::vector<std::string> gone = {storedKey(business, keys.rowOf(record("till/1")))};
    for (const auto fact : {salon.ofStaff, salon.note}) gone.push_back(storedKey(business, keys.rowOf(fact)));
    const auto stays = storedKey(business, keys.rowOf(record("till/2")));
    // In tables, and in the write-ahead log.
    REQUIRE(business.directory().database().Flush({}, business.directory().keys()).ok());
    projections::StoredViews(business).catchUp();
    for (const auto& key : gone) {
        REQUIRE(!key.empty());
        REQUIRE(!filesWith(directory, key).empty());
    }

    REQUIRE(salon.ledger.tryErase({"till/1"}));
    for (const auto& key : gone) CHECK(filesWith(directory, key).empty());
    CHECK_FALSE(filesWith(directory, stays).empty());
    // Nothing personal is ever in the clear.
    projections::StoredViews(business).catchUp();
    REQUIRE(business.directory().database().Flush({}, business.directory().views()).ok());
    for (const auto* text : {"lanted", "Othername", "other@example.com", "Haircut"}) {
        CHECK(filesWith(directory, text).empty());
    }
    salon.ledger.reopen();
    for (const auto& key : gone) CHECK(filesWith(directory, key).empty());
}

TEST_CASE("A purge that was cut short is done when the directory is opened") {
    Salon salon;
    const auto row = salon.business().keys().rowOf(record("till/1"));
    const auto key = storedKey(salon.business(), row);
    {
        auto& directory = salon.business().directory();
        const auto pending = directory.pendingPurge(salon.business().number(), salon.business().head(), {});
        rocksdb::WriteBatch batch;
        REQUIRE(batch.Put(directory.keys(), row, "").ok());
        REQUIRE(batch.Put(pending.family, pending.key, pending.value).ok());
        rocksdb::WriteOptions synced;
        synced.sync = true;
        REQUIRE(directory.database().Write(synced, &batch).ok());
    }
    CHECK_FALSE(filesWith(salon.ledger.path(), key).empty());
    salon.ledger.reopen();
    CHECK(filesWith(salon.ledger.path(), key).empty());
    // And an audit does not take it for an erasure: nothing in the log says so.
    CHECK_THAT(auditOf(salon.business()), Contains("destroyed, but nobody that it tells of was erased"));
}

TEST_CASE("The key of a fact that is there again after its erasure is found, and destroyed when it is opened next") {
    Salon salon;
    const auto note = salon.ledger.factFrom("desk", "note.filed", "till/1", R"("entry":"n9","text":"Plantednote")");
    const auto row = salon.business().keys().rowOf(note);
    const auto key = storedKey(salon.business(), row);
    REQUIRE(salon.ledger.tryErase({"till/1"}));
    REQUIRE(auditOf(salon.business()) == "sound");
    const auto& directory = salon.business().directory();
    REQUIRE(directory.database().Put({}, directory.keys(), row, key).ok());
    CHECK_THAT(auditOf(salon.business()), Contains("its key is there still"));
    salon.ledger.reopen();
    CHECK(auditOf(salon.business()) == "sound");
    CHECK(filesWith(salon.ledger.path(), key).empty());
}

TEST_CASE("A wrong join does not erase a stranger") {
    Salon salon;
    salon.ledger.link("till/1", "till/2");
    const auto refused = salon.ledger.tryErase({"till/1"});
    CHECK(codeOf(refused) == "joined_records");
    CHECK_THAT(refused.error().detail, Contains("till/2"));
    CHECK(codeOf(salon.ledger.tryErase({"till/1", "till/9"})) == "not_found");
    CHECK_THAT(salon.ledger.file("till/1"), Contains("Plantedname"));

    const auto only = salon.ledger.tryErase({"till/1"}, Joined::leaveAsTheyAre);
    REQUIRE(only);
    CHECK_THAT(salon.ledger.file("till/2"), Contains("Othername") && !Contains("lanted"));
    CHECK(rebuildMatches(salon.business()));
    // The same again is the same erasure; the rest of the customer can follow.
    CHECK(salon.ledger.tryErase({"till/1"}, Joined::leaveAsTheyAre)->position == only->position);
    const auto again = salon.ledger.tryErase({"till/1"});
    REQUIRE(again);
    CHECK(again->position == only->position);
    CHECK(salon.ledger.tryErase({"till/1", "till/2"})->position == only->position.next());
    CHECK_THAT(salon.ledger.file("till/2"), !Contains("Othername"));
    CHECK(auditOf(salon.business()) == "sound");
}

TEST_CASE("The undo of a join works when a side was erased, and the join's comment goes with either") {
    Salon salon;
    const auto comment = salon.business().decide(ledger::Link{record("till/1"), record("till/2"), "Plantedcomment"},
                                                 salon.ledger.admin());
    REQUIRE(comment);
    CHECK_THAT(protocolOf(salon.business(), "till/2"), Contains("Plantedcomment"));
    REQUIRE(salon.ledger.tryErase({"till/1"}, Joined::leaveAsTheyAre));
    CHECK_THAT(protocolOf(salon.business(), "till/2"), !Contains("lantedc") && Contains("Linked: till/1 and till/2."));
    salon.ledger.undo(comment->position);
    CHECK_THAT(salon.ledger.file("till/2"), Contains("Othername") && !Contains("till/1"));
    CHECK(auditOf(salon.business()) == "sound");
    CHECK(rebuildMatches(salon.business()));
}

TEST_CASE("Later facts for an erased record are refused, receipts excepted") {
    Salon salon;
    REQUIRE(salon.ledger.tryErase({"till/1"}));
    const auto code = [&](const char* type, const char* subject, const char* data) {
        return codeOf(salon.ledger.reportFrom("till", type, subject, data));
    };
    CHECK(code("record.changed", "till/1", R"("attributes":{"city":"Ulm"})") == "erased");
    CHECK(code("record.imported", "till/1", R"("attributes":{"city":"Ulm"})") == "erased");
    CHECK(code("appointment.cancelled", "till/1", R"("appointment":"a1","reason":"Plantedreason")") == "erased");
    CHECK(codeOf(salon.ledger.reportFrom("desk", "note.filed", "till/1", R"("entry":"n2","text":"x")")) == "erased");
    CHECK(code("message.statusChanged", "", R"("message":"till/m1","status":"read","reason":"Plantedname")") ==
          "erased");
    CHECK(codeOf(salon.ledger.tryLink("till/1", "till/2")) == "erased");
    CHECK(code("visit.checkedOut", "till/1", R"("receipt":"r9","total":{"amount":1000,"currency":"EUR"})") ==
          "recorded");
    CHECK(code("visit.checkoutReversed", "till/1", R"("receipt":"r1")") == "recorded");
    CHECK_THAT(salon.ledger.history("till/1"), Contains("till/r9") && !Contains("till/r1"));
    CHECK(auditOf(salon.business()) == "sound");
    CHECK(rebuildMatches(salon.business()));
}

TEST_CASE("A refusal that covered a joined record stays in force, without its address") {
    Salon salon;
    salon.ledger.fact("consent.stated", "till/2",
                      R"("purpose":"marketing","channel":"email","state":"confirmed","address":"other@example.com")");
    salon.ledger.link("till/1", "till/2");
    salon.ledger.fact(
        "consent.stated", "till/1",
        R"("purpose":"marketing","channel":"email","state":"withdrawn","address":"planted@example.com","statedBy":"Plantedname")");
    CHECK_THAT(salon.ledger.mayContact("till/2", Purpose::MARKETING, Channel::EMAIL), Contains("no"));
    REQUIRE(salon.ledger.tryErase({"till/1"}, Joined::leaveAsTheyAre));
    CHECK_THAT(salon.ledger.mayContact("till/2", Purpose::MARKETING, Channel::EMAIL), Contains("no"));
    CHECK_THAT(salon.ledger.mayContact("till/1", Purpose::MARKETING, Channel::EMAIL), Contains("no"));
    CHECK_THAT(salon.ledger.file("till/2"), Contains(R"("state":"withdrawn")") && !Contains("lanted"));
    // The grant of the person who was erased is gone.
    CHECK_THAT(salon.ledger.mayContact("till/1", Purpose::REMINDERS, Channel::EMAIL, "planted@example.com"),
               Contains("no"));
}

TEST_CASE("A switch set to no covers a joined record after its own is erased") {
    Salon salon;
    salon.ledger.link("till/1", "till/2");
    salon.ledger.fact("record.imported", "till/1", R"("attributes":{},"notifications":{"email":false})");
    REQUIRE(salon.ledger.tryErase({"till/1"}, Joined::leaveAsTheyAre));
    CHECK_THAT(salon.ledger.mayContact("till/2", Purpose::REMINDERS, Channel::EMAIL), Contains("no"));
    salon.ledger.reopen();
    CHECK_THAT(salon.ledger.mayContact("till/2", Purpose::REMINDERS, Channel::EMAIL), Contains("no"));
}

TEST_CASE("A fact that was assigned goes with the record that has it now") {
    for (const auto* erased : {"till/1", "till/2"}) {
        Salon salon;
        const auto join = salon.ledger.link("till/1", "till/2");
        const auto fact =
            salon.ledger.factFrom("desk", "correspondence.filed", "till/1", R"("entry":"c7","title":"Assignedletter")");
        ledger::Undoing undo;
        undo.join = join;
        undo.reason = "wrong";
        undo.assign = {{fact, record("till/2")}};
        REQUIRE(salon.ledger.tryUndo(undo));
        CHECK_THAT(salon.ledger.file("till/2"), Contains("Assignedletter"));
        REQUIRE(salon.ledger.tryErase({erased}));
        if (std::string_view(erased) == "till/1") {
            CHECK_THAT(salon.ledger.file("till/2"), Contains("Assignedletter"));
        } else {
            CHECK_THAT(salon.ledger.file("till/1"), Contains("Plantedname"));
            CHECK(salon.business().now().event(fact)->destroyed);
        }
        CHECK(auditOf(salon.business()) == "sound");
        CHECK(rebuildMatches(salon.business()));
    }
}

TEST_CASE("What is known of a person before the record exists can be erased") {
    TestLedger ledger;
    ledger.fact("appointment.cancelled", "till/5", R"("appointment":"a5","reason":"Plantedreason")");
    CHECK(codeOf(ledger.tryErase({"till/6"})) == "not_found");
    REQUIRE(ledger.tryErase({"till/5"}));
    CHECK_THAT(protocolOf(ledger.business(), "till/5"), !Contains("lanted"));
    CHECK(auditOf(ledger.business()) == "sound");
}

TEST_CASE("An erasure takes facts along that are still on their way to the disk") {
    for (int round = 0; round < 5; ++round) {
        TestLedger ledger;
        ledger.fact("record.imported", "till/1", R"("attributes":{"familyName":"Muster"})");
        ledger.connect("desk");
        std::atomic<bool> over{false};
        std::atomic<int> begun{0};
        // Keeps the disk busy, so that what others say has to wait for it.
        std::thread till([&, number = 0]() mutable {
            while (!over) {
                std::vector<events::SentEvent> notes;
                while (notes.size() < 1'000) notes.push_back(noteFor("till/2", number++));
                ledger.business().append(std::move(notes), {"tester", events::Role::ADAPTER});
                ++begun;
            }
        });
        std::thread desk([&, number = 0]() mutable {
            while (!over) {
                ledger.business().append({noteFor("till/1", number++)}, {"tester", events::Role::DESK});
                ++begun;
            }
        });
        while (begun < 10) std::this_thread::yield();
        const auto outcome = ledger.tryErase({"till/1"});
        over = true;
        till.join();
        desk.join();
        REQUIRE(outcome);
        const auto now = ledger.business().now();
        for (const auto& note : now.events(ledger::Stream::messages, "till/1")) REQUIRE(note->destroyed);
    }
}
