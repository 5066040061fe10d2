// The anchor: what is kept outside of a data directory, so that an older copy of it cannot take its place unnoticed.

#include "ledger/anchor.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

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
using ledger::Access;
using ledger::Anchor;
using ledger::AnchorDirectory;
using ledger::AnchorEntry;
using ledger::BeginningEntry;
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

TEST_CASE("Entries of the anchor's journal are lines that show damage, and a line cut short does not count") {
    const std::vector<AnchorEntry> entries{erasure(36, "comcash/1004", {position(12), position(15)}),
                                           erasure(37, "terminbuch/r-1"), ledger::ReceiptsEntry{1, position(38), 2016},
                                           BeginningEntry{2, position(30)}};
    const auto lines = toLines(entries);
    const auto read = ledger::anchorEntriesIn(lines);
    REQUIRE(read);
    CHECK(read->entries == entries);
    CHECK(read->wholeBytes == lines.size());
    for (std::size_t cut = 1; cut < lines.size(); ++cut) {
        const auto part = ledger::anchorEntriesIn(std::string_view(lines).substr(0, cut));
        REQUIRE(part);
        CHECK(part->wholeBytes <= cut);
    }
    for (std::size_t at = 0; at + 1 < lines.size(); ++at) {
        auto damaged = lines;
        damaged[at] = static_cast<char>(damaged[at] ^ 1);
        const auto misread = ledger::anchorEntriesIn(damaged);
        CHECK((!misread || misread->entries != entries));
        if (lines[at] != '\n') CHECK_FALSE(misread);
    }
}

TEST_CASE("Two incarnations share what came before the later ones began") {
    const std::vector<AnchorEntry> entries{BeginningEntry{2, position(100)}, BeginningEntry{3, position(80)},
                                           BeginningEntry{4, position(120)}};
    CHECK(ledger::sharedBy(1, 1, entries) == Position::latest());
    CHECK(ledger::sharedBy(2, 1, entries) == position(100));
    CHECK(ledger::sharedBy(1, 4, entries) == position(80));
    CHECK(ledger::sharedBy(3, 4, entries) == position(120));
}

TEST_CASE("What is anchored is there again, each erasure once, behind a line that was cut short too") {
    const TemporaryDirectory temporary;
    {
        const AnchorDirectory directory(temporary.path(), "id", Access::writing);
        CHECK_THROWS_AS(directory.requireThere(), Failure);
        Anchor anchor(directory, salon);
        CHECK_FALSE(anchor.checkpoint());
        anchor.keepCheckpoint("first");
        anchor.keepCheckpoint("second");
        anchor.add({erasure(3, "till/1")});
        anchor.add({erasure(3, "till/1"), erasure(4, "till/2")});
        CHECK_NOTHROW(directory.requireThere());
    }
    const auto journal = temporary.path() / "id" / "salon.journal";
    std::ofstream(journal, std::ios::app) << "erased 1 5 17 till/";
    {
        const AnchorDirectory directory(temporary.path(), "id", Access::writing);
        Anchor anchor(directory, salon);
        CHECK(anchor.checkpoint() == "second");
        CHECK(anchor.entries() == std::vector<AnchorEntry>{erasure(3, "till/1"), erasure(4, "till/2")});
        anchor.add({erasure(6, "till/6")});
        CHECK(Anchor(directory, salon).entries().size() == 3);
        CHECK(Anchor(directory, events::BusinessName::trusted("other")).entries().empty());
    }
    auto damaged = contentOf(journal).value();
    damaged[4] = 'X';
    std::ofstream(journal) << damaged;
    const AnchorDirectory directory(temporary.path(), "id", Access::writing);
    CHECK(Copied::failureOf([&] { const Anchor anchor(directory, salon); }) == Kind::damaged);
}

TEST_CASE("An anchor is one process's, so that two copies of a directory are not written to at once") {
    const TemporaryDirectory temporary;
    const AnchorDirectory first(temporary.path(), "id", Access::writing);
    CHECK(Copied::failureOf([&] { const AnchorDirectory second(temporary.path(), "id", Access::writing); }) ==
          Kind::locked);
    CHECK_FALSE(Copied::failureOf([&] { const AnchorDirectory reader(temporary.path(), "id", Access::reading); }));
    CHECK_FALSE(Copied::failureOf([&] { const AnchorDirectory other(temporary.path(), "id2", Access::writing); }));
}

TEST_CASE("Who only reads an anchor sees it as it was, so that nothing that came later seems to be missing in a log") {
    const TemporaryDirectory temporary;
    const AnchorDirectory reader(temporary.path(), "id", Access::reading);
    const AnchorDirectory writer(temporary.path(), "id", Access::writing);
    Anchor(writer, salon).keepCheckpoint("a note");
    Anchor(writer, salon).add({erasure(7, "till/1")});
    CHECK_FALSE(Anchor(reader, salon).checkpoint());
    CHECK(Anchor(reader, salon).entries().empty());
    const AnchorDirectory next(temporary.path(), "id", Access::reading);
    CHECK(Anchor(next, salon).checkpoint() == "a note");
    CHECK(Anchor(next, salon).entries().size() == 1);
}

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
    CHECK(*begun == 2);
    for (int i = 0; i < 2; ++i) {
        CHECK(till.business().tree().verifier().text() != key);
        CHECK_THAT(till.business().tree().verifier().name(), Catch::Matchers::EndsWith("/2"));
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
    CHECK(*till.begin() == 3);
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
    REQUIRE(till.begin());
    // It knows the erasure again.
    const auto journal =
        contentOf(std::filesystem::directory_iterator(till.anchor())->path() / "salon.journal").value();
    CHECK_THAT(journal, Contains("began 2 4 ") && Contains("erased 2 4 ") && Contains(" till/1 "));
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
