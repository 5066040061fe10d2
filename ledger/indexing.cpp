#include "ledger/indexing.hpp"

#include <algorithm>

#include "events/normal_forms.hpp"
#include "ledger/business_facts.hpp"
#include "ledger/things.hpp"

namespace kartei::ledger {

namespace {

class Streams {
public:
    Streams(const events::Event& event, const Reading& before) : event_(event), before_(before) {}

    std::vector<StreamName> result() {
        if (concernsBusiness(event_)) add(Stream::business, "");
        std::visit(*this, event_.data);
        if (isRefusal(event_.data) && event_.subject) coverJoinedRecords();
        return std::move(streams_);
    }

    void operator()(const events::SourceConnected&) {}
    void operator()(const events::SourceDisconnected&) {}
    void operator()(const events::SourceSettings&) { add(Stream::business, ""); }
    void operator()(const events::ImportStarted&) {}
    void operator()(const events::ImportCompleted&) {}
    void operator()(const events::PolicySet&) {}
    void operator()(const events::ReceiptsErased&) {}

    void operator()(const events::RecordImported& data) {
        addFile(data.attributes);
        if (data.run) add(Stream::run, data.run->text());
    }
    void operator()(const events::RecordRegistered& data) {
        addFile(data.attributes);
        if (data.account) add(Stream::account, accountName(event_.source, data.account->username));
    }
    void operator()(const events::RecordEntered& data) { addFile(data.attributes); }
    void operator()(const events::RecordChanged& data) { addFile(data.attributes); }
    void operator()(const events::RecordEmailVerified&) { addSubject(Stream::file); }
    void operator()(const events::AccountChanged& data) {
        addSubject(Stream::file);
        if (data.username) add(Stream::account, accountName(event_.source, *data.username));
    }
    void operator()(const events::RecordDeleted&) { addSubject(Stream::file); }
    void operator()(const events::ConsentStated&) { addSubject(Stream::file); }
    void operator()(const events::NotificationsSet&) { addSubject(Stream::file); }
    void operator()(const events::CorrespondenceFiled&) { addSubject(Stream::file); }
    void operator()(const events::ContractSigned& data) { addContract(data.contract); }
    void operator()(const events::ContractEnded& data) { addContract(data.contract); }
    void operator()(const events::RecordErased&) { addSubject(Stream::file); }
    void operator()(const events::ChangesResolved&) { addSubject(Stream::file); }

    void operator()(const events::AppointmentBooked& data) { addVisit(data.appointment); }
    void operator()(const events::AppointmentRescheduled& data) { addVisit(data.appointment); }
    void operator()(const events::AppointmentCancelled& data) { addVisit(data.appointment); }
    void operator()(const events::AppointmentMissed& data) { addVisit(data.appointment); }
    void operator()(const events::AppointmentMissedCleared& data) { addVisit(data.appointment); }
    void operator()(const events::VisitCheckedOut& data) {
        addHolder(Stream::visits);
        add(Stream::receipt, data.receipt.text());
        if (data.appointment) addCheckout(*data.appointment);
    }
    void operator()(const events::VisitCheckoutReversed& data) {
        addHolder(Stream::visits);
        add(Stream::receipt, data.receipt.text());
        for (const auto& known : before_.events(Stream::receipt, data.receipt.text())) {
            const auto* checkout = std::get_if<events::VisitCheckedOut>(&known->data);
            if (checkout != nullptr && checkout->appointment) addCheckout(*checkout->appointment);
        }
    }

    void operator()(const events::MessageSent& data) {
        addHolder(Stream::messages);
        add(Stream::message, data.message.text());
    }
    void operator()(const events::MessageStatusChanged& data) {
        addHolder(Stream::messages);
        add(Stream::message, data.message.text());
    }
    void operator()(const events::NoteFiled&) { addSubject(Stream::messages); }
    void operator()(const events::DataExported&) { addSubject(Stream::messages); }

    void operator()(const events::RecordsLinked& data) { addPair(data.a, data.b); }
    void operator()(const events::RecordsMerged& data) { addPair(data.from, data.into); }
    void operator()(const events::RecordsMarkedDistinct& data) {
        addPair(data.a, data.b);
        add(Stream::distinct, "");
    }
    void operator()(const events::RecordsDistinctCleared& data) { addPair(data.a, data.b); }
    void operator()(const events::JoinUndone& data) {
        addPair(data.a, data.b);
        add(Stream::distinct, "");
        if (!data.assign.empty()) add(Stream::assigned, "");
        for (const auto& assignment : data.assign) {
            const auto fact = before_.event(assignment.position);
            const auto thing = thingOf(before_, *fact);
            add(Stream::assigned, thing.text());
            for (const auto& about : factsAbout(before_, thing)) addRecord(Stream::file, holderOf(before_, *about));
            add(Stream::file, assignment.record.text());
            // A change that brings an e-mail address along is found by it.
            if (const auto* change = std::get_if<events::RecordChanged>(&fact->data)) addEmail(change->attributes);
        }
    }

private:
    void add(Stream stream, std::string name) {
        StreamName entry{stream, std::move(name)};
        if (std::find(streams_.begin(), streams_.end(), entry) == streams_.end()) streams_.push_back(std::move(entry));
    }
    void addRecord(Stream stream, const RecordName& record) {
        if (!record.empty()) add(stream, record.text());
    }
    void addSubject(Stream stream) {
        if (event_.subject) addRecord(stream, *event_.subject);
    }
    // A fact about a thing is found with whoever holds the thing by now; what is assigned later, through the undo.
    // What is about a thing that nobody holds yet is found with the record that it names: who erases that must find it.
    void addHolder(Stream stream) {
        const auto holder = holderOf(before_, event_);
        if (holder.empty()) return addSubject(stream);
        addRecord(stream, holder);
    }
    void addPair(const RecordName& a, const RecordName& b) {
        add(Stream::file, a.text());
        add(Stream::file, b.text());
    }

    void addFile(const events::Attributes& attributes) {
        addSubject(Stream::file);
        addEmail(attributes);
    }
    void addEmail(const events::Attributes& attributes) {
        const auto email = attributes.text(Field::EMAIL);
        if (!email.empty()) add(Stream::email, events::normalEmail(email));
    }

    void addVisit(const events::ItemName& appointment) {
        addHolder(Stream::visits);
        add(Stream::appointment, appointment.text());
    }

    void addContract(const events::ItemName& contract) {
        addHolder(Stream::file);
        add(Stream::contract, contract.text());
    }

    void addCheckout(const events::ItemName& appointment) {
        add(Stream::appointment, appointment.text());
        add(Stream::checkouts, appointment.text());
    }

    // A refusal covers everything that is joined with its record at this moment, and stays with it.
    void coverJoinedRecords() {
        const Customer customer = before_.customer(*event_.subject);
        for (const auto& [name, record] : customer.records) add(Stream::file, name.text());
    }

    const events::Event& event_;
    const Reading& before_;
    std::vector<StreamName> streams_;
};

}  // namespace

std::string accountName(const events::SourceName& source, std::string_view username) {
    return source.text() + "/" + std::string(username);
}

std::vector<StreamName> streamsOf(const events::Event& event, const Reading& before) {
    return Streams(event, before).result();
}

}  // namespace kartei::ledger
