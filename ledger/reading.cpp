#include "ledger/reading.hpp"

#include <algorithm>

#include "events/cloud_event.hpp"
#include "ledger/visit_facts.hpp"

namespace kartei::ledger {

namespace {

struct Refuses {
    static bool off(const std::optional<bool>& on) { return on && !*on; }
    bool operator()(const events::ConsentStated& data) const {
        return data.state == events::ConsentState::REFUSED || data.state == events::ConsentState::WITHDRAWN;
    }
    bool operator()(const events::NotificationsSet& data) const { return off(data.sms) || off(data.email); }
    bool operator()(const events::RecordImported& data) const {
        return data.notifications && (off(data.notifications->sms) || off(data.notifications->email));
    }
    template <class Other>
    bool operator()(const Other&) const {
        return false;
    }
};

// Facts that belong to whatever they are about, and so are not sorted out by their own subject: news of a message, the
// reversal of a checkout, refusals that cover a joined record, and decisions.
bool isSharedFact(const events::Body& data) {
    return !events::isReported(data) || isRefusal(data) || std::holds_alternative<events::MessageStatusChanged>(data) ||
           std::holds_alternative<events::VisitCheckoutReversed>(data);
}

}  // namespace

bool isRefusal(const events::Body& data) { return std::visit(Refuses(), data); }

void Assignments::note(const events::Event& event) {
    const auto* undone = std::get_if<events::JoinUndone>(&event.data);
    if (undone == nullptr) return;
    for (const auto& assignment : undone->assign) {
        if (assignment.appointment) {
            byAppointment_[{*assignment.appointment, assignment.reportedFor}] = assignment.record;
        } else {
            byPosition_[assignment.position] = assignment.record;
        }
    }
}

RecordName Assignments::holderOf(const events::Event& event) const {
    const RecordName subject = event.subject.value_or(RecordName());
    if (const auto found = byPosition_.find(event.position); found != byPosition_.end()) return found->second;
    const auto* appointment = appointmentOf(event.data);
    if (appointment == nullptr || byAppointment_.empty()) return subject;
    const auto found = byAppointment_.find({*appointment, subject});
    return found == byAppointment_.end() ? subject : found->second;
}

Reading Reading::at(Position position) const {
    Reading earlier = *this;
    earlier.upTo_ = std::min(upTo_, position);
    return earlier;
}

std::vector<Position> Reading::positions(Stream stream, std::string_view name) const {
    return log_->stream(stream, name, upTo_);
}

std::vector<SharedEvent> Reading::events(Stream stream, std::string_view name) const {
    std::vector<SharedEvent> events;
    for (const auto position : positions(stream, name)) events.push_back(log_->entry(position));
    return events;
}

std::vector<events::Event> Reading::ownEvents(const RecordName& name, Stream stream) const {
    const auto file = events(Stream::file, name.text());
    Assignments assignments;
    for (const auto& event : file) assignments.note(*event);
    std::vector<events::Event> own;
    for (const auto& event : stream == Stream::file ? file : events(stream, name.text())) {
        const RecordName holder = assignments.holderOf(*event);
        if (holder != name && !isSharedFact(event->data)) continue;
        own.push_back(*event);
        if (events::isReported(event->data) && !holder.empty()) own.back().subject = holder;
    }
    return own;
}

Record Reading::record(const RecordName& name) const {
    auto facts = std::make_shared<RecordFacts>();
    facts->name = name;
    for (const auto& event : ownEvents(name, Stream::file)) evolve(*facts, event);
    return facts;
}

Customer Reading::customer(const RecordName& name) const {
    return gather(name, [this](const RecordName& wanted) { return record(wanted); });
}

Position Reading::lastPosition(const Customer& customer) const {
    Position last;
    for (const auto& [name, record] : customer.records) {
        for (const Stream stream : {Stream::file, Stream::visits, Stream::messages}) {
            const auto known = positions(stream, name.text());
            if (!known.empty()) last = std::max(last, known.back());
        }
    }
    return last;
}

}  // namespace kartei::ledger
