// Where the master key comes from, and what is said when it is not there.

#include "tools/kartei/key_source.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/support/file_scan.hpp"
#include "tests/support/files.hpp"
#include "tests/tools/kartei/environment.hpp"

using namespace kartei;
using namespace kartei::tools;
using Catch::Matchers::Contains;

namespace fs = std::filesystem;
using testing::Environment;

TEST_CASE("The first run makes a master key for its owner alone, and says where it is") {
    Environment environment;
    REQUIRE(environment.open() == "open");
    const auto file = environment.keyFile();
    CHECK_THAT(environment.notices, Contains(file.string()) && Contains("Keep a copy"));
    CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
    const auto key = testing::contentOf(file).value();
    CHECK(ledger::MasterKey::parse(key));
    environment.notices.clear();
    CHECK(environment.open() == "open");
    CHECK(environment.notices.empty());
    CHECK(testing::contentOf(file) == key);
    // It is nowhere in the data directory.
    CHECK(testing::filesWith(environment.directory.path() / "data", key.substr(0, 64)).empty());
}

TEST_CASE("A master key that is missing, wrong or none is refused, and nothing is made in its place") {
    Environment environment;
    REQUIRE(environment.open() == "open");
    const auto file = environment.keyFile();
    const auto key = testing::contentOf(file).value();

    fs::remove(file);
    CHECK(environment.open() == "master_key_missing");
    CHECK_THAT(environment.detail, Contains(file.string()));
    CHECK_FALSE(fs::exists(file));

    std::ofstream(file) << ledger::MasterKey::generate().text();
    CHECK(environment.open() == "wrong_master_key");
    std::ofstream(file) << "abc";
    CHECK(environment.open() == "master_key_unreadable");

    Environment::set("KARTEI_MASTER_KEY", key.substr(0, 64));
    CHECK(environment.open() == "open");
    Environment::set("KARTEI_MASTER_KEY", "abc");
    CHECK(environment.open() == "master_key_unreadable");
    CHECK_THAT(environment.detail, !Contains("abc"));
}

TEST_CASE("The master key comes from the environment, a file, a credential, or its own place, in this order") {
    Environment environment;
    const auto keyIn = [&](const char* name) {
        const auto path = environment.directory.path() / name;
        fs::create_directories(path.parent_path());
        auto key = ledger::MasterKey::generate().text();
        std::ofstream(path) << key << "\n";
        return key;
    };
    const auto byFile = keyIn("own.key");
    const auto byCredential = keyIn("credentials/kartei.key");
    const auto byVariable = ledger::MasterKey::generate().text();
    const ledger::MarkedDirectory fresh{"0123456789abcdef", false};
    const auto found = [&] { return findMasterKey(fresh, [](const auto&) {})->candidates.front().text(); };

    Environment::set("CREDENTIALS_DIRECTORY", (environment.directory.path() / "credentials").string());
    CHECK(found() == byCredential);
    Environment::set("KARTEI_MASTER_KEY_FILE", (environment.directory.path() / "own.key").string());
    CHECK(found() == byFile);
    Environment::set("KARTEI_MASTER_KEY", byVariable);
    CHECK(found() == byVariable);

    ::unsetenv("KARTEI_MASTER_KEY");
    Environment::set("KARTEI_MASTER_KEY_FILE", (environment.directory.path() / "nothing.key").string());
    CHECK(findMasterKey(fresh, [](const auto&) {}).error().code == "master_key_missing");
}

TEST_CASE("Where the key that was named is not there, no data directory is made") {
    Environment environment;
    Environment::set("KARTEI_MASTER_KEY_FILE", (environment.directory.path() / "nothing.key").string());
    CHECK(environment.open() == "master_key_missing");
    CHECK_FALSE(fs::exists(environment.data()));
    Environment::set("KARTEI_MASTER_KEY", "abc");
    CHECK(environment.open() == "master_key_unreadable");
    CHECK_FALSE(fs::exists(environment.data()));
}

TEST_CASE("A key that others may read is used, and warned of") {
    Environment environment;
    REQUIRE(environment.open() == "open");
    environment.notices.clear();
    for (const auto others : {fs::perms::group_write, fs::perms::others_read, fs::perms::others_write}) {
        fs::permissions(environment.keyFile(), fs::perms::owner_read | fs::perms::owner_write | others);
        environment.notices.clear();
        CHECK(environment.open() == "open");
        CHECK_THAT(environment.notices, Contains("others"));
    }
}
