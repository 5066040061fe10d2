#include "tests/support/random_log.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <set>

namespace kartei::testing {

namespace {

using Kind = Step::Kind;

constexpr std::array kindNames = {
    "import",   "registration",  "entry",   "change",        "verify",       "account",        "deletion",
    "consent",  "notifications", "booking", "reschedule",    "cancellation", "missed",         "missedCleared",
    "checkout", "reversal",      "message", "messageStatus", "note",         "correspondence", "contract",
    "link",     "merge",         "resolve", "distinct",      "undo",         "erase"};
static_assert(kindNames.size() == static_cast<std::size_t>(Kind::erase) + 1);

constexpr std::array purposes = {"reminders", "marketing", "reviews", "dataTransfer"};
constexpr std::array channels = {"sms", "email", "phone"};

// What staff report, for one record or for two, and what comes of it.
constexpr std::array<std::pair<Kind, Kind>, 4> withSequel = {{{Kind::checkout, Kind::reversal},
                                                              {Kind::message, Kind::messageStatus},
                                                              {Kind::contract, Kind::contract},
                                                              {Kind::booking, Kind::cancellation}}};

// From here on, numbers name appointments that hardly anything else is about.
constexpr std::uint32_t unusual = 1000;

// How late a fact may be, in seconds of a clock that ticks about a hundred times a log.
constexpr std::uint32_t latest = 150;

const std::string& recordFor(std::uint32_t number) { return Player::records()[number % Player::records().size()]; }

std::string quoted(std::string_view name, const std::string& value) {
    return '"' + std::string(name) + R"(":")" + value + '"';
}

std::string emailOf(std::uint32_t number) { return "email" + std::to_string(number) + "@example.com"; }

std::string valueOf(std::string_view field, std::uint32_t number) {
    return field == "email" ? emailOf(number) : std::string(field) + std::to_string(number);
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
        text += '"' + std::string(field) + "\":" + (value == 0 ? "null" : '"' + valueOf(field, value) + '"');
    }
    return R"("attributes":{)" + text + "}";
}

// Each of the two switches on, off or unsaid, never both unsaid.
std::string switchesOf(std::uint32_t number) {
    constexpr std::array said = {R"("sms":true)",
                                 R"("sms":false)",
                                 R"("email":true)",
                                 R"("email":false)",
                                 R"("sms":true,"email":true)",
                                 R"("sms":true,"email":false)",
                                 R"("sms":false,"email":true)"};
    return said[number % said.size()];
}

std::string registrationOf(const Step& step, const std::string& subject) {
    // Always with an address, for it is what people register with.
    return R"("attributes":{"email":")" + emailOf(1 + step.b % 6) + R"(","familyName":")" +
           valueOf("familyName", step.c % 7) + R"("},"account":{"username":"user)" + subject.substr(0, 2) +
           std::to_string(step.a % 9) + R"("},"emailVerified":)" + (step.c % 3 == 0 ? "true" : "false");
}

std::string accountOf(const Step& step) {
    const auto hash = quoted("passwordHash", "hash" + std::to_string(step.c));
    return step.b % 3 == 0 ? hash : hash + "," + quoted("username", "shared" + std::to_string(step.c % 2));
}

std::string appointmentOf(const Step& step) {
    return quoted("appointment", "terminbuch/b" + std::to_string(step.b < unusual ? step.b % 6 : step.b));
}

std::string timesOf(const Step& step) {
    const auto start = static_cast<int>(3600 * (step.c % 50));
    return quoted("startsAt", secondText(start)) + "," + quoted("endsAt", secondText(start + 1800));
}

// An address of the kind that the channel needs, one that some record may have; empty for any.
std::string addressFor(std::string_view channel, std::uint32_t number) {
    if (number % 4 == 0) return "";
    return channel == "email" ? emailOf(number % 4) : valueOf("mobile", number % 4);
}

std::string consentOf(const Step& step) {
    constexpr std::array states = {"requested", "granted",          "confirmed", "refused", "withdrawn",
                                   "unknown",   "importedUnproven", "granted",   "refused"};
    // Few of them often, so that statements meet.
    const std::string channel = channels[step.b % 7 == 0 ? 2 : step.b % 3 == 0 ? 1 : 0];
    std::string text = quoted("purpose", purposes[step.b % 16 == 0  ? 3
                                                  : step.b % 5 == 0 ? 2
                                                                    : step.b % 2]) +
                       "," + quoted("channel", channel) + "," + quoted("state", states[step.c % states.size()]) + "," +
                       quoted("address", addressFor(channel, step.a / 9));
    if (step.a % 3 == 0) text += "," + quoted("statedBy", "somebody" + std::to_string(step.a));
    if (step.a % 2 == 0) text += "," + quoted("method", "paper") + "," + quoted("evidence", "scan");
    if (step.a % 5 == 0) text += "," + quoted("validUntil", secondText(static_cast<int>(step.d)));
    return text;
}

std::string messageNameOf(const Step& step) { return quoted("message", "comcash/m" + std::to_string(step.b % 9)); }

std::string messageOf(const Step& step) {
    const std::string channel = channels[step.c % channels.size()];
    return messageNameOf(step) + "," + quoted("channel", channel) + "," + quoted("purpose", purposes[step.b % 3]) +
           "," + quoted("address", addressFor(channel, step.c / 3));
}

std::string receiptOf(const Step& step) { return quoted("receipt", "comcash/k" + std::to_string(step.c % 9)); }

std::string entryOf(const Step& step) {
    return quoted("entry", "n" + std::to_string(step.b)) + "," + quoted("title", "Title");
}

}  // namespace

std::string toText(const Step& step) {
    return std::string(kindNames[static_cast<std::size_t>(step.kind)]) + "(" + std::to_string(step.a) + "," +
           std::to_string(step.b) + "," + std::to_string(step.c) + "," + std::to_string(step.d) + ")";
}

const std::vector<std::string>& Player::records() {
    static const std::vector<std::string> names = {"comcash/1",    "terminbuch/1", "comcash/2", "smile/1", "comcash/3",
                                                   "terminbuch/2", "smile/2",      "desk/1",    "desk/2"};
    return names;
}

const std::vector<std::string>& Player::usernames() {
    static const auto names = [] {
        std::vector<std::string> all = {"shared0", "shared1"};
        for (std::size_t i = 0; i < records().size(); ++i) {
            all.push_back("user" + records()[i].substr(0, 2) + std::to_string(i));
        }
        return all;
    }();
    return names;
}

std::vector<Step> randomSteps(std::uint64_t seed, Erasing erasing) {
    std::mt19937_64 random(seed);
    const auto number = [&](std::uint32_t below) { return static_cast<std::uint32_t>(random() % below); };
    const auto step = [&](Kind kind) { return Step{kind, number(1000), number(1000), number(1000), number(1000)}; };
    std::vector<Step> steps;
    for (std::uint32_t i = 0; i < Player::records().size(); ++i) {  // every record is there
        auto first = step(i % 3 == 1 ? Kind::registration : Kind::import);
        first.a = i;
        steps.push_back(first);
    }
    constexpr auto facts = static_cast<std::uint32_t>(Kind::link);
    const auto count = 60 + number(30);
    for (std::uint32_t i = 0; i < count; ++i) {
        // Half of what happens is about fields and consents, the other half is anything.
        constexpr std::array often = {Kind::import,  Kind::change,  Kind::change, Kind::change,
                                      Kind::consent, Kind::consent, Kind::verify};
        steps.push_back(step(number(2) == 0 ? often[number(often.size())] : static_cast<Kind>(number(facts))));
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
    for (const auto& [first, second] : withSequel) {
        auto one = step(first);
        one.c -= one.c % 6;  // a receipt without an appointment, a contract that is signed
        one.d -= one.d % 2;
        one.b += unusual;
        auto other = step(second);
        other.a = number(3) == 0 ? other.a : one.a;
        other.b = one.b;
        other.c = one.c + (second == Kind::contract ? 1 : 0);
        auto at = steps.size() / 2;
        for (const auto& next : {one, other}) {
            at += number(static_cast<std::uint32_t>(steps.size() - at + 1));
            steps.insert(steps.begin() + static_cast<std::ptrdiff_t>(at++), next);
        }
    }
    if (erasing == Erasing::never || number(4) != 0) return steps;  // an erasure takes long
    const auto who = number(static_cast<std::uint32_t>(Player::records().size()));
    auto at = steps.size() / 3;
    for (const auto kind : {Kind::erase, Kind::registration, Kind::erase, Kind::registration}) {
        auto next = step(kind);
        next.a = who;
        if (kind == Kind::registration) next.d = 0;  // of now
        at += number(static_cast<std::uint32_t>(steps.size() - at + 1)) / 2;
        steps.insert(steps.begin() + static_cast<std::ptrdiff_t>(at++), next);
    }
    return steps;
}

void Player::play(const std::vector<Step>& steps) {
    for (const auto& step : steps) playOne(step);
}

void Player::playOne(const Step& step) {
    switch (step.kind) {
        case Kind::link:
        case Kind::merge: makeJoin(step); break;
        case Kind::undo:
            if (!joins_.empty()) undo(joins_[step.a % joins_.size()], step);
            break;
        case Kind::resolve: resolvePending(step); break;
        case Kind::distinct:
            (void)ledger_.business().decide(ledger::MarkDistinct{meantBy(step.a), meantBy(step.b)}, ledger_.admin());
            break;
        case Kind::erase: erase(step); break;
        default: reportFact(step);
    }
    noteNewJoins();
}

void Player::noteNewJoins() {
    const auto head = ledger_.business().head();
    ledger_.business().scan(seen_.next(), head, [&](const events::Event& event) {
        const bool joins = std::holds_alternative<events::RecordsLinked>(event.data) ||
                           std::holds_alternative<events::RecordsMerged>(event.data);
        if (joins) joins_.push_back(event.position);
        return true;
    });
    seen_ = head;
}

// The record that a sender's name for it stands for now.
events::RecordName Player::meantBy(std::uint32_t number) const {
    const auto name = record(recordFor(number));
    const auto successors = ledger_.business().facts().successors;
    const auto found = successors.find(name);
    return found == successors.end() ? name : found->second.back();
}

void Player::erase(const Step& step) {
    const auto joined = step.b % 4 == 0 ? ledger::Erase::Joined::refuse : ledger::Erase::Joined::leaveAsTheyAre;
    (void)ledger_.tryErase({meantBy(step.a).text()}, joined);
}

// Some facts tell of a time some while ago, others of now.
void Player::say(const Step& step, std::string_view sender, std::string_view type, std::string_view subject,
                 const std::string& data) {
    if (step.d / 2 % 2 == 0) {
        (void)ledger_.reportFrom(sender, type, subject, data);
    } else {
        const auto late = static_cast<int>(step.d / 4 % latest);
        (void)ledger_.reportFromAt(ledger_.clock() - late, sender, type, subject, data);
    }
}

// What a record's own source says of it.
void Player::reportFact(const Step& step) {
    const std::string& subject = recordFor(step.a);
    const auto own = [&](std::string_view type, const std::string& data) {
        say(step, subject.substr(0, subject.find('/')), type, subject, data);
    };
    switch (step.kind) {
        case Kind::import:
            return own("record.imported", attributesOf(step) + R"(,"notifications":{)" + switchesOf(step.c) + "}");
        case Kind::registration: return own("record.registered", registrationOf(step, subject));
        case Kind::entry: return own("record.entered", attributesOf(step));
        case Kind::change: return own("record.changed", attributesOf(step));
        case Kind::verify: return own("record.emailVerified", quoted("email", verifiedBy(step)));
        case Kind::account: return own("account.changed", accountOf(step));
        case Kind::deletion:
            return step.c % 5 == 0 ? own("record.deleted", "") : own("record.changed", attributesOf(step));
        case Kind::consent: return own("consent.stated", consentOf(step));
        case Kind::notifications: return own("notifications.set", switchesOf(step.c));
        default: return reportVisitOrPaper(step);
    }
}

// What any source may say of any record: in half of the cases, the desk does.
void Player::reportVisitOrPaper(const Step& step) {
    const std::string& subject = recordFor(step.a);
    const auto sender = step.d % 2 == 0 ? std::string("desk") : subject.substr(0, subject.find('/'));
    const auto any = [&](std::string_view type, const std::string& data) { say(step, sender, type, subject, data); };
    switch (step.kind) {
        case Kind::booking:
            return any("appointment.booked",
                       appointmentOf(step) + "," + timesOf(step) +
                           (step.c % 2 == 0 ? R"(,"bookedVia":"staff")" : R"(,"bookedVia":"online")"));
        case Kind::reschedule: return any("appointment.rescheduled", appointmentOf(step) + "," + timesOf(step));
        case Kind::cancellation: return any("appointment.cancelled", appointmentOf(step));
        case Kind::missed: return any("appointment.missed", appointmentOf(step));
        case Kind::missedCleared: return any("appointment.missedCleared", appointmentOf(step));
        case Kind::checkout:
            return any("visit.checkedOut", receiptOf(step) + R"(,"total":{"amount":4500,"currency":"EUR"})" +
                                               (step.c % 3 == 0 ? "" : "," + appointmentOf(step)));
        case Kind::reversal:
            return any("visit.checkoutReversed", receiptOf(step) + "," + quoted("reason", "of " + subject));
        case Kind::message: return any("message.sent", messageOf(step));
        case Kind::messageStatus:
            // Mostly nobody says whose the message is.
            return say(step, sender, "message.statusChanged", step.b % 2 == 0 ? subject : "",
                       messageNameOf(step) + R"(,"status":"bounced",)" + quoted("reason", "of " + subject));
        case Kind::note: return any("note.filed", entryOf(step));
        case Kind::correspondence: return any(step.c % 3 == 0 ? "correspondence.filed" : "note.filed", entryOf(step));
        case Kind::contract:
            return any(step.c % 2 == 0 ? "contract.signed" : "contract.ended",
                       quoted("contract", "desk/v" + std::to_string(step.b % 9)));
        default: return;
    }
}

// Mostly the address that the record itself has, so that the verification counts.
std::string Player::verifiedBy(const Step& step) const {
    const auto facts = ledger_.business().now().record(meantBy(step.a));
    const auto* own = facts->own(events::Field::EMAIL);
    const auto* text = own == nullptr ? nullptr : std::get_if<std::string>(own);
    return text == nullptr || step.c % 4 == 0 ? emailOf(1 + step.c % 6) : *text;
}

void Player::makeJoin(const Step& step) {
    const auto a = meantBy(step.a).text();
    const auto b = meantBy(step.b).text();
    if (step.kind == Kind::link) {
        (void)ledger_.tryLink(a, b);
        return;
    }
    // Some of the fields that are there to take, and the account where there is one.
    const auto from = ledger_.customer(a);
    std::vector<events::Field> take;
    std::uint32_t bit = 1;
    for (const auto& [field, candidates] : ledger::foldFields(from).shown) {
        if ((step.c & bit) != 0) take.push_back(field);
        bit *= 2;
    }
    if (ledger::hasAccount(from)) take.insert(take.end(), {events::Field::USERNAME, events::Field::PASSWORD});
    (void)ledger_.tryMerge(a, b, take);
}

void Player::undo(events::Position join, const Step& how) { (void)ledger_.tryUndo(undoing(join, how)); }

ledger::Undoing Player::undoing(events::Position join, const Step& how) const {
    ledger::Undoing command{join, "undone", {}, how.b % 2 == 0, how.c % 3 == 0};
    command.assign = chosenToAssign(command, how);
    return command;
}

// Of the facts that may be assigned, some, each to a record of another side.
std::vector<std::pair<events::Position, events::RecordName>> Player::chosenToAssign(const ledger::Undoing& command,
                                                                                    const Step& how) const {
    std::vector<std::pair<events::Position, events::RecordName>> chosen;
    const auto state = ledger::Business::undoState(ledger_.business().now(), command.join);
    if (!state.join || state.undone || how.d % 4 == 0) return chosen;
    std::set<events::Position> leftOut{command.join};
    for (const auto& dependent : ledger::dependentsOf(state)) leftOut.insert(dependent.position);
    const auto parts = ledger::without(state.customer, leftOut, state.join->a);
    std::set<ledger::Thing> things;
    for (const auto& fact : state.facts) {
        const auto number = how.d + static_cast<std::uint32_t>(fact.position.value());
        const auto& part = parts[number % parts.size()];
        if (!fact.isAssignable || part.has(fact.holder) || number % 3 == 0) continue;
        if (!things.insert(fact.thing).second) continue;
        auto target = part.records.begin();
        std::advance(target, number % part.records.size());
        chosen.emplace_back(fact.position, target->first);
    }
    return chosen;
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
