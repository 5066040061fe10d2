// That no file holds a byte of a person who was erased: after an erasure, after one that was cut short anywhere and a
// restart, and after the restore of a backup from before. How it is looked for: tests/support/file_scan.hpp.

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include "ledger/backup.hpp"
#include "ledger/failure.hpp"
#include "projections/stored_views.hpp"
#include "tests/support/file_scan.hpp"
#include "tests/support/soundness.hpp"
#include "tests/support/tables.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using ledger::SecretKey;

namespace {

const std::vector<std::string_view> records = {"till/1", "web/7"};

// All that the ledger was told of one person, as it stands in what is sealed.
const std::vector<std::string> told = {"Jörg",
                                       "Öztürk-Weiß",
                                       "Änderungen Öztürk",
                                       "Joerg.Oeztuerk@Beispiel.example",
                                       "030 5550123",
                                       "0170 5550124",
                                       "Gänsemühlweg 12",
                                       "Überlingen",
                                       "Hündin heißt Äffchen",
                                       "Stammkunde-Süd",
                                       "kastanie-grün",
                                       "Zettel im Schränkchen",
                                       "Frau Öztürk für ihn",
                                       "Dauerwelle für Jörg",
                                       "kommt stets später",
                                       "Postfach von Öztürk voll",
                                       "mag keinen Säuretest",
                                       "Lieber Herr Öztürk",
                                       "Pflegevertrag Jörg",
                                       "joerg-online",
                                       "argon2id-geheim",
                                       "beide sind Jörg",
                                       "war doch nicht Jörg"};
// The same as it may be written down by whoever computes something of it.
const std::vector<std::string> derived = {"joerg.oeztuerk@beispiel.example",
                                          "oeztuerk",
                                          "öztürk",
                                          "oztürk",
                                          "+49305550123",
                                          "0305550123",
                                          "+491705550124",
                                          "01705550124",
                                          "gaensemuehlweg",
                                          "gänsemühlweg",
                                          "1971-03-09",
                                          "09.03.1971"};

struct Salon {
    TestLedger ledger;

    Salon() {
        atTheTill();
        byStaff();
        online();
        ledger.fact("record.imported", "till/2", R"("attributes":{"familyName":"Müßig"})");
        const auto join = ledger.business().decide(ledger::Link{record("till/1"), record("web/7"), "beide sind Jörg"},
                                                   ledger.admin());
        REQUIRE(join);
        REQUIRE(ledger.tryUndo({join->position, "war doch nicht Jörg", {}, false, true}));
        projections::StoredViews(ledger.business()).catchUp();
    }
    [[nodiscard]] ledger::Business& business() const { return ledger.business(); }

private:
    void atTheTill() {
        ledger.fact("record.imported", "till/1",
                    R"("attributes":{"givenName":"Jörg","familyName":"Öztürk-Weiß","company":"Änderungen Öztürk",
                       "email":"Joerg.Oeztuerk@Beispiel.example","phone":"030 5550123","mobile":"0170 5550124",
                       "street":"Gänsemühlweg 12","city":"Überlingen","birthDate":"1971-03-09",
                       "notes":"Hündin heißt Äffchen","tags":["Stammkunde-Süd"],"custom":{"Farbe":"kastanie-grün"}})");
        ledger.fact("consent.stated", "till/1",
                    R"("purpose":"reminders","channel":"sms","state":"granted","address":"0170 5550124",
                       "evidence":"Zettel im Schränkchen","statedBy":"Frau Öztürk für ihn")");
        ledger.fact("appointment.booked", "till/1",
                    R"("appointment":"a1","startsAt":"2026-03-01T10:00:00Z","service":"Dauerwelle für Jörg",
                       "note":"kommt stets später")");
        ledger.fact("message.sent", "till/1",
                    R"("message":"m1","channel":"sms","purpose":"reminders","address":"0170 5550124")");
        ledger.factFrom("till", "message.statusChanged", "",
                        R"("message":"till/m1","status":"bounced","reason":"Postfach von Öztürk voll")");
    }
    void byStaff() {
        ledger.factFrom("desk", "note.filed", "till/1", R"("entry":"n1","text":"mag keinen Säuretest")");
        ledger.factFrom("desk", "correspondence.filed", "till/1", R"("entry":"c1","text":"Lieber Herr Öztürk")");
        ledger.factFrom("desk", "contract.signed", "till/1", R"("contract":"v1","title":"Pflegevertrag Jörg")");
    }
    void online() {
        ledger.fact("record.registered", "web/7",
                    R"("attributes":{"givenName":"Jörg"},"account":{"username":"joerg-online",
                       "passwordHash":"argon2id-geheim"})");
    }
};

// The person's keys, which somebody kept aside.
struct KeptKeys {
    std::vector<SecretKey> keys;
    std::vector<std::string> plain;    // the same as bytes
    std::vector<std::string> wrapped;  // as they are stored

    explicit KeptKeys(ledger::Business& business) {
        const auto& vault = business.keys();
        std::vector<ledger::KeyRow> rows;
        for (const auto name : records) rows.push_back(vault.rowOf(record(name)));
        for (auto at = position(1); at <= business.head(); at = at.next()) rows.push_back(vault.rowOf(at));
        for (const auto& row : rows) {
            const auto key = vault.find(row);
            if (!key) continue;
            keys.push_back(*key);
            plain.emplace_back(key->begin(), key->end());
            wrapped.push_back(storedKey(business, row));
        }
    }
};

const std::vector<SecretKey>& master() {
    static const std::vector<SecretKey> key = [] {
        SecretKey bytes{};
        bytes.fill(0x77);
        return std::vector<SecretKey>{bytes};
    }();
    return key;
}

FileScan scanOf(const std::filesystem::path& data) {
    const auto place = placeOf(data);
    return FileScan({place.data, place.anchor});
}

void checkNothingIsInTheClear(const FileScan& scan) {
    for (const auto* texts : {&told, &derived}) {
        for (const auto& text : *texts) {
            INFO(text);
            CHECK(scan.filesWithText(text).empty());
        }
    }
}

// With every key there, stored and wrapped.
void checkIsThere(const FileScan& scan, const KeptKeys& kept) {
    checkNothingIsInTheClear(scan);
    REQUIRE(kept.keys.size() > 8);
    for (const auto& wrapped : kept.wrapped) CHECK_FALSE(scan.filesWith(wrapped).empty());
    CHECK(scan.sealedWith(master(), kept.plain) == kept.plain);
}

void checkIsGone(const FileScan& scan, const KeptKeys& kept) {
    checkNothingIsInTheClear(scan);
    for (const auto& key : kept.plain) CHECK(scan.filesWith(key).empty());
    for (const auto& wrapped : kept.wrapped) CHECK(scan.filesWith(wrapped).empty());
    CHECK(scan.sealedWith(master(), kept.plain).empty());
}

// Opens what a crash has left, and sees that the erasure is there whole; repeats it where it never happened.
void checkAfterRestart(const std::filesystem::path& data, const KeptKeys& kept) {
    ledger::Ledger ledger(placeOf(data), masterKey());
    auto& business = *ledger.find(events::BusinessName::trusted("test-0"));
    const bool isErased = business.now().record(record("till/1"))->erasedAt.has_value();
    if (!isErased) {
        checkIsThere(scanOf(data), kept);
        REQUIRE(business.decide(ledger::Erase{{record("till/1"), record("web/7")}, "asked for", {}}, {"tester", {}}));
    }
    checkIsGone(scanOf(data), kept);
    CHECK(business.now().record(record("web/7"))->erasedAt);
    CHECK(auditOf(business) == "sound");
}

// The program erases, and is killed when that much time has gone by. Whether it had ended before.
bool eraseWithin(const std::filesystem::path& data, std::chrono::microseconds time) {
    const auto place = placeOf(data);
    std::vector<std::string> arguments = {KARTEI_PROGRAM,
                                          "--data",
                                          place.data.string(),
                                          "--anchor",
                                          place.anchor.string(),
                                          "--business",
                                          "test-0",
                                          "erase",
                                          "till/1",
                                          "web/7",
                                          "--reason",
                                          "asked for"};
    std::vector<std::string> environment = {"KARTEI_MASTER_KEY=" + masterKey().text()};
    const auto pointers = [](std::vector<std::string>& texts) {
        std::vector<char*> all;
        for (auto& text : texts) all.push_back(text.data());
        all.push_back(nullptr);
        return all;
    };
    posix_spawn_file_actions_t actions{};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    const int failed = posix_spawn(&child, KARTEI_PROGRAM, &actions, nullptr, pointers(arguments).data(),
                                   pointers(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    REQUIRE(failed == 0);
    std::this_thread::sleep_for(time);
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    if (WIFEXITED(status)) REQUIRE(WEXITSTATUS(status) == 0);
    return WIFEXITED(status);
}

}  // namespace

TEST_CASE("What a person said is in the files until the erasure, for who has the keys, and the keys in none after it") {
    Salon salon;
    const KeptKeys kept(salon.business());
    const auto stays = storedKey(salon.business(), salon.business().keys().rowOf(record("till/2")));
    for (int round = 0; round < 2; ++round) {
        const auto before = scanOf(salon.ledger.data());
        checkIsThere(before, kept);
        CHECK(before.sealedWith(kept.keys, told) == told);
        if (round == 0) salon.ledger.reopen();  // out of the write-ahead log, into tables
    }
    REQUIRE(salon.ledger.tryErase(records));
    for (int round = 0; round < 2; ++round) {
        const auto after = scanOf(salon.ledger.data());
        checkIsGone(after, kept);
        CHECK_FALSE(after.filesWith(stays).empty());
        projections::StoredViews(salon.business()).catchUp();
        salon.ledger.reopen();
    }
    // Who had copied the keys before could still read the log: the entries stay as they are.
    CHECK(scanOf(salon.ledger.data()).sealedWith(kept.keys, {"Öztürk-Weiß"}).size() == 1);
}

TEST_CASE("An erasure that stopped before it was anchored leaves no byte after a restart") {
    Salon salon;
    const KeptKeys kept(salon.business());
    const auto copy = salon.ledger.path() / "copy";
    const auto unwritable = [](const std::filesystem::path& data) {
        return std::filesystem::directory_iterator(placeOf(data).anchor)->path() / "test-0.checkpoint.new";
    };
    std::filesystem::create_directory(unwritable(salon.ledger.data()));
    CHECK_THROWS_AS(salon.ledger.tryErase(records), ledger::Failure);
    copyWhole(salon.ledger.data(), copy);
    checkIsThere(scanOf(copy), kept);
    std::filesystem::remove(unwritable(copy));
    checkAfterRestart(copy, kept);
}

TEST_CASE("An erasure that was killed at any moment leaves no byte after a restart") {
    Salon salon;
    const KeptKeys kept(salon.business());
    salon.ledger.close();
    const auto copy = salon.ledger.path() / "copy";
    std::chrono::microseconds within{1'000};
    for (bool ended = false; !ended; within += within / 3) {
        CAPTURE(within.count());
        copyWhole(salon.ledger.data(), copy);
        ended = eraseWithin(copy, within);
        if (ended) checkIsGone(scanOf(copy), kept);
        checkAfterRestart(copy, kept);
    }
}

TEST_CASE("A restored backup from before an erasure holds no byte once it is opened") {
    Salon salon;
    const KeptKeys kept(salon.business());
    const auto backups = salon.ledger.path() / "backups";
    ledger::backUp(salon.business().directory(), backups, std::nullopt);
    REQUIRE(salon.ledger.tryErase(records));
    salon.ledger.close();
    std::filesystem::remove_all(salon.ledger.data());
    ledger::restoreBackup(backups, std::nullopt, salon.ledger.data());
    checkIsThere(scanOf(salon.ledger.data()), kept);

    salon.ledger.reopen();
    checkIsGone(scanOf(salon.ledger.data()), kept);
    projections::StoredViews(salon.business()).catchUp();
    salon.ledger.reopen();
    checkIsGone(scanOf(salon.ledger.data()), kept);
}
