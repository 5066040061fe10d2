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

bool isRefusal(ConsentState state) { return state == ConsentState::REFUSED || state == ConsentState::WITHDRAWN; }
bool isGrant(ConsentState state) { return state == ConsentState::GRANTED || state == ConsentState::CONFIRMED; }

auto order(const Statement& statement) { return std::tuple(statement.time, statement.position); }

bool sameAddress(Channel channel, std::string_view one, std::string_view other) {
    return comparableAddress(channel, one) == comparableAddress(channel, other);
}

// Whether a statement for the first address decides for the second as well.
bool appliesTo(Channel channel, std::string_view stated, std::string_view address) {
    return stated.empty() || sameAddress(channel, stated, address);
}

void refuse(ConsentStanding& standing, const CoveringStatement& refusal) {
    standing.refusal = refusal.statement;
    std::erase_if(standing.statements, [&](const Statement& earlier) {
        return refusal.covers.count(earlier.record) != 0 ||
               appliesTo(standing.channel, refusal.statement.address, earlier.address);
    });
}

void add(ConsentStanding& standing, const Statement& statement) {
    const auto same = std::find_if(standing.statements.begin(), standing.statements.end(), [&](const Statement& known) {
        return sameAddress(standing.channel, known.address, statement.address);
    });
    const bool known = same != standing.statements.end();
    if (standing.refusal && !known && !isGrant(statement.state)) return;
    if (statement.state == ConsentState::IMPORTED_UNPROVEN && known && same->state != ConsentState::UNKNOWN &&
        same->state != ConsentState::IMPORTED_UNPROVEN) {
        return;
    }
    if (known) {
        *same = statement;
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

const Statement* deciding(const ConsentStanding& standing, std::string_view address) {
    const Statement* last = nullptr;
    const Statement* byImport = nullptr;  // displaces nothing but what is unknown, whenever it was stated
    for (const auto& statement : standing.statements) {
        if (!appliesTo(standing.channel, statement.address, address)) continue;
        const Statement*& latest = statement.state == ConsentState::IMPORTED_UNPROVEN ? byImport : last;
        if (latest == nullptr || order(*latest) < order(statement)) latest = &statement;
    }
    const Statement* refusal = standing.refusal ? &*standing.refusal : nullptr;
    if (last == nullptr || last->state == ConsentState::UNKNOWN) return refusal ? refusal : byImport ? byImport : last;
    const bool refusedSince =
        refusal != nullptr && appliesTo(standing.channel, refusal->address, address) && order(*last) < order(*refusal);
    return refusedSince ? refusal : last;
}

bool isMoreThanOnlineForm(const Statement& statement) {
    if (statement.evidence.empty() || statement.method.empty()) return false;
    std::string method;
    for (const auto& word : events::searchWords(statement.method)) method += word;
    constexpr std::array<std::string_view, 4> onlineForms = {"onlineform", "online", "webform", "form"};
    return std::find(onlineForms.begin(), onlineForms.end(), method) == onlineForms.end();
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
        case Channel::PHONE: return events::normalPhone(address);
        default: return std::string(address);
    }
}

std::vector<CoveringStatement> statementsOf(const Customer& customer) {
    std::map<std::tuple<Position, Purpose, Channel>, CoveringStatement> all;
    for (const auto& [name, record] : customer.records) {
        for (const auto& statement : record->statements) {
            auto& known = all[{statement.position, statement.purpose, statement.channel}];
            known.statement = statement;
            known.covers.insert(name);
        }
    }
    std::vector<CoveringStatement> statements;
    for (auto& [key, statement] : all) statements.push_back(std::move(statement));
    return statements;
}

std::vector<ConsentStanding> foldConsents(const Customer& customer, Position upTo) {
    auto statements = statementsOf(customer);
    std::erase_if(statements, [&](const CoveringStatement& stated) { return stated.statement.position > upTo; });
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
        } else {
            add(standing, statement);
        }
    }
    std::vector<ConsentStanding> result;
    for (auto& [key, standing] : standings) result.push_back(std::move(standing));
    return result;
}

ContactAnswer mayContact(const Customer& customer, Purpose purpose, Channel channel,
                         const std::optional<std::string>& address, Time at, Position upTo) {
    for (const auto& standing : foldConsents(customer, upTo)) {
        if (standing.purpose != purpose || standing.channel != channel) continue;
        const Statement* statement = deciding(standing, address ? *address : currentAddress(customer, channel));
        if (statement != nullptr) return judge(purpose, *statement, at);
    }
    return {false, ConsentState::UNKNOWN, std::nullopt, "Nobody has stated anything."};
}

bool transferWithdrawn(const Customer& customer) {
    const auto standings = foldConsents(customer);
    return std::any_of(standings.begin(), standings.end(), [](const ConsentStanding& standing) {
        return standing.purpose == Purpose::DATA_TRANSFER && standing.refusal &&
               std::none_of(standing.statements.begin(), standing.statements.end(),
                            [](const Statement& statement) { return isGrant(statement.state); });
    });
}

}  // namespace kartei::ledger
