// The automatic link (DESIGN §4).

#include <catch2/catch.hpp>

#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using events::Field;

namespace {

std::string email(const std::string& address) { return R"("attributes":{"email":")" + address + R"("})"; }

std::string registration(const std::string& address, bool verified, const std::string& username = "anna") {
    return email(address) + R"(,"account":{"username":")" + username + R"(","passwordHash":"x"},"emailVerified":)" +
           (verified ? "true" : "false");
}

std::size_t size(const TestLedger& ledger, const char* name) { return ledger.customer(name).records.size(); }

}  // namespace

TEST_CASE("A verified address that one other customer has links the two") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", email("anna@example.com"));
    const auto registered = ledger.fact("record.registered", "web/1", registration("anna@example.com", true));
    const auto customer = ledger.customer("web/1");
    REQUIRE(customer.records.size() == 2);
    REQUIRE(customer.joins.size() == 1);
    const auto& join = customer.joins.front();
    CHECK(join.position == registered.next());
    CHECK(join.kind == ledger::JoinKind::link);
    CHECK(join.automatic);
    CHECK(join.reason == "verifiedEmail");
    CHECK(std::set{join.a, join.b} == std::set{record("till/1"), record("web/1")});
}

TEST_CASE("An unverified address links nothing until it is verified") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", email("anna@example.com"));
    ledger.fact("record.registered", "web/1", registration("anna@example.com", false));
    CHECK(size(ledger, "web/1") == 1);
    ledger.fact("record.emailVerified", "web/1", R"("email":"anna@example.com")");
    CHECK(size(ledger, "web/1") == 2);
}

TEST_CASE("An address that is verified before the registration arrives links once it is there") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", email("anna@example.com"));
    ledger.fact("record.emailVerified", "web/1", R"("email":"anna@example.com")");
    CHECK(size(ledger, "web/1") == 1);
    ledger.fact("record.registered", "web/1", registration("anna@example.com", false));
    CHECK(size(ledger, "web/1") == 2);
}

TEST_CASE("Upper and lower case and the form of the domain make no difference") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", email("Anna@M\u00dcLLER.example"));
    ledger.fact("record.registered", "web/1", registration("anna@xn--mller-kva.example", true));
    CHECK(size(ledger, "web/1") == 2);
}

TEST_CASE("A registration without an account is not linked") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", email("anna@example.com"));
    ledger.fact("record.registered", "web/1", email("anna@example.com") + R"(,"emailVerified":true)");
    CHECK(size(ledger, "web/1") == 1);
}

TEST_CASE("Two customers with the address are linked with neither") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", email("anna@example.com"));
    ledger.fact("record.imported", "till/2", email("anna@example.com"));
    ledger.fact("record.registered", "web/1", registration("anna@example.com", true));
    CHECK(size(ledger, "web/1") == 1);
}

TEST_CASE("Of one customer with two records that carry the address, the older is linked") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/2", email("anna@example.com"));
    ledger.fact("record.imported", "till/1", email("anna@example.com"));
    ledger.link("till/1", "till/2");
    ledger.fact("record.registered", "web/1", registration("anna@example.com", true));
    const auto customer = ledger.customer("web/1");
    REQUIRE(customer.joins.size() == 2);
    const auto& join = customer.joins.back();
    CHECK(std::set{join.a, join.b} == std::set{record("till/2"), record("web/1")});
}

TEST_CASE("A customer that has an account is not linked") {
    TestLedger ledger;
    ledger.fact("record.registered", "smile/1", registration("anna@example.com", false, "anne"));
    ledger.fact("record.registered", "web/1", registration("anna@example.com", true));
    CHECK(size(ledger, "web/1") == 1);
}

TEST_CASE("A hit with an account is a hit: the other one is not linked either") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", email("anna@example.com"));
    ledger.fact("record.registered", "smile/1", registration("anna@example.com", false, "anne"));
    ledger.fact("record.registered", "web/1", registration("anna@example.com", true));
    CHECK(size(ledger, "web/1") == 1);
}

TEST_CASE("An address that does not count any more is no hit") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", email("anna@example.com"));
    ledger.fact("record.imported", "till/2", email("anna@example.com"));
    ledger.fact("record.imported", "till/3", email("anna@example.com"));
    ledger.fact("record.changed", "till/2", email("other@example.com"));
    ledger.fact("record.deleted", "till/3", "");
    ledger.fact("record.registered", "web/1", registration("anna@example.com", true));
    CHECK(ledger.customer("web/1").has(record("till/1")));
    CHECK(size(ledger, "web/1") == 2);
}

TEST_CASE("After an undo the pair is not linked again") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", email("anna@example.com"));
    const auto registered = ledger.fact("record.registered", "web/1", registration("anna@example.com", true));
    ledger.undo(registered.next());
    CHECK(size(ledger, "web/1") == 1);
    ledger.fact("record.emailVerified", "web/1", R"("email":"anna@example.com")");
    CHECK(size(ledger, "web/1") == 1);
}

TEST_CASE("After an undo that leaves the pair rejoinable it is linked again when the address is verified again") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", email("anna@example.com"));
    const auto registered = ledger.fact("record.registered", "web/1", registration("anna@example.com", true));
    REQUIRE(ledger.tryUndo({registered.next(), "try again", {}, false, true}));
    ledger.fact("record.emailVerified", "web/1", R"("email":"anna@example.com")");
    CHECK(size(ledger, "web/1") == 2);
}

TEST_CASE("A pair that is marked distinct is not linked") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", email("anna@example.com"));
    ledger.fact("record.registered", "web/1", registration("anna@example.com", false));
    REQUIRE(ledger.business().decide(ledger::MarkDistinct{record("till/1"), record("web/1")}, ledger.admin()));
    ledger.fact("record.emailVerified", "web/1", R"("email":"anna@example.com")");
    CHECK(size(ledger, "web/1") == 1);
}

TEST_CASE("Switched off, nothing is linked by itself") {
    TestLedger ledger;
    REQUIRE(ledger.business().decide(ledger::SetPolicy{events::Rule::AUTOMATIC_LINK, false}, ledger.admin()));
    ledger.fact("record.imported", "till/1", email("anna@example.com"));
    ledger.fact("record.registered", "web/1", registration("anna@example.com", true));
    CHECK(size(ledger, "web/1") == 1);
}

TEST_CASE("An address that the record has given up links nobody") {
    TestLedger ledger;
    ledger.fact("record.registered", "web/1", registration("old@example.com", true));
    ledger.fact("record.changed", "web/1", email("new@example.com"));
    ledger.fact("record.imported", "till/1", email("old@example.com"));
    ledger.fact("account.changed", "web/1", R"("passwordHash":"y")");
    CHECK(size(ledger, "web/1") == 1);
}

TEST_CASE("A verified address that is not the record's own links nobody") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", email("anna@example.com"));
    ledger.fact("record.registered", "web/1", registration("other@example.com", false));
    ledger.fact("record.emailVerified", "web/1", R"("email":"anna@example.com")");
    CHECK(size(ledger, "web/1") == 1);
}
