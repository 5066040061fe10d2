#include "projections/protocol.hpp"

#include <algorithm>
#include <set>

#include "events/cloud_event.hpp"
#include "ledger/consents.hpp"
#include "ledger/visit_facts.hpp"
#include "projections/words.hpp"

namespace kartei::projections {

namespace {

using events::toText;
using events::writeMember;

std::string listed(const events::Attributes& attributes) {
    std::string text;
    for (const auto& change : attributes.changes()) {
        text += (text.empty() ? "" : ", ") + words(toText(change.field));
        if (!change.value) text += " (cleared)";
    }
    return text.empty() ? "no fields" : text;
}

std::string listed(const std::vector<events::Field>& fields) {
    std::string text;
    for (const auto field : fields) text += (text.empty() ? "" : ", ") + words(toText(field));
    return text.empty() ? "no fields" : text;
}

std::string listed(const std::vector<events::Position>& positions) {
    std::string text;
    for (const auto position : positions) text += (text.empty() ? "" : ", ") + std::to_string(position.value());
    return text;
}

std::string because(const std::optional<std::string>& reason) {
    return reason && !reason->empty() ? ": " + *reason : std::string(".");
}

std::string switches(const std::optional<bool>& sms, const std::optional<bool>& email) {
    const auto one = [](const char* name, const std::optional<bool>& on) {
        return on ? std::string(name) + (*on ? " on" : " off") : std::string();
    };
    const auto first = one("SMS", sms);
    const auto second = one("e-mail", email);
    return first + (first.empty() || second.empty() ? "" : ", ") + second;
}

struct Sentence {
    const events::Event& event;

    std::string operator()(const events::SourceConnected&) const {
        return "Source " + event.source.text() + " connected.";
    }
    std::string operator()(const events::SourceDisconnected&) const {
        return "Source " + event.source.text() + " disconnected.";
    }
    std::string operator()(const events::SourceSettings&) const { return "Settings of the source taken over."; }
    std::string operator()(const events::ImportStarted& data) const {
        return "Import " + data.run.text() + " started" +
               (data.declaration ? ", declared by " + data.declaration->declaredBy : "") + ".";
    }
    std::string operator()(const events::ImportCompleted& data) const {
        return "Import " + data.run.text() + " completed: " + std::to_string(data.imported) + " imported, " +
               std::to_string(data.unchanged) + " unchanged, " + std::to_string(data.refused) + " refused.";
    }
    std::string operator()(const events::RecordImported& data) const {
        std::string text = data.attributes.changes().empty() && data.notifications ? "" : listed(data.attributes);
        if (data.notifications) {
            const auto set = switches(data.notifications->sms, data.notifications->email);
            text += (text.empty() ? "reminders " : "; reminders ") + set;
        }
        return "Imported: " + text + ".";
    }
    std::string operator()(const events::RecordRegistered& data) const {
        return "Registered online: " + listed(data.attributes) + (data.account ? ", with an account" : "") +
               (data.emailVerified ? ", e-mail verified." : ".");
    }
    std::string operator()(const events::RecordEntered& data) const {
        return "Entered by staff: " + listed(data.attributes) + ".";
    }
    std::string operator()(const events::RecordEmailVerified&) const { return "E-mail address verified."; }
    std::string operator()(const events::AccountChanged&) const { return "Online account changed."; }
    std::string operator()(const events::RecordChanged& data) const {
        return "Changed: " + listed(data.attributes) + ".";
    }
    std::string operator()(const events::RecordDeleted& data) const {
        return "The source no longer has the record" + because(data.reason);
    }
    std::string operator()(const events::ConsentStated& data) const {
        return "Consent for " + words(toText(data.purpose)) + " by " + words(toText(data.channel)) + ": " +
               words(toText(data.state)) + (data.statedBy ? ", stated by " + *data.statedBy : "") + ".";
    }
    std::string operator()(const events::NotificationsSet& data) const {
        return "Reminders switched: " + switches(data.sms, data.email) + ".";
    }
    std::string operator()(const events::AppointmentBooked& data) const {
        return "Booked " + data.appointment.text() + (data.service ? ", " + *data.service : "") +
               (data.bookedVia == events::BookedVia::UNKNOWN ? "" : " (" + words(toText(data.bookedVia)) + ")") + ".";
    }
    std::string operator()(const events::AppointmentRescheduled& data) const {
        return "Rescheduled " + data.appointment.text() + because(data.reason);
    }
    std::string operator()(const events::AppointmentCancelled& data) const {
        return "Cancelled " + data.appointment.text() + because(data.reason);
    }
    std::string operator()(const events::AppointmentMissed& data) const {
        return "Did not come to " + data.appointment.text() + because(data.reason);
    }
    std::string operator()(const events::AppointmentMissedCleared& data) const {
        return "Not missed after all: " + data.appointment.text() + because(data.reason);
    }
    std::string operator()(const events::VisitCheckedOut& data) const {
        return "Checked out with receipt " + data.receipt.text() +
               (data.appointment ? ", appointment " + data.appointment->text() : "") + ".";
    }
    std::string operator()(const events::VisitCheckoutReversed& data) const {
        return "Checkout reversed, receipt " + data.receipt.text() + because(data.reason);
    }
    std::string operator()(const events::MessageSent& data) const {
        return "Message " + data.message.text() + " sent by " + words(toText(data.channel)) + " for " +
               words(toText(data.purpose)) + (data.template_ ? ", template " + *data.template_ : "") + ".";
    }
    std::string operator()(const events::MessageStatusChanged& data) const {
        return "Message " + data.message.text() + " " + words(toText(data.status)) + because(data.reason);
    }
    std::string operator()(const events::NoteFiled& data) const { return "Note" + because(data.title); }
    std::string operator()(const events::CorrespondenceFiled& data) const {
        return "Correspondence" + because(data.title);
    }
    std::string operator()(const events::ContractSigned& data) const { return "Contract signed" + because(data.title); }
    std::string operator()(const events::ContractEnded& data) const { return "Contract ended" + because(data.title); }
    std::string operator()(const events::RecordsLinked& data) const {
        return (data.automatic ? "Linked automatically (" + words(data.reason.value_or("")) + "): " : "Linked: ") +
               data.a.text() + " and " + data.b.text() + because(data.comment);
    }
    std::string operator()(const events::RecordsMerged& data) const {
        return "Merged " + data.from.text() + " into " + data.into.text() + ", taking " + listed(data.take) +
               because(data.comment);
    }
    std::string operator()(const events::JoinUndone& data) const {
        return "Join " + std::to_string(data.join.value()) + " of " + data.a.text() + " and " + data.b.text() +
               " undone" + (data.dependentOf ? " with join " + std::to_string(data.dependentOf->value()) : "") +
               because(data.reason);
    }
    std::string operator()(const events::ChangesResolved& data) const {
        return "Pending changes" + (data.take.empty() ? "" : " taken: " + listed(data.take)) +
               (data.dismiss.empty() ? "" : " dismissed: " + listed(data.dismiss)) + ".";
    }
    std::string operator()(const events::RecordsMarkedDistinct& data) const {
        return "Marked as different people: " + data.a.text() + " and " + data.b.text() + ".";
    }
    std::string operator()(const events::RecordsDistinctCleared& data) const {
        return "No longer marked as different people: " + data.a.text() + " and " + data.b.text() + ".";
    }
    std::string operator()(const events::RecordErased& data) const { return "Erased" + because(data.reason); }
    std::string operator()(const events::ReceiptsErased& data) const {
        return "Receipts of " + std::to_string(data.year) + " erased" + because(data.reason);
    }
    std::string operator()(const events::DataExported& data) const { return "Data exported" + because(data.what); }
    std::string operator()(const events::PolicySet& data) const {
        return "Rule " + std::string(toText(data.rule)) + " switched " + (data.enabled ? "on." : "off.");
    }
};

// Whether nothing is left to tell of the event. Of a join only the comment may be gone.
bool isErased(const events::Event& event) { return event.destroyed && events::isReported(event.data); }

// When the appointment that an event books or moves begins.
std::optional<events::Time> startOf(const events::Body& data) {
    if (const auto* booked = std::get_if<events::AppointmentBooked>(&data)) return booked->startsAt;
    if (const auto* moved = std::get_if<events::AppointmentRescheduled>(&data)) return moved->startsAt;
    return std::nullopt;
}

}  // namespace

std::string sentenceFor(const events::Event& event) {
    if (isErased(event)) return "What was said here has been erased.";
    return std::visit(Sentence{event}, event.data);
}

bool Protocol::recordExists(const events::RecordName& name) {
    const auto known = exists_.find(name);
    if (known != exists_.end()) return known->second;
    return exists_[name] = reading_.record(name)->exists();
}

bool Protocol::isBooked(const events::ItemName& appointment) {
    const auto known = booked_.find(appointment);
    if (known != booked_.end()) return known->second;
    const auto facts = reading_.events(ledger::Stream::appointment, appointment.text());
    return booked_[appointment] = std::any_of(facts.begin(), facts.end(), [](const auto& fact) {
               return std::holds_alternative<events::AppointmentBooked>(fact->data);
           });
}

bool Protocol::isHeld(const events::Event& event) {
    if (!events::isReported(event.data)) return false;
    if (const auto* status = std::get_if<events::MessageStatusChanged>(&event.data)) {
        const auto facts = reading_.events(ledger::Stream::message, status->message.text());
        return std::none_of(facts.begin(), facts.end(),
                            [](const auto& fact) { return std::holds_alternative<events::MessageSent>(fact->data); });
    }
    if (event.subject && !recordExists(*event.subject)) return true;
    if (std::holds_alternative<events::VisitCheckedOut>(event.data)) return false;  // a visit of its own until then
    const auto* appointment = ledger::appointmentOf(event.data);
    return appointment != nullptr && !isBooked(*appointment);
}

bool Protocol::lacksConsent(const events::Event& event) const {
    const auto* message = std::get_if<events::MessageSent>(&event.data);
    if (message == nullptr || !event.subject || event.destroyed) return false;
    const auto then = reading_.at(event.position).customer(*event.subject);
    return !ledger::mayContact(then, message->purpose, message->channel, message->address, event.recordedTime).allowed;
}

std::string Protocol::entry(const events::Event& event) {
    rapidjson::StringBuffer buffer;
    events::JsonWriter out(buffer);
    out.StartObject();
    writeMember(out, "position", event.position);
    writeMember(out, "time", event.time);
    writeMember(out, "recordedtime", event.recordedTime);
    writeMember(out, "type", typeName(event.data));
    writeMember(out, "record", event.subject);
    writeMember(out, "actor", event.actor);
    if (!event.onBehalfOf.empty()) writeMember(out, "onBehalfOf", event.onBehalfOf);
    writeMember(out, "text", sentenceFor(event));
    if (!isErased(event)) writeMember(out, "startsAt", startOf(event.data));
    if (isHeld(event)) writeMember(out, "held", true);
    if (lacksConsent(event)) writeMember(out, "withoutConsent", true);
    out.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace kartei::projections
