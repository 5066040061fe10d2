#include "tools/kartei/embedded_export.hpp"

#include "events/base64.hpp"
#include "events/cloud_event.hpp"
#include "projections/customer_copy.hpp"
#include "tools/kartei/answers.hpp"
#include "tools/kartei/embedded_evidence.hpp"
#include "tools/kartei/handout/texts.hpp"

namespace kartei::tools {

namespace {

// As openssl writes it: RFC 8410, SubjectPublicKeyInfo of Ed25519, which is the same 12 bytes and then the key.
std::string pemOf(const ledger::PublicKey& key) {
    constexpr std::string_view start("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12);
    const std::string der = std::string(start) + std::string(key.begin(), key.end());
    return "-----BEGIN PUBLIC KEY-----\n" + events::toBase64(der) + "\n-----END PUBLIC KEY-----\n";
}

}  // namespace

std::vector<ArchiveFile> copyFiles(const ledger::Reading& reading, const ledger::Customer& customer,
                                   std::string_view business, events::Time at) {
    const auto copy = projections::copyOf(reading, customer, business, at);
    const auto lead = ledger::leadOf(customer, ledger::foldFields(customer).retired);
    const auto head = "Betrieb / business:  " + std::string(business) + "\nKunde / customer:    " + lead.text() +
                      "\nStand / made:        " + toText(at) + "\n";
    return {{"README.txt", head + std::string(handout::readme)},
            {"customer.json", copy.json},
            {"customer.vcf", copy.vcard},
            {"appointments.ics", copy.calendar}};
}

std::vector<ArchiveFile> evidenceFiles(ledger::Business& business, const ledger::Reading& reading,
                                       const ledger::Customer& customer) {
    const Receipts receipts(business);
    const auto verifier = business.tree().verifier();
    std::string lines;
    std::vector<ArchiveFile> files = {{"HOW-TO-CHECK.md", std::string(handout::howToCheck)},
                                      {"check.sh", std::string(handout::check), ArchiveFile::Kind::program},
                                      {"checkpoint", receipts.checkpoint()},
                                      {"log-key.txt", verifier.text() + "\n"},
                                      {"log-key.pem", pemOf(verifier.key())}};
    for (const auto& event : reading.eventsOf(customer)) {
        const auto number = std::to_string(event->position.value());
        auto receipt = receipts.of(event->position);
        lines += cloudEventOf(*event) + "\n";
        files.push_back({"receipts/" + number + ".tlog-proof", receipt.text()});
        files.push_back({"entries/" + number + ".entry", std::move(receipt.entry)});
    }
    files.push_back({"events.ndjson", std::move(lines)});
    return files;
}

}  // namespace kartei::tools
