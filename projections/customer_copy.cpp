#include "projections/customer_copy.hpp"

#include <rapidjson/prettywriter.h>

#include <algorithm>
#include <array>

#include "events/cloud_event.hpp"
#include "projections/calendar.hpp"
#include "projections/consent_view.hpp"
#include "projections/customer_file.hpp"
#include "projections/history.hpp"
#include "projections/vcard.hpp"

namespace kartei::projections {

namespace {

using events::JsonWriter;
using events::Position;
using events::writeMember;
using ledger::Customer;
using rapidjson::Value;

rapidjson::Document parsed(std::string_view text) {
    rapidjson::Document document;
    document.Parse(text.data(), text.size());
    return document;
}

// What is not for the person: who of the staff did it, and what they noted for one another on two people.
constexpr std::array<std::string_view, 3> internal = {"actor", "comment", "mailCredentials"};

template <class Write>
rapidjson::Document rewritten(const Write& write) {
    rapidjson::StringBuffer buffer;
    JsonWriter out(buffer);
    write(out);
    return parsed({buffer.GetString(), buffer.GetSize()});
}

// What was said of the customer and not erased since. A refusal that came from a former partner's record would name it.
std::vector<ledger::SharedEvent> readableEvents(const ledger::Reading& reading, const Customer& customer) {
    auto all = reading.eventsOf(customer);
    std::erase_if(
        all, [&](const auto& event) { return event->destroyed || (event->subject && !customer.has(*event->subject)); });
    return all;
}

class CopyWriter {
public:
    CopyWriter(const ledger::Reading& reading, const Customer& customer)
        : reading_(reading),
          customer_(customer),
          fields_(ledger::foldFields(customer)),
          own_(readableEvents(reading, customer)),
          out_(buffer_) {}

    std::string text(std::string_view business, events::Time at) {
        const auto file = parsed(fileOf(customer_, fields_, reading_.lastPosition(customer_)));
        out_.StartObject();
        writeMember(out_, "customer", ledger::leadOf(customer_, fields_.retired));
        writeMember(out_, "business", business);
        writeMember(out_, "made", at);
        writeMember(out_, "position", reading_.lastPosition(customer_));
        writeRecords();
        for (const auto* member : {"attributes", "correspondence", "contracts", "pendingChanges"}) {
            out_.Key(member);
            writeDated(file[member]);
        }
        writeNotifications();
        writeConsents(at);
        writeAccounts();
        writeVisitsWithNotes();
        writeFiled();
        writeJoins(file["joins"]);
        writeEvents();
        out_.EndObject();
        return indented();
    }

private:
    // The same value, with the times of each position in it.
    void writeDated(const Value& value) {
        if (value.IsArray()) {
            out_.StartArray();
            for (const auto& item : value.GetArray()) writeDated(item);
            out_.EndArray();
        } else if (value.IsObject()) {
            out_.StartObject();
            writeDatedMembers(value);
            out_.EndObject();
        } else {
            value.Accept(out_);
        }
    }
    void writeDatedMembers(const Value& object) {
        for (const auto& member : object.GetObject()) {
            out_.Key(member.name.GetString(), member.name.GetStringLength());
            writeDated(member.value);
            // In `custom` a position would be a text.
            if (member.name == "position" && member.value.IsUint64()) writeTimes(Position(member.value.GetUint64()));
        }
    }
    void writeTimes(Position position) {
        if (position.isNone()) return;
        const auto event = reading_.event(position);
        writeMember(out_, "time", event->time);
        writeMember(out_, "recordedtime", event->recordedTime);
    }
    void writePosition(Position position) {
        writeMember(out_, "position", position);
        writeTimes(position);
    }

    void writeRecords() {
        out_.Key("records");
        out_.StartArray();
        for (const auto& [name, record] : customer_.records) {
            out_.StartObject();
            writeMember(out_, "record", name);
            if (record->origin) writeMember(out_, "origin", toText(*record->origin));
            writeMember(out_, "status", statusOf(*record, fields_.retired));
            out_.Key("since");
            out_.StartObject();
            writePosition(record->since);
            out_.EndObject();
            out_.EndObject();
        }
        out_.EndArray();
    }

    void writeNotifications() {
        const auto switches = ledger::reminderSwitchesOf(customer_);
        out_.Key("notifications");
        out_.StartObject();
        writeSwitch("sms", switches.sms);
        writeSwitch("email", switches.email);
        out_.EndObject();
    }
    void writeSwitch(const char* name, const std::optional<ledger::ReminderSwitch>& set) {
        if (!set) return;
        out_.Key(name);
        out_.StartObject();
        writeMember(out_, "value", set->isOn);
        writeMember(out_, "record", set->record);
        writePosition(set->position);
        out_.EndObject();
    }

    void writeConsents(events::Time at) {
        std::vector<ledger::Statement> inForce;
        for (const auto& standing : ledger::foldConsents(customer_)) {
            inForce.insert(inForce.end(), standing.refusals.begin(), standing.refusals.end());
            inForce.insert(inForce.end(), standing.statements.begin(), standing.statements.end());
        }
        out_.Key("consents");
        out_.StartArray();
        for (auto& [statement, covers] : ledger::statementsOf(customer_)) {
            out_.StartObject();
            const bool holds = std::find(inForce.begin(), inForce.end(), statement) != inForce.end();
            writeProof(out_, statement, customer_, at);
            writeMember(out_, "recordedtime", reading_.event(statement.position)->recordedTime);
            writeMember(out_, "inForce", holds);
            out_.EndObject();
        }
        out_.EndArray();
    }

    void writeAccounts() {
        out_.Key("accounts");
        out_.StartArray();
        for (const auto& [name, record] : customer_.records) {
            if (!record->account || record->isErased()) continue;
            out_.StartObject();
            writeMember(out_, "source", events::sourceOf(name));
            writeMember(out_, "username", record->account->username);
            writeMember(out_, "record", name);
            writePosition(record->account->position);
            out_.EndObject();
        }
        out_.EndArray();
    }

    void writeVisitsWithNotes() {
        const auto visits = visitsOf(reading_, customer_);
        const auto history = parsed(historyOf(reading_, customer_));
        const auto& shown = history["visits"];
        out_.Key("visits");
        out_.StartArray();
        for (rapidjson::SizeType i = 0; i < shown.Size(); ++i) {
            out_.StartObject();
            writeDatedMembers(shown[i]);
            const auto& booked = visits[i].appointment;
            if (booked && !booked->note.empty()) writeMember(out_, "note", booked->note);
            out_.EndObject();
        }
        out_.EndArray();
    }

    // Messages with what was heard of them, notes, and earlier exports.
    void writeFiled() {
        writeEach<events::MessageSent>("messages", [&](const auto& message) {
            writeMembersOf(message);
            writeNewsOf(message.message);
        });
        writeEach<events::NoteFiled>("notes", [&](const auto& note) { writeMembersOf(note); });
        writeEach<events::DataExported>("exports", [&](const auto& copy) { writeMembersOf(copy); });
    }
    template <class Data, class Write>
    void writeEach(const char* list, const Write& write) {
        out_.Key(list);
        out_.StartArray();
        for (const auto& event : own_) {
            const auto* data = std::get_if<Data>(&event->data);
            if (data == nullptr) continue;
            out_.StartObject();
            writeMember(out_, "record", event->subject);
            write(*data);
            writePosition(event->position);
            out_.EndObject();
        }
        out_.EndArray();
    }
    // All that the event says, without the braces around it.
    template <class Data>
    void writeMembersOf(const Data& data) {
        writeMembers(rewritten([&](JsonWriter& out) { writeJson(out, data); }));
    }
    // Without what is internal.
    void writeMembers(const Value& object) {
        for (const auto& member : object.GetObject()) {
            if (isInternal(member.name)) continue;
            out_.Key(member.name.GetString(), member.name.GetStringLength());
            member.value.Accept(out_);
        }
    }
    void writeNewsOf(const events::ItemName& message) {
        out_.Key("status");
        out_.StartArray();
        for (const auto& event : own_) {
            const auto* news = std::get_if<events::MessageStatusChanged>(&event->data);
            if (news == nullptr || news->message != message) continue;
            out_.StartObject();
            writeMember(out_, "status", news->status);
            writeMember(out_, "reason", news->reason);
            writePosition(event->position);
            out_.EndObject();
        }
        out_.EndArray();
    }

    void writeJoins(const Value& joins) {
        out_.Key("joins");
        out_.StartArray();
        for (const auto& join : joins.GetArray()) {
            out_.StartObject();
            writeMembers(join);
            writeTimes(Position(join["position"].GetUint64()));
            out_.EndObject();
        }
        out_.EndArray();
    }

    void writeEvents() {
        out_.Key("events");
        out_.StartArray();
        for (const auto& event : own_) {
            if (!events::isReported(event->data)) continue;  // decisions tell of two people
            out_.StartObject();
            writeMembers(rewritten([&](JsonWriter& out) { events::writeCloudEvent(out, withoutPassword(*event)); }));
            out_.EndObject();
        }
        out_.EndArray();
    }
    static events::Event withoutPassword(events::Event event) {
        if (auto* registered = std::get_if<events::RecordRegistered>(&event.data)) {
            if (registered->account) registered->account->passwordHash.reset();
        } else if (auto* changed = std::get_if<events::AccountChanged>(&event.data)) {
            changed->passwordHash.reset();
        }
        return event;
    }
    static bool isInternal(const Value& name) {
        return std::find(internal.begin(), internal.end(),
                         std::string_view(name.GetString(), name.GetStringLength())) != internal.end();
    }

    std::string indented() const {
        constexpr unsigned step = 2;
        rapidjson::StringBuffer buffer;
        rapidjson::PrettyWriter<rapidjson::StringBuffer> pretty(buffer);
        pretty.SetIndent(' ', step);
        parsed({buffer_.GetString(), buffer_.GetSize()}).Accept(pretty);
        return {buffer.GetString(), buffer.GetSize()};
    }

    const ledger::Reading& reading_;
    const Customer& customer_;
    ledger::JoinedFields fields_;
    std::vector<ledger::SharedEvent> own_;
    rapidjson::StringBuffer buffer_;
    JsonWriter out_;
};

}  // namespace

CustomerCopy copyOf(const ledger::Reading& reading, const Customer& customer, std::string_view business,
                    events::Time at) {
    const auto revised = reading.event(reading.lastPosition(customer))->recordedTime;
    return {CopyWriter(reading, customer).text(business, at) + "\n",
            vcardOf(customer, ledger::foldFields(customer), revised),
            calendarOf(reading, visitsOf(reading, customer), business)};
}

}  // namespace kartei::projections
