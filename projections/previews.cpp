#include "projections/previews.hpp"

#include <algorithm>

#include "ledger/things.hpp"
#include "ledger/what_if.hpp"
#include "projections/customer_file.hpp"
#include "projections/notices.hpp"

namespace kartei::projections {

namespace {

using events::JsonWriter;
using events::Position;
using events::RecordName;
using events::writeMember;
using ledger::Customer;

std::string textOf(const rapidjson::StringBuffer& buffer) { return {buffer.GetString(), buffer.GetSize()}; }

// The undo as it would be recorded; joins that depend on the one are undone too.
ledger::Decision decisionOf(const ledger::UndoState& state, ledger::Undoing command) {
    command.withDependents = true;
    return ledger::decide(state, command).value();
}

class UndoPreview {
public:
    UndoPreview(const ledger::Reading& reading, const ledger::UndoState& state, const ledger::Undoing& command)
        : reading_(reading),
          undone_(reading, decisionOf(state, command)),
          then_(undone_.reading()),
          state_(state),
          dependents_(ledger::dependentsOf(state)) {
        std::set<Position> leftOut{state.join->position};
        for (const auto& dependent : dependents_) leftOut.insert(dependent.position);
        for (const auto& part : ledger::without(state.customer, leftOut, state.join->a)) {
            parts_.push_back(then_.customer(part.records.begin()->first));
        }
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
        out.Key("notices");
        writeNotices(out, {reading_, state_.customer}, then_, parts_);
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
        for (const auto& part : parts_) writeFile(out, part, then_.lastPosition(part));
        out.EndArray();
        out.EndObject();
    }

    RecordName leadOfPartWith(const RecordName& record) const {
        const auto part =
            std::find_if(parts_.begin(), parts_.end(), [&](const Customer& one) { return one.has(record); });
        return ledger::leadOf(*part, ledger::foldFields(*part).retired);
    }

    void writeFacts(JsonWriter& out) const {
        out.Key("facts");
        out.StartArray();
        for (const auto& fact : state_.facts) {
            const auto holder = ledger::holderOf(then_, *reading_.event(fact.position));
            out.StartObject();
            writeMember(out, "position", fact.position);
            writeMember(out, "type", fact.type);
            writeMember(out, "record", fact.holder);
            writeMember(out, "goesTo", leadOfPartWith(holder));
            writeMember(out, "why",
                        holder != fact.holder        ? "It is assigned to this record with the undo."
                        : holder == fact.reportedFor ? "It was reported for this record."
                                                     : "It was assigned to this record before.");
            writeMember(out, "assignable", fact.isAssignable);
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
        for (auto* list : {&messages, &exports}) {
            std::sort(list->begin(), list->end(),
                      [](const auto& a, const auto& b) { return a->position < b->position; });
        }
        out.Key("messages");
        out.StartArray();
        for (const auto& event : messages) {
            const auto& message = std::get<events::MessageSent>(event->data);
            out.StartObject();
            writeMember(out, "position", event->position);
            writeMember(out, "record", event->subject);
            if (event->destroyed) {
                writeMember(out, "erased", true);
            } else {
                writeMember(out, "channel", message.channel);
                writeMember(out, "purpose", message.purpose);
            }
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

    const ledger::Reading& reading_;
    ledger::WhatIf undone_;
    ledger::Reading then_;  // in which the join is undone
    const ledger::UndoState& state_;
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
