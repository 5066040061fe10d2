#include "ledger/reading.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

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

struct RefusalAlone {
    static std::optional<bool> no(const std::optional<bool>& on) {
        return Refuses::off(on) ? on : std::optional<bool>();
    }
    events::Body operator()(const events::ConsentStated& data) const {
        events::ConsentStated alone;
        alone.purpose = data.purpose;
        alone.channel = data.channel;
        alone.state = data.state;
        return alone;
    }
    events::Body operator()(const events::NotificationsSet& data) const {
        return events::NotificationsSet{no(data.sms), no(data.email)};
    }
    events::Body operator()(const events::RecordImported& data) const {
        events::RecordImported alone;
        if (data.notifications) alone.notifications = {no(data.notifications->sms), no(data.notifications->email)};
        return alone;
    }
    template <class Other>
    events::Body operator()(const Other&) const {
        throw std::logic_error("no refusal");
    }
};

// Facts that belong to whatever they are about, and so are not sorted out by their own subject: news of a message, the
// reversal of a checkout, and decisions.
bool isSharedFact(const events::Body& data) {
    return !events::isReported(data) || std::holds_alternative<events::MessageStatusChanged>(data) ||
           std::holds_alternative<events::VisitCheckoutReversed>(data);
}

SharedEvent withSubject(const SharedEvent& event, const RecordName& subject) {
    if (event->subject == subject) return event;
    auto changed = std::make_shared<events::Event>(*event);
    changed->subject = subject;
    return changed;
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

events::Event refusalAlone(const events::Event& refusal) {
    events::Event alone = refusal;
    alone.data = std::visit(RefusalAlone(), refusal.data);
    alone.cursor.clear();
    return alone;
}

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
    RecordName subject = event.subject.value_or(RecordName());
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

// Positions of what was assigned to the record, whichever stream it is kept in.
std::vector<Position> Reading::assignedTo(const RecordName& name, Stream stream, const Assignments& assignments) const {
    auto positions = assignments.factsOf(name);
    if (stream != Stream::visits) return positions;
    for (const auto& appointment : assignments.appointmentsOf(name)) {
        const auto facts = this->positions(Stream::appointment, appointment.text());
        positions.insert(positions.end(), facts.begin(), facts.end());
    }
    return positions;
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

// Adds the events at these positions that are kept in the stream and are not there yet.
void Reading::add(std::vector<SharedEvent>& events, const std::vector<Position>& positions, Stream stream) const {
    if (positions.empty()) return;
    for (const auto position : positions) {
        auto event = log_->entry(position);
        if (homeOf(event->data) == stream) events.push_back(std::move(event));
    }
    std::sort(events.begin(), events.end(),
              [](const SharedEvent& a, const SharedEvent& b) { return a->position < b->position; });
    const auto same = [](const SharedEvent& a, const SharedEvent& b) { return a->position == b->position; };
    events.erase(std::unique(events.begin(), events.end(), same), events.end());
}

std::vector<SharedEvent> Reading::ownEvents(const RecordName& name, Stream stream) const {
    auto file = events(Stream::file, name.text());
    Assignments assignments;
    for (const auto& event : file) assignments.note(*event);
    auto all = stream == Stream::file ? std::move(file) : events(stream, name.text());
    add(all, assignedTo(name, stream, assignments), stream);
    if (stream == Stream::messages) add(all, newsOf(all), stream);
    std::vector<SharedEvent> own;
    own.reserve(all.size());
    for (auto& event : all) {
        const RecordName holder = assignments.holderOf(*event);
        const bool isShared = isSharedFact(event->data);
        if (holder != name && !isShared && !isRefusal(event->data)) continue;
        if (holder != name && !isShared) event = std::make_shared<events::Event>(refusalAlone(*event));
        const bool hasHolder = events::isReported(event->data) && !holder.empty();
        own.push_back(hasHolder ? withSubject(event, holder) : std::move(event));
    }
    return own;
}

std::vector<SharedEvent> Reading::eventsOf(const Customer& customer) const {
    std::vector<SharedEvent> all;
    for (const auto stream : {Stream::file, Stream::visits, Stream::messages}) {
        auto some = eventsOf(customer, stream);
        std::move(some.begin(), some.end(), std::back_inserter(all));
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a->position < b->position; });
    return all;
}

std::vector<SharedEvent> Reading::eventsOf(const Customer& customer, Stream stream) const {
    std::map<Position, SharedEvent> byPosition;
    for (const auto& [name, record] : customer.records) {
        for (auto& event : ownEvents(name, stream)) {
            // Several records may know it; the one that it was said of knows all of it.
            auto& known = byPosition[event->position];
            if (!known || event->subject == name) known = std::move(event);
        }
    }
    std::vector<SharedEvent> events;
    for (auto& [position, event] : byPosition) events.push_back(std::move(event));
    return events;
}

RecordName Reading::holderOf(const events::Event& fact) const {
    if (!fact.subject) return {};
    Assignments assignments;
    for (const auto& event : events(Stream::file, fact.subject->text())) assignments.note(*event);
    return assignments.holderOf(fact);
}

std::optional<RecordName> Reading::holderOfMessage(const events::ItemName& message) const {
    for (const auto& known : events(Stream::message, message.text())) {
        if (std::holds_alternative<events::MessageSent>(known->data)) return holderOf(*known);
    }
    return std::nullopt;
}

Record Reading::record(const RecordName& name) const {
    auto facts = std::make_shared<RecordFacts>();
    facts->name = name;
    for (const auto& event : ownEvents(name, Stream::file)) evolve(*facts, *event);
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
