// The undo law (DESIGN §3) as a property of random logs: what is shown after joins were undone, in any order, equals
// what the log without those joins shows, the same events folded again.
//
// KARTEI_LOGS sets how many logs are tried (2,000 without it), KARTEI_SEED the first seed. A failing log is shrunk to
// a small one and printed with its seed.

#include <catch2/catch.hpp>

#include <cstdlib>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <regex>
#include <set>

#include "ledger/consents.hpp"
#include "projections/consent_view.hpp"
#include "projections/customer_file.hpp"
#include "projections/history.hpp"
#include "projections/protocol.hpp"
#include "tests/support/holders.hpp"
#include "tests/support/log_without.hpp"
#include "tests/support/random_log.hpp"

namespace kartei::testing {

namespace {

using events::Channel;
using events::Position;
using events::Purpose;
using events::toText;
using ledger::Reading;

// Some of the consents are over then.
constexpr int judgedAt = 400;

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::string withoutMember(const std::string& json, const char* name) {
    if (json.find(name) == std::string::npos) return json;
    rapidjson::Document document;
    document.Parse(json.c_str());
    document.RemoveMember(name);
    rapidjson::StringBuffer buffer;
    events::JsonWriter out(buffer);
    document.Accept(out);
    return buffer.GetString();
}

// The addresses that anything was stated for, one that nothing was, and none.
std::set<std::optional<std::string>> addressesAskedFor(const std::vector<ledger::ConsentStanding>& standings) {
    std::set<std::optional<std::string>> addresses{std::nullopt, "nobody@example.com"};
    for (const auto& standing : standings) {
        for (const auto& refusal : standing.refusals) addresses.insert(refusal.address);
        for (const auto& statement : standing.statements) addresses.insert(statement.address);
    }
    return addresses;
}

// Whether the customer may be contacted, for every purpose and channel and by what.
std::string contactsOf(const ledger::Customer& customer) {
    const auto standings = ledger::foldConsents(customer);
    const auto addresses = addressesAskedFor(standings);
    const std::set<std::optional<std::string>> currentOnly{std::nullopt};
    std::string text;
    for (const auto purpose : {Purpose::REMINDERS, Purpose::MARKETING, Purpose::REVIEWS, Purpose::DATA_TRANSFER}) {
        for (const auto channel : {Channel::SMS, Channel::EMAIL, Channel::PHONE, Channel::POST, Channel::NONE}) {
            text += "\n" + std::string(toText(purpose)) + " " + std::string(toText(channel));
            // Of what nothing was stated, one address is like another.
            const auto stated = [&, purpose, channel](const ledger::ConsentStanding& standing) {
                return standing.purpose == purpose && standing.channel == channel;
            };
            const bool any = std::any_of(standings.begin(), standings.end(), stated);
            for (const auto& address : any ? addresses : currentOnly) {
                const auto answer = ledger::mayContact(customer, purpose, channel, address, second(judgedAt));
                const auto by = answer.decidedBy ? answer.decidedBy->position.value() : 0;
                text += " " + address.value_or("(current)") + ":" + (answer.allowed ? "yes" : "no") + "/" +
                        std::to_string(by) + "/" + std::string(toText(answer.state));
            }
        }
    }
    return text;
}

// Every view of a customer, but for what the law leaves open.
std::string shownOf(const Reading& reading, const ledger::Customer& customer) {
    std::string text = withoutMember(withoutMember(projections::fileOf(customer, Position()), "position"), "joins");
    text += "\n" + projections::historyOf(reading, customer);
    text += "\n" + projections::consentsOf(customer, second(judgedAt));
    text += contactsOf(customer);
    return text;
}

// Every event of a customer, by position, as its protocol and its replay show it.
std::map<Position, std::string> eventsShown(const Reading& reading, const ledger::Customer& customer,
                                            const std::set<Position>& leftOpen) {
    std::map<Position, std::string> shown;
    projections::Protocol protocol(reading);
    for (const auto& event : reading.eventsOf(customer)) {
        if (leftOpen.count(event->position) != 0) continue;
        rapidjson::StringBuffer buffer;
        events::JsonWriter out(buffer);
        events::writeCloudEvent(out, *event);
        shown[event->position] = withoutMember(protocol.entry(*event), "withoutConsent") + "\n" + buffer.GetString();
    }
    return shown;
}

// Whether an event, as it is shown, tells that something was refused, and nothing else.
bool isRefusalAlone(const std::string& shown) {
    static const std::regex nothingElse(
        R"re("data":(\{"purpose":"\w+","channel":"\w+","state":"(refused|withdrawn)"\}|)re"
        R"re((\{"notifications":)?\{("sms":false)?,?("email":false)?\}\}?)\})re");
    return shown.find(R"("cursor")") == std::string::npos &&
           std::regex_match(shown.substr(shown.rfind(R"("data":)")), nothingElse);
}

// The first event that is shown otherwise than without the undone joins. What may be shown besides are refusals that
// still cover the customer, by records that it was joined with then; of them nothing but the refusal.
std::optional<std::string> otherwiseShown(const std::map<Position, std::string>& is,
                                          const std::map<Position, std::string>& shouldBe) {
    for (const auto& [position, shown] : is) {
        const auto expected = shouldBe.find(position);
        if (expected == shouldBe.end() ? isRefusalAlone(shown) : expected->second == shown) continue;
        return shown + "\n  should be: " + (expected == shouldBe.end() ? "nothing" : expected->second);
    }
    for (const auto& [position, shown] : shouldBe) {
        if (is.count(position) == 0) return "nothing\n  should be: " + shown;
    }
    return std::nullopt;
}

// A refusal that still covers the customer, but tells of the person who stated it.
std::optional<std::string> toldByStrangers(const ledger::Customer& customer) {
    for (const auto& [statement, covers] : ledger::statementsOf(customer)) {
        const bool isProven = !statement.address.empty() || !statement.statedBy.empty() ||
                              !statement.evidence.empty() || statement.wording || statement.validUntil ||
                              (!statement.method.empty() && !statement.isSwitch);
        if (customer.has(statement.record) || !isProven) continue;
        return "the refusal at " + std::to_string(statement.position.value()) + " tells of " + statement.record.text();
    }
    return std::nullopt;
}

// What the owner of each account sees.
std::string accountsOf(const Reading& reading) {
    const ledger::View view{reading, reading, {}};
    std::string text;
    for (const auto* source : {"comcash", "terminbuch", "smile", "desk"}) {
        for (const auto& username : Player::usernames()) {
            const auto owner = projections::accountOwner(view, events::SourceName::trusted(source), username);
            if (owner) {
                text += "\n" + projections::accountHistoryOf(view, *owner);
            } else if (owner.error() == projections::AccountProblem::ambiguous) {
                text += "\n" + std::string(source) + "/" + username + " is two people's";
            }
        }
    }
    return text;
}

std::set<events::RecordName> namesOf(const ledger::Customer& customer) {
    std::set<events::RecordName> names;
    for (const auto& [name, record] : customer.records) names.insert(name);
    return names;
}

// Those that steps are about, and who came after them.
std::vector<events::RecordName> recordsOf(const ledger::Business& business) {
    std::vector<events::RecordName> names;
    for (const auto& text : Player::records()) names.push_back(record(text));
    for (const auto& [erased, successors] : business.facts().successors) {
        names.insert(names.end(), successors.begin(), successors.end());
    }
    return names;
}

std::string listed(const std::set<events::RecordName>& names) {
    std::string text;
    for (const auto& name : names) text += " " + name.text();
    return text;
}

// The first fact that is not its holder's, or is another's too; nothing where all are in their places. Of a refusal
// others may know that there was one.
std::optional<std::string> misplaced(const RememberedLog& log, const Reading& now,
                                     const std::vector<events::RecordName>& records) {
    const auto facts = holders(log);
    for (const auto& name : records) {
        std::set<Position> own;
        for (const auto stream : {ledger::Stream::file, ledger::Stream::visits, ledger::Stream::messages}) {
            for (const auto& event : now.ownEvents(name, stream)) {
                if (event->subject == name || !ledger::isRefusal(event->data)) own.insert(event->position);
            }
        }
        for (const auto& [position, fact] : facts) {
            const bool there = own.count(position) != 0;
            if (there == (fact.holder == name)) continue;
            return "the fact at " + std::to_string(position.value()) + ", about " + fact.thing + ", belongs to " +
                   fact.holder.text() + (there ? ", but is " : ", but is not ") + name.text() + "'s";
        }
    }
    return std::nullopt;
}

// The first difference between the log as it is and the log without its undone joins; nothing where the law holds.
std::optional<std::string> broken(const ledger::Business& business) {
    const RememberedLog log(business);
    const LogWithout never(log);
    const LogWithout neverRefusedTogether(log, Refusals::followTheJoins);
    const Reading after(log, log.head());
    const Reading without(never, log.head());
    const Reading apart(neverRefusedTogether, log.head());
    const auto difference = [](const std::string& of, const std::string& is, const std::string& shouldBe) {
        return of + "\n  is:        " + is + "\n  should be: " + shouldBe;
    };
    std::set<events::RecordName> seen;
    for (const auto& name : recordsOf(business)) {
        if (seen.count(name) != 0) continue;
        const auto customer = after.customer(name);
        const auto customerWithout = without.customer(name);
        const auto names = namesOf(customer);
        if (names != namesOf(customerWithout)) {
            return difference(name.text(), listed(names), listed(namesOf(customerWithout)));
        }
        const auto is = shownOf(after, customer);
        const auto shouldBe = shownOf(without, customerWithout);
        if (is != shouldBe) return difference(name.text(), is, shouldBe);
        const auto other = otherwiseShown(eventsShown(after, customer, never.leftOut()),
                                          eventsShown(apart, apart.customer(name), never.leftOut()));
        if (other) return "an event of " + name.text() + "\n  is:        " + *other;
        if (auto told = toldByStrangers(customer)) return told;
        seen.insert(names.begin(), names.end());
    }
    const auto is = accountsOf(after);
    const auto shouldBe = accountsOf(without);
    if (is != shouldBe) return difference("accounts", is, shouldBe);
    return misplaced(log, after, recordsOf(business));
}

std::size_t joinsUndone(const ledger::Business& business) {
    const RememberedLog log(business);
    return LogWithout(log).leftOut().size() / 2;
}

// Plays the steps, then undoes the joins that are left in an order that the seed gives, and looks after each.
std::optional<std::string> violation(TestLedger& ledger, const std::vector<Step>& steps, std::uint64_t seed) {
    ledger.startBusiness();
    Player player(ledger);
    player.play(steps);
    if (auto difference = broken(ledger.business())) return difference;
    std::mt19937_64 random(seed);
    auto joins = player.joins();
    std::shuffle(joins.begin(), joins.end(), random);
    for (const auto join : joins) {
        const auto number = [&] { return static_cast<std::uint32_t>(random() % 1000); };
        player.undo(join, {Step::Kind::undo, number(), number(), number(), number()});
        if (auto difference = broken(ledger.business())) return difference;
    }
    return std::nullopt;
}

// Leaves steps out as long as the log still breaks the law.
std::vector<Step> shrunk(TestLedger& ledger, std::vector<Step> steps, std::uint64_t seed) {
    for (std::size_t chunk = steps.size() / 2; chunk > 0; chunk /= 2) {
        for (std::size_t at = 0; at + chunk <= steps.size();) {
            auto fewer = steps;
            fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(at),
                        fewer.begin() + static_cast<std::ptrdiff_t>(at + chunk));
            if (violation(ledger, fewer, seed)) {
                steps = std::move(fewer);
            } else {
                at += chunk;
            }
        }
    }
    return steps;
}

// What the law could be broken by, as far as it happened in a log.
class Happened {
public:
    explicit Happened(const ledger::Business& business) {
        business.scan(Position(1), business.head(), [&](const events::Event& event) {
            const bool late = event.time < event.recordedTime && events::isReported(event.data);
            if (late) what_.insert("facts delivered late");
            event_ = &event;
            std::visit(*this, event.data);
            return true;
        });
        noteAssignedThings(business);
    }
    [[nodiscard]] std::set<std::string> what() const { return what_; }

    // What happens in fewer logs than the rest.
    static bool isRare(const std::string& what) { return what == cameBackTwice || what.starts_with(assignedWhole); }
    static const std::vector<std::string>& all() {
        static const std::vector<std::string> names = {
            "automatic links", "automatic links undone",  "facts assigned",    "facts delivered late",
            "late grants",     "importedUnproven stated", "notifications set", "imports with notifications",
            cameBackTwice,     "whole appointment",       "whole receipt",     "whole message",
            "whole contract"};
        return names;
    }

    void operator()(const events::RecordsLinked& data) {
        if (!data.automatic) return;
        what_.insert("automatic links");
        automatic_.insert(event_->position);
    }
    void operator()(const events::JoinUndone& data) {
        if (automatic_.count(data.join) != 0) what_.insert("automatic links undone");
        if (!data.assign.empty()) what_.insert("facts assigned");
    }
    void operator()(const events::ConsentStated& data) {
        using events::ConsentState;
        auto& refused = lastRefused_[{data.purpose, data.channel}];
        if (data.state == ConsentState::IMPORTED_UNPROVEN) what_.insert("importedUnproven stated");
        if (data.state == ConsentState::REFUSED || data.state == ConsentState::WITHDRAWN) {
            refused = std::max(refused, event_->time);
        }
        const bool grant = data.state == ConsentState::GRANTED || data.state == ConsentState::CONFIRMED;
        if (grant && event_->time < refused) what_.insert("late grants");
    }
    void operator()(const events::RecordRegistered&) {
        if (event_->addressed && event_->subject->text().ends_with("~3")) what_.insert(cameBackTwice);
    }
    void operator()(const events::NotificationsSet&) { what_.insert("notifications set"); }
    void operator()(const events::RecordImported& data) {
        if (data.notifications) what_.insert("imports with notifications");
    }
    template <class Other>
    void operator()(const Other&) {}

private:
    static constexpr const char* cameBackTwice = "came back twice";
    static constexpr const char* assignedWhole = "whole ";

    // Things that were assigned with more than one fact about them.
    void noteAssignedThings(const ledger::Business& business) {
        std::map<std::string, int> facts;
        for (const auto& [position, fact] : holders(RememberedLog(business))) {
            if (!fact.isAssigned || ++facts[fact.thing] < 2) continue;
            what_.insert(assignedWhole + fact.thing.substr(0, fact.thing.find(' ')));
        }
    }

    const events::Event* event_ = nullptr;
    std::set<std::string> what_;
    std::set<Position> automatic_;
    std::map<std::pair<Purpose, Channel>, events::Time> lastRefused_;
};

}  // namespace

TEST_CASE("After any undo everything shows what it would show had the join never been") {
    const auto first = setting("KARTEI_SEED", 1);
    const auto logs = setting("KARTEI_LOGS", 2'000);
    constexpr std::uint64_t logsPerLedger = 100;
    std::unique_ptr<TestLedger> ledger;
    std::uint64_t joins = 0;
    std::map<std::string, std::uint64_t> happened;  // in how many logs
    for (std::uint64_t seed = first; seed < first + logs; ++seed) {
        if (ledger == nullptr || (seed - first) % logsPerLedger == 0) ledger = std::make_unique<TestLedger>();
        const auto steps = randomSteps(seed, Erasing::some);
        const auto difference = violation(*ledger, steps, seed);
        joins += joinsUndone(ledger->business());
        for (const auto& what : Happened(ledger->business()).what()) ++happened[what];
        if (!difference) continue;
        const auto few = shrunk(*ledger, steps, seed);
        std::string listing;
        for (const auto& step : few) listing += toText(step) + " ";
        const auto smallest = violation(*ledger, few, seed);
        FAIL("seed " << seed << " (KARTEI_SEED=" << seed << " KARTEI_LOGS=1), shrunk to " << few.size()
                     << " steps: " << listing << "\n"
                     << smallest.value_or(*difference));
    }
    std::cout << "undo law: " << logs << " logs from seed " << first << ", " << joins << " joins undone; logs with";
    for (const auto& what : Happened::all())
        std::cout << ' ' << what << ": " << happened[what] << (what == Happened::all().back() ? "\n" : ",");
    // Of logs in which nothing of this happens the law would say nothing.
    if (logs < 100) return;
    CHECK(joins > logs);
    for (const auto& what : Happened::all()) {
        INFO(what);
        CHECK(happened[what] > logs / (Happened::isRare(what) ? 40 : 5));
    }
}

}  // namespace kartei::testing
