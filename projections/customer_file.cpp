#include "projections/customer_file.hpp"

#include <algorithm>

#include "ledger/consents.hpp"
#include "projections/consent_view.hpp"

namespace kartei::projections {

namespace {

using events::Field;
using events::JsonWriter;
using events::RecordName;
using events::writeMember;
using ledger::Customer;
using ledger::RecordFacts;

std::vector<const RecordFacts*> byAge(const Customer& customer) {
    std::vector<const RecordFacts*> records;
    for (const auto& [name, record] : customer.records) records.push_back(record.get());
    std::sort(records.begin(), records.end(), [](const RecordFacts* a, const RecordFacts* b) {
        return std::tuple(!a->exists(), a->since, a->name) < std::tuple(!b->exists(), b->since, b->name);
    });
    return records;
}

void key(JsonWriter& out, std::string_view name) {
    out.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
}

void writeRecords(JsonWriter& out, const std::vector<const RecordFacts*>& records,
                  const std::set<RecordName>& retired) {
    key(out, "records");
    out.StartArray();
    for (const auto* record : records) {
        out.StartObject();
        writeMember(out, "record", record->name);
        if (record->origin) writeMember(out, "origin", toText(*record->origin));
        writeMember(out, "status", statusOf(*record, retired));
        out.EndObject();
    }
    out.EndArray();
}

void writeCandidate(JsonWriter& out, const ledger::Candidate& candidate) {
    writeMember(out, "value", candidate.value);
    writeMember(out, "record", candidate.record);
    writeMember(out, "position", candidate.position);
}

void writeAttributes(JsonWriter& out, const ledger::JoinedFields& fields) {
    key(out, "attributes");
    out.StartObject();
    for (const auto& [field, candidates] : fields.shown) {
        key(out, events::toText(field));
        out.StartObject();
        writeCandidate(out, candidates.front());
        key(out, "others");
        out.StartArray();
        for (auto other = candidates.begin() + 1; other != candidates.end(); ++other) {
            out.StartObject();
            writeCandidate(out, *other);
            out.EndObject();
        }
        out.EndArray();
        out.EndObject();
    }
    out.EndObject();
}

void writeNotifications(JsonWriter& out, const Customer& customer) {
    const auto switches = ledger::reminderSwitchesOf(customer);
    key(out, "notifications");
    out.StartObject();
    if (switches.sms) writeMember(out, "sms", switches.sms->isOn);
    if (switches.email) writeMember(out, "email", switches.email->isOn);
    out.EndObject();
}

void writeStatement(JsonWriter& out, const ledger::Statement& statement, const Customer& customer) {
    out.StartObject();
    writeMember(out, "purpose", statement.purpose);
    writeMember(out, "channel", statement.channel);
    writeMember(out, "address", statement.address);
    writeMember(out, "state", statement.state);
    writeRecordOf(out, statement, customer);
    writeMember(out, "position", statement.position);
    out.EndObject();
}

void writeConsents(JsonWriter& out, const Customer& customer) {
    key(out, "consents");
    out.StartArray();
    for (const auto& standing : ledger::foldConsents(customer)) {
        for (const auto& refusal : standing.refusals) writeStatement(out, refusal, customer);
        for (const auto& statement : standing.statements) writeStatement(out, statement, customer);
    }
    out.EndArray();
}

void writeAccounts(JsonWriter& out, const std::vector<const RecordFacts*>& records) {
    key(out, "accounts");
    out.StartArray();
    for (const auto* record : records) {
        if (!record->hasAccount()) continue;
        out.StartObject();
        writeMember(out, "source", events::sourceOf(record->name));
        writeMember(out, "username", record->account->username);
        writeMember(out, "record", record->name);
        out.EndObject();
    }
    out.EndArray();
}

void writePaper(JsonWriter& out, const RecordFacts& record, const ledger::Paper& paper, std::string_view kind) {
    out.StartObject();
    writeMember(out, kind, paper.name);
    if (!paper.title.empty()) writeMember(out, "title", paper.title);
    if (!paper.text.empty()) writeMember(out, "text", paper.text);
    if (kind == "contract") writeMember(out, "status", paper.endedAt ? "ended" : "running");
    writeMember(out, "time", paper.time);
    writeMember(out, "record", record.name);
    writeMember(out, "position", paper.position);
    out.EndObject();
}

// In the order of the log, whichever record they are on.
void writePapers(JsonWriter& out, const std::vector<const RecordFacts*>& records, std::string_view list,
                 std::vector<ledger::Paper> RecordFacts::*papers, std::string_view kind) {
    std::vector<std::pair<const RecordFacts*, const ledger::Paper*>> all;
    for (const auto* record : records) {
        for (const auto& paper : record->*papers) {
            if (!paper.position.isNone()) all.emplace_back(record, &paper);  // none: its end arrived first
        }
    }
    std::sort(all.begin(), all.end(),
              [](const auto& a, const auto& b) { return a.second->position < b.second->position; });
    key(out, list);
    out.StartArray();
    for (const auto& [record, paper] : all) writePaper(out, *record, *paper, kind);
    out.EndArray();
}

void writePending(JsonWriter& out, const ledger::JoinedFields& fields) {
    key(out, "pendingChanges");
    out.StartArray();
    for (const auto& change : fields.pending) {
        out.StartObject();
        writeMember(out, "record", change.record);
        writeMember(out, "position", change.position);
        writeMember(out, "field", change.field);
        key(out, "value");
        if (change.value) {
            writeJson(out, *change.value);
        } else {
            out.Null();
        }
        out.EndObject();
    }
    out.EndArray();
}

}  // namespace

std::string_view statusOf(const RecordFacts& record, const std::set<RecordName>& retired) {
    if (record.isErased()) return "erased";
    if (record.deletedAt) return "deleted";
    return retired.count(record.name) != 0 ? "retired" : "active";
}

void writeJoinMembers(JsonWriter& out, const ledger::Join& join) {
    const bool merge = join.kind == ledger::JoinKind::merge;
    writeMember(out, "position", join.position);
    writeMember(out, "kind", merge ? "merge" : "link");
    writeMember(out, merge ? "from" : "a", join.a);
    writeMember(out, merge ? "into" : "b", join.b);
    if (merge) writeMember(out, "take", join.take);
    writeMember(out, "automatic", join.automatic);
    if (!join.reason.empty()) writeMember(out, "reason", join.reason);
    writeMember(out, "actor", join.actor);
    if (join.isErased) {
        writeMember(out, "erased", true);
    } else {
        writeMember(out, "comment", join.comment);
        if (merge) writeMember(out, "mailCredentials", join.mailCredentials);
    }
}

void writeJoin(JsonWriter& out, const ledger::Join& join) {
    out.StartObject();
    writeJoinMembers(out, join);
    out.EndObject();
}

namespace {

void writeFolded(JsonWriter& out, const Customer& customer, const ledger::JoinedFields& fields,
                 events::Position position) {
    const auto records = byAge(customer);
    out.StartObject();
    writeMember(out, "customer", ledger::leadOf(customer, fields.retired));
    writeMember(out, "position", position);
    writeRecords(out, records, fields.retired);
    writeAttributes(out, fields);
    writeNotifications(out, customer);
    writeConsents(out, customer);
    writeAccounts(out, records);
    writePapers(out, records, "correspondence", &RecordFacts::correspondence, "entry");
    writePapers(out, records, "contracts", &RecordFacts::contracts, "contract");
    key(out, "joins");
    out.StartArray();
    for (const auto& join : customer.joins) writeJoin(out, join);
    out.EndArray();
    writePending(out, fields);
    out.EndObject();
}

}  // namespace

void writeFile(JsonWriter& out, const Customer& customer, events::Position position) {
    writeFolded(out, customer, ledger::foldFields(customer), position);
}

std::string fileOf(const Customer& customer, const ledger::JoinedFields& fields, events::Position position) {
    rapidjson::StringBuffer buffer;
    JsonWriter out(buffer);
    writeFolded(out, customer, fields, position);
    return {buffer.GetString(), buffer.GetSize()};
}

std::string fileOf(const Customer& customer, events::Position position) {
    return fileOf(customer, ledger::foldFields(customer), position);
}

std::string fileOf(const ledger::Reading& reading, const RecordName& record) {
    const Customer customer = reading.customer(record);
    return fileOf(customer, reading.lastPosition(customer));
}

}  // namespace kartei::projections
