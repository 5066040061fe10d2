// The rules for link and merge, in the order of DESIGN §4, and the automatic link.

#include <algorithm>

#include "events/normal_forms.hpp"
#include "ledger/decide.hpp"

namespace kartei::ledger {

namespace {

using MaybeRefusal = std::optional<Refusal>;

MaybeRefusal refusal(RefusalCode code, std::string detail) { return Refusal{code, std::move(detail), {}}; }

bool contains(const std::vector<Field>& fields, Field field) {
    return std::find(fields.begin(), fields.end(), field) != fields.end();
}

bool markedDistinct(const Customer& one, const Customer& other) {
    return std::any_of(one.records.begin(), one.records.end(), [&](const auto& entry) {
        const auto& marks = entry.second->distinctFrom;
        return std::any_of(marks.begin(), marks.end(), [&](const RecordName& name) { return other.has(name); });
    });
}

bool hasCorrespondence(const Customer& customer) {
    return std::any_of(customer.records.begin(), customer.records.end(),
                       [](const auto& entry) { return !entry.second->correspondence.empty(); });
}

bool hasContract(const Customer& customer) {
    return std::any_of(customer.records.begin(), customer.records.end(), [](const auto& entry) {
        const auto& contracts = entry.second->contracts;
        return std::any_of(contracts.begin(), contracts.end(), [](const Paper& contract) { return !contract.endedAt; });
    });
}

// The rules that a link and a merge share.
MaybeRefusal joinRefusal(const JoinState& state, const RecordName& a, const RecordName& b) {
    const RecordFacts& first = state.a.record(a);
    const RecordFacts& second = state.b.record(b);
    for (const auto* record : {&first, &second}) {
        if (!record->exists()) return refusal(RefusalCode::notFound, "There is no record " + record->name.text() + ".");
    }
    if (a == b) return refusal(RefusalCode::sameRecord, "Both names are the same record.");
    if (state.a.has(b)) {
        return Refusal{RefusalCode::alreadyJoined, "Both records are one customer already.",
                       joinsBetween(state.a, a, b)};
    }
    if (first.isErased() || second.isErased()) return refusal(RefusalCode::erased, "One of the records was erased.");
    if (markedDistinct(state.a, state.b)) {
        return refusal(RefusalCode::markedDistinct, "The two are marked as different people.");
    }
    if (hasAccount(state.a) && hasAccount(state.b)) {
        return refusal(RefusalCode::twoAccounts, "Both have an online account.");
    }
    return std::nullopt;
}

MaybeRefusal switchableRefusal(const JoinState& state) {
    const Policy& policy = state.business.policy;
    if (policy.isOn(events::Rule::INTO_ONLINE_RECORD) && hasAccount(state.b) && !hasAccount(state.a)) {
        return refusal(RefusalCode::intoOnlineRecord,
                       "Merging into a customer with an online account is the wrong way "
                       "round: merge that customer into this one.");
    }
    if (policy.isOn(events::Rule::SOURCE_HAS_CORRESPONDENCE) && hasCorrespondence(state.a)) {
        return refusal(RefusalCode::sourceHasCorrespondence, "The customer to be merged has correspondence.");
    }
    if (policy.isOn(events::Rule::SOURCE_HAS_CONTRACTS) && hasContract(state.a)) {
        return refusal(RefusalCode::sourceHasContracts, "The customer to be merged has a contract.");
    }
    return std::nullopt;
}

MaybeRefusal takeRefusal(const JoinState& state, const std::vector<Field>& take) {
    const bool account = hasAccount(state.a);
    if (account && (!contains(take, Field::USERNAME) || !contains(take, Field::PASSWORD))) {
        return refusal(RefusalCode::credentialsRequired,
                       "The customer to be merged has an online account: take username and password.");
    }
    const auto fields = foldFields(state.a);
    for (const Field field : take) {
        const bool there = field >= Field::USERNAME ? account : fields.find(field) != nullptr;
        if (!there) {
            return refusal(RefusalCode::nothingToTake,
                           "There is no " + std::string(events::toText(field)) + " to take.");
        }
    }
    return std::nullopt;
}

std::optional<std::string> given(const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); }

}  // namespace

Decided decide(const JoinState& state, const Link& command) {
    if (auto no = joinRefusal(state, command.a, command.b)) return failed(*no);
    events::RecordsLinked linked;
    linked.a = command.a;
    linked.b = command.b;
    linked.comment = given(command.comment);
    return Decision{{{command.a, std::move(linked)}}, std::nullopt};
}

Decided decide(const JoinState& state, const Merge& command) {
    if (auto no = joinRefusal(state, command.from, command.into)) return failed(*no);
    if (auto no = switchableRefusal(state)) return failed(*no);
    if (auto no = takeRefusal(state, command.take)) return failed(*no);
    events::RecordsMerged merged;
    merged.from = command.from;
    merged.into = command.into;
    merged.take = command.take;
    std::sort(merged.take.begin(), merged.take.end());
    merged.take.erase(std::unique(merged.take.begin(), merged.take.end()), merged.take.end());
    merged.mailCredentials = command.mailCredentials;
    merged.comment = given(command.comment);
    return Decision{{{command.into, std::move(merged)}}, std::nullopt};
}

std::optional<RecordName> carrierOf(const Customer& customer, const std::string& normalEmail) {
    const auto fields = foldFields(customer);
    const auto shown = fields.shown.find(Field::EMAIL);
    if (shown == fields.shown.end()) return std::nullopt;
    const RecordFacts* oldest = nullptr;
    for (const auto& candidate : shown->second) {
        const auto* email = std::get_if<std::string>(&candidate.value);
        if (email == nullptr || events::normalEmail(*email) != normalEmail) continue;
        const RecordFacts& record = customer.record(candidate.record);
        if (oldest == nullptr || record.since < oldest->since) oldest = &record;
    }
    return oldest == nullptr ? std::nullopt : std::optional(oldest->name);
}

std::string verifiedAddress(const RecordFacts& record) {
    if (!record.hasAccount() || !record.verifiedEmail) return "";
    const auto verified = events::normalEmail(*record.verifiedEmail);
    const auto* own = record.own(Field::EMAIL);
    const auto* text = own == nullptr ? nullptr : std::get_if<std::string>(own);
    // An address that the record has given up since says nothing about it.
    return text == nullptr || events::normalEmail(*text) == verified ? verified : "";
}

Decided decide(const AutomaticLinkState& state, const LinkAutomatically& command) {
    const RecordFacts& record = state.customer.record(command.record);
    const auto verified = verifiedAddress(record);
    const bool applies =
        state.business.policy.isOn(events::Rule::AUTOMATIC_LINK) && !verified.empty() && state.hits.size() == 1;
    if (!applies || hasAccount(state.hits.front()) || markedDistinct(state.customer, state.hits.front()))
        return Decision{};
    const auto carrier = carrierOf(state.hits.front(), verified);
    if (!carrier || joinRefusal({state.business, state.customer, state.hits.front()}, command.record, *carrier)) {
        return Decision{};
    }
    events::RecordsLinked linked;
    linked.a = command.record;
    linked.b = *carrier;
    linked.automatic = true;
    linked.reason = "verifiedEmail";
    return Decision{{{command.record, std::move(linked)}}, std::nullopt};
}

}  // namespace kartei::ledger
