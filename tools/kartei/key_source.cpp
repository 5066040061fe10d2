#include "tools/kartei/key_source.hpp"

#include "ledger/durable_files.hpp"
#include "ledger/files.hpp"
#include "tools/kartei/user_directories.hpp"

namespace kartei::tools {

namespace {

namespace fs = std::filesystem;

Failure missing(const fs::path& file) {
    return {Failure::Kind::storage,
            "master_key_missing",
            "The master key of this data directory is not in " + file.string() +
                ". Without it nothing personal can be read: put the key back, or name it by KARTEI_MASTER_KEY_FILE.",
            {}};
}

Failure unreadable(const std::string& where) {
    return {Failure::Kind::storage,
            "master_key_unreadable",
            where + " holds no master key, which is 64 hexadecimal digits, or cannot be read.",
            {}};
}

fs::path defaultFile(const std::string& id) { return configDirectory() / (id + ".key"); }

Failure notReplaced(const fs::path& file) {
    return {Failure::Kind::storage,
            "storage",
            "Everything is under the new master key, which is in " + nextKeyFile(file).string() +
                " and could not take the place of " + file.string() +
                ": let that directory be written to. The next command that records something goes on; until then keep "
                "both.",
            {}};
}

// A file of one's own; it must be there. Where its name is a link, it is the file behind that is replaced one day.
Result<FoundKey, Failure> fromFile(const fs::path& named) {
    std::error_code ignored;
    if (!fs::exists(named, ignored)) return failed(missing(named));
    const auto file = fs::weakly_canonical(named, ignored);
    // In this order: at any moment between them it may take its predecessor's place.
    std::optional<ledger::MasterKey> next;
    if (fs::exists(nextKeyFile(file), ignored)) {
        if (const auto key = readKeyFile(nextKeyFile(file))) next = *key;
    }
    const auto key = readKeyFile(file);
    if (!key) return failed(key.error());
    FoundKey found{{*key}, file};
    if (next) found.candidates.push_back(*next);
    return found;
}

Result<FoundKey, Failure> made(const fs::path& file, const std::function<void(const std::string&)>& notice) {
    const auto key = ledger::MasterKey::generate();
    writeKeyFile(file, key);
    notice("The master key of this data directory is in " + file.string() +
           ". Keep a copy in a safe place: without it nobody can read the customers' data any more.");
    return FoundKey{{key}, file};
}

}  // namespace

fs::path nextKeyFile(const fs::path& file) { return file.string() + ".next"; }

Result<ledger::MasterKey, Failure> readKeyFile(const fs::path& file) {
    const auto text = ledger::contentOf(file);
    auto key = text ? ledger::MasterKey::parse(*text) : std::nullopt;
    if (!key) return failed(unreadable(file.string()));
    return std::move(*key);
}

void writeKeyFile(const fs::path& file, const ledger::MasterKey& key) {
    if (file.has_parent_path()) ledger::makeDirectory(file.parent_path());
    ledger::replaceFile(file, key.text() + "\n");
}

std::optional<Failure> replaceByNext(const fs::path& file) {
    std::error_code error;
    fs::rename(nextKeyFile(file), file, error);
    if (error) return notReplaced(file);
    ledger::syncToDisk(fs::absolute(file).parent_path());
    return std::nullopt;
}

Result<FoundKey, Failure> findMasterKey(const ledger::MarkedDirectory& directory,
                                        const std::function<void(const std::string&)>& notice) {
    if (const auto text = environment("KARTEI_MASTER_KEY"); !text.empty()) {
        auto key = ledger::MasterKey::parse(text);
        if (!key) return failed(unreadable("KARTEI_MASTER_KEY"));
        return FoundKey{{*key}, {}};
    }
    if (const auto file = environment("KARTEI_MASTER_KEY_FILE"); !file.empty()) return fromFile(file);
    std::error_code ignored;
    if (const auto credentials = environment("CREDENTIALS_DIRECTORY"); !credentials.empty()) {
        const auto file = fs::path(credentials) / "kartei.key";
        if (fs::exists(file, ignored)) {
            auto key = readKeyFile(file);
            if (!key) return failed(key.error());
            return FoundKey{{*key}, {}};
        }
    }
    const auto file = defaultFile(directory.id);
    const bool isThere = fs::exists(file, ignored);
    return isThere || directory.isWhole ? fromFile(file) : made(file, notice);
}

}  // namespace kartei::tools
