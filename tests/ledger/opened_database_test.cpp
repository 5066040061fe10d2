// A data directory that is read without being held: beside the one who holds it, and as a backup.

#include "ledger/opened_database.hpp"

#include <rocksdb/utilities/backup_engine.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <map>

#include "ledger/failure.hpp"
#include "ledger/log_audit.hpp"
#include "projections/customer_file.hpp"
#include "tests/support/files.hpp"
#include "tests/support/random_log.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;
using ledger::Business;
using ledger::Failure;
using ledger::Ledger;
using ledger::OpenedDatabase;

namespace {

const auto nothing = [](std::uint64_t, std::uint64_t) {};

std::filesystem::path dataOf(const TestLedger& ledger) { return ledger.data(); }

// The same business once more, as it is read beside the one who holds it.
class Beside {
public:
    explicit Beside(const TestLedger& holder, std::string_view name = "test-0")
        : ledger_(
              placeOf(dataOf(holder)), testing::masterKey(), [] { return second(0); }, ledger::Opening::reading),
          business_(ledger_.find(events::BusinessName::trusted(name))) {
        REQUIRE_FALSE(ledger_.holdsDirectory());
        REQUIRE(business_ != nullptr);
    }
    [[nodiscard]] Ledger& ledger() { return ledger_; }
    [[nodiscard]] Business& business() const { return *business_; }

private:
    Ledger ledger_;
    Business* business_;
};

// Everything that is stored, as bytes and as what the fold makes of it.
std::vector<std::string> everything(const Business& business) {
    std::vector<std::string> all;
    business.scanBytes(position(1), business.head(), [&](events::Position, std::string_view bytes) {
        all.emplace_back(bytes);
        return true;
    });
    for (const auto& name : Player::records()) all.push_back(projections::fileOf(business.now(), record(name)));
    return all;
}

// In LOG the holder writes down what it does, whenever it likes.
std::map<std::string, std::string> filesOf(const std::filesystem::path& directory) {
    std::map<std::string, std::string> files;
    for (const auto& file : std::filesystem::recursive_directory_iterator(directory)) {
        const bool isRead = file.is_regular_file() && file.path().filename() != "LOG";
        files[file.path().string()] = isRead ? contentOf(file.path()).value() : "";
    }
    return files;
}

bool isOneOf(const std::vector<ledger::LogTree::StoredCheckpoint>& all, const std::string& one) {
    return std::any_of(all.begin(), all.end(), [&one](const auto& stored) { return stored.note == one; });
}

bool flushAll(const ledger::DataDirectory& directory) {
    return directory.database()
        .Flush({}, {directory.log(), directory.index(), directory.tree(), directory.keys(), directory.views()})
        .ok();
}

std::vector<events::SentEvent> entries(int from, int to) {
    std::vector<events::SentEvent> facts;
    for (int i = from; i < to; ++i) {
        const auto id = std::to_string(i);
        std::string json = R"({"specversion":"1.0","id":"e)" + id + R"(","source":"till","type":"record.entered",)";
        json.append(R"("subject":"till/)").append(id).append(R"(","data":{"attributes":{"city":"Ulm"}}})");
        facts.push_back(*events::readCloudEvent(json));
    }
    return facts;
}

}  // namespace

TEST_CASE("What is read beside the holder is what the holder shows, and verifies") {
    TestLedger holder;
    Player(holder).play(randomSteps(7));
    const bool isFlushed = GENERATE(false, true);
    if (isFlushed) {
        REQUIRE(flushAll(holder.business().directory()));
        Player(holder).play(randomSteps(8));
    }
    const Beside beside(holder);
    CHECK(everything(beside.business()) == everything(holder.business()));
    const auto audit = ledger::auditLog(beside.business(), nothing);
    CHECK_FALSE(audit.fault);
    CHECK(audit.tree.size == holder.business().head().value());
}

TEST_CASE("What is read beside the holder stays as it was, whatever is written and deleted later") {
    TestLedger holder;
    Player(holder).play(randomSteps(7));
    holder.connect("till");
    // More tables than RocksDB keeps open unless it is told to.
    auto* log = holder.business().directory().log();
    REQUIRE(holder.business().directory().database().SetOptions(log, {{"disable_auto_compactions", "true"}}).ok());
    for (int i = 0; i < 80; ++i) {
        holder.business().append(entries(1000 + i, 1001 + i), {"tester", events::Role::ADAPTER});
        REQUIRE(holder.business().directory().database().Flush({}, log).ok());
    }
    REQUIRE(flushAll(holder.business().directory()));
    const Beside beside(holder);
    const auto before = everything(holder.business());
    const auto tables = [&] {
        std::vector<rocksdb::LiveFileMetaData> files;
        holder.business().directory().database().GetLiveFilesMetaData(&files);
        return files.front().name;
    };
    const auto first = tables();
    holder.business().append(entries(0, 500), {"tester", events::Role::ADAPTER});
    REQUIRE(flushAll(holder.business().directory()));
    auto& database = holder.business().directory().database();
    for (auto* family : {log, holder.business().directory().keys()}) {
        rocksdb::CompactRangeOptions compact;
        compact.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
        REQUIRE(database.CompactRange(compact, family, nullptr, nullptr).ok());
    }
    CHECK_FALSE(std::filesystem::exists(database.GetName() + first));
    CHECK(everything(beside.business()) == before);
    CHECK_FALSE(ledger::auditLog(beside.business(), nothing).fault);
}

TEST_CASE("Beside the holder nothing is recorded, no business made and no checkpoint signed") {
    TestLedger holder;
    holder.fact("record.entered", "desk/1", R"("attributes":{"city":"Ulm"})");
    holder.fact("record.entered", "desk/2", R"("attributes":{"city":"Ulm"})");
    const auto isLocked = [](auto&& work) {
        try {
            work();
        } catch (const Failure& failure) {
            return failure.kind() == Failure::Kind::locked;
        }
        return false;
    };
    {
        Beside beside(holder);
        auto& business = beside.business();
        const ledger::Caller caller{"tester", events::Role::ADMIN};
        CHECK(isLocked([&] { business.append(entries(1, 2), caller); }));
        CHECK(isLocked([&] { business.decide(ledger::Link{record("desk/1"), record("desk/2"), "x"}, caller); }));
        CHECK(isLocked([&] {
            business.decide(ledger::Erase{{record("desk/1")}, "x", ledger::Erase::Joined::refuse}, caller);
        }));
        CHECK(isLocked([&] { beside.ledger().findOrCreate(events::BusinessName::trusted("another")); }));
        CHECK(isLocked([&] { business.beginIncarnation(events::BusinessName::trusted("test-0"), caller); }));
        // The holder signed it when it opened the log.
        CHECK(isOneOf(holder.business().tree().checkpoints(), business.checkpoint()));
    }
    const auto checkpoint = holder.business().checkpoint();
    CHECK(Beside(holder).business().checkpoint() == checkpoint);
}

TEST_CASE("Reading beside the holder changes no file of the directory, nor does being refused") {
    TestLedger holder;
    Player(holder).play(randomSteps(7));
    REQUIRE(flushAll(holder.business().directory()));
    Player(holder).play(randomSteps(8));
    holder.business().anchorHead();  // so that it is not signed meanwhile, as it is every second
    const auto before = filesOf(dataOf(holder));
    {
        const Beside beside(holder);
        CHECK_FALSE(ledger::auditLog(beside.business(), nothing).fault);
        CHECK_FALSE(everything(beside.business()).empty());
    }
    CHECK_THROWS_AS(
        Ledger(
            placeOf(dataOf(holder)), testing::masterKey(), [] { return second(0); }, ledger::Opening::existing),
        Failure);
    const auto after = filesOf(dataOf(holder));
    CHECK(before.size() == after.size());
    CHECK(before == after);
}

TEST_CASE("What is altered is found beside the holder, too") {
    TestLedger holder;
    holder.connect("till");
    holder.business().append(entries(0, 700), {"tester", events::Role::ADAPTER});
    holder.reopen();  // writes the index out
    auto& directory = holder.business().directory();
    const auto flip = [&](rocksdb::ColumnFamilyHandle* family, const std::string& ending) {
        const auto rows = directory.rows(family);
        for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
            if (!rows->key().ToStringView().ends_with(ending)) continue;
            auto value = rows->value().ToString();
            value.back() = static_cast<char>(value.back() ^ 1);
            REQUIRE(directory.database().Put({}, family, rows->key(), value).ok());
            return;
        }
        FAIL("no such row");
    };
    SECTION("an entry") { flip(directory.log(), std::string("\0\x10", 2)); }
    SECTION("the index") {
        flip(directory.index(), std::string(holder.business().tokens().stream('F', "till/5").view()));
    }
    const Beside beside(holder);
    CHECK(ledger::auditLog(beside.business(), nothing).fault);
}

TEST_CASE("While the holder writes, flushes and deletes, each reading beside it is a beginning of its log") {
    constexpr int facts = 20'000;
    constexpr int batch = 100;
    constexpr int wanted = 10;
    TestLedger holder;
    holder.connect("till");
    std::atomic<bool> done{false};
    auto writing = std::async(std::launch::async, [&] {
        const auto& directory = holder.business().directory();
        bool isFlushed = true;
        for (int i = 0; i < facts; i += batch) {
            holder.business().append(entries(i, i + batch), {"tester", events::Role::ADAPTER});
            // One after the other, so that a reader may come in between.
            for (auto* family : {directory.log(), directory.tree(), directory.keys()}) {
                isFlushed = isFlushed && directory.database().Flush({}, family).ok();
            }
            holder.business().anchorHead();
        }
        done = true;
        return isFlushed;
    });
    std::uint64_t last = 0;
    for (int readings = 0; !done || readings < wanted; ++readings) {
        const auto acknowledged = holder.business().head().value();
        const Beside beside(holder);
        const auto audit = ledger::auditLog(beside.business(), nothing);
        if (audit.fault) FAIL_CHECK(audit.fault->position.value() << " " << audit.fault->what);
        CHECK(audit.tree.size >= acknowledged);
        CHECK((audit.tree.size - 1) % batch == 0);
        CHECK(audit.tree.size >= last);
        last = audit.tree.size;
    }
    CHECK(writing.get());
    CHECK(Beside(holder).business().head().value() == facts + 1);
}

TEST_CASE("Who erases is not stopped by who reads, and who reads next finds the person gone") {
    TestLedger holder;
    holder.fact("record.entered", "desk/1", R"("attributes":{"familyName":"Weiß"})");
    const Beside before(holder);
    CHECK(holder.tryErase({"desk/1"}));
    CHECK_THAT(projections::fileOf(before.business().now(), record("desk/1")), Contains("Weiß"));
    const Beside after(holder);
    CHECK_THAT(projections::fileOf(after.business().now(), record("desk/1")), !Contains("Weiß"));
    CHECK_FALSE(ledger::auditLog(after.business(), nothing).fault);
}

TEST_CASE("Where nothing was signed yet, a checkpoint is not to be had beside the holder") {
    TestLedger ledger;
    ledger.fact("record.entered", "desk/1", R"("attributes":{"city":"Ulm"})");
    ledger.close();
    const ledger::DataDirectory holder(ledger.data(), testing::masterKey());
    const auto rows = holder.rows(holder.tree());
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
        if (rows->key()[sizeof(std::uint32_t)] == 'c') {
            REQUIRE(holder.database().Delete({}, holder.tree(), rows->key()).ok());
        }
    }
    Ledger beside(
        placeOf(ledger.data()), testing::masterKey(), [] { return second(0); }, ledger::Opening::reading);
    CHECK_THROWS_AS(beside.find(events::BusinessName::trusted("test-0"))->checkpoint(), Failure);
}

TEST_CASE("Who was erased after a copy was made is erased in the copy that may only be read, too") {
    TestLedger ledger;
    ledger.fact("record.entered", "desk/1", R"("attributes":{"familyName":"Weiß"})");
    ledger.fact("record.entered", "desk/2", R"("attributes":{"familyName":"Böhm"})");
    ledger.close();
    const TemporaryDirectory temporary;
    const ledger::Place copy{temporary.path() / "copy", placeOf(ledger.data()).anchor};
    std::filesystem::copy(ledger.data(), copy.data, std::filesystem::copy_options::recursive);
    ledger.reopen();
    REQUIRE(ledger.tryErase({"desk/1"}));
    ledger.close();

    const auto held = OpenedDatabase::held(copy.data / "rocksdb");  // so that nobody can destroy anything in it
    REQUIRE(held);
    Ledger beside(
        copy, testing::masterKey(), [] { return second(0); }, ledger::Opening::reading);
    REQUIRE_FALSE(beside.holdsDirectory());
    auto& business = *beside.find(events::BusinessName::trusted("test-0"));
    CHECK_THAT(projections::fileOf(business.now(), record("desk/1")), !Contains("Weiß"));
    CHECK_THAT(projections::fileOf(business.now(), record("desk/2")), Contains("Böhm"));
    const auto problem = business.anchorProblem();
    REQUIRE(problem);
    CHECK(problem->kind() == Failure::Kind::behindAnchor);
}

TEST_CASE("A directory that nobody holds is held by who reads it") {
    TestLedger ledger;
    const auto path = dataOf(ledger);
    const TemporaryDirectory temporary;
    std::filesystem::copy(path, temporary.path() / "copy", std::filesystem::copy_options::recursive);
    const Ledger reader(
        placeOf(temporary.path() / "copy"), testing::masterKey(), [] { return second(0); }, ledger::Opening::reading);
    CHECK(reader.holdsDirectory());
}

TEST_CASE("Where there is nothing to read, reading says so and makes nothing") {
    const TemporaryDirectory temporary;
    const auto path = temporary.path() / "data";
    try {
        const Ledger reader(
            placeOf(path), testing::masterKey(), [] { return second(0); }, ledger::Opening::reading);
        FAIL("it was opened");
    } catch (const Failure& failure) {
        CHECK(failure.kind() == Failure::Kind::missing);
    }
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("A backup is read where it is") {
    TestLedger ledger;
    Player(ledger).play(randomSteps(7));
    const TemporaryDirectory temporary;
    rocksdb::BackupEngine* opened = nullptr;
    REQUIRE(rocksdb::BackupEngine::Open(rocksdb::BackupEngineOptions(temporary.path().string()),
                                        rocksdb::Env::Default(), &opened)
                .ok());
    const std::unique_ptr<rocksdb::BackupEngine> backups(opened);
    REQUIRE(backups->CreateNewBackup(&ledger.business().directory().database()).ok());
    // As the anchor is now: what it learns later, the backup is behind.
    ledger.business().anchorHead();
    const TemporaryDirectory kept;
    std::filesystem::copy(placeOf(ledger.data()).anchor, kept.path() / "anchor",
                          std::filesystem::copy_options::recursive);
    const auto before = everything(ledger.business());
    Player(ledger).play(randomSteps(8));

    rocksdb::BackupInfo backup;
    constexpr bool withFiles = true;
    REQUIRE(backups->GetLatestBackupInfo(&backup, withFiles).ok());
    const auto files = filesOf(temporary.path());
    {
        ledger::DataDirectory directory(temporary.path(),
                                        OpenedDatabase::unchanging(backup.name_for_open, backup.env_for_open),
                                        testing::masterKey());
        ledger::Committer committer(directory);
        const auto identity = directory.find(events::BusinessName::trusted("test-0"));
        REQUIRE(identity);
        const ledger::AnchorDirectory anchors(kept.path() / "anchor", ledger.business().directory().id(),
                                              ledger::Access::reading);
        const Business::ForgetInViews nothingStored;
        Business business(
            directory, committer, *identity, {anchors, events::BusinessName::trusted("test-0")},
            [] { return second(0); }, nothingStored);
        CHECK(everything(business) == before);
        CHECK_FALSE(ledger::auditLog(business, nothing).fault);
        CHECK_THROWS_AS(business.append(entries(1, 2), {"tester", events::Role::ADMIN}), Failure);
    }
    CHECK(filesOf(temporary.path()) == files);
}
