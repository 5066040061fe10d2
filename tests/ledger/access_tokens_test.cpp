// Who may talk to a server: tokens are told once, kept as hashes, and gone when they are revoked.

#include "ledger/access_tokens.hpp"

#include <catch2/catch.hpp>

#include "tests/support/file_scan.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using ledger::AccessToken;
using ledger::TokenProblem;
using ledger::TokenRole;

namespace {

const events::SourceName till = *events::SourceName::parse("till");

AccessToken desk(const std::string& name) { return {name, TokenRole::desk, std::nullopt, second(7)}; }

}  // namespace

TEST_CASE("A token is known by what it was made with, also when the directory is opened again") {
    TestLedger ledger;
    const auto made = ledger.business().accessTokens().make({"till 1", TokenRole::adapter, till, second(7)});
    REQUIRE(made);
    ledger.reopen();
    const auto found = ledger.business().accessTokens().find(*made);
    REQUIRE(found);
    CHECK(found->name == "till 1");
    CHECK(found->role == TokenRole::adapter);
    CHECK(found->source == till);
    CHECK(found->made == second(7));
    CHECK_FALSE(ledger.business().accessTokens().find(*made + "x"));
    CHECK_FALSE(ledger.business().accessTokens().find(""));
}

TEST_CASE("No file holds a token") {
    TestLedger ledger;
    const auto made = ledger.business().accessTokens().make(desk("petra"));
    REQUIRE(made);
    CHECK_FALSE(filesWith(ledger.data(), "petra").empty());
    CHECK(filesWith(ledger.data(), made->substr(7)).empty());
}

TEST_CASE("A revoked token is nobody's, and its name is free again") {
    TestLedger ledger;
    auto& tokens = ledger.business().accessTokens();
    const auto first = tokens.make(desk("petra"));
    const auto other = tokens.make(desk("anna"));
    const auto again = tokens.make(desk("petra"));
    REQUIRE_FALSE(again);
    CHECK(again.error() == TokenProblem::nameTaken);
    CHECK(tokens.revoke("petra"));
    CHECK_FALSE(tokens.revoke("petra"));
    CHECK_FALSE(tokens.find(*first));
    CHECK(tokens.find(*other)->name == "anna");
    const auto second = tokens.make(desk("petra"));
    REQUIRE(second);
    CHECK(*second != *first);
    CHECK(tokens.all().size() == 2);
    CHECK(tokens.all().front().name == "anna");
}

TEST_CASE("Tokens of adapters and portals are of a source, others are not, and each has a name") {
    TestLedger ledger;
    auto& tokens = ledger.business().accessTokens();
    const auto problem = [&](TokenRole role, std::optional<events::SourceName> source, const std::string& name) {
        const auto made = tokens.make({name, role, std::move(source), second(7)});
        return made ? std::optional<TokenProblem>() : made.error();
    };
    CHECK(problem(TokenRole::adapter, std::nullopt, "a") == TokenProblem::sourceMissing);
    CHECK(problem(TokenRole::portal, std::nullopt, "a") == TokenProblem::sourceMissing);
    CHECK(problem(TokenRole::auditor, till, "a") == TokenProblem::sourceNotTaken);
    CHECK(problem(TokenRole::desk, std::nullopt, " ") == TokenProblem::badName);
    CHECK(problem(TokenRole::desk, std::nullopt, std::string(65, 'a')) == TokenProblem::badName);
    // Nobody could name them in a path, to revoke them.
    for (const auto* name : {"till 1/2", "a\\b", "a\nb", ".", ".."})
        CHECK(problem(TokenRole::desk, std::nullopt, name) == TokenProblem::badName);
    CHECK(problem(TokenRole::desk, std::nullopt, "hook:square") == TokenProblem::badName);
    CHECK_FALSE(problem(TokenRole::portal, till, std::string(64, 'a')));
    CHECK(tokens.all().size() == 1);
}

TEST_CASE("Roles read as they are written") {
    for (const auto* name : {"adapter", "portal", "desk", "admin", "auditor"}) {
        CHECK(ledger::toText(*ledger::parseTokenRole(name)) == name);
    }
    CHECK_FALSE(ledger::parseTokenRole("root"));
}

TEST_CASE("What a request has made is not made again, also when the directory is opened again") {
    TestLedger ledger;
    const auto order = [&](const char* key, const char* request) {
        const auto& tokens = ledger.business().tokens();
        return ledger::TokenOrder{tokens.eventId("", key), tokens.content({request})};
    };
    REQUIRE(ledger.business().accessTokens().make(desk("petra"), order("k", "r")));
    ledger.reopen();
    auto& tokens = ledger.business().accessTokens();
    CHECK(tokens.make(desk("petra"), order("k", "r")).error() == TokenProblem::madeBefore);
    CHECK(tokens.make(desk("anna"), order("k", "other")).error() == TokenProblem::keyUsed);
    REQUIRE(tokens.revoke("petra"));
    CHECK(tokens.make(desk("petra"), order("k", "r")).error() == TokenProblem::madeBefore);
    CHECK(tokens.all().empty());
    CHECK(tokens.make(desk("petra"), order("l", "r")));
    CHECK(tokens.all().size() == 1);
}
