// The anchor: what is kept outside of a data directory, so that an older copy of it cannot take its place unnoticed.

#include "ledger/anchor.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "ledger/failure.hpp"
#include "ledger/log_audit.hpp"
#include "projections/stored_views.hpp"
#include "tests/support/file_scan.hpp"
#include "tests/support/files.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;
using events::Position;
using ledger::ErasureEntry;
using ledger::Failure;
using Kind = ledger::Failure::Kind;

namespace {

const auto salon = events::BusinessName::trusted("salon");

ErasureEntry erasure(std::uint64_t at, const char* name, std::vector<Position> facts = {}) {
    return {1, position(at), second(7), record(name), std::move(facts)};
}

// A data directory that can be copied and put back, as a careless backup does.
class Copied {
public:
    Copied() { open(); }

    void open() {
        ledger_.reset();
        ledger_ = std::make_unique<ledger::Ledger>(ledger::Place{data(), anchor()}, masterKey(),
                                                   [this] { return second(ticks_++); });
        business_ = &ledger_->findOrCreate(salon);
    }
    void close() { ledger_.reset(); }
    [[nodiscard]] ledger::Business& business() const { return *business_; }
    [[nodiscard]] std::filesystem::path data() const { return directory_.path() / "data"; }
    [[nodiscard]] std::filesystem::path anchor() const { return directory_.path() / "anchor"; }
    [[nodiscard]] ledger::Caller admin() const { return {"tester", events::Role::ADMIN}; }

    ledger::Outcome report(const std::string& type, const std::string& subject, const std::string& data) {
        std::string json =
            R"({"specversion":"1.0","id":"e)" + std::to_string(++ids_) + R"(","source":"till","type":")" + type + '"';
        if (!subject.empty()) json += R"(,"subject":")" + subject + '"';
        return business().append({*events::readCloudEvent(json + R"(,"data":{)" + data + "}}")}, {"till", {}}).front();
    }
    void connect() { REQUIRE(codeOf(report("source.connected", "", R"("name":"Till")")) == "recorded"); }
    void enter(const std::string& name, const std::string& family) {
        const auto entered = report("record.entered", name, R"("attributes":{"familyName":")" + family + "\"}");
        REQUIRE(codeOf(entered) == "recorded");
    }
    [[nodiscard]] Result<ledger::Incarnation, ledger::Refusal> begin() const {
        return business().beginIncarnation(salon, admin());
    }
    void erase(const char* name) const {
        const auto erased =
            business().decide(ledger::Erase{{record(name)}, "asked for", ledger::Erase::Joined::refuse}, admin());
        REQUIRE(erased);
    }
    [[nodiscard]] std::string file(const char* name) const {
        projections::StoredViews views(business());
        views.catchUp();
        return views.file(record(name)).value_or("none");
    }
    [[nodiscard]] std::string audit() const {
        const auto audit = ledger::auditLog(business(), [](std::uint64_t, std::uint64_t) {});
        if (audit.fault) return audit.fault->what;
        projections::StoredViews views(business());
        views.catchUp();
        const auto rebuilt =
            views.rebuild(projections::Switching::keepOld, [](std::uint64_t, std::uint64_t) {}).matches();
        return rebuilt ? "sound" : "the views differ";
    }

    // Both want the ledger closed.
    void keepCopy() const {
        std::filesystem::copy(data(), directory_.path() / "copy", std::filesystem::copy_options::recursive);
    }
    void putBack() const {
        std::filesystem::remove_all(data());
        std::filesystem::copy(directory_.path() / "copy", data(), std::filesystem::copy_options::recursive);
    }
    template <class Work>
    [[nodiscard]] static std::optional<Kind> failureOf(Work&& work) {
        try {
            work();
        } catch (const Failure& failure) {
            return failure.kind();
        }
        return std::nullopt;
    }

private:
    TemporaryDirectory directory_;
    std::unique_ptr<ledger::Ledger> ledger_;
    ledger::Business* business_ = nullptr;
    int ticks_ = 0;
    int ids_ = 0;
};

}  // namespace

TEST_CASE("A log that is opened again goes on, and its last checkpoint is anchored") {
    Copied till;
    till.connect();
    till.close();
    const auto note = contentOf(std::filesystem::directory_iterator(till.anchor())->path() / "salon.checkpoint");
    REQUIRE(note);
    CHECK_THAT(*note, Contains("\n1\n"));
    till.open();
    CHECK_FALSE(till.business().anchorProblem());
    const auto refused = till.begin();
    REQUIRE_FALSE(refused);
    CHECK(toText(refused.error().code) == "log_is_sound");
    till.enter("till/1", "Weiß");
    CHECK(till.audit() == "sound");
}

TEST_CASE("An older copy in the log's place can be read, is not added to, and goes on under a name of its own") {
    Copied till;
    till.connect();
    till.enter("till/1", "Weiß");
    till.close();
    till.keepCopy();
    till.open();
    till.enter("till/2", "Lost");
    const auto key = till.business().tree().verifier().text();
    const auto before = till.business().checkpoint();
    till.close();
    till.putBack();
    till.open();
    CHECK_THAT(till.file("till/1"), Contains("Weiß"));
    CHECK(till.business().anchorProblem()->kind() == Kind::behindAnchor);
    CHECK(Copied::failureOf([&] { till.report("record.changed", "till/1", R"("attributes":{"city":"Ulm"})"); }) ==
          Kind::behindAnchor);
    CHECK(Copied::failureOf([&] { till.erase("till/1"); }) == Kind::behindAnchor);
    CHECK_THAT(till.audit(), Contains("before what was signed of it"));
    CHECK_THAT(till.file("till/1"), Contains("Weiß"));

    const auto begun = till.begin();
    REQUIRE(begun);
    CHECK(*begun > 1);
    const auto ending = "/" + std::to_string(*begun);
    for (int i = 0; i < 2; ++i) {
        CHECK(till.business().tree().verifier().text() != key);
        CHECK_THAT(till.business().tree().verifier().name(), Catch::Matchers::EndsWith(ending));
        till.enter("till/3" + std::to_string(i), "New");
        CHECK(till.audit() == "sound");
        // What was signed before is known to be another log's.
        CHECK_THAT(ledger::compareWithCheckpoint(till.business(), before)->what, Contains("a fork"));
        till.open();
    }
    // And once more: the third one.
    till.close();
    till.putBack();
    till.open();
    CHECK(*till.begin() > *begun);
}

TEST_CASE("A log whose anchor is lost can be read, is not added to, and goes on under a name of its own") {
    Copied till;
    till.connect();
    till.enter("till/1", "Weiß");
    till.enter("till/2", "Other");
    till.erase("till/1");
    till.close();
    std::filesystem::remove_all(till.anchor());
    till.open();
    CHECK(till.business().anchorProblem()->kind() == Kind::anchorLost);
    CHECK(Copied::failureOf([&] { till.erase("till/2"); }) == Kind::anchorLost);
    CHECK_THAT(till.file("till/2"), Contains("Other"));
    const auto begun = till.begin();
    REQUIRE(begun);
    const auto number = std::to_string(*begun);
    // It knows the erasure again.
    const auto journal =
        contentOf(std::filesystem::directory_iterator(till.anchor())->path() / "salon.journal").value();
    CHECK_THAT(journal,
               Contains("began " + number + " 4 ") && Contains("erased " + number + " 4 ") && Contains(" till/1 "));
    till.enter("till/3", "New");
    CHECK(till.audit() == "sound");
}

TEST_CASE("Who was erased after the copy was made is erased in it before anything is read") {
    Copied till;
    till.connect();
    till.enter("till/1", "Planted");
    till.enter("till/2", "Other");
    REQUIRE(codeOf(till.report("appointment.booked", "till/1",
                               R"("appointment":"a1","startsAt":"2026-03-01T10:00:00Z","note":"Plantednote")")) ==
            "recorded");
    (void)till.file("till/1");
    till.close();
    till.keepCopy();
    till.open();
    const auto& directory = till.business().directory();
    std::vector<std::string> gone;
    for (const auto& row :
         {till.business().keys().rowOf(record("till/1")), till.business().keys().rowOf(position(4))}) {
        gone.emplace_back();
        REQUIRE(directory.database().Get({}, directory.keys(), row, &gone.back()).ok());
        REQUIRE(gone.back().size() > 32);
    }
    till.enter("till/9", "After the copy");
    till.erase("till/1");
    till.erase("till/9");
    till.close();
    till.putBack();
    for (const auto& key : gone) REQUIRE_FALSE(filesWith(till.data(), key).empty());

    till.open();
    for (const auto& key : gone) CHECK(filesWith(till.data(), key).empty());
    CHECK_THAT(till.file("till/1"), Contains(R"("status":"erased")") && !Contains("Planted"));
    CHECK_THAT(till.file("till/2"), Contains("Other"));
    REQUIRE(till.begin());
    for (int i = 0; i < 2; ++i) {
        CHECK(till.business().now().record(record("till/1"))->erasedAt);
        CHECK_THAT(till.file("till/1"), Contains(R"("status":"erased")") && !Contains("Planted"));
        CHECK(codeOf(till.report("record.entered", "till/1", R"("attributes":{"city":"Ulm"})")) == "erased");
        // Of whom this log has never heard; a till may still know them.
        CHECK(codeOf(till.report("record.entered", "till/9", R"("attributes":{"city":"Ulm"})")) == "erased");
        till.enter("till/5" + std::to_string(i), "New");
        CHECK(till.audit() == "sound");
        till.open();
    }
}

TEST_CASE("An erasure that was stopped before it was anchored is anchored when the directory is opened") {
    Copied till;
    till.connect();
    till.enter("till/1", "Planted");
    {
        auto& directory = till.business().directory();
        const auto pending =
            directory.pendingPurge(till.business().number(), position(3), {erasure(3, "till/1", {position(2)})});
        rocksdb::WriteOptions synced;
        synced.sync = true;
        REQUIRE(directory.database().Put(synced, pending.family, pending.key, pending.value).ok());
    }
    till.open();
    const auto journal =
        contentOf(std::filesystem::directory_iterator(till.anchor())->path() / "salon.journal").value_or("");
    CHECK_THAT(journal, Contains("erased 1 3 ") && Contains(" till/1 2 "));
    CHECK(till.business().directory().pendingForAnchor(till.business().number()).empty());
}

TEST_CASE("An older copy of the whole anchor is brought up to what the log knows") {
    Copied till;
    till.connect();
    till.enter("till/1", "Planted");
    till.enter("till/2", "Other");
    till.erase("till/2");
    till.close();
    const TemporaryDirectory kept;
    const auto copyOf = [](const std::filesystem::path& from, const std::filesystem::path& to) {
        std::filesystem::remove_all(to);
        std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
    };
    copyOf(till.anchor(), kept.path() / "anchor");
    till.open();
    till.erase("till/1");
    till.close();
    const auto journal = std::filesystem::directory_iterator(till.anchor())->path() / "salon.journal";
    const auto before = contentOf(journal);
    copyOf(kept.path() / "anchor", till.anchor());
    REQUIRE(contentOf(journal) != before);
    till.open();
    CHECK(contentOf(journal) == before);
    CHECK_FALSE(till.business().anchorProblem());
    CHECK(till.audit() == "sound");
}

TEST_CASE(
    "A journal that is lost after a log was begun anew is an admin's business, and keeps nothing from being read") {
    Copied till;
    till.connect();
    till.enter("till/1", "Planted");
    till.close();
    std::filesystem::remove_all(till.anchor());
    till.open();
    REQUIRE(till.begin());
    till.erase("till/1");
    till.close();
    const auto journal = std::filesystem::directory_iterator(till.anchor())->path() / "salon.journal";
    std::filesystem::remove(journal);
    till.open();
    CHECK(till.business().anchorProblem()->kind() == Kind::anchorLost);
    CHECK(Copied::failureOf([&] { till.enter("till/2", "Other"); }) == Kind::anchorLost);
    CHECK_THAT(till.file("till/1"), Contains(R"("status":"erased")"));
    REQUIRE(till.begin());
    CHECK_THAT(contentOf(journal).value_or(""), Contains(" till/1 "));
    till.enter("till/2", "Other");
    till.open();
    CHECK(till.audit() == "sound");
}

TEST_CASE("A log that was altered is not opened") {
    Copied till;
    till.connect();
    till.enter("till/1", "Weiß");
    till.close();
    const auto file = std::filesystem::directory_iterator(till.anchor())->path() / "salon.checkpoint";
    // Another log's checkpoint stands for one that this log cannot have grown from.
    Copied other;
    other.connect();
    other.close();
    std::filesystem::copy_file(std::filesystem::directory_iterator(other.anchor())->path() / "salon.checkpoint", file,
                               std::filesystem::copy_options::overwrite_existing);
    CHECK(Copied::failureOf([&] { till.open(); }) == Kind::damaged);
}

TEST_CASE("A business that cannot be opened is counted, keeps no other from being opened, and is tried again") {
    TemporaryDirectory temporary;
    const auto place = placeOf(temporary.path() / "data");
    const auto other = events::BusinessName::trusted("studio");
    {
        ledger::Ledger ledger(place, masterKey());
        ledger.findOrCreate(salon);
        ledger.findOrCreate(other);
    }
    const auto file = std::filesystem::directory_iterator(place.anchor)->path() / "salon.checkpoint";
    const auto sound = contentOf(file).value();
    std::ofstream(file, std::ios::binary) << "nonsense";
    ledger::Ledger ledger(place, masterKey());
    CHECK(ledger.businesses().open.empty());
    for (int times = 0; times < 2; ++times) CHECK(Copied::failureOf([&] { ledger.find(salon); }) == Kind::damaged);
    CHECK(ledger.find(other)->isSound());
    CHECK(ledger.businesses().open == std::vector{ledger.find(other)});
    CHECK(ledger.businesses().notOpened == 1);
    std::ofstream(file, std::ios::binary) << sound;
    // Within a second, it is: whoever asks all the time must not keep the disk busy.
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (Copied::failureOf([&] { ledger.find(salon); }) && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    CHECK(ledger.find(salon)->isSound());
    CHECK(ledger.businesses().notOpened == 0);
}

TEST_CASE("What cannot be anchored is not acknowledged") {
    Copied till;
    till.connect();
    till.enter("till/1", "Weiß");
    const auto file = std::filesystem::directory_iterator(till.anchor())->path() / "salon.checkpoint.new";
    std::filesystem::create_directory(file);  // nothing can be written there now
    CHECK(Copied::failureOf([&] { till.erase("till/1"); }) == Kind::storage);
    CHECK(Copied::failureOf([&] { till.enter("till/2", "Other"); }) == Kind::storage);
    std::filesystem::remove(file);
    till.business().anchorHead();
    till.enter("till/2", "Other");
    till.erase("till/1");
    CHECK(till.audit() == "sound");
}

TEST_CASE("What could not be anchored when it was done is anchored before anything else is recorded") {
    Copied till;
    till.connect();
    till.enter("till/1", "Weiß");
    for (const auto* name : {"anna", "bert"}) {
        REQUIRE(till.business().accessTokens().make({name, ledger::TokenRole::desk, std::nullopt, second(1)}));
    }
    till.business().anchorHead();
    const auto journal = std::filesystem::directory_iterator(till.anchor())->path() / "salon.journal";
    std::filesystem::create_directory(journal);  // nothing can be added to it
    for (const auto* name : {"anna", "bert"}) {
        CHECK(Copied::failureOf([&] { till.business().revokeToken(name); }) == Kind::storage);
    }
    CHECK(till.business().accessTokens().all().empty());
    CHECK(Copied::failureOf([&] { till.erase("till/1"); }) == Kind::storage);
    till.business().anchorHead();  // as it is tried every second
    CHECK_FALSE(till.business().isSound());
    CHECK(Copied::failureOf([&] { till.enter("till/2", "Other"); }) == Kind::storage);
    std::filesystem::remove(journal);
    till.business().anchorHead();
    CHECK(till.business().isSound());
    CHECK_THAT(contentOf(journal).value_or(""), Contains("revoked 1 "));
    till.enter("till/2", "Other");
    till.erase("till/1");
    CHECK_THAT(contentOf(journal).value_or(""), Contains(" till/1 "));
    CHECK(till.audit() == "sound");
}

TEST_CASE("Two copies that lost their anchor never sign under one name") {
    std::vector<std::string> names;
    Copied till;
    till.connect();
    till.enter("till/1", "Weiß");
    till.close();
    till.keepCopy();
    for (int copy = 0; copy < 2; ++copy) {
        till.putBack();
        std::filesystem::remove_all(till.anchor());
        till.open();
        REQUIRE(till.begin());
        names.push_back(till.business().tree().verifier().name());
        till.close();
    }
    CHECK(names[0] != names[1]);
}

TEST_CASE("A log that lost its end, of which the index knows, can be read, is not added to, and goes on") {
    Copied till;
    till.connect();
    till.enter("till/1", "Weiß");
    for (int i = 0; i < 20; ++i) till.enter("till/lost" + std::to_string(i), "Lost");
    till.close();  // the index is in tables then, the entries in the write-ahead log
    std::uintmax_t largest = 0;
    std::filesystem::path log;
    for (const auto& file : std::filesystem::directory_iterator(till.data() / "rocksdb")) {
        if (file.path().extension() != ".log" || file.file_size() <= largest) continue;
        largest = file.file_size();
        log = file.path();
    }
    REQUIRE(largest > 0);
    std::filesystem::resize_file(log, largest / 2);
    for (int round = 0; round < 2; ++round) {
        till.open();
        CHECK(till.business().head().value() < 22);
        CHECK(till.business().anchorProblem()->kind() == Kind::behindAnchor);
        CHECK_THAT(till.file("till/1"), Contains("Weiß"));
    }
    REQUIRE(till.begin());
    till.enter("till/new", "New");
    CHECK(till.audit() == "sound");
}
