#include "tools/kartei/embedded_keys.hpp"

#include "tools/kartei/answers.hpp"
#include "tools/kartei/key_source.hpp"

namespace kartei::tools {

namespace {

namespace fs = std::filesystem;

ledger::MasterKey madeIn(const fs::path& file) {
    auto key = ledger::MasterKey::generate();
    writeKeyFile(file, key);
    return key;
}

// A key that is there is never written over: it may be the directory's, after a rotation that was cut short.
Result<ledger::MasterKey, Failure> heldOrMadeIn(const fs::path& file) {
    std::error_code ignored;
    if (fs::exists(file, ignored)) return readKeyFile(file);
    return madeIn(file);
}

}  // namespace

Answer rotateMasterKey(ledger::Ledger& ledger, const fs::path& keyFile, const std::string& newKeyFile) {
    const bool replaced = !keyFile.empty();
    if (replaced && !newKeyFile.empty()) {
        return failed(badInput("--new-key-file has no place here: the master key is in " + keyFile.string() +
                               ", and the new one takes its place there."));
    }
    if (!replaced && newKeyFile.empty()) {
        return failed(
            badInput("The master key came from the environment or a credential, where Kartei cannot replace "
                     "it: say with --new-key-file where the new one shall be."));
    }
    const auto next =
        replaced ? Result<ledger::MasterKey, Failure>(madeIn(nextKeyFile(keyFile))) : heldOrMadeIn(newKeyFile);
    if (!next) return failed(next.error());
    if (next->text() == ledger.masterKey().text()) {
        return object([](events::JsonWriter& out) { events::writeMember(out, "unchanged", true); });
    }
    const auto count = ledger.changeMasterKey(*next);
    if (replaced) {
        if (const auto failure = replaceByNext(keyFile)) return failed(*failure);
    }
    return object([&](events::JsonWriter& out) {
        events::writeMember(out, "keys", count);
        events::writeMember(out, "file", replaced ? keyFile.string() : newKeyFile);
        events::writeMember(out, "replaced", replaced);
    });
}

}  // namespace kartei::tools
