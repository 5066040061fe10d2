#include "tools/kartei/embedded_evidence.hpp"

#include "events/base64.hpp"
#include "ledger/log_audit.hpp"
#include "ledger/log_files.hpp"
#include "projections/stored_views.hpp"
#include "tools/kartei/answers.hpp"

namespace kartei::tools {

namespace {

using events::writeMember;

Failure integrity(const ledger::Fault& fault) { return {Failure::Kind::storage, "integrity", textOf(fault), {}}; }

// Only where the data directory is not held: otherwise a checkpoint is signed.
Failure notSigned(std::uint64_t size) {
    return {Failure::Kind::refused,
            "not_signed",
            "The newest signed checkpoint ends at position " + std::to_string(size) +
                "; this data directory is only read here, so no newer one is signed.",
            {}};
}

}  // namespace

Answer verifyLog(ledger::Business& business, const std::string& against,
                 const std::function<void(std::uint64_t done, std::uint64_t all)>& progress) {
    if (!against.empty()) {
        if (!ledger::isCheckpointNote(against))
            return failed(badInput("This is no signed checkpoint (C2SP tlog-checkpoint) to verify the log against."));
        if (const auto fault = ledger::compareWithCheckpoint(business, against)) return failed(integrity(*fault));
    }
    const auto audit = ledger::auditLog(business, progress);
    if (audit.fault) return failed(integrity(*audit.fault));
    projections::StoredViews views(business);
    const auto storedTo = views.state().position;
    const auto rebuilt = views.rebuild(projections::Switching::keepOld, [](std::uint64_t, std::uint64_t) {});
    if (!rebuilt.matches()) {
        return failed(integrity({{}, "The stored customer files differ from what the log says: rebuild them."}));
    }
    return object([&](events::JsonWriter& out) {
        writeMember(out, "entries", audit.tree.size);
        writeMember(out, "root", events::toBase64(audit.tree.root.view()));
        writeMember(out, "checkpoints", audit.checkpoints);
        writeMember(out, "customers", rebuilt.counted.customers);
        // What its holder has in memory only is not seen.
        if (!business.directory().isHeld()) writeMember(out, "customersStoredTo", storedTo);
        writeMember(out, "verified", true);
        // Of a backup alone: elsewhere it is a fault.
        if (const auto problem = business.anchorProblem()) writeMember(out, "detail", problem->what());
    });
}

Receipts::Receipts(ledger::Business& business)
    : business_(business),
      checkpoint_(business.checkpoint()),
      size_(ledger::openCheckpoint(checkpoint_, business.tree().verifier())->tree.size) {}

ledger::Receipt Receipts::of(events::Position position) const {
    const auto read = business_.tree().tilesFor(size_);
    const auto index = position.value() - 1;
    auto proof = ledger::inclusionProof(index, size_, [&](const ledger::TileName& name) {
        auto known = tiles_.find(name);
        if (known == tiles_.end()) known = tiles_.emplace(name, read(name)).first;
        return known->second;
    });
    return {business_.entryBytes(position), index, std::move(proof), checkpoint_};
}

Answer receiptFor(ledger::Business& business, events::Position position) {
    if (position.isNone() || position > business.head()) {
        return failed(Failure{Failure::Kind::refused, "not_found", "The log has no such position.", {}});
    }
    const Receipts receipts(business);
    if (position.value() > receipts.size()) return failed(notSigned(receipts.size()));
    return object([&](events::JsonWriter& out) {
        writeMember(out, "position", position);
        writeMember(out, "receipt", receipts.of(position).text());
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

Answer logStatus(const ledger::Business& business) {
    const auto problem = business.anchorProblem();
    return object([&](events::JsonWriter& out) {
        writeMember(out, "position", business.head());
        writeMember(out, "incarnation", std::uint64_t{business.incarnation()});
        writeMember(out, "key", business.tree().verifier().text());
        if (!problem) return;
        const auto failure = failureOf(*problem);
        writeMember(out, "code", failure.code);
        writeMember(out, "detail", failure.detail);
    });
}

Answer beginIncarnation(ledger::Business& business, const events::BusinessName& name, const ledger::Caller& caller) {
    const auto begun = business.beginIncarnation(name, caller);
    if (!begun) return failed(failureOf(begun.error()));
    return object([&](events::JsonWriter& out) {
        writeMember(out, "incarnation", std::uint64_t{*begun});
        writeMember(out, "position", business.head());
        writeMember(out, "key", business.tree().verifier().text());
    });
}

}  // namespace kartei::tools
