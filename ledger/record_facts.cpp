#include "ledger/record_facts.hpp"

#include <algorithm>

#include "events/cloud_event.hpp"

namespace kartei::ledger {

namespace {

using events::Event;

class Evolution {
public:
    Evolution(RecordFacts& facts, const Event& event) : facts_(facts), event_(event) {}

    void operator()(const events::RecordImported& data) {
        if (isOwn()) {
            appears(Origin::import);
            change(data.attributes);
        }
        if (data.notifications) switchReminders(data.notifications->sms, data.notifications->email);
    }
    void operator()(const events::RecordRegistered& data) {
        appears(Origin::onlineRegistration);
        change(data.attributes);
        if (data.account) setAccount(data.account->username, data.account->passwordHash);
        if (data.emailVerified) facts_.verifiedEmail = std::string(data.attributes.text(Field::EMAIL));
    }
    void operator()(const events::RecordEntered& data) {
        appears(Origin::staff);
        change(data.attributes);
    }
    void operator()(const events::RecordChanged& data) { change(data.attributes); }
    void operator()(const events::RecordDeleted&) { facts_.deletedAt = event_.position; }
    void operator()(const events::RecordEmailVerified& data) { facts_.verifiedEmail = data.email; }
    void operator()(const events::AccountChanged& data) { setAccount(data.username, data.passwordHash); }

    void operator()(const events::ConsentStated& data) {
        Statement statement;
        statement.purpose = data.purpose;
        statement.channel = data.channel;
        statement.address = data.address.value_or("");
        statement.state = data.state;
        statement.validUntil = data.validUntil;
        statement.method = data.method.value_or("");
        statement.evidence = data.evidence.value_or("");
        statement.statedBy = data.statedBy.value_or("");
        statement.wording = data.wording;
        add(std::move(statement));
    }
    void operator()(const events::NotificationsSet& data) { switchReminders(data.sms, data.email); }

    void operator()(const events::CorrespondenceFiled& data) {
        facts_.correspondence.push_back(
            {event_.position, event_.time, data.entry, data.title.value_or(""), data.text.value_or(""), std::nullopt});
    }
    void operator()(const events::ContractSigned& data) {
        Paper* known = contract(data.contract);
        if (known == nullptr) known = &facts_.contracts.emplace_back();
        const auto ended = known->endedAt;  // the end may have arrived before the signature
        *known = {event_.position, event_.time, data.contract, data.title.value_or(known->title), "", ended};
    }
    void operator()(const events::ContractEnded& data) {
        Paper* known = contract(data.contract);
        if (known == nullptr) {
            known = &facts_.contracts.emplace_back();
            known->name = data.contract;
            known->title = data.title.value_or("");
        }
        known->endedAt = event_.position;
    }

    void operator()(const events::RecordsLinked& data) {
        facts_.joins.push_back({event_.position,
                                JoinKind::link,
                                data.a,
                                data.b,
                                {},
                                data.automatic,
                                false,
                                data.reason.value_or(""),
                                data.comment.value_or(""),
                                event_.actor,
                                event_.recordedTime,
                                std::nullopt,
                                event_.destroyed});
    }
    void operator()(const events::RecordsMerged& data) {
        facts_.joins.push_back({event_.position, JoinKind::merge, data.from, data.into, data.take, false,
                                data.mailCredentials, "", data.comment.value_or(""), event_.actor, event_.recordedTime,
                                std::nullopt, event_.destroyed});
    }
    void operator()(const events::JoinUndone& data) {
        facts_.undone.push_back({event_.position, data});
        for (auto& join : facts_.joins) {
            if (join.position == data.join) join.undoneAt = event_.position;
        }
        if (data.rejoinable) return;
        if (data.a == facts_.name) markDistinct(data.b);
        if (data.b == facts_.name) markDistinct(data.a);
    }
    void operator()(const events::ChangesResolved& data) {
        for (const auto change : data.take) resolve(change, ResolutionKind::take);
        for (const auto change : data.dismiss) resolve(change, ResolutionKind::dismiss);
    }
    void operator()(const events::RecordsMarkedDistinct& data) { markDistinct(other(data.a, data.b)); }
    void operator()(const events::RecordsDistinctCleared& data) {
        std::erase(facts_.distinctFrom, other(data.a, data.b));
    }
    void operator()(const events::RecordErased& data) {
        facts_.erasedAt = event_.position;
        facts_.erasedReason = data.reason.value_or("");
    }

    // These say nothing about who the record is. They are listed, so that a new type of event must be thought of.
    void operator()(const events::SourceConnected&) {}
    void operator()(const events::SourceDisconnected&) {}
    void operator()(const events::SourceSettings&) {}
    void operator()(const events::ImportStarted&) {}
    void operator()(const events::ImportCompleted&) {}
    void operator()(const events::AppointmentBooked&) {}
    void operator()(const events::AppointmentRescheduled&) {}
    void operator()(const events::AppointmentCancelled&) {}
    void operator()(const events::AppointmentMissed&) {}
    void operator()(const events::AppointmentMissedCleared&) {}
    void operator()(const events::VisitCheckedOut&) {}
    void operator()(const events::VisitCheckoutReversed&) {}
    void operator()(const events::MessageSent&) {}
    void operator()(const events::MessageStatusChanged&) {}
    void operator()(const events::NoteFiled&) {}
    void operator()(const events::DataExported&) {}
    void operator()(const events::PolicySet&) {}
    void operator()(const events::ReceiptsErased&) {}

    // What the event says, as far as that can be read still.
    void run() {
        // Another's refusal, or the comment of a join, may go without the record.
        if (event_.destroyed && isOwn() && events::isReported(event_.data)) facts_.dataDestroyed = true;
        std::visit(*this, event_.data);
        if (facts_.isErased()) forget();
    }

private:
    // Nothing is left of what the record said about its person, but that something was refused.
    void forget() {
        facts_.changes.clear();
        facts_.account.reset();
        facts_.verifiedEmail.reset();
        facts_.smsNotifications.reset();
        facts_.emailNotifications.reset();
        facts_.correspondence.clear();
        facts_.contracts.clear();
        std::erase_if(facts_.statements, [&](const Statement& statement) {
            return statement.record == facts_.name && !isRefusal(statement.state);
        });
        for (auto& statement : facts_.statements) {
            if (statement.record != facts_.name) continue;
            statement.address.clear();
            statement.evidence.clear();
            statement.statedBy.clear();
            statement.wording.reset();
        }
    }

    void appears(Origin origin) {
        if (facts_.deletedAt) facts_.absences.emplace_back(*facts_.deletedAt, event_.position);
        facts_.deletedAt.reset();
        if (facts_.origin) return;
        facts_.origin = origin;
        facts_.since = event_.position;
    }

    void change(const events::Attributes& attributes) {
        for (const auto& said : attributes.changes()) {
            facts_.changes.push_back({event_.position, said.field, said.value});
        }
    }

    void setAccount(const std::optional<std::string>& username, const std::optional<std::string>& passwordHash) {
        if (!facts_.account) {
            if (!username) return;  // a password without an account to belong to
            facts_.account.emplace().since = event_.position;
        }
        if (username) facts_.account->username = *username;
        if (passwordHash) facts_.account->passwordHash = *passwordHash;
        facts_.account->position = event_.position;
    }

    void switchReminders(const std::optional<bool>& sms, const std::optional<bool>& email) {
        switchReminders(events::Channel::SMS, sms, facts_.smsNotifications);
        switchReminders(events::Channel::EMAIL, email, facts_.emailNotifications);
    }
    void switchReminders(events::Channel channel, const std::optional<bool>& on, std::optional<bool>& current) {
        if (!on) return;
        if (isOwn()) current = on;
        Statement statement;
        statement.purpose = events::Purpose::REMINDERS;
        statement.channel = channel;
        statement.state = *on ? events::ConsentState::IMPORTED_UNPROVEN : events::ConsentState::REFUSED;
        statement.isSwitch = true;
        statement.method = "switch";
        if (isOwn() || !*on) add(std::move(statement));
    }

    void add(Statement statement) {
        statement.position = event_.position;
        statement.time = std::min(event_.time, event_.recordedTime);  // DESIGN §5
        statement.record = event_.subject.value_or(facts_.name);
        facts_.statements.push_back(std::move(statement));
    }

    Paper* contract(const events::ItemName& name) {
        const auto found = std::find_if(facts_.contracts.begin(), facts_.contracts.end(),
                                        [&](const Paper& paper) { return paper.name == name; });
        return found == facts_.contracts.end() ? nullptr : &*found;
    }

    void resolve(Position change, ResolutionKind kind) {
        facts_.resolutions.push_back({event_.position, change, kind});
    }

    [[nodiscard]] const RecordName& other(const RecordName& a, const RecordName& b) const {
        return a == facts_.name ? b : a;
    }
    void markDistinct(const RecordName& record) {
        auto& marks = facts_.distinctFrom;
        if (std::find(marks.begin(), marks.end(), record) == marks.end()) marks.push_back(record);
    }
    [[nodiscard]] bool isOwn() const { return event_.subject == facts_.name; }

    RecordFacts& facts_;
    const Event& event_;
};

}  // namespace

bool isRefusal(events::ConsentState state) {
    return state == events::ConsentState::REFUSED || state == events::ConsentState::WITHDRAWN;
}

std::string_view toText(Origin origin) {
    switch (origin) {
        case Origin::import: return "import";
        case Origin::onlineRegistration: return "onlineRegistration";
        case Origin::staff: return "staff";
    }
    return "unknown";
}

std::optional<Origin> parseOrigin(std::string_view text) {
    for (const Origin origin : {Origin::import, Origin::onlineRegistration, Origin::staff}) {
        if (toText(origin) == text) return origin;
    }
    return std::nullopt;
}

const events::FieldValue* RecordFacts::own(Field field) const {
    const auto last =
        std::find_if(changes.rbegin(), changes.rend(), [&](const FieldChange& c) { return c.field == field; });
    return last == changes.rend() || !last->value ? nullptr : &*last->value;
}

void evolve(RecordFacts& facts, const events::Event& event) { Evolution(facts, event).run(); }

}  // namespace kartei::ledger
