#include "tools/kartei/answers.hpp"

#include "events/cloud_event.hpp"

namespace kartei::tools {

Failure failureOf(const ledger::Refusal& refusal) {
    return {Failure::Kind::refused, std::string(toText(refusal.code)), refusal.detail, refusal.joins};
}

Failure notFound() { return {Failure::Kind::refused, "not_found", "There is no such record.", {}}; }

Failure unknownBusiness() {
    return {Failure::Kind::badInput,
            "unknown_business",
            "There is no business of this name here; the first write makes it.",
            {}};
}

Failure foreignSource() {
    return {Failure::Kind::refused, "forbidden", "This token writes events of its own source alone.", {}};
}

Failure interrupted() {
    return {
        Failure::Kind::storage, "interrupted", "The import was stopped. The same import again goes on with it.", {}};
}

Failure blank(const std::string& name) { return badInput(name + " must not be blank."); }

Failure failureOf(const ledger::Failure& failure) {
    using Kind = ledger::Failure::Kind;
    switch (failure.kind()) {
        case Kind::missing: return {Failure::Kind::badInput, "no_data_directory", failure.what(), {}};
        case Kind::locked: return {Failure::Kind::storage, "data_locked", failure.what(), {}};
        case Kind::notOurs: return {Failure::Kind::storage, "not_a_data_directory", failure.what(), {}};
        case Kind::newerVersion: return {Failure::Kind::storage, "newer_version", failure.what(), {}};
        case Kind::wrongKey: return {Failure::Kind::storage, "wrong_master_key", failure.what(), {}};
        case Kind::behindAnchor: return {Failure::Kind::storage, "log_behind_anchor", failure.what(), {}};
        case Kind::anchorLost: return {Failure::Kind::storage, "anchor_lost", failure.what(), {}};
        case Kind::damaged: return {Failure::Kind::storage, "damaged", failure.what(), {}};
        case Kind::storage: break;
    }
    return {Failure::Kind::storage, "storage", failure.what(), {}};
}

Answer outcomeOf(const Result<ledger::DecisionOutcome, ledger::Refusal>& outcome) {
    if (!outcome) return failed(failureOf(outcome.error()));
    return object([&](events::JsonWriter& out) {
        if (outcome->position.isNone()) {
            events::writeMember(out, "unchanged", true);
        } else {
            events::writeMember(out, "position", outcome->position);
        }
    });
}

void writeOutcome(events::JsonWriter& out, const ledger::Outcome& outcome) {
    out.StartObject();
    if (const auto* recorded = std::get_if<ledger::Recorded>(&outcome)) {
        events::writeMember(out, "position", recorded->position);
    } else if (const auto* refusal = std::get_if<ledger::Refusal>(&outcome)) {
        events::writeMember(out, "code", toText(refusal->code));
        events::writeMember(out, "detail", refusal->detail);
    } else {
        events::writeMember(out, "unchanged", true);
    }
    out.EndObject();
}

std::string cloudEventOf(const events::Event& event) {
    rapidjson::StringBuffer buffer;
    events::JsonWriter out(buffer);
    events::writeCloudEvent(out, event);
    return {buffer.GetString(), buffer.GetSize()};
}

std::string jsonOf(const rapidjson::Value& value) {
    rapidjson::StringBuffer buffer;
    events::JsonWriter out(buffer);
    value.Accept(out);
    return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace kartei::tools
