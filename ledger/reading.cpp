#include "ledger/reading.hpp"

#include <algorithm>
#include <set>

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

Stream homeOf(const events::Body& data) {
    const bool visit = appointmentOf(data) != nullptr || std::holds_alternative<events::VisitCheckedOut>(data) ||
                       std::holds_alternative<events::VisitCheckoutReversed>(data);
    if (visit) return Stream::visits;
    const bool message = std::holds_alternative<events::MessageSent>(data) ||
                         std::holds_alternative<events::MessageStatusChanged>(data) ||
                         std::holds_alternative<events::NoteFiled>(data) ||
                         std::holds_alternative<events::DataExported>(data);
    return message ? Stream::messages : Stream::file;
}

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

std::vector<Position> Assignments::factsOf(const RecordName& record) const {
    std::vector<Position> facts;
    for (const auto& [position, holder] : byPosition_) {
        if (holder == record) facts.push_back(position);
    }
    return facts;
}

std::vector<events::ItemName> Assignments::appointmentsOf(const RecordName& record) const {
    std::vector<events::ItemName> appointments;
    for (const auto& [key, holder] : byAppointment_) {
        if (holder == record) appointments.push_back(key.first);
    }
    return appointments;
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

std::vector<SharedEvent> Reading::withAssigned(std::vector<Position> positions, const RecordName& name, Stream stream,
                                               const Assignments& assignments) const {
    const auto assigned = assignments.factsOf(name);
    positions.insert(positions.end(), assigned.begin(), assigned.end());
    if (stream == Stream::visits) {
        for (const auto& appointment : assignments.appointmentsOf(name)) {
            const auto facts = this->positions(Stream::appointment, appointment.text());
            positions.insert(positions.end(), facts.begin(), facts.end());
        }
    }
    std::sort(positions.begin(), positions.end());
    positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
    std::vector<SharedEvent> events;
    for (const auto position : positions) events.push_back(log_->entry(position));
    std::erase_if(events, [&](const SharedEvent& event) { return homeOf(event->data) != stream; });
    return events;
}

// What was heard of the messages, before they were known too.
std::vector<Position> Reading::newsOf(const std::vector<SharedEvent>& messages) const {
    std::vector<Position> news;
    for (const auto& event : messages) {
        const auto* sent = std::get_if<events::MessageSent>(&event->data);
        if (sent == nullptr) continue;
        for (const auto position : positions(Stream::message, sent->message.text())) news.push_back(position);
    }
    return news;
}

std::vector<events::Event> Reading::ownEvents(const RecordName& name, Stream stream) const {
    Assignments assignments;
    auto positions = this->positions(Stream::file, name.text());
    for (const auto position : positions) assignments.note(*log_->entry(position));
    if (stream != Stream::file) positions = this->positions(stream, name.text());
    auto events = withAssigned(positions, name, stream, assignments);
    if (stream == Stream::messages) {
        const auto news = newsOf(events);
        positions.insert(positions.end(), news.begin(), news.end());
        events = withAssigned(std::move(positions), name, stream, assignments);
    }
    std::vector<events::Event> own;
    for (const auto& event : events) {
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

std::vector<Customer> Reading::customersThatSaid(const std::string& normalEmail) const {
    std::set<RecordName> names;
    for (const auto& said : events(Stream::email, normalEmail)) {
        const auto* undone = std::get_if<events::JoinUndone>(&said->data);
        if (undone != nullptr) {  // it assigned a change with the address
            for (const auto& assignment : undone->assign) names.insert(assignment.record);
        } else if (said->subject) {
            names.insert(*said->subject);
        }
    }
    std::vector<Customer> customers;
    std::set<RecordName> seen;
    for (const auto& name : names) {
        if (seen.count(name) != 0) continue;
        customers.push_back(customer(name));
        for (const auto& [record, facts] : customers.back().records) seen.insert(record);
    }
    return customers;
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
