// The rules for link and merge (DESIGN §4), each broken alone, and in pairs, of which the first is the refusal.

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using events::Field;
using ledger::RefusalCode;
using Rules = std::set<RefusalCode>;

namespace {

// Two customers as the pure rules see them: `from` has two records that a link ties, `into` has one. What breaks a
// rule is on the second record of `from`, as the rules ask for the whole customer.
class Situation {
public:
    explicit Situation(const Rules& broken) {
        tell(one, imported("Anna"));
        tell(two, imported("Anne"));
        if (!has(broken, RefusalCode::notFound)) tell(into, imported("Anja"));
        const events::RecordsLinked linked{one, two, false, std::nullopt, std::nullopt};
        both(one, two, linked);
        if (has(broken, RefusalCode::alreadyJoined)) {
            alreadyAt = next_;
            both(two, into, events::RecordsLinked{two, into, false, std::nullopt, std::nullopt});
        }
        if (has(broken, RefusalCode::erased)) tell(one, events::RecordErased{"asked for"});
        if (has(broken, RefusalCode::markedDistinct)) both(two, into, events::RecordsMarkedDistinct{two, into});
        if (has(broken, RefusalCode::twoAccounts)) account(two);
        if (has(broken, RefusalCode::twoAccounts) || has(broken, RefusalCode::intoOnlineRecord)) account(into);
        if (has(broken, RefusalCode::sourceHasCorrespondence)) {
            tell(two, events::CorrespondenceFiled{*events::ItemName::parse("till/letter"), "Letter", "Dear Anne"});
        }
        if (has(broken, RefusalCode::sourceHasContracts)) {
            tell(two, events::ContractSigned{*events::ItemName::parse("till/contract"), "Season ticket"});
        }
        if (has(broken, RefusalCode::credentialsRequired)) account(two);
        take = {Field::GIVEN_NAME};
        if (has(broken, RefusalCode::twoAccounts)) take.insert(take.end(), {Field::USERNAME, Field::PASSWORD});
        if (has(broken, RefusalCode::credentialsRequired)) take = {Field::GIVEN_NAME, Field::USERNAME};
        if (has(broken, RefusalCode::nothingToTake)) take.push_back(Field::CITY);
    }

    [[nodiscard]] std::optional<ledger::Refusal> merge() const {
        const auto decided = ledger::decide(state(one, into), ledger::Merge{one, into, take, "the same person", false});
        return decided ? std::nullopt : std::optional(decided.error());
    }
    [[nodiscard]] std::optional<ledger::Refusal> link() const {
        const auto decided = ledger::decide(state(one, into), ledger::Link{one, into, "the same person"});
        return decided ? std::nullopt : std::optional(decided.error());
    }
    [[nodiscard]] ledger::JoinState state(const events::RecordName& a, const events::RecordName& b) const {
        const auto load = [this](const events::RecordName& name) {
            auto facts = std::make_shared<ledger::RecordFacts>();
            facts->name = name;
            for (const auto& [record, event] : log_) {
                if (record == name) ledger::evolve(*facts, event);
            }
            return facts;
        };
        return {business, ledger::gather(a, load), ledger::gather(b, load)};
    }

    ledger::BusinessFacts business;
    events::RecordName one = record("till/1");
    events::RecordName two = record("till/2");
    events::RecordName into = record("web/1");
    std::vector<Field> take;
    events::Position alreadyAt;

private:
    static bool has(const Rules& rules, RefusalCode code) { return rules.count(code) != 0; }
    static events::Body imported(std::string name) {
        events::RecordImported data;
        data.attributes.set(Field::GIVEN_NAME, std::move(name));
        return data;
    }
    void account(const events::RecordName& name) {
        tell(name, events::AccountChanged{"user-" + std::string(idOf(name)), "hash"});
    }
    void tell(const events::RecordName& name, events::Body data) {
        note(name, name, std::move(data));
        next_ = next_.next();
    }
    void both(const events::RecordName& a, const events::RecordName& b, const events::Body& data) {
        note(a, a, data);
        note(b, a, data);
        next_ = next_.next();
    }
    void note(const events::RecordName& name, const events::RecordName& subject, events::Body data) {
        events::Event event;
        event.position = next_;
        event.subject = subject;
        event.data = std::move(data);
        log_.emplace_back(name, std::move(event));
    }

    std::vector<std::pair<events::RecordName, events::Event>> log_;
    events::Position next_{1};
};

// In the order of DESIGN §4.
const std::vector<RefusalCode> linkRules = {RefusalCode::notFound, RefusalCode::alreadyJoined, RefusalCode::erased,
                                            RefusalCode::markedDistinct, RefusalCode::twoAccounts};
const std::vector<RefusalCode> mergeRules = {RefusalCode::notFound,
                                             RefusalCode::alreadyJoined,
                                             RefusalCode::erased,
                                             RefusalCode::markedDistinct,
                                             RefusalCode::twoAccounts,
                                             RefusalCode::intoOnlineRecord,
                                             RefusalCode::sourceHasCorrespondence,
                                             RefusalCode::sourceHasContracts,
                                             RefusalCode::credentialsRequired,
                                             RefusalCode::nothingToTake};

// No state breaks both: the one wants what the other excludes.
bool excludeOneAnother(RefusalCode first, RefusalCode second) {
    const std::set<RefusalCode> pair{first, second};
    return pair == Rules{RefusalCode::notFound, RefusalCode::alreadyJoined} ||
           pair == Rules{RefusalCode::twoAccounts, RefusalCode::intoOnlineRecord} ||
           pair == Rules{RefusalCode::intoOnlineRecord, RefusalCode::credentialsRequired};
}

std::string codeOf(const std::optional<ledger::Refusal>& refusal) {
    return refusal ? std::string(toText(refusal->code)) : "decided";
}
std::string codeOf(const ledger::Decided& decided) {
    return decided ? "decided" : std::string(toText(decided.error().code));
}

const char* const anna = R"("attributes":{"givenName":"Anna","email":"anna@example.com"})";
std::string account(const std::string& name) {
    return R"("attributes":{"givenName":")" + name + R"("},"account":{"username":")" + name +
           R"(","passwordHash":"x"})";
}

}  // namespace

TEST_CASE("Two customers that break no rule are linked and merged") {
    const Situation situation({});
    CHECK(codeOf(situation.link()) == "decided");
    CHECK(codeOf(situation.merge()) == "decided");
}

TEST_CASE("Each rule for a link refuses by itself") {
    for (const auto rule : linkRules) {
        INFO(toText(rule));
        CHECK(codeOf(Situation({rule}).link()) == toText(rule));
    }
}

TEST_CASE("Each rule for a merge refuses by itself") {
    for (const auto rule : mergeRules) {
        INFO(toText(rule));
        CHECK(codeOf(Situation({rule}).merge()) == toText(rule));
    }
}

TEST_CASE("Of two broken rules the first is the refusal") {
    for (std::size_t first = 0; first < mergeRules.size(); ++first) {
        for (std::size_t second = first + 1; second < mergeRules.size(); ++second) {
            if (excludeOneAnother(mergeRules[first], mergeRules[second])) continue;
            INFO(toText(mergeRules[first]) << " and " << toText(mergeRules[second]));
            const Situation situation({mergeRules[first], mergeRules[second]});
            CHECK(codeOf(situation.merge()) == toText(mergeRules[first]));
            if (second < linkRules.size()) CHECK(codeOf(situation.link()) == toText(mergeRules[first]));
        }
    }
}

TEST_CASE("The rules that only a merge has do not stop a link") {
    for (auto rule = mergeRules.begin() + static_cast<std::ptrdiff_t>(linkRules.size()); rule != mergeRules.end();
         ++rule) {
        INFO(toText(*rule));
        CHECK(codeOf(Situation({*rule}).link()) == "decided");
    }
}

TEST_CASE("A record is not joined with itself, and one that does not exist is not found first") {
    const Situation situation({RefusalCode::notFound});
    const auto& one = situation.one;
    const auto& nobody = situation.into;
    CHECK(codeOf(ledger::decide(situation.state(one, one), ledger::Link{one, one, ""})) == "same_record");
    CHECK(codeOf(ledger::decide(situation.state(one, one), ledger::Merge{one, one, {}, "", false})) == "same_record");
    CHECK(codeOf(ledger::decide(situation.state(nobody, nobody), ledger::Link{nobody, nobody, ""})) == "not_found");
    CHECK(codeOf(ledger::decide(situation.state(nobody, one), ledger::Link{nobody, one, ""})) == "not_found");
}

TEST_CASE("Either of the two records may be the erased one, but no other record of the customer") {
    const Situation situation({RefusalCode::erased});
    const auto& [one, two, into] = std::tie(situation.one, situation.two, situation.into);
    CHECK(codeOf(ledger::decide(situation.state(into, one), ledger::Link{into, one, ""})) == "erased");
    CHECK(codeOf(ledger::decide(situation.state(two, into), ledger::Link{two, into, ""})) == "decided");
}

TEST_CASE("The starred rules are asked only while they are switched on") {
    const std::vector<std::pair<RefusalCode, events::Rule>> starred = {
        {RefusalCode::intoOnlineRecord, events::Rule::INTO_ONLINE_RECORD},
        {RefusalCode::sourceHasCorrespondence, events::Rule::SOURCE_HAS_CORRESPONDENCE},
        {RefusalCode::sourceHasContracts, events::Rule::SOURCE_HAS_CONTRACTS}};
    for (const auto& [code, rule] : starred) {
        INFO(toText(code));
        Situation situation({code});
        situation.business.policy.set(rule, false);
        CHECK(codeOf(situation.merge()) == "decided");
        for (const auto other : {events::Rule::INTO_ONLINE_RECORD, events::Rule::SOURCE_HAS_CORRESPONDENCE,
                                 events::Rule::SOURCE_HAS_CONTRACTS, events::Rule::AUTOMATIC_LINK}) {
            situation.business.policy.set(other, other == rule);
        }
        CHECK(codeOf(situation.merge()) == toText(code));
    }
}

TEST_CASE("Already joined names the joins between the two, and no others") {
    TestLedger ledger;
    for (const auto* name : {"till/1", "till/2", "till/3", "till/4"}) ledger.fact("record.imported", name, anna);
    const auto first = ledger.link("till/1", "till/2");
    const auto second = ledger.link("till/2", "till/3");
    ledger.link("till/3", "till/4");
    const auto refused = ledger.tryLink("till/3", "till/1");
    REQUIRE(codeOf(refused) == "already_joined");
    CHECK(refused.error().joins == std::vector{first, second});
    CHECK(codeOf(ledger.tryMerge("till/1", "till/4")) == "already_joined");
}

TEST_CASE("A record that only has held facts does not exist yet") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", anna);
    ledger.fact("record.changed", "till/2", anna);
    CHECK(codeOf(ledger.tryLink("till/1", "till/2")) == "not_found");
    CHECK(codeOf(ledger.tryMerge("till/2", "till/1")) == "not_found");
}

TEST_CASE("A mark between two records refuses every join of their customers until it is cleared") {
    TestLedger ledger;
    for (const auto* name : {"till/1", "till/2", "till/3", "till/4"}) ledger.fact("record.imported", name, anna);
    REQUIRE(ledger.business().decide(ledger::MarkDistinct{record("till/1"), record("till/2")}, ledger.admin()));
    ledger.link("till/1", "till/3");
    ledger.link("till/2", "till/4");
    CHECK(codeOf(ledger.tryLink("till/3", "till/4")) == "marked_distinct");
    CHECK(codeOf(ledger.tryMerge("till/4", "till/3")) == "marked_distinct");
    REQUIRE(ledger.business().decide(ledger::ClearDistinct{record("till/2"), record("till/1")}, ledger.admin()));
    CHECK(codeOf(ledger.tryLink("till/3", "till/4")) == "recorded");
}

TEST_CASE("Two online accounts are neither linked nor merged") {
    TestLedger ledger;
    ledger.fact("record.registered", "web/1", account("anna"));
    ledger.fact("record.registered", "web/2", account("anne"));
    CHECK(codeOf(ledger.tryLink("web/1", "web/2")) == "two_accounts");
    CHECK(codeOf(ledger.tryMerge("web/1", "web/2", {Field::USERNAME, Field::PASSWORD})) == "two_accounts");
}

TEST_CASE("A merge into the customer with the online account is refused while the rule is on") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", anna);
    ledger.fact("record.registered", "web/1", account("anna"));
    CHECK(codeOf(ledger.tryMerge("till/1", "web/1")) == "into_online_record");
    REQUIRE(ledger.business().decide(ledger::SetPolicy{events::Rule::INTO_ONLINE_RECORD, false}, ledger.admin()));
    CHECK(codeOf(ledger.tryMerge("till/1", "web/1")) == "recorded");
}

TEST_CASE("Correspondence of the customer to be merged refuses the merge while the rule is on") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", anna);
    ledger.fact("record.imported", "till/2", anna);
    ledger.fact("correspondence.filed", "till/1", R"("entry":"k1","title":"Letter")");
    CHECK(codeOf(ledger.tryMerge("till/1", "till/2")) == "source_has_correspondence");
    REQUIRE(
        ledger.business().decide(ledger::SetPolicy{events::Rule::SOURCE_HAS_CORRESPONDENCE, false}, ledger.admin()));
    CHECK(codeOf(ledger.tryMerge("till/1", "till/2")) == "recorded");
}

TEST_CASE("Correspondence of the customer that stays is no obstacle") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", anna);
    ledger.fact("record.imported", "till/2", anna);
    ledger.fact("correspondence.filed", "till/2", R"("entry":"k1","title":"Letter")");
    ledger.fact("contract.signed", "till/2", R"("contract":"c1")");
    CHECK(codeOf(ledger.tryMerge("till/1", "till/2")) == "recorded");
}

TEST_CASE("A contract of the customer to be merged refuses the merge while the rule is on") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", anna);
    ledger.fact("record.imported", "till/2", anna);
    ledger.fact("contract.signed", "till/1", R"("contract":"c1","title":"Season ticket")");
    CHECK(codeOf(ledger.tryMerge("till/1", "till/2")) == "source_has_contracts");
    REQUIRE(ledger.business().decide(ledger::SetPolicy{events::Rule::SOURCE_HAS_CONTRACTS, false}, ledger.admin()));
    CHECK(codeOf(ledger.tryMerge("till/1", "till/2")) == "recorded");
}

TEST_CASE("A merge of a customer with an account takes username and password, or is refused") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", anna);
    ledger.fact("record.registered", "web/1", account("anna"));
    CHECK(codeOf(ledger.tryMerge("web/1", "till/1")) == "credentials_required");
    CHECK(codeOf(ledger.tryMerge("web/1", "till/1", {Field::USERNAME})) == "credentials_required");
    CHECK(codeOf(ledger.tryMerge("web/1", "till/1", {Field::PASSWORD})) == "credentials_required");
    CHECK(codeOf(ledger.tryMerge("web/1", "till/1", {Field::PASSWORD, Field::USERNAME})) == "recorded");
}

TEST_CASE("A merge takes only fields that have a value") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", anna);
    ledger.fact("record.imported", "till/2", anna);
    CHECK(codeOf(ledger.tryMerge("till/1", "till/2", {Field::EMAIL, Field::CITY})) == "nothing_to_take");
    CHECK(codeOf(ledger.tryMerge("till/1", "till/2", {Field::USERNAME})) == "nothing_to_take");
    ledger.fact("record.changed", "till/1", R"("attributes":{"email":null})");
    CHECK(codeOf(ledger.tryMerge("till/1", "till/2", {Field::EMAIL})) == "nothing_to_take");
    CHECK(codeOf(ledger.tryMerge("till/1", "till/2", {Field::GIVEN_NAME})) == "recorded");
}

TEST_CASE("A refused join records nothing") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", anna);
    const auto before = ledger.business().head();
    REQUIRE_FALSE(ledger.tryLink("till/1", "till/9"));
    REQUIRE_FALSE(ledger.tryMerge("till/1", "till/9"));
    CHECK(ledger.business().head() == before);
}

TEST_CASE("A switch that is set to what it is already records nothing, and one that is set survives a restart") {
    TestLedger ledger;
    const auto set = [&](bool on) {
        return ledger.business().decide(ledger::SetPolicy{events::Rule::AUTOMATIC_LINK, on}, ledger.admin());
    };
    CHECK(set(true)->position.isNone());
    CHECK(set(false)->position == position(1));
    CHECK(set(false)->position.isNone());
    ledger.reopen();
    CHECK_FALSE(ledger.business().facts().policy.isOn(events::Rule::AUTOMATIC_LINK));
}
