// Consents, and who may be contacted (DESIGN §5).

#include <catch2/catch.hpp>

#include "ledger/consents.hpp"
#include "projections/consent_view.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;
using events::Channel;
using events::Purpose;

namespace {

std::string at(events::Position position) { return std::to_string(position.value()); }

std::string stated(const std::string& purpose, const std::string& state, const std::string& more = "",
                   const std::string& channel = "email") {
    return R"("purpose":")" + purpose + R"(","channel":")" + channel + R"(","state":")" + state + '"' + more;
}

std::string address(const std::string& text) { return R"(,"address":")" + text + '"'; }

struct Anna : TestLedger {
    Anna() {
        fact("record.imported", "till/1", R"("attributes":{"email":"anna@example.com","mobile":"0171 1234567"})");
    }
    events::Position state(const std::string& data, const char* name = "till/1") {
        return fact("consent.stated", name, data);
    }
    [[nodiscard]] std::string may(Purpose purpose, Channel channel = Channel::EMAIL,
                                  const char* name = "till/1") const {
        return mayContact(name, purpose, channel);
    }
};

TEST_CASE(
    "A refusal before the join leaves the other record's grant for another address, and refuses everything else") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", "");
    ledger.fact("record.imported", "web/1", "");
    const auto grant =
        ledger.fact("consent.stated", "web/1",
                    R"("purpose":"reminders","channel":"email","state":"granted","address":"new@example.com")");
    const auto refusal =
        ledger.fact("consent.stated", "till/1",
                    R"("purpose":"reminders","channel":"email","state":"refused","address":"old@example.com")");
    ledger.link("till/1", "web/1");
    const auto may = [&](const char* address) {
        return ledger.mayContact("till/1", events::Purpose::REMINDERS, events::Channel::EMAIL, address);
    };
    CHECK(may("new@example.com") == "yes " + std::to_string(grant.value()));
    CHECK(may("old@example.com") == "no " + std::to_string(refusal.value()));
    CHECK(may("third@example.com") == "no " + std::to_string(refusal.value()));
    // Refused again while both are one person: now it covers both.
    const auto again =
        ledger.fact("consent.stated", "till/1",
                    R"("purpose":"reminders","channel":"email","state":"refused","address":"old@example.com")");
    CHECK(may("new@example.com") == "no " + std::to_string(again.value()));
}

TEST_CASE("Each address keeps its own refusal, and the one that decides is named") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", "");
    const auto state = [&](const char* stated, const char* address) {
        return ledger.fact("consent.stated", "till/1",
                           std::string(R"("purpose":"reminders","channel":"email","state":")") + stated +
                               R"(","address":")" + address + '"');
    };
    const auto first = state("refused", "x@example.com");
    state("refused", "y@example.com");
    const auto granted = state("granted", "y@example.com");
    const auto may = [&](const char* address) {
        return ledger.mayContact("till/1", events::Purpose::REMINDERS, events::Channel::EMAIL, address);
    };
    CHECK(may("x@example.com") == "no " + std::to_string(first.value()));
    CHECK(may("y@example.com") == "yes " + std::to_string(granted.value()));
    CHECK(may("z@example.com") == "no " + std::to_string(first.value()));
    const auto standings = ledger::foldConsents(ledger.customer("till/1"));
    REQUIRE(standings.size() == 1);
    CHECK(standings.front().refusals.size() == 1);
    CHECK(standings.front().statements.size() == 1);
}

}  // namespace

TEST_CASE("Nobody is contacted about whom nothing was stated") {
    const Anna ledger;
    for (const auto purpose : {Purpose::REMINDERS, Purpose::MARKETING, Purpose::REVIEWS, Purpose::DATA_TRANSFER}) {
        CHECK(ledger.may(purpose) == "no");
    }
}

TEST_CASE("Reminders need a grant, a confirmation or the till's switch, and advertising needs more") {
    struct Case {
        const char* state;
        bool reminders;
        bool advertising;
    };
    for (const auto& [state, reminders, advertising] :
         {Case{"unknown", false, false}, Case{"importedUnproven", true, false}, Case{"requested", false, false},
          Case{"granted", true, false}, Case{"confirmed", true, true}, Case{"refused", false, false},
          Case{"withdrawn", false, false}}) {
        INFO(state);
        Anna ledger;
        const auto answer = [](bool yes, events::Position by) { return (yes ? "yes " : "no ") + at(by); };
        const auto onReminders = ledger.state(stated("reminders", state));
        const auto onMarketing = ledger.state(stated("marketing", state));
        const auto onReviews = ledger.state(stated("reviews", state));
        const auto onTransfer = ledger.state(stated("dataTransfer", state));
        CHECK(ledger.may(Purpose::REMINDERS) == answer(reminders, onReminders));
        CHECK(ledger.may(Purpose::MARKETING) == answer(advertising, onMarketing));
        CHECK(ledger.may(Purpose::REVIEWS) == answer(advertising, onReviews));
        CHECK(ledger.may(Purpose::DATA_TRANSFER) == answer(false, onTransfer));
    }
}

TEST_CASE("A grant for advertising needs evidence that is more than an online form") {
    struct Case {
        const char* proof;
        bool enough;
    };
    for (const auto& [proof, enough] :
         {Case{"", false}, Case{R"(,"method":"onlineForm")", false},
          Case{R"(,"method":"onlineForm","evidence":"log 7")", false},
          Case{R"(,"method":"online form","evidence":"log 7")", false}, Case{R"(,"method":"paper")", false},
          Case{R"(,"method":"paper","evidence":"scan 12")", true}}) {
        INFO(proof);
        Anna ledger;
        const auto granted = ledger.state(stated("marketing", "granted", proof));
        CHECK(ledger.may(Purpose::MARKETING) == (enough ? "yes " : "no ") + at(granted));
    }
}

TEST_CASE("A consent is for its own purpose and channel") {
    Anna ledger;
    ledger.state(stated("marketing", "confirmed"));
    CHECK(ledger.may(Purpose::REMINDERS) == "no");
    CHECK(ledger.may(Purpose::REVIEWS) == "no");
    CHECK(ledger.may(Purpose::MARKETING, Channel::SMS) == "no");
    CHECK(ledger.may(Purpose::MARKETING, Channel::PHONE) == "no");
}

TEST_CASE("A refusal is for its own purpose and channel") {
    Anna ledger;
    const auto reminders = ledger.state(stated("reminders", "granted"));
    const auto bySms = ledger.state(stated("reminders", "granted", "", "sms"));
    ledger.state(stated("marketing", "refused"));
    CHECK(ledger.may(Purpose::REMINDERS) == "yes " + at(reminders));
    ledger.state(stated("reminders", "withdrawn"));
    CHECK(ledger.may(Purpose::REMINDERS, Channel::SMS) == "yes " + at(bySms));
}

TEST_CASE("Addresses that are the same when spelt in the usual ways are one address") {
    Anna ledger;
    const auto granted = ledger.state(stated("reminders", "granted", address("+49 171 1234567"), "sms"));
    CHECK(ledger.may(Purpose::REMINDERS, Channel::SMS) == "yes " + at(granted));
    const auto mail = ledger.state(stated("reminders", "granted", address("ANNA@Example.com")));
    CHECK(ledger.may(Purpose::REMINDERS) == "yes " + at(mail));
}

TEST_CASE("A statement decides for its own address, not for another") {
    Anna ledger;
    ledger.state(stated("reminders", "granted", address("old@example.com")));
    CHECK(ledger.may(Purpose::REMINDERS) == "no");
    CHECK(ledger.mayContact("till/1", Purpose::REMINDERS, Channel::EMAIL, "old@example.com").starts_with("yes"));
}

TEST_CASE("A consent expires after the time until which it is valid") {
    Anna ledger;
    const auto granted = ledger.state(stated("reminders", "granted", R"(,"validUntil":")" + secondText(100) + '"'));
    const auto ask = [&](int when) {
        return ledger::mayContact(ledger.customer("till/1"), Purpose::REMINDERS, Channel::EMAIL, std::nullopt,
                                  second(when));
    };
    CHECK(ask(99).allowed);
    CHECK(ask(100).allowed);
    CHECK_FALSE(ask(101).allowed);
    REQUIRE(ask(101).decidedBy);
    CHECK(ask(101).decidedBy->position == granted);
}

TEST_CASE("Statements are ordered by the time at which they were made, then by position") {
    Anna ledger;
    for (int i = 0; i < 8; ++i) ledger.fact("note.filed", "till/1", R"("entry":"n")");
    const auto newer = ledger.factAt(6, "consent.stated", "till/1", stated("reminders", "granted"));
    ledger.factAt(3, "consent.stated", "till/1", stated("reminders", "refused"));
    CHECK(ledger.may(Purpose::REMINDERS) == "yes " + at(newer));
    const auto sameTime = ledger.factAt(6, "consent.stated", "till/1", stated("reminders", "withdrawn"));
    CHECK(ledger.may(Purpose::REMINDERS) == "no " + at(sameTime));
}

TEST_CASE("A statement that claims to come from the future counts as made when it was recorded") {
    for (const int ahead : {3'600, 100'000}) {
        Anna ledger;
        ledger.factAt(ahead, "consent.stated", "till/1", stated("reminders", "granted"));
        const auto refused = ledger.state(stated("reminders", "refused"));
        CHECK(ledger.may(Purpose::REMINDERS) == "no " + at(refused));
    }
}

TEST_CASE("Only a grant or a confirmation lifts a refusal") {
    for (const auto* state : {"unknown", "importedUnproven", "requested"}) {
        INFO(state);
        Anna ledger;
        const auto refused = ledger.state(stated("reminders", "refused"));
        ledger.state(stated("reminders", state));
        ledger.state(stated("reminders", state, address("anna@example.com")));
        CHECK(ledger.may(Purpose::REMINDERS) == "no " + at(refused));
    }
    for (const auto* state : {"granted", "confirmed"}) {
        INFO(state);
        Anna ledger;
        ledger.state(stated("reminders", "refused"));
        const auto lifts = ledger.state(stated("reminders", state, address("anna@example.com")));
        CHECK(ledger.may(Purpose::REMINDERS) == "yes " + at(lifts));
    }
}

TEST_CASE("The till's switch displaces nothing but what is unknown") {
    for (const auto* state : {"requested", "granted", "confirmed"}) {
        for (const auto& where : {std::string(), address("anna@example.com")}) {
            INFO(state << where);
            Anna ledger;
            const auto before = ledger.state(stated("reminders", state, where));
            ledger.fact("record.imported", "till/1", R"("notifications":{"email":true})");
            const auto* const allowed = std::string_view(state) == "requested" ? "no " : "yes ";
            CHECK(ledger.may(Purpose::REMINDERS) == allowed + at(before));
        }
    }
    Anna ledger;
    ledger.state(stated("reminders", "unknown"));
    const auto switched = ledger.fact("record.imported", "till/1", R"("notifications":{"email":true})");
    CHECK(ledger.may(Purpose::REMINDERS) == "yes " + at(switched));
}

TEST_CASE("The till's switch set to no stops reminders and nothing else") {
    Anna ledger;
    ledger.state(stated("reminders", "confirmed", address("anna@example.com")));
    const auto marketing = ledger.state(stated("marketing", "confirmed"));
    const auto off = ledger.fact("notifications.set", "till/1", R"("email":false)");
    CHECK(ledger.may(Purpose::REMINDERS) == "no " + at(off));
    CHECK(ledger.may(Purpose::MARKETING) == "yes " + at(marketing));
    const auto again = ledger.state(stated("reminders", "granted"));
    CHECK(ledger.may(Purpose::REMINDERS) == "yes " + at(again));
}

TEST_CASE("A consent holds for the customer, whichever of the joined records it was stated for") {
    Anna ledger;
    ledger.fact("record.registered", "web/1", R"("attributes":{"givenName":"Anna"})");
    const auto granted = ledger.state(stated("reminders", "granted", address("anna@example.com")), "web/1");
    const auto join = ledger.link("till/1", "web/1");
    CHECK(ledger.may(Purpose::REMINDERS) == "yes " + at(granted));
    ledger.undo(join);
    CHECK(ledger.may(Purpose::REMINDERS) == "no");
}

TEST_CASE("A refusal ends the grants of all records that are joined with its own, and stays with them after an undo") {
    Anna ledger;
    ledger.fact("record.registered", "web/1", R"("attributes":{"email":"anna@example.com"})");
    ledger.state(stated("reminders", "granted", address("anna@example.com")));
    const auto join = ledger.link("till/1", "web/1");
    const auto refused = ledger.state(stated("reminders", "refused"), "web/1");
    CHECK(ledger.may(Purpose::REMINDERS) == "no " + at(refused));
    ledger.undo(join);
    CHECK(ledger.may(Purpose::REMINDERS) == "no " + at(refused));
    CHECK(ledger.may(Purpose::REMINDERS, Channel::EMAIL, "web/1") == "no " + at(refused));
    ledger.reopen();
    CHECK(ledger.may(Purpose::REMINDERS) == "no " + at(refused));
}

TEST_CASE("A switch set to no covers the joined records as well") {
    Anna ledger;
    ledger.fact("record.registered", "web/1", R"("attributes":{"email":"anna@example.com"})");
    ledger.state(stated("reminders", "granted"), "web/1");
    const auto join = ledger.link("till/1", "web/1");
    const auto off = ledger.fact("record.imported", "till/1", R"("notifications":{"email":false})");
    ledger.undo(join);
    CHECK(ledger.may(Purpose::REMINDERS, Channel::EMAIL, "web/1") == "no " + at(off));
}

TEST_CASE("A refusal covers nobody who is joined later only") {
    Anna ledger;
    ledger.fact("record.registered", "web/1", R"("attributes":{"email":"anna@example.com"})");
    const auto granted = ledger.state(stated("reminders", "granted"));
    ledger.state(stated("reminders", "refused"), "web/1");
    ledger.undo(ledger.link("till/1", "web/1"));
    CHECK(ledger.may(Purpose::REMINDERS) == "yes " + at(granted));
}

TEST_CASE("A refusal covers nobody who was parted before it") {
    Anna ledger;
    ledger.fact("record.registered", "web/1", R"("attributes":{"email":"anna@example.com"})");
    const auto granted = ledger.state(stated("reminders", "granted"));
    ledger.undo(ledger.link("till/1", "web/1"));
    ledger.state(stated("reminders", "refused"), "web/1");
    CHECK(ledger.may(Purpose::REMINDERS) == "yes " + at(granted));
}

TEST_CASE("After an undo a new grant lifts the refusal for its own record alone") {
    Anna ledger;
    ledger.fact("record.registered", "web/1", R"("attributes":{"email":"anna@example.com"})");
    const auto join = ledger.link("till/1", "web/1");
    const auto refused = ledger.state(stated("reminders", "refused"), "web/1");
    ledger.undo(join);
    const auto granted = ledger.state(stated("reminders", "granted", address("anna@example.com")));
    CHECK(ledger.may(Purpose::REMINDERS) == "yes " + at(granted));
    CHECK(ledger.may(Purpose::REMINDERS, Channel::EMAIL, "web/1") == "no " + at(refused));
}

TEST_CASE("A grant that was given while two were joined does not lift the refusal for the other after the undo") {
    Anna ledger;
    ledger.fact("record.registered", "web/1", R"("attributes":{"email":"anna@example.com"})");
    const auto join = ledger.link("till/1", "web/1");
    const auto refused = ledger.state(stated("reminders", "refused"), "web/1");
    const auto granted = ledger.state(stated("reminders", "granted", address("anna@example.com")));
    CHECK(ledger.may(Purpose::REMINDERS, Channel::EMAIL, "web/1") == "yes " + at(granted));
    ledger.undo(join);
    CHECK(ledger.may(Purpose::REMINDERS) == "yes " + at(granted));
    CHECK(ledger.may(Purpose::REMINDERS, Channel::EMAIL, "web/1") == "no " + at(refused));
}

TEST_CASE("A statement keeps its proof") {
    Anna ledger;
    const std::string sum(64, 'a');
    ledger.state(stated("marketing", "granted",
                        R"(,"wording":{"id":"w","version":"2","language":"de","sha256":")" + sum +
                            R"("},"method":"paper","evidence":"scan 12","statedBy":"Anna")"));
    const auto statements = ledger::statementsOf(ledger.customer("till/1"));
    REQUIRE(statements.size() == 1);
    const auto& statement = statements.front().statement;
    CHECK(statement.method == "paper");
    CHECK(statement.evidence == "scan 12");
    CHECK(statement.statedBy == "Anna");
    REQUIRE(statement.wording);
    CHECK(statement.wording->id == "w");
    CHECK(statement.wording->version == "2");
    CHECK(statement.wording->language == "de");
    CHECK(statement.wording->sha256 == sum);
}

TEST_CASE("Only evidence by a method that is known to be more than an online form is enough for advertising") {
    for (const auto& [method, enough] : {std::pair("Online-Formular", false),
                                         {"website", false},
                                         {"app", false},
                                         {"", false},
                                         {"Papier", true},
                                         {"double opt-in", true},
                                         {"Signature Pad", true},
                                         {"phoneRecording", true}}) {
        INFO(method);
        Anna ledger;
        const auto granted = ledger.state(
            stated("reviews", "granted", R"(,"evidence":"scan 12","method":")" + std::string(method) + '"'));
        CHECK(ledger.may(Purpose::REVIEWS) == (enough ? "yes " : "no ") + at(granted));
    }
}

TEST_CASE("A till's yes is for its own record's number, not for one that came by a merge") {
    Anna ledger;
    const auto on = ledger.fact("record.imported", "till/1", R"("notifications":{"sms":true})");
    ledger.fact("record.registered", "web/1", R"("attributes":{"mobile":"0151 7654321"})");
    CHECK(ledger.may(Purpose::REMINDERS, Channel::SMS) == "yes " + at(on));
    const auto join = ledger.merge("web/1", "till/1", {events::Field::MOBILE});
    CHECK(ledger.may(Purpose::REMINDERS, Channel::SMS) == "no");
    CHECK(ledger.mayContact("till/1", Purpose::REMINDERS, Channel::SMS, "+49 171 1234567") == "yes " + at(on));
    ledger.undo(join);
    CHECK(ledger.may(Purpose::REMINDERS, Channel::SMS) == "yes " + at(on));
}

TEST_CASE("A till's yes follows its record to a new number") {
    Anna ledger;
    const auto on = ledger.fact("record.imported", "till/1", R"("notifications":{"sms":true})");
    ledger.fact("record.imported", "till/1", R"("attributes":{"mobile":"0151 7654321"},"notifications":{"sms":true})");
    CHECK(ledger.may(Purpose::REMINDERS, Channel::SMS) == "yes " + at(on));
    CHECK(ledger.mayContact("till/1", Purpose::REMINDERS, Channel::SMS, "0171 1234567") == "no");
}

TEST_CASE("A till's yes without a number covers none") {
    TestLedger ledger;
    ledger.fact("record.imported", "till/1", R"("attributes":{"familyName":"Muster"},"notifications":{"sms":true})");
    CHECK(ledger.mayContact("till/1", Purpose::REMINDERS, Channel::SMS, "0171 1234567") == "no");
    CHECK(ledger::foldConsents(ledger.customer("till/1")).front().statements.empty());
}

TEST_CASE("A switch that was off before a join leaves the other record's own grant in force") {
    Anna ledger;
    const auto grantedFirst = [&] {
        ledger.fact("record.registered", "web/1", R"("attributes":{"email":"a.muster@example.com"})");
        return ledger.state(stated("reminders", "granted", address("a.muster@example.com")), "web/1");
    };
    const auto granted = grantedFirst();
    const auto off = ledger.fact("record.imported", "till/1", R"("notifications":{"email":false})");
    ledger.merge("web/1", "till/1", {events::Field::EMAIL});
    CHECK(ledger.may(Purpose::REMINDERS) == "yes " + at(granted));
    CHECK(ledger.mayContact("till/1", Purpose::REMINDERS, Channel::EMAIL, "anna@example.com") == "no " + at(off));
}

TEST_CASE("A refusal without an address ends only the grants of those who were joined with its record then") {
    Anna ledger;
    ledger.fact("record.registered", "web/1", R"("attributes":{"email":"a.muster@example.com"})");
    const auto granted = ledger.state(stated("reminders", "granted", address("a.muster@example.com")), "web/1");
    const auto refused = ledger.state(stated("reminders", "refused"));
    ledger.link("till/1", "web/1");
    const auto may = [&](const char* to) {
        return ledger.mayContact("till/1", Purpose::REMINDERS, Channel::EMAIL, to);
    };
    CHECK(may("a.muster@example.com") == "yes " + at(granted));
    CHECK(may("anna@example.com") == "no " + at(refused));
    const auto again = ledger.state(stated("reminders", "refused"));
    CHECK(may("a.muster@example.com") == "no " + at(again));
}

TEST_CASE("A grant for an address that is no number lifts a withdrawal for itself alone") {
    Anna ledger;
    const auto withdrawn = ledger.state(stated("reminders", "withdrawn", "", "sms"));
    const auto granted = ledger.state(stated("reminders", "granted", address("see partner"), "sms"));
    const auto may = [&](const char* to) { return ledger.mayContact("till/1", Purpose::REMINDERS, Channel::SMS, to); };
    CHECK(ledger.may(Purpose::REMINDERS, Channel::SMS) == "no " + at(withdrawn));
    CHECK(may("see child") == "no " + at(withdrawn));
    CHECK(may("see partner") == "yes " + at(granted));
}

TEST_CASE("A refusal that stays after an undo shows nothing of the stranger who stated it") {
    Anna ledger;
    ledger.fact("record.registered", "web/1", R"("attributes":{"email":"stranger@example.com"})");
    const auto join = ledger.link("till/1", "web/1");
    const auto refused = ledger.state(
        stated("reminders", "refused",
               address("stranger@example.com") + R"(,"statedBy":"S. Tranger","evidence":"mail 7","method":"letter")" +
                   R"(,"validUntil":"2030-01-01T00:00:00Z","wording":{"id":"w","version":"1"})"),
        "web/1");
    ledger.undo(join);
    const auto statements = ledger::statementsOf(ledger.customer("till/1"));
    REQUIRE(statements.size() == 1);
    CHECK(statements.front().statement.position == refused);
    CHECK(statements.front().statement.address.empty());
    CHECK(statements.front().statement.statedBy.empty());
    CHECK(statements.front().statement.evidence.empty());
    CHECK(statements.front().statement.method.empty());
    CHECK_FALSE(statements.front().statement.validUntil);
    CHECK_FALSE(statements.front().statement.wording);
    // Nor whose record it was.
    const auto customer = ledger.customer("till/1");
    for (const auto& shown : {ledger.file("till/1"), projections::consentsOf(customer, second(0))}) {
        CHECK_THAT(shown, Contains("\"position\":" + at(refused)));
        CHECK_THAT(shown, !Contains("web/1"));
    }
    CHECK_THAT(ledger.file("web/1"), Contains(R"("state":"refused","record":"web/1")"));
    CHECK(ledger.may(Purpose::REMINDERS) == "no " + at(refused));
}
