#include "ledger/consents.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "events/normal_forms.hpp"

namespace kartei::ledger {

namespace {

using events::Channel;
using events::ConsentState;
using events::Purpose;

bool isGrant(ConsentState state) { return state == ConsentState::GRANTED || state == ConsentState::CONFIRMED; }

auto order(const Statement& statement) { return std::tuple(statement.time, statement.position); }

bool sameAddress(Channel channel, std::string_view one, std::string_view other) {
    return comparableAddress(channel, one) == comparableAddress(channel, other);
}

// Whether a statement for the first address decides for the second as well.
bool appliesTo(Channel channel, std::string_view stated, std::string_view address) {
    return stated.empty() || sameAddress(channel, stated, address);
}

std::vector<Statement>::iterator forAddress(Channel channel, std::vector<Statement>& statements,
                                            std::string_view address) {
    return std::find_if(statements.begin(), statements.end(),
                        [&](const Statement& known) { return sameAddress(channel, known.address, address); });
}

void refuse(ConsentStanding& standing, const CoveringStatement& refusal) {
    const auto& statement = refusal.statement;
    const auto known = forAddress(standing.channel, standing.refusals, statement.address);
    if (known != standing.refusals.end()) standing.refusals.erase(known);
    standing.refusals.push_back(statement);
    std::erase_if(standing.statements, [&](const Statement& earlier) {
        return refusal.covers.count(earlier.record) != 0 ||
               sameAddress(standing.channel, statement.address, earlier.address);
    });
}

void add(ConsentStanding& standing, const Statement& statement) {
    const auto known = forAddress(standing.channel, standing.statements, statement.address);
    const bool isKnown = known != standing.statements.end();
    if (isGrant(statement.state)) {
        const auto refused = forAddress(standing.channel, standing.refusals, statement.address);
        if (refused != standing.refusals.end()) standing.refusals.erase(refused);
    } else if (!isKnown && !standing.refusals.empty()) {
        return;  // only a grant displaces a refusal
    }
    const bool displacesNothing = statement.state == ConsentState::IMPORTED_UNPROVEN && isKnown &&
                                  known->state != ConsentState::UNKNOWN &&
                                  known->state != ConsentState::IMPORTED_UNPROVEN;
    if (displacesNothing) return;
    if (isKnown) {
        *known = statement;
    } else {
        standing.statements.push_back(statement);
    }
}

// The address that the customer's file shows for a channel.
std::string currentAddress(const Customer& customer, Channel channel) {
    const auto fields = foldFields(customer);
    const auto text = [&](Field field) {
        const Candidate* shown = fields.find(field);
        const auto* value = shown == nullptr ? nullptr : std::get_if<std::string>(&shown->value);
        return value == nullptr ? std::string() : *value;
    };
    switch (channel) {
        case Channel::SMS: return text(Field::MOBILE);
        case Channel::EMAIL: return text(Field::EMAIL);
        case Channel::PHONE: return text(Field::PHONE).empty() ? text(Field::MOBILE) : text(Field::PHONE);
        default: return "";
    }
}

// The address that the record itself says it has.
std::string ownAddress(const RecordFacts& record, Channel channel) {
    const auto* value = record.own(channel == Channel::SMS ? Field::MOBILE : Field::EMAIL);
    const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
    return text == nullptr ? std::string() : *text;
}

// The statement as it stands in the customer's file, with the address that a till's yes is for.
Statement asTheCustomers(const Customer& customer, const Statement& statement) {
    Statement result = statement;
    if (statement.isSwitch && !isRefusal(statement.state)) {
        result.address = ownAddress(customer.record(statement.record), statement.channel);
    }
    return result;
}

// The later of two statements; either may be null.
const Statement* later(const Statement* one, const Statement* other) {
    if (one == nullptr || other == nullptr) return one != nullptr ? one : other;
    return order(*one) < order(*other) ? other : one;
}

// The statement that decides for the address: its own refusal, which only its own grant displaces; else its own grant,
// which no refusal has ended; else the last statement for it or for any address; else, what was refused for another
// address; else the till's switch.
const Statement* deciding(const ConsentStanding& standing, std::string_view address) {
    const Statement* own = nullptr;
    const Statement* general = nullptr;  // for any address
    const Statement* generalRefusal = nullptr;
    const Statement* refusedElsewhere = nullptr;
    const Statement* byImport = nullptr;
    for (const auto& refusal : standing.refusals) {
        if (sameAddress(standing.channel, refusal.address, address)) return &refusal;
        if (refusal.address.empty()) generalRefusal = later(generalRefusal, &refusal);
        refusedElsewhere = later(refusedElsewhere, &refusal);
    }
    for (const auto& statement : standing.statements) {
        if (!appliesTo(standing.channel, statement.address, address)) continue;
        const Statement*& place = statement.state == ConsentState::IMPORTED_UNPROVEN ? byImport
                                  : statement.address.empty()                        ? general
                                                                                     : own;
        place = later(place, &statement);
    }
    const bool standsAgainstRefusals = own != nullptr && isGrant(own->state);
    const Statement* last = later(later(own, general), standsAgainstRefusals ? nullptr : generalRefusal);
    if (last != nullptr && last->state != ConsentState::UNKNOWN) return last;
    if (refusedElsewhere != nullptr) return refusedElsewhere;
    return byImport != nullptr ? byImport : last;
}

bool isMoreThanOnlineForm(const Statement& statement) {
    if (statement.evidence.empty()) return false;
    std::string method;
    for (const auto& word : events::searchWords(statement.method)) method += word;
    constexpr std::array<std::string_view, 10> known = {"paper",        "paperform",      "signature",   "signaturepad",
                                                        "letter",       "phonerecording", "doubleoptin", "papier",
                                                        "unterschrift", "brief"};
    return std::find(known.begin(), known.end(), method) != known.end();
}

ContactAnswer judge(Purpose purpose, const Statement& statement, Time at) {
    ContactAnswer answer{false, statement.state, statement, ""};
    if (isRefusal(statement.state)) {
        answer.reason = "It was refused or withdrawn.";
    } else if (statement.validUntil && *statement.validUntil < at) {
        answer.reason = "The consent has expired.";
    } else if (purpose == Purpose::REMINDERS) {
        answer.allowed = isGrant(statement.state) || statement.state == ConsentState::IMPORTED_UNPROVEN;
        answer.reason = answer.allowed ? "The person agreed, or the till says so." : "There is no consent yet.";
    } else if (purpose == Purpose::MARKETING || purpose == Purpose::REVIEWS) {
        answer.allowed = statement.state == ConsentState::CONFIRMED ||
                         (statement.state == ConsentState::GRANTED && isMoreThanOnlineForm(statement));
        answer.reason = answer.allowed                             ? "The person agreed, and it can be proven."
                        : statement.state == ConsentState::GRANTED ? "An online form alone is no proof (§ 7 UWG)."
                                                                   : "There is no confirmed consent.";
    } else {
        answer.reason = "Nobody is contacted for this purpose.";
    }
    return answer;
}

}  // namespace

std::string comparableAddress(Channel channel, std::string_view address) {
    if (address.empty()) return "";
    switch (channel) {
        case Channel::EMAIL: return events::normalEmail(address);
        case Channel::SMS:
        case Channel::PHONE: break;
        default: return std::string(address);
    }
    auto number = events::normalPhone(address);
    // What has no digit is the address that it says, not any.
    return number.empty() ? std::string(address) : number;
}

std::vector<CoveringStatement> statementsOf(const Customer& customer) {
    std::map<std::tuple<Position, Purpose, Channel>, CoveringStatement> all;
    for (const auto& [name, record] : customer.records) {
        for (const auto& statement : record->statements) {
            auto& known = all[{statement.position, statement.purpose, statement.channel}];
            // The record that it was stated for knows all of it; others that it covers, the refusal alone.
            if (known.covers.empty() || statement.record == name) {
                known.statement = asTheCustomers(customer, statement);
            }
            known.covers.insert(name);
        }
    }
    std::vector<CoveringStatement> statements;
    for (auto& [key, statement] : all) statements.push_back(std::move(statement));
    return statements;
}

ReminderSwitches reminderSwitchesOf(const Customer& customer) {
    ReminderSwitches switches;
    for (const auto& [statement, covers] : statementsOf(customer)) {
        if (!statement.isSwitch || !customer.has(statement.record)) continue;
        auto& last = statement.channel == Channel::SMS ? switches.sms : switches.email;
        last = ReminderSwitch{!isRefusal(statement.state), statement.record, statement.position};
    }
    return switches;
}

std::vector<ConsentStanding> foldConsents(const Customer& customer) {
    auto statements = statementsOf(customer);
    std::sort(statements.begin(), statements.end(), [](const CoveringStatement& a, const CoveringStatement& b) {
        return order(a.statement) < order(b.statement);
    });
    std::map<std::pair<Purpose, Channel>, ConsentStanding> standings;
    for (const auto& stated : statements) {
        const auto& statement = stated.statement;
        auto& standing = standings[{statement.purpose, statement.channel}];
        standing.purpose = statement.purpose;
        standing.channel = statement.channel;
        if (isRefusal(statement.state)) {
            refuse(standing, stated);
        } else if (!statement.isSwitch || !statement.address.empty()) {
            add(standing, statement);
        }
    }
    std::vector<ConsentStanding> result;
    for (auto& [key, standing] : standings) result.push_back(std::move(standing));
    return result;
}

ContactAnswer mayContact(const Customer& customer, Purpose purpose, Channel channel,
                         const std::optional<std::string>& address, Time at) {
    for (const auto& standing : foldConsents(customer)) {
        if (standing.purpose != purpose || standing.channel != channel) continue;
        const Statement* statement = deciding(standing, address ? *address : currentAddress(customer, channel));
        if (statement != nullptr) return judge(purpose, *statement, at);
    }
    return {false, ConsentState::UNKNOWN, std::nullopt, "Nobody has stated anything."};
}

std::optional<Refusal> refusedTransfer(const Customer& customer) {
    const auto standings = foldConsents(customer);
    const bool isWithdrawn = std::any_of(standings.begin(), standings.end(), [](const ConsentStanding& standing) {
        return standing.purpose == Purpose::DATA_TRANSFER && !standing.refusals.empty();
    });
    if (!isWithdrawn) return std::nullopt;
    return Refusal{RefusalCode::transferWithdrawn, "The person has withdrawn the consent to the transfer.", {}};
}

}  // namespace kartei::ledger
