// Backups: taken while others write, and restored without bringing back what was erased.

#include "ledger/backup.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "ledger/failure.hpp"
#include "ledger/kept_backups.hpp"
#include "ledger/log_audit.hpp"
#include "projections/stored_views.hpp"
#include "tests/support/file_scan.hpp"
#include "tests/support/files.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;
using ledger::Failure;
using Kind = ledger::Failure::Kind;

namespace {

const auto salonName = events::BusinessName::trusted("salon");
const ledger::Caller till{"till", events::Role::ADAPTER};

events::SentEvent event(const std::string& type, const std::string& id, const std::string& subject,
                        const std::string& data) {
    std::string json = R"({"specversion":"1.0","source":"till","id":")" + id + R"(","type":")" + type + '"';
    if (!subject.empty()) json += R"(,"subject":")" + subject + '"';
    return *events::readCloudEvent(json + R"(,"data":{)" + data + "}}");
}

// One salon with its anchor, and a place for backups.
class Salon {
public:
    TemporaryDirectory temporary;
    std::filesystem::path data = temporary.path() / "data";
    std::filesystem::path backups = temporary.path() / "backups";

    std::unique_ptr<ledger::Ledger> open(const std::filesystem::path& place) const {
        return std::make_unique<ledger::Ledger>(ledger::Place{place, temporary.path() / "anchor"}, masterKey());
    }
    std::unique_ptr<ledger::Ledger> openBeside() const {
        return std::make_unique<ledger::Ledger>(ledger::Place{data, temporary.path() / "anchor"}, masterKey(),
                                                ledger::Ledger::systemClock(), ledger::Opening::reading);
    }
    static ledger::Business& begin(ledger::Ledger& ledger) {
        auto& business = ledger.findOrCreate(salonName);
        business.append({event("source.connected", "c", "", R"("name":"Till")")}, till);
        return business;
    }
    static void enter(ledger::Business& business, const std::string& number, const std::string& family = "Weiß") {
        const auto outcome = business.append({event("record.entered", "e" + number, "till/" + number,
                                                    R"("attributes":{"familyName":")" + family + "\"}")},
                                             till);
        REQUIRE(codeOf(outcome.front()) == "recorded");
    }
    static void erase(ledger::Business& business, const char* name) {
        const auto erased =
            business.decide(ledger::Erase{{record(name)}, "asked for", ledger::Erase::Joined::refuse}, {"admin", {}});
        REQUIRE(erased);
    }
    static std::string audit(ledger::Business& business) {
        const auto audit = ledger::auditLog(business, [](std::uint64_t, std::uint64_t) {});
        return audit.fault ? audit.fault->what : "sound";
    }
    static std::string found(ledger::Business& business, const std::string& name) {
        projections::StoredViews views(business);
        views.catchUp();
        return views.file(record(name)).value_or("none");
    }
};

template <class Work>
std::optional<Kind> failureOf(Work&& work) {
    try {
        work();
    } catch (const Failure& failure) {
        return failure.kind();
    }
    return std::nullopt;
}

}  // namespace

TEST_CASE("Backups are taken while others write, and each holds what was acknowledged before") {
    const Salon salon;
    const auto byHolder = GENERATE(true, false);
    CAPTURE(byHolder);
    std::vector<std::pair<std::uint32_t, std::uint64_t>> made;
    {
        const auto ledger = salon.open(salon.data);
        auto& business = Salon::begin(*ledger);
        std::atomic<bool> stop{false};
        std::thread writer([&] {
            for (int i = 0; !stop.load(); ++i) {
                std::vector<events::SentEvent> facts;
                for (int one = 0; one < 50; ++one) {
                    const auto number = std::to_string(50 * i + one);
                    facts.push_back(event("record.entered", "e" + number, "till/" + number,
                                          R"("attributes":{"familyName":"Weiß"})"));
                }
                business.append(std::move(facts), till);
                // Tables come, are put together, and go.
                auto& database = ledger->directory().database();
                // Not so often that nobody can open it beside, on a busy machine, before the next change.
                if (i % 32 == 0) (void)database.Flush({}, {ledger->directory().log(), ledger->directory().keys()});
                if (i % 128 == 0) (void)database.CompactRange({}, ledger->directory().log(), nullptr, nullptr);
            }
        });
        for (int i = 0; i < 4; ++i) {
            const auto before = business.head().value();
            const auto beside = byHolder ? nullptr : salon.openBeside();
            const auto& directory = byHolder ? ledger->directory() : beside->directory();
            REQUIRE(directory.isHeld() == byHolder);
            made.emplace_back(ledger::backUp(directory, salon.backups, std::nullopt).number, before);
        }
        stop = true;
        writer.join();
    }
    {
        ledger::Ledger newest({salon.backups, salon.temporary.path() / "anchor"}, masterKey(),
                              ledger::Ledger::systemClock(), ledger::Opening::reading);
        auto& business = *newest.find(salonName);
        CHECK(business.head().value() >= made.back().second);
        CHECK(Salon::audit(business) == "sound");
    }
    for (const auto& [number, acknowledged] : made) {
        const auto place = salon.temporary.path() / ("restored-" + std::to_string(number));
        ledger::restoreBackup(salon.backups, number, place);
        // An anchor of its own: only whether the backup is whole is looked at here.
        ledger::Ledger ledger(placeOf(place), masterKey());
        auto& business = *ledger.find(salonName);
        CHECK(business.head().value() >= acknowledged);
        CHECK_THAT(Salon::audit(business), Contains("anchor of this log is not where it should be"));
        CHECK(business.beginIncarnation(salonName, till));
        CHECK(Salon::audit(business) == "sound");
    }
}

TEST_CASE("A backup is read where it is while its ledger goes on, as it was but for who was erased since") {
    const Salon salon;
    const auto ledger = salon.open(salon.data);
    auto& business = Salon::begin(*ledger);
    Salon::enter(business, "1", "Planted");
    Salon::enter(business, "2", "Other");
    ledger::backUp(ledger->directory(), salon.backups, std::nullopt);
    const auto last = business.head();
    Salon::enter(business, "3", "Later");
    const auto read = [&] {
        return std::make_unique<ledger::Ledger>(
            ledger::Place{std::filesystem::relative(salon.backups), salon.temporary.path() / "anchor"}, masterKey(),
            ledger::Ledger::systemClock(), ledger::Opening::reading);
    };
    {
        const auto backup = read();
        CHECK_FALSE(backup->holdsDirectory());
        CHECK(backup->directory().isBackup());
        auto& then = *backup->find(salonName);
        CHECK(then.head() == last);
        CHECK_THAT(Salon::found(then, "till/1"), Contains("Planted"));
        CHECK(Salon::audit(then) == "sound");
        CHECK(failureOf([&] { Salon::enter(then, "4"); }) == Kind::locked);
        CHECK(failureOf([&] { Salon::erase(then, "till/1"); }) == Kind::locked);
    }
    Salon::erase(business, "till/1");
    const auto backup = read();
    auto& then = *backup->find(salonName);
    CHECK(then.head() == last);
    CHECK_THAT(Salon::found(then, "till/1"), Contains(R"("status":"erased")") && !Contains("Planted"));
    CHECK_THAT(Salon::found(then, "till/2"), Contains("Other"));
    CHECK(Salon::audit(then) == "sound");
    CHECK(then.anchorProblem()->kind() == Kind::behindAnchor);
}

TEST_CASE("A later backup copies what is new, and only as many stay as are wanted") {
    const Salon salon;
    {
        const auto ledger = salon.open(salon.data);
        auto& business = Salon::begin(*ledger);
        for (int i = 0; i < 300; ++i) Salon::enter(business, std::to_string(i), std::string(1000, 'x'));
    }
    // Opened again, so that it is in tables and no more in the write-ahead log.
    const auto ledger = salon.open(salon.data);
    auto& business = *ledger->find(salonName);
    const auto bytes = [&] {
        std::uintmax_t all = 0;
        for (const auto& file : std::filesystem::recursive_directory_iterator(salon.backups)) {
            if (file.is_regular_file()) all += file.file_size();
        }
        return all;
    };
    ledger::backUp(ledger->directory(), salon.backups, std::nullopt);
    const auto first = bytes();
    Salon::enter(business, "more");
    const auto second = ledger::backUp(ledger->directory(), salon.backups, std::nullopt);
    CHECK(second.kept == 2);
    CHECK(bytes() - first < first / 2);
    const auto third = ledger::backUp(ledger->directory(), salon.backups, 2);
    CHECK(third.number == 3);
    CHECK(third.kept == 2);
    CHECK(failureOf([&] { ledger::restoreBackup(salon.backups, 1, salon.temporary.path() / "gone"); }) ==
          Kind::missing);
}

TEST_CASE("A backup made beside the holder shares its tables with those that the holder makes") {
    const Salon salon;
    const auto ledger = salon.open(salon.data);
    auto& business = Salon::begin(*ledger);
    for (int i = 0; i < 100; ++i) Salon::enter(business, std::to_string(i), std::string(1000, 'x'));
    const auto& directory = ledger->directory();
    REQUIRE(directory.database().Flush({}, {directory.log(), directory.keys(), directory.tree()}).ok());
    const auto tables = [&] {
        const std::filesystem::directory_iterator shared(salon.backups / "rocksdb" / "shared_checksum");
        return std::distance(begin(shared), end(shared));
    };
    ledger::backUp(directory, salon.backups, std::nullopt);
    const auto before = tables();
    ledger::backUp(salon.openBeside()->directory(), salon.backups, std::nullopt);
    CHECK(tables() == before);
    Salon::erase(business, "till/1");
    const auto made = ledger::backUp(salon.openBeside()->directory(), salon.backups, std::nullopt);
    CHECK(made.kept == 3);
}

TEST_CASE("A restored log of which nothing more was signed goes on") {
    const Salon salon;
    {
        const auto ledger = salon.open(salon.data);
        auto& business = Salon::begin(*ledger);
        Salon::enter(business, "1");
        ledger::backUp(ledger->directory(), salon.backups, std::nullopt);
    }
    std::filesystem::remove_all(salon.data);
    ledger::restoreBackup(salon.backups, std::nullopt, salon.data);
    const auto ledger = salon.open(salon.data);
    auto& business = *ledger->find(salonName);
    CHECK_FALSE(business.anchorProblem());
    Salon::enter(business, "2");
    CHECK(Salon::audit(business) == "sound");
}

TEST_CASE("A restore brings back nobody who was erased after the backup, and no byte of their keys") {
    const Salon salon;
    std::string key;
    {
        const auto ledger = salon.open(salon.data);
        auto& business = Salon::begin(*ledger);
        Salon::enter(business, "1", "Planted");
        Salon::enter(business, "2", "Other");
        const auto& directory = business.directory();
        REQUIRE(directory.database().Get({}, directory.keys(), business.keys().rowOf(record("till/1")), &key).ok());
        ledger::backUp(ledger->directory(), salon.backups, std::nullopt);
        Salon::erase(business, "till/1");
    }
    std::filesystem::remove_all(salon.data);
    ledger::restoreBackup(salon.backups, std::nullopt, salon.data);
    REQUIRE_FALSE(filesWith(salon.data, key).empty());
    const auto ledger = salon.open(salon.data);
    // Before the business is asked for.
    CHECK(filesWith(salon.data, key).empty());
    auto& business = *ledger->find(salonName);
    CHECK_THAT(Salon::found(business, "till/1"), Contains(R"("status":"erased")") && !Contains("Planted"));
    CHECK_THAT(Salon::found(business, "till/2"), Contains("Other"));
    CHECK(business.anchorProblem()->kind() == Kind::behindAnchor);
    REQUIRE(business.beginIncarnation(salonName, till));
    Salon::enter(business, "3");
    CHECK(Salon::audit(business) == "sound");
}

TEST_CASE("A restore brings back no token that was revoked after the backup") {
    const Salon salon;
    const auto desk = [](const char* name) {
        return ledger::AccessToken{name, ledger::TokenRole::desk, std::nullopt, second(1)};
    };
    std::string revoked;
    std::string kept;
    const auto put = [&] {
        std::filesystem::remove_all(salon.data);
        ledger::restoreBackup(salon.backups, std::nullopt, salon.data);
    };
    const auto check = [&] {
        const auto ledger = salon.open(salon.data);
        auto& business = *ledger->find(salonName);
        CHECK_FALSE(business.anchorProblem());
        CHECK_FALSE(business.accessTokens().find(revoked));
        CHECK(business.accessTokens().find(kept)->name == "petra");
    };
    {
        const auto ledger = salon.open(salon.data);
        auto& business = Salon::begin(*ledger);
        revoked = business.accessTokens().make(desk("anna")).value();
        kept = business.accessTokens().make(desk("petra")).value();
        ledger::backUp(ledger->directory(), salon.backups, std::nullopt);
        CHECK(business.revokeToken("anna"));
        CHECK_FALSE(business.revokeToken("anna"));
    }
    put();
    check();
    // Where the journal is lost, the directory that knows of it says so anew.
    const auto anchored = std::filesystem::directory_iterator(salon.temporary.path() / "anchor")->path();
    REQUIRE(std::filesystem::remove(anchored / "salon.journal"));
    check();
    put();
    check();
}

TEST_CASE("A backup goes to no other place than one for backups of the same directory, and a restore to none in use") {
    const Salon salon;
    const auto ledger = salon.open(salon.data);
    auto& business = Salon::begin(*ledger);
    Salon::enter(business, "1");
    std::filesystem::create_directory(salon.temporary.path() / "letters");
    std::ofstream(salon.temporary.path() / "letters" / "anna.txt") << "Dear Anna";
    const auto backUpTo = [&](const std::filesystem::path& place) {
        return failureOf([&] { ledger::backUp(ledger->directory(), place, std::nullopt); });
    };
    CHECK(backUpTo(salon.temporary.path() / "letters") == Kind::notOurs);
    CHECK_FALSE(backUpTo(salon.backups));
    const Salon other;
    const auto otherLedger = other.open(other.data);
    CHECK(failureOf([&] { ledger::backUp(otherLedger->directory(), salon.backups, std::nullopt); }) == Kind::notOurs);
    const auto restoreTo = [&](const std::filesystem::path& place) {
        return failureOf([&] { ledger::restoreBackup(salon.backups, std::nullopt, place); });
    };
    CHECK(restoreTo(salon.data) == Kind::notOurs);
    CHECK(restoreTo(salon.temporary.path() / "letters") == Kind::notOurs);
    CHECK(failureOf([&] { ledger::restoreBackup(salon.data, std::nullopt, salon.temporary.path() / "new"); }) ==
          Kind::notOurs);
}

TEST_CASE("A restore that was cut short opens nothing, and can be done again") {
    const Salon salon;
    {
        const auto ledger = salon.open(salon.data);
        Salon::enter(Salon::begin(*ledger), "1");
        ledger::backUp(ledger->directory(), salon.backups, std::nullopt);
    }
    const auto place = salon.temporary.path() / "restored";
    CHECK(failureOf([&] {
              ledger::restoreDataDirectory(place, ledger::KeptBackups(salon.backups).id(),
                                           [](const std::string& database) {
                                               std::filesystem::create_directory(database);
                                               std::ofstream(database + "/CURRENT") << "half";
                                               throw Failure(Kind::storage, "the computer stops");
                                           });
          }) == Kind::storage);
    CHECK(failureOf([&] { salon.open(place); }) == Kind::damaged);
    ledger::restoreBackup(salon.backups, std::nullopt, place);
    CHECK(salon.open(place)->find(salonName)->head() == position(2));
}

TEST_CASE("A backup that was damaged is not restored") {
    const Salon salon;
    {
        const auto ledger = salon.open(salon.data);
        auto& business = Salon::begin(*ledger);
        for (int i = 0; i < 200; ++i) Salon::enter(business, std::to_string(i));
        REQUIRE(ledger->directory().database().Flush({}, ledger->directory().log()).ok());
        ledger::backUp(ledger->directory(), salon.backups, std::nullopt);
    }
    std::filesystem::path largest;
    for (const auto& file : std::filesystem::recursive_directory_iterator(salon.backups)) {
        if (file.path().extension() != ".sst") continue;
        if (largest.empty() || file.file_size() > std::filesystem::file_size(largest)) largest = file.path();
    }
    auto bytes = contentOf(largest).value();
    bytes[bytes.size() / 3] = static_cast<char>(bytes[bytes.size() / 3] ^ 1);
    std::ofstream(largest, std::ios::binary) << bytes;
    const auto place = salon.temporary.path() / "restored";
    CHECK(failureOf([&] { ledger::restoreBackup(salon.backups, std::nullopt, place); }) == Kind::damaged);
    CHECK_FALSE(std::filesystem::exists(place));
}
