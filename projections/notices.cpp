#include "projections/notices.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "ledger/consents.hpp"
#include "projections/history.hpp"
#include "projections/words.hpp"

namespace kartei::projections {

namespace {

using events::JsonWriter;
using events::toText;
using events::writeMember;
using ledger::Customer;
using ledger::RecordFacts;

// Statements in force, by what stays the same of one when it is a stranger's.
using Statements = std::map<std::tuple<events::Position, events::Purpose, events::Channel>, ledger::Statement>;

Statements statementsInForce(const Customer& customer) {
    Statements all;
    for (const auto& standing : ledger::foldConsents(customer)) {
        for (const auto* some : {&standing.refusals, &standing.statements}) {
            for (const auto& statement : *some) {
                all.emplace(std::tuple(statement.position, statement.purpose, statement.channel), statement);
            }
        }
    }
    return all;
}

std::string described(const ledger::Statement& statement) {
    return words(toText(statement.purpose)) + " by " + words(toText(statement.channel)) + ", " +
           words(toText(statement.state)) + " for " + statement.record.text() + " at position " +
           std::to_string(statement.position.value());
}

std::string described(const ledger::PendingChange& change) {
    return "the change of " + words(toText(change.field)) + " on " + change.record.text() + " at position " +
           std::to_string(change.position.value());
}

std::size_t papersOf(const Customer& customer, std::vector<ledger::Paper> RecordFacts::*papers) {
    std::size_t count = 0;
    for (const auto& [name, record] : customer.records) {
        const auto& all = (*record).*papers;
        count += static_cast<std::size_t>(
            std::count_if(all.begin(), all.end(), [](const ledger::Paper& one) { return !one.position.isNone(); }));
    }
    return count;
}

// By what one visit is the same before and after.
const events::ItemName& nameOf(const Visit& visit) {
    return visit.appointment ? visit.appointment->name : visit.checkout->receipt;
}

std::string_view setting(const std::optional<ledger::ReminderSwitch>& set) {
    if (!set) return "not set";
    return set->isOn ? "on" : "off";
}

// What one of the persons notices.
class Notices {
public:
    Notices(JsonWriter& out, const SeenCustomer& before, const SeenCustomer& after)
        : out_(out),
          before_(before),
          after_(after),
          fieldsBefore_(ledger::foldFields(before.customer)),
          fields_(ledger::foldFields(after.customer)),
          lead_(ledger::leadOf(after.customer, fields_.retired)) {}

    void write() {
        for (const auto& [field, candidates] : fieldsBefore_.shown) noticeField(field, candidates.front());
        for (const auto& [field, candidates] : fields_.shown) {
            if (fieldsBefore_.find(field) == nullptr) {
                notice("Shows " + words(toText(field)) + " again, from " + candidates.front().record.text() + ".",
                       field);
            }
        }
        noticePending();
        noticeVisits();
        noticePapers("Correspondence", &RecordFacts::correspondence);
        noticePapers("Contracts", &RecordFacts::contracts);
        noticeSwitches();
        noticeConsents();
        noticeAccount();
    }

private:
    void notice(const std::string& text, std::optional<events::Field> field = {}) {
        out_.StartObject();
        writeMember(out_, "record", lead_);
        writeMember(out_, "field", field);
        writeMember(out_, "text", text);
        out_.EndObject();
    }

    void noticeField(events::Field field, const ledger::Candidate& before) {
        const std::string name = words(toText(field));
        const auto* now = fields_.find(field);
        if (now == nullptr) {
            notice("Loses " + name + ", which came from " + before.record.text() + ".", field);
        } else if (now->value != before.value) {
            notice("Shows another " + name + ", from " + now->record.text() + ".", field);
        }
    }

    void noticePending() {
        const auto& before = fieldsBefore_.pending;
        const auto& after = fields_.pending;
        const auto lacks = [](const auto& changes, const auto& change) {
            return std::find(changes.begin(), changes.end(), change) == changes.end();
        };
        for (const auto& change : before) {
            if (lacks(after, change)) notice("No longer pending: " + described(change) + ".", change.field);
        }
        for (const auto& change : after) {
            if (lacks(before, change)) notice("Pending again: " + described(change) + ".", change.field);
        }
    }

    void noticeVisits() {
        const auto before = visitsOf(before_.reading, before_.customer);
        const auto after = visitsOf(after_.reading, after_.customer);
        if (after.size() != before.size()) {
            notice("Shows " + counted(after.size(), "visit") + " instead of " + std::to_string(before.size()) + ".");
        }
        for (const auto& visit : after) {
            const auto was = std::find_if(before.begin(), before.end(),
                                          [&](const Visit& other) { return nameOf(other) == nameOf(visit); });
            if (was != before.end()) noticeVisit(*was, visit);
        }
    }

    void noticeVisit(const Visit& before, const Visit& after) {
        const auto name = nameOf(after).text();
        const auto was = toText(before.status());
        const auto is = toText(after.status());
        if (is != was) notice("Visit " + name + ": " + words(is) + " instead of " + words(was) + ".");
        const auto& then = before.appointment;
        const auto& now = after.appointment;
        if (then && now && std::tie(then->startsAt, then->endsAt) != std::tie(now->startsAt, now->endsAt)) {
            notice("Visit " + name + ": at another time.");
        }
    }

    void noticePapers(const std::string& name, std::vector<ledger::Paper> RecordFacts::*papers) {
        const auto before = papersOf(before_.customer, papers);
        const auto after = papersOf(after_.customer, papers);
        if (after != before)
            notice(name + ": " + std::to_string(after) + " instead of " + std::to_string(before) + ".");
    }

    void noticeSwitches() {
        const auto before = ledger::reminderSwitchesOf(before_.customer);
        const auto after = ledger::reminderSwitchesOf(after_.customer);
        const auto compare = [&](const std::string& name, const auto& was, const auto& is) {
            if (setting(was) == setting(is)) return;
            notice("Reminders by " + name + ": " + std::string(setting(is)) + " instead of " +
                   std::string(setting(was)) + ".");
        };
        compare("SMS", before.sms, after.sms);
        compare("e-mail", before.email, after.email);
    }

    void noticeConsents() {
        const auto before = statementsInForce(before_.customer);
        const auto after = statementsInForce(after_.customer);
        for (const auto& [key, statement] : before) {
            if (after.count(key) == 0) notice("No longer in force: " + described(statement) + ".");
        }
        for (const auto& [key, statement] : after) {
            if (before.count(key) == 0) notice("In force again: " + described(statement) + ".");
            if (after_.customer.has(statement.record)) continue;
            notice("Still in force, without its address: " + described(statement) + ".");
        }
    }

    void noticeAccount() {
        if (ledger::hasAccount(after_.customer)) notice("The online account shows the visits of this person alone.");
        if (!ledger::hasAccount(after_.customer) && ledger::hasAccount(before_.customer)) {
            notice("No longer has an online account.");
        }
    }

    JsonWriter& out_;
    const SeenCustomer& before_;
    const SeenCustomer& after_;
    ledger::JoinedFields fieldsBefore_;
    ledger::JoinedFields fields_;
    ledger::RecordName lead_;
};

}  // namespace

void writeNotices(JsonWriter& out, const SeenCustomer& before, const ledger::Reading& then,
                  const std::vector<Customer>& after) {
    out.StartArray();
    for (const auto& customer : after) {
        const SeenCustomer seen{then, customer};
        Notices(out, before, seen).write();
    }
    out.EndArray();
}

}  // namespace kartei::projections
