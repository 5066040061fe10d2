#include "tests/support/holders.hpp"

#include <set>

#include "events/cloud_event.hpp"
#include "ledger/visit_facts.hpp"

namespace kartei::testing {

namespace {

using events::Position;
using events::RecordName;

class Facts {
public:
    explicit Facts(const RememberedLog& log) {
        for (Position position(1); position <= log.head(); position = position.next()) {
            event_ = log.entry(position);
            std::visit(*this, event_->data);
        }
    }

    std::map<Position, Held> result() {
        for (auto& [position, fact] : facts_) {
            const auto news = sentTo_.find(fact.thing);
            if (isNews_.count(position) != 0) fact.holder = news == sentTo_.end() ? RecordName() : news->second;
            const auto assigned = assigned_.find(fact.thing);
            fact.isAssigned = assigned != assigned_.end();
            if (fact.isAssigned) fact.holder = assigned->second;
        }
        return std::move(facts_);
    }

    void operator()(const events::VisitCheckedOut& data) {
        const auto appointment = data.appointment ? "appointment " + data.appointment->text() : std::string();
        add(data.appointment ? appointment : "receipt " + data.receipt.text());
        checkouts_[data.receipt] = event_->position;
    }
    void operator()(const events::VisitCheckoutReversed& data) {
        facts_[event_->position] = facts_.at(checkouts_.at(data.receipt));
    }
    void operator()(const events::MessageSent& data) {
        add("message " + data.message.text());
        sentTo_.emplace("message " + data.message.text(), *event_->subject);
    }
    void operator()(const events::MessageStatusChanged& data) {
        add("message " + data.message.text());
        isNews_.insert(event_->position);
    }
    void operator()(const events::ContractSigned& data) { add("contract " + data.contract.text()); }
    void operator()(const events::ContractEnded& data) { add("contract " + data.contract.text()); }
    void operator()(const events::JoinUndone& data) {
        for (const auto& assignment : data.assign) {
            assigned_[facts_.at(assignment.position).thing] = assignment.record;
        }
    }
    template <class Other>
    void operator()(const Other&) {
        const auto* appointment = ledger::appointmentOf(event_->data);
        if (appointment != nullptr) {
            add("appointment " + appointment->text());
        } else if (events::isReported(event_->data) && event_->subject) {
            add("the fact at " + std::to_string(event_->position.value()));
        }
    }

private:
    void add(std::string thing) {
        facts_[event_->position] = {std::move(thing), event_->subject.value_or(RecordName()), false};
    }

    ledger::SharedEvent event_;
    std::map<Position, Held> facts_;
    std::set<Position> isNews_;
    std::map<events::ItemName, Position> checkouts_;  // the last under each receipt
    std::map<std::string, RecordName> sentTo_;        // whom each message was sent to first
    std::map<std::string, RecordName> assigned_;
};

}  // namespace

std::map<Position, Held> holders(const RememberedLog& log) { return Facts(log).result(); }

}  // namespace kartei::testing
