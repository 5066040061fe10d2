#include "ledger/reading.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "events/cloud_event.hpp"
#include "ledger/things.hpp"
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

// Whether a decision that is found with the record may be told to it. An undo is also found with those that it assigned
// something to, or took it from: they show it, but were no party of the join.
bool isToldTo(const events::Event& decision, const RecordName& record) {
    const auto* undone = std::get_if<events::JoinUndone>(&decision.data);
    return undone == nullptr || undone->a == record || undone->b == record;
}

// Adds those of the others that are kept in the stream and are not there yet.
void add(std::vector<SharedEvent>& events, std::vector<SharedEvent> others, Stream stream) {
    std::erase_if(others, [stream](const SharedEvent& event) { return homeOf(event->data) != stream; });
    if (others.empty()) return;
    std::move(others.begin(), others.end(), std::back_inserter(events));
    std::sort(events.begin(), events.end(),
              [](const SharedEvent& a, const SharedEvent& b) { return a->position < b->position; });
    const auto same = [](const SharedEvent& a, const SharedEvent& b) { return a->position == b->position; };
    events.erase(std::unique(events.begin(), events.end(), same), events.end());
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

// What was heard of the messages, before they were known too.
std::vector<SharedEvent> Reading::newsOf(const std::vector<SharedEvent>& messages) const {
    std::vector<SharedEvent> news;
    for (const auto& event : messages) {
        const auto* sent = std::get_if<events::MessageSent>(&event->data);
        if (sent == nullptr) continue;
        auto known = events(Stream::message, sent->message.text());
        std::move(known.begin(), known.end(), std::back_inserter(news));
    }
    return news;
}

std::vector<SharedEvent> Reading::ownEvents(const RecordName& name, Stream stream) const {
    auto file = events(Stream::file, name.text());
    Holdings holdings(*this);
    for (const auto& event : file) holdings.note(*event);
    auto all = stream == Stream::file ? std::move(file) : events(stream, name.text());
    for (const auto& thing : holdings.of(name)) add(all, factsAbout(*this, thing), stream);
    if (stream == Stream::messages) add(all, newsOf(all), stream);
    std::vector<SharedEvent> own;
    own.reserve(all.size());
    for (auto& event : all) {
        if (!events::isReported(event->data)) {
            if (isToldTo(*event, name)) own.push_back(std::move(event));
            continue;
        }
        const auto holder = holdings.holderOf(*event);
        if (holder == name) {
            own.push_back(withSubject(event, name));
        } else if (isRefusal(event->data)) {
            own.push_back(withSubject(std::make_shared<events::Event>(refusalAlone(*event)), holder));
        }
    }
    return own;
}

std::vector<SharedEvent> Reading::eventsOf(const Customer& customer) const {
    std::vector<SharedEvent> all;
    for (const auto stream : recordStreams) {
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
        for (const auto stream : recordStreams) {
            const auto known = positions(stream, name.text());
            if (!known.empty()) last = std::max(last, known.back());
        }
    }
    return last;
}

}  // namespace kartei::ledger
