#include "tools/kartei/embedded_evidence.hpp"

#include "events/json.hpp"
#include "ledger/log_audit.hpp"
#include "ledger/log_files.hpp"
#include "projections/stored_views.hpp"

namespace kartei::tools {

namespace {

using events::writeMember;

std::string object(const std::function<void(events::JsonWriter&)>& write) {
    rapidjson::StringBuffer buffer;
    events::JsonWriter out(buffer);
    out.StartObject();
    write(out);
    out.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

Failure integrity(const ledger::Fault& fault) {
    const auto where =
        fault.position.isNone() ? std::string() : "position " + std::to_string(fault.position.value()) + ": ";
    return {Failure::Kind::storage, "integrity", where + fault.what, {}};
}

}  // namespace

Answer verifyLog(ledger::Business& business, const std::string& against,
                 const std::function<void(std::uint64_t done, std::uint64_t all)>& progress) {
    if (!against.empty()) {
        if (const auto fault = ledger::compareWithCheckpoint(business, against)) return failed(integrity(*fault));
    }
    const auto audit = ledger::auditLog(business, progress);
    if (audit.fault) return failed(integrity(*audit.fault));
    projections::StoredViews views(business);
    const auto rebuilt = views.rebuild(projections::Switching::keepOld, [](std::uint64_t, std::uint64_t) {});
    if (!rebuilt.matches()) {
        return failed(integrity({{}, "The stored customer files differ from what the log says: run kartei rebuild."}));
    }
    return object([&](events::JsonWriter& out) {
        writeMember(out, "entries", audit.tree.size);
        writeMember(out, "root", ledger::toBase64(audit.tree.root.view()));
        writeMember(out, "checkpoints", audit.checkpoints);
        writeMember(out, "customers", rebuilt.customers);
        writeMember(out, "verified", true);
    });
}

Answer receiptFor(ledger::Business& business, events::Position position) {
    if (position.isNone() || position > business.head()) {
        return failed(Failure{Failure::Kind::refused, "not_found", "The log has no such position.", {}});
    }
    const auto note = business.checkpoint();
    const auto size = ledger::openCheckpoint(note, business.tree().verifier())->tree.size;
    const auto index = position.value() - 1;
    const ledger::Receipt receipt{business.entryBytes(position), index,
                                  ledger::inclusionProof(index, size, business.tree().tilesFor(size)), note};
    return object([&](events::JsonWriter& out) {
        writeMember(out, "position", position);
        writeMember(out, "receipt", receipt.text());
        writeMember(out, "key", business.tree().verifier().text());
    });
}

Answer publishLogFiles(ledger::Business& business, const std::string& directory) {
    const auto published = ledger::publishLog(business, directory);
    return object([&](events::JsonWriter& out) {
        writeMember(out, "entries", published.size);
        writeMember(out, "files", published.written);
        writeMember(out, "key", business.tree().verifier().text());
    });
}

Answer logKey(const ledger::Business& business) {
    return object([&](events::JsonWriter& out) { writeMember(out, "key", business.tree().verifier().text()); });
}

}  // namespace kartei::tools
