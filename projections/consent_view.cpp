#include "projections/consent_view.hpp"

#include "events/json.hpp"

namespace kartei::projections {

namespace {

using events::JsonWriter;
using events::writeMember;

void given(JsonWriter& out, std::string_view name, const std::string& text) {
    if (!text.empty()) writeMember(out, name, text);
}

void writeStatement(JsonWriter& out, const ledger::Statement& statement, const ledger::Customer& customer,
                    events::Time at) {
    out.StartObject();
    writeProof(out, statement, customer, at);
    out.EndObject();
}

void writeLead(JsonWriter& out, const ledger::Customer& customer) {
    writeMember(out, "customer", ledger::leadOf(customer, ledger::foldFields(customer).retired));
}

}  // namespace

void writeRecordOf(JsonWriter& out, const ledger::Statement& statement, const ledger::Customer& customer) {
    if (customer.has(statement.record)) writeMember(out, "record", statement.record);
}

void writeProof(JsonWriter& out, const ledger::Statement& statement, const ledger::Customer& customer,
                events::Time at) {
    writeMember(out, "purpose", statement.purpose);
    writeMember(out, "channel", statement.channel);
    writeMember(out, "address", statement.address);
    writeMember(out, "state", statement.state);
    writeRecordOf(out, statement, customer);
    writeMember(out, "position", statement.position);
    writeMember(out, "time", statement.time);
    writeMember(out, "validUntil", statement.validUntil);
    writeMember(out, "expired", statement.validUntil && *statement.validUntil < at);
    given(out, "statedBy", statement.statedBy);
    given(out, "method", statement.method);
    given(out, "evidence", statement.evidence);
    writeMember(out, "wording", statement.wording);
}

std::string consentsOf(const ledger::Customer& customer, events::Time at) {
    rapidjson::StringBuffer buffer;
    JsonWriter out(buffer);
    out.StartObject();
    writeLead(out, customer);
    out.Key("consents");
    out.StartArray();
    for (const auto& standing : ledger::foldConsents(customer)) {
        for (const auto& refusal : standing.refusals) writeStatement(out, refusal, customer, at);
        for (const auto& statement : standing.statements) writeStatement(out, statement, customer, at);
    }
    out.EndArray();
    out.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

std::string contactAnswer(const ledger::Customer& customer, events::Purpose purpose, events::Channel channel,
                          const std::optional<std::string>& address, events::Time at) {
    const auto answer = ledger::mayContact(customer, purpose, channel, address, at);
    rapidjson::StringBuffer buffer;
    JsonWriter out(buffer);
    out.StartObject();
    writeLead(out, customer);
    writeMember(out, "purpose", purpose);
    writeMember(out, "channel", channel);
    writeMember(out, "address", address);
    writeMember(out, "mayContact", answer.allowed);
    writeMember(out, "state", answer.state);
    out.Key("decidedBy");
    if (answer.decidedBy) {
        writeJson(out, answer.decidedBy->position);
    } else {
        out.Null();
    }
    writeMember(out, "reason", answer.reason);
    out.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace kartei::projections
