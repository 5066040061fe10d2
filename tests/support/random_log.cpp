#include "tests/support/random_log.hpp"

#include <algorithm>
#include <array>
#include <random>

namespace kartei::testing {

namespace {

using Kind = Step::Kind;

constexpr std::array kindNames = {
    "import",   "registration",  "entry",   "change",        "verify",       "account",        "deletion",
    "consent",  "notifications", "booking", "reschedule",    "cancellation", "missed",         "missedCleared",
    "checkout", "reversal",      "message", "messageStatus", "note",         "correspondence", "contract",
    "link",     "merge",         "resolve", "distinct",      "undo"};
static_assert(kindNames.size() == static_cast<std::size_t>(Kind::undo) + 1);

const std::string& recordFor(std::uint32_t number) { return Player::records()[number % Player::records().size()]; }

std::string quoted(std::string_view name, const std::string& value) {
    return '"' + std::string(name) + R"(":")" + value + '"';
}

// Two or three fields with one of a few values each, so that records agree, differ and clear.
std::string attributesOf(const Step& step) {
    constexpr std::array fields = {"givenName", "familyName", "email", "mobile", "city", "notes"};
    std::string text;
    for (std::uint32_t i = 0; i < 2 + step.b % 2; ++i) {
        const auto* field = fields[(step.b + i * 5) % fields.size()];
        if (text.find(field) != std::string::npos) continue;
        if (!text.empty()) text += ',';
        const auto value = (step.c + i) % 7;
        text += '"' + std::string(field) + "\":" +
                (value == 0 ? "null"
                            : '"' + std::string(field) + std::to_string(value) +
                                  (std::string_view(field) == "email" ? "@example.com\"" : "\""));
    }
    return R"("attributes":{)" + text + "}";
}

std::string appointmentOf(const Step& step) {
    return quoted("appointment", "terminbuch/b" + std::to_string(step.b % 6));
}

std::string timesOf(const Step& step) {
    const auto start = static_cast<int>(3600 * (step.c % 50));
    return quoted("startsAt", secondText(start)) + "," + quoted("endsAt", secondText(start + 1800));
}

std::string consentOf(const Step& step) {
    constexpr std::array purposes = {"reminders", "marketing", "reviews", "dataTransfer"};
    constexpr std::array channels = {"sms", "email"};
    constexpr std::array states = {"requested", "granted", "confirmed", "refused", "withdrawn", "unknown"};
    const auto address = (step.c % 3) == 0 ? std::string() : "address" + std::to_string(step.c % 3) + "@example.com";
    return quoted("purpose", purposes[step.b % 16 == 0 ? 3 : step.b % 3]) + "," +
           quoted("channel", channels[step.b % channels.size()]) + "," +
           quoted("state", states[step.c % states.size()]) + "," + quoted("address", address);
}

std::string entryOf(const Step& step) {
    return quoted("entry", "n" + std::to_string(step.b)) + "," + quoted("title", "Title");
}

}  // namespace

std::string toText(const Step& step) {
    return std::string(kindNames[static_cast<std::size_t>(step.kind)]) + "(" + std::to_string(step.a) + "," +
           std::to_string(step.b) + "," + std::to_string(step.c) + ")";
}

const std::vector<std::string>& Player::records() {
    static const std::vector<std::string> names = {"comcash/1",    "terminbuch/1", "comcash/2", "smile/1", "comcash/3",
                                                   "terminbuch/2", "smile/2",      "desk/1",    "desk/2"};
    return names;
}

std::vector<Step> randomSteps(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    const auto number = [&](std::uint32_t below) { return static_cast<std::uint32_t>(random() % below); };
    const auto step = [&](Kind kind) { return Step{kind, number(1000), number(1000), number(1000)}; };
    std::vector<Step> steps;
    for (std::uint32_t i = 0; i < Player::records().size(); ++i) {  // every record is there
        steps.push_back({i % 3 == 1 ? Kind::registration : Kind::import, i, number(1000), number(1000)});
    }
    constexpr auto facts = static_cast<std::uint32_t>(Kind::link);
    const auto count = 60 + number(30);
    for (std::uint32_t i = 0; i < count; ++i) {
        // Half of what happens is about fields, the other half is anything.
        steps.push_back(
            step(number(2) == 0 ? (number(3) == 0 ? Kind::import : Kind::change) : static_cast<Kind>(number(facts))));
    }
    const auto insert = [&](Kind kind, std::size_t from) {
        const auto at = from + number(static_cast<std::uint32_t>(steps.size() - from));
        steps.insert(steps.begin() + static_cast<std::ptrdiff_t>(at), step(kind));
    };
    const auto joins = 1 + number(6);
    for (std::uint32_t i = 0; i < joins; ++i)
        insert(number(3) == 0 ? Kind::link : Kind::merge, Player::records().size());
    for (std::uint32_t i = number(4); i > 0; --i) insert(Kind::resolve, steps.size() / 2);
    for (std::uint32_t i = number(3); i > 0; --i) insert(Kind::undo, steps.size() / 2);
    if (number(4) == 0) insert(Kind::distinct, steps.size() / 2);
    return steps;
}

void Player::play(const std::vector<Step>& steps) {
    for (const auto& step : steps) playOne(step);
}

void Player::playOne(const Step& step) {
    switch (step.kind) {
        case Kind::link:
        case Kind::merge: return makeJoin(step);
        case Kind::undo: return undoJoin(step);
        case Kind::resolve: return resolvePending(step);
        case Kind::distinct:
            (void)ledger_.business().decide(ledger::MarkDistinct{record(recordFor(step.a)), record(recordFor(step.b))},
                                            ledger_.admin());
            return;
        default: return reportFact(step);
    }
}

void Player::reportFact(const Step& step) {
    const std::string& subject = recordFor(step.a);
    const auto say = [&](std::string_view type, const std::string& data) { (void)ledger_.report(type, subject, data); };
    switch (step.kind) {
        case Kind::import:
            return say("record.imported",
                       attributesOf(step) + R"(,"notifications":{"sms":)" + (step.c % 4 == 0 ? "false" : "true") + "}");
        case Kind::registration:
            return say("record.registered", attributesOf(step) + R"(,"account":{"username":"user)" +
                                                subject.substr(0, 2) + std::to_string(step.a % 9) +
                                                R"("},"emailVerified":)" + (step.c % 3 == 0 ? "true" : "false"));
        case Kind::entry: return say("record.entered", attributesOf(step));
        case Kind::change: return say("record.changed", attributesOf(step));
        case Kind::verify:
            return say("record.emailVerified", quoted("email", "email" + std::to_string(step.c % 7) + "@example.com"));
        case Kind::account: return say("account.changed", quoted("passwordHash", "hash" + std::to_string(step.c)));
        case Kind::deletion:
            return step.c % 5 == 0 ? say("record.deleted", "") : say("record.changed", attributesOf(step));
        case Kind::consent: return say("consent.stated", consentOf(step));
        case Kind::notifications:
            return say("notifications.set", step.c % 3 == 0 ? R"("email":false)" : R"("sms":true)");
        case Kind::booking:
            return say("appointment.booked",
                       appointmentOf(step) + "," + timesOf(step) +
                           (step.c % 2 == 0 ? R"(,"bookedVia":"staff")" : R"(,"bookedVia":"online")"));
        case Kind::reschedule: return say("appointment.rescheduled", appointmentOf(step) + "," + timesOf(step));
        case Kind::cancellation: return say("appointment.cancelled", appointmentOf(step));
        case Kind::missed: return say("appointment.missed", appointmentOf(step));
        case Kind::missedCleared: return say("appointment.missedCleared", appointmentOf(step));
        case Kind::checkout:
            return say("visit.checkedOut", quoted("receipt", "comcash/k" + std::to_string(step.c % 9)) +
                                               R"(,"total":{"amount":4500,"currency":"EUR"})" +
                                               (step.c % 3 == 0 ? "" : "," + appointmentOf(step)));
        case Kind::reversal:
            return say("visit.checkoutReversed", quoted("receipt", "comcash/k" + std::to_string(step.c % 9)));
        case Kind::message:
            return say("message.sent", quoted("message", "comcash/m" + std::to_string(step.b % 9)) +
                                           R"(,"channel":"sms","purpose":"reminders")");
        case Kind::messageStatus:
            return say("message.statusChanged",
                       quoted("message", "comcash/m" + std::to_string(step.b % 9)) + R"(,"status":"delivered")");
        case Kind::note: return say("note.filed", entryOf(step));
        case Kind::correspondence:
            return step.c % 3 == 0 ? say("correspondence.filed", entryOf(step)) : say("note.filed", entryOf(step));
        case Kind::contract:
            return say(step.c % 2 == 0 ? "contract.signed" : "contract.ended",
                       quoted("contract", "v" + std::to_string(step.b % 4)));
        default: return;
    }
}

void Player::makeJoin(const Step& step) {
    const auto& a = recordFor(step.a);
    const auto& b = recordFor(step.b);
    Result<ledger::DecisionOutcome, ledger::Refusal> made = failed(ledger::Refusal{});
    if (step.kind == Kind::link) {
        made = ledger_.tryLink(a, b);
    } else {
        // Some of the fields that are there to take, and the account where there is one.
        const auto from = ledger_.customer(a);
        std::vector<events::Field> take;
        std::uint32_t bit = 1;
        for (const auto& [field, candidates] : ledger::foldFields(from).shown) {
            if ((step.c & bit) != 0) take.push_back(field);
            bit *= 2;
        }
        if (ledger::hasAccount(from)) take.insert(take.end(), {events::Field::USERNAME, events::Field::PASSWORD});
        made = ledger_.tryMerge(a, b, take);
    }
    if (made) joins_.push_back(made->position);
}

void Player::undoJoin(const Step& step) {
    if (joins_.empty()) return;
    (void)ledger_.tryUndo({joins_[step.a % joins_.size()], "undone", {}, step.b % 2 == 0, step.c % 3 == 0});
}

void Player::resolvePending(const Step& step) {
    // The first customer, from some record on, that has changes pending.
    for (std::uint32_t i = 0; i < records().size(); ++i) {
        const auto name = record(recordFor(step.a + i));
        const auto pending = ledger::foldFields(ledger_.business().now().customer(name)).pending;
        if (pending.empty() || !ledger_.business().now().record(name)->exists()) continue;
        const auto position = pending[step.b % pending.size()].position;
        ledger::ResolveChanges command;
        (step.c % 3 == 0 ? command.dismiss : command.take).push_back(position);
        (void)ledger_.business().decide(name, command, ledger_.admin());
        return;
    }
}

}  // namespace kartei::testing
