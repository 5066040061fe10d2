// `kartei key rotate`: where the new master key goes, and that whatever cuts it short leaves a directory that opens.

#include "tools/kartei/embedded_keys.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "tests/support/files.hpp"
#include "tests/tools/kartei/environment.hpp"
#include "tools/kartei/key_source.hpp"

using namespace kartei;
using namespace kartei::tools;
using Catch::Matchers::Contains;
using testing::Environment;

namespace {

namespace fs = std::filesystem;

const std::string events =
    R"({"specversion":"1.0","id":"1","source":"desk","type":"source.connected","data":{"name":"Desk"}})"
    "\n"
    R"({"specversion":"1.0","id":"2","source":"desk","subject":"desk/1","type":"record.entered",)"
    R"("data":{"attributes":{"familyName":"Weber"}}})";

// A data directory with somebody in it, whose key is in its own place.
struct Kept : Environment {
    Kept() {
        const auto opened = operations();
        REQUIRE(opened);
        REQUIRE((*opened)->append(events, EventFormat::json));
    }
    [[nodiscard]] std::string key() const { return testing::contentOf(keyFile()).value(); }
    // What the directory shows; the failure's code where it does not open.
    std::string shown() {
        const auto opened = operations();
        return opened ? (*opened)->customer(events::RecordName::trusted("desk/1"), {}).value_or("?")
                      : opened.error().code;
    }
    Answer rotate(const std::string& newKeyFile = "") {
        const auto opened = operations();
        if (!opened) return failed(opened.error());
        return (*opened)->rotateKey(newKeyFile);
    }
    // The same, opened only to be read.
    std::string read() {
        tools::EmbeddedOptions options{data(), events::BusinessName::trusted("salon"), "tester",
                                       ledger::Opening::reading};
        const auto opened = openEmbedded(options);
        return opened ? (*opened)->customer(events::RecordName::trusted("desk/1"), {}).value_or("?")
                      : opened.error().code;
    }
    void change(const std::string& from, const std::string& to) const {
        ledger::DataDirectory(data(), *ledger::MasterKey::parse(from)).changeMasterKey(*ledger::MasterKey::parse(to));
    }
};

// Permissions bind nobody who is root: while it lives, this process is somebody else, who owns what is in the
// directory.
class Somebody {
public:
    explicit Somebody(const fs::path& directory) {
        if (!isRoot_) return;
        constexpr ::uid_t nobody = 65534;
        REQUIRE(::chown(directory.c_str(), nobody, nobody) == 0);
        for (const auto& file : fs::recursive_directory_iterator(directory)) {
            REQUIRE(::chown(file.path().c_str(), nobody, nobody) == 0);
        }
        REQUIRE(::seteuid(nobody) == 0);
    }
    ~Somebody() {
        if (isRoot_ && ::seteuid(0) != 0) std::abort();
    }
    Somebody(const Somebody&) = delete;
    Somebody& operator=(const Somebody&) = delete;

private:
    bool isRoot_ = ::geteuid() == 0;
};

constexpr auto readOnly = fs::perms::owner_read | fs::perms::owner_exec;

const auto newKey = [] { return ledger::MasterKey::generate().text() + "\n"; };

// Its keys are under the new key already, which has not taken the place of the one before.
struct CutShort : Kept {
    const fs::path file = keyFile();
    const std::string before = key();
    const std::string next = newKey();

    CutShort() {
        std::ofstream(nextKeyFile(file)) << next;
        change(before, next);
    }
};

}  // namespace

TEST_CASE("A key in a file is replaced there") {
    Kept kept;
    const auto before = kept.key();
    const auto answer = kept.rotate();
    REQUIRE(answer);
    CHECK_THAT(*answer,
               Contains(R"("keys":2,)") && Contains(kept.keyFile().string()) && Contains(R"("replaced":true)"));
    CHECK(kept.key() != before);
    CHECK_FALSE(fs::exists(nextKeyFile(kept.keyFile())));
    CHECK(fs::status(kept.keyFile()).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
    CHECK_THAT(kept.shown(), Contains("Weber"));
    std::ofstream(kept.keyFile()) << before;
    CHECK(kept.shown() == "wrong_master_key");
}

TEST_CASE("A rotation that was cut short leaves a directory that opens, and another one works") {
    Kept kept;
    const auto file = kept.keyFile();
    const auto before = kept.key();
    const auto next = newKey();
    SECTION("while the new key was written") {
        std::ofstream(nextKeyFile(file)) << next.substr(0, 20);
        CHECK_THAT(kept.shown(), Contains("Weber"));
        CHECK(kept.key() == before);
    }
    SECTION("before the keys were wrapped anew") {
        std::ofstream(nextKeyFile(file)) << next;
        CHECK_THAT(kept.shown(), Contains("Weber"));
        CHECK(kept.key() == before);
    }
    SECTION("before the new key took the place of the one before") {
        std::ofstream(nextKeyFile(file)) << next;
        kept.change(before, next);
        CHECK_THAT(kept.shown(), Contains("Weber"));
        CHECK(kept.key() == next);
        CHECK_FALSE(fs::exists(nextKeyFile(file)));
    }
    SECTION("at its end") {
        kept.change(before, next);
        std::ofstream(file) << next;
        CHECK_THAT(kept.shown(), Contains("Weber"));
    }
    const auto last = kept.key();
    REQUIRE(kept.rotate());
    CHECK(kept.key() != last);
    CHECK_THAT(kept.shown(), Contains("Weber"));
}

TEST_CASE("Who reads between the new keys and the new key file leaves both as they are, and who writes next ends it") {
    CutShort kept;
    const auto checkRead = [&] {
        CHECK_THAT(kept.read(), Contains("Weber"));
        CHECK(kept.key() == kept.before);
        CHECK(testing::contentOf(nextKeyFile(kept.file)) == kept.next);
    };
    SECTION("alone") { checkRead(); }
    SECTION("beside who rotates") {
        const ledger::DataDirectory holder(kept.data(), *ledger::MasterKey::parse(kept.next));
        checkRead();
    }
    SECTION("where the key file cannot be replaced") {
        const Somebody somebody(kept.directory.path());
        fs::permissions(kept.file.parent_path(), readOnly);
        checkRead();
        fs::permissions(kept.file.parent_path(), fs::perms::owner_all);
    }
    CHECK_THAT(kept.shown(), Contains("Weber"));
    CHECK(kept.key() == kept.next);
    CHECK_FALSE(fs::exists(nextKeyFile(kept.file)));
}

TEST_CASE("A key file that cannot be replaced stops who writes, says why, and is replaced once it can be") {
    CutShort kept;
    const Somebody somebody(kept.directory.path());
    fs::permissions(kept.file.parent_path(), readOnly);
    for (int i = 0; i < 2; ++i) {
        const auto answer = kept.rotate();
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == Failure::Kind::storage);
        CHECK_THAT(answer.error().detail, Contains("is in " + nextKeyFile(kept.file).string()) &&
                                              Contains("take the place of " + kept.file.string()));
        CHECK(kept.open() == "storage");
        CHECK(kept.key() == kept.before);
        CHECK(testing::contentOf(nextKeyFile(kept.file)) == kept.next);
    }
    fs::permissions(kept.file.parent_path(), fs::perms::owner_all);
    CHECK(kept.open() == "open");
    CHECK(kept.key() == kept.next);
    CHECK_FALSE(fs::exists(nextKeyFile(kept.file)));
}

TEST_CASE("Where no new key file can be made, the keys stay under the key that they are under") {
    Kept kept;
    const auto before = kept.key();
    const Somebody somebody(kept.directory.path());
    fs::permissions(kept.keyFile().parent_path(), readOnly);
    CHECK(kept.rotate().error().code == "storage");
    CHECK(kept.key() == before);
    CHECK_THAT(kept.shown(), Contains("Weber"));
    fs::permissions(kept.keyFile().parent_path(), fs::perms::owner_all);
    CHECK(kept.rotate());
}

TEST_CASE("A key from the environment is replaced by one in a new file, which is never written over") {
    Kept kept;
    const auto before = kept.key();
    Environment::set("KARTEI_MASTER_KEY", before);
    const auto file = kept.directory.path() / "new.key";
    SECTION("which must be named") {
        const auto answer = kept.rotate();
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == Failure::Kind::badInput);
        CHECK_THAT(answer.error().detail, Contains("--new-key-file"));
        CHECK_THAT(kept.shown(), Contains("Weber"));
    }
    SECTION("and is made") {
        const auto answer = kept.rotate(file.string());
        REQUIRE(answer);
        CHECK_THAT(*answer, Contains(file.string()) && Contains(R"("replaced":false)"));
        CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
        CHECK(kept.key() == before);
        CHECK(kept.shown() == "wrong_master_key");
        Environment::set("KARTEI_MASTER_KEY", testing::contentOf(file).value());
        CHECK_THAT(kept.shown(), Contains("Weber"));
        // The same again, as after a crash: there is nothing left to do.
        CHECK(*kept.rotate(file.string()) == R"({"unchanged":true})");
        CHECK_THAT(kept.shown(), Contains("Weber"));
    }
    SECTION("or holds a key already") {
        const auto own = newKey();
        std::ofstream(file) << own;
        REQUIRE(kept.rotate(file.string()));
        CHECK(testing::contentOf(file) == own);
        Environment::set("KARTEI_MASTER_KEY", own);
        CHECK_THAT(kept.shown(), Contains("Weber"));
    }
    SECTION("or something else, which stays") {
        std::ofstream(file) << "something else";
        CHECK(kept.rotate(file.string()).error().code == "master_key_unreadable");
        CHECK(testing::contentOf(file) == "something else");
        CHECK_THAT(kept.shown(), Contains("Weber"));
    }
}

TEST_CASE("A credential is not replaced either, and a key that is in a file not elsewhere") {
    Kept kept;
    const auto file = (kept.directory.path() / "new.key").string();
    CHECK(kept.rotate(file).error().code == "bad_input");
    CHECK_FALSE(fs::exists(file));

    fs::create_directory(kept.directory.path() / "credentials");
    fs::rename(kept.keyFile(), kept.directory.path() / "credentials" / "kartei.key");
    Environment::set("CREDENTIALS_DIRECTORY", (kept.directory.path() / "credentials").string());
    CHECK(kept.rotate().error().code == "bad_input");
    CHECK(kept.rotate(file));
}

TEST_CASE("Where a key file's name is a link, the file behind it is replaced") {
    Kept kept;
    const auto link = kept.directory.path() / "link.key";
    const auto before = kept.key();
    fs::create_symlink(kept.keyFile(), link);
    Environment::set("KARTEI_MASTER_KEY_FILE", link.string());
    REQUIRE(kept.rotate());
    CHECK(fs::is_symlink(link));
    CHECK(kept.key() != before);
    CHECK_THAT(kept.shown(), Contains("Weber"));
}
