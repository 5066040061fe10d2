#include "projections/previews.hpp"

#include <algorithm>

#include "projections/customer_file.hpp"
#include "projections/history.hpp"
#include "projections/words.hpp"

namespace kartei::projections {

namespace {

using events::JsonWriter;
using events::Position;
using events::RecordName;
using events::writeMember;
using ledger::Customer;

std::string textOf(const rapidjson::StringBuffer& buffer) { return {buffer.GetString(), buffer.GetSize()}; }

class UndoPreview {
public:
    UndoPreview(const ledger::Reading& reading, const ledger::UndoState& state, const ledger::Undoing& command)
        : reading_(reading), state_(state), command_(command), dependents_(ledger::dependentsOf(state)) {
        std::set<Position> leftOut{state.join->position};
        for (const auto& dependent : dependents_) leftOut.insert(dependent.position);
        parts_ = ledger::without(state.customer, leftOut, state.join->a);
    }

    std::string text() {
        rapidjson::StringBuffer buffer;
        JsonWriter out(buffer);
        out.StartObject();
        writeMember(out, "dryRun", true);
        out.Key("join");
        writeJoin(out, *state_.join);
        writeFiles(out);
        writeFacts(out);
        writeDependents(out);
        writeDisclosures(out);
        writeNotices(out);
        out.EndObject();
        return textOf(buffer);
    }

private:
    void writeFiles(JsonWriter& out) {
        out.Key("files");
        out.StartObject();
        out.Key("before");
        writeFile(out, state_.customer, reading_.lastPosition(state_.customer));
        out.Key("after");
        out.StartArray();
        for (const auto& part : parts_) writeFile(out, part, reading_.lastPosition(part));
        out.EndArray();
        out.EndObject();
    }

    RecordName leadOfPartWith(const RecordName& record) const {
        const auto part =
            std::find_if(parts_.begin(), parts_.end(), [&](const Customer& one) { return one.has(record); });
        return ledger::leadOf(*part, ledger::foldFields(*part).retired);
    }

    // Whose the fact will be where the command assigns it, or the appointment that it is part of.
    std::optional<RecordName> assignedOwner(const ledger::FactSince& fact) const {
        for (const auto& [position, record] : command_.assign) {
            const auto chosen =
                std::find_if(state_.facts.begin(), state_.facts.end(),
                             [at = position](const ledger::FactSince& one) { return one.position == at; });
            if (fact.position == position || (chosen->appointment && chosen->appointment == fact.appointment))
                return record;
        }
        return std::nullopt;
    }

    void writeFacts(JsonWriter& out) const {
        out.Key("facts");
        out.StartArray();
        for (const auto& fact : state_.facts) {
            out.StartObject();
            writeMember(out, "position", fact.position);
            writeMember(out, "type", fact.type);
            writeMember(out, "record", fact.holder);
            writeMember(out, "goesTo", leadOfPartWith(fact.holder));
            writeMember(out, "why",
                        fact.holder == fact.reportedFor ? "It was reported for this record."
                                                        : "It was assigned to this record before.");
            writeMember(out, "assignable", fact.byStaff);
            out.EndObject();
        }
        out.EndArray();
    }

    void writeDependents(JsonWriter& out) const {
        out.Key("dependents");
        out.StartArray();
        for (const auto& dependent : dependents_) writeJoin(out, dependent);
        out.EndArray();
    }

    // Who may have seen or received what was not theirs while the join was in force.
    void writeDisclosures(JsonWriter& out) const {
        out.Key("disclosures");
        out.StartObject();
        std::vector<ledger::SharedEvent> messages;
        std::vector<ledger::SharedEvent> exports;
        for (const auto& event : reading_.eventsOf(state_.customer, ledger::Stream::messages)) {
            if (event->position <= state_.join->position) continue;
            if (std::holds_alternative<events::MessageSent>(event->data)) messages.push_back(event);
            if (std::holds_alternative<events::DataExported>(event->data)) exports.push_back(event);
        }
        out.Key("messages");
        out.StartArray();
        for (const auto& event : messages) {
            const auto& message = std::get<events::MessageSent>(event->data);
            out.StartObject();
            writeMember(out, "position", event->position);
            writeMember(out, "record", event->subject);
            writeMember(out, "channel", message.channel);
            writeMember(out, "purpose", message.purpose);
            out.EndObject();
        }
        out.EndArray();
        out.Key("exports");
        out.StartArray();
        for (const auto& event : exports) {
            out.StartObject();
            writeMember(out, "position", event->position);
            writeMember(out, "record", event->subject);
            out.EndObject();
        }
        out.EndArray();
        writeAccountViews(out);
        out.EndObject();
    }

    // Each account could see the visits of every record that will not be on its side.
    void writeAccountViews(JsonWriter& out) const {
        out.Key("accountViews");
        out.StartArray();
        for (const auto& [name, record] : state_.customer.records) {
            if (!record->hasAccount()) continue;
            for (const auto& part : parts_) {
                if (part.has(name)) continue;
                for (const auto& [other, facts] : part.records) {
                    out.StartObject();
                    writeMember(out, "account", events::sourceOf(name).text() + "/" + record->account->username);
                    writeMember(out, "seesVisitsOf", other);
                    out.EndObject();
                }
            }
        }
        out.EndArray();
    }

    void writeNotices(JsonWriter& out) const {
        const auto before = ledger::foldFields(state_.customer);
        const auto visitsBefore = visitsOf(reading_, state_.customer).size();
        out.Key("notices");
        out.StartArray();
        for (const auto& part : parts_) {
            const auto after = ledger::foldFields(part);
            const RecordName lead = ledger::leadOf(part, after.retired);
            const auto notice = [&](const std::string& text, std::optional<events::Field> field = {}) {
                out.StartObject();
                writeMember(out, "record", lead);
                writeMember(out, "field", field);
                writeMember(out, "text", text);
                out.EndObject();
            };
            for (const auto& [field, candidates] : before.shown) noticeField(notice, field, candidates.front(), after);
            const auto visitsAfter = visitsOf(reading_, part).size();
            if (visitsAfter != visitsBefore) {
                notice("Shows " + counted(visitsAfter, "visit") + " instead of " + std::to_string(visitsBefore) + ".");
            }
            if (ledger::hasAccount(part)) notice("The online account shows the visits of this person alone.");
            if (!ledger::hasAccount(part) && ledger::hasAccount(state_.customer)) {
                notice("No longer has an online account.");
            }
        }
        out.EndArray();
    }

    template <class Notice>
    static void noticeField(const Notice& notice, events::Field field, const ledger::Candidate& before,
                            const ledger::JoinedFields& after) {
        const std::string name = words(events::toText(field));
        const auto* now = after.find(field);
        if (now == nullptr) {
            notice("Loses " + name + ", which came from " + before.record.text() + ".", field);
        } else if (now->value != before.value) {
            notice("Shows another " + name + ", from " + now->record.text() + ".", field);
        }
    }

    const ledger::Reading& reading_;
    const ledger::UndoState& state_;
    const ledger::Undoing& command_;
    std::vector<ledger::Join> dependents_;
    std::vector<Customer> parts_;
};

}  // namespace

std::string joinPreview(const ledger::Reading& reading, const ledger::JoinState& state, const ledger::Join& join) {
    rapidjson::StringBuffer buffer;
    JsonWriter out(buffer);
    out.StartObject();
    writeMember(out, "dryRun", true);
    out.Key("before");
    out.StartArray();
    for (const auto* customer : {&state.a, &state.b}) writeFile(out, *customer, reading.lastPosition(*customer));
    out.EndArray();
    out.Key("after");
    writeFile(out, ledger::joined(state.a, state.b, join), join.position);
    out.EndObject();
    return textOf(buffer);
}

std::string undoPreview(const ledger::Reading& reading, const ledger::UndoState& state,
                        const ledger::Undoing& command) {
    return UndoPreview(reading, state, command).text();
}

}  // namespace kartei::projections
