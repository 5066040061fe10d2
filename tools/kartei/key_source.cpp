#include "tools/kartei/key_source.hpp"

#include "ledger/durable_files.hpp"
#include "ledger/files.hpp"
#include "tools/kartei/user_directories.hpp"

namespace kartei::tools {

namespace {

namespace fs = std::filesystem;
using Notice = std::function<void(const std::string&)>;

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

// Reading by a group is somebody's choice; nobody chooses the rest.
std::optional<std::string> warningOf(const fs::path& file) {
    std::error_code ignored;
    const auto permissions = fs::status(file, ignored).permissions();
    constexpr auto others = fs::perms::others_all | fs::perms::group_write;
    if ((permissions & others) == fs::perms::none) return std::nullopt;
    return "The master key in " + file.string() +
           " is open to others on this computer: chmod 600 makes it yours alone; if somebody may have seen it, `kartei "
           "key rotate`.";
}

// A file of one's own; it must be there. Where its name is a link, it is the file behind that is replaced one day.
Result<FoundKey, Failure> fromFile(const fs::path& named, const Notice& notice) {
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
    if (const auto warning = warningOf(file)) notice(*warning);
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

// Of which the environment tells; nothing where it tells of none.
std::optional<Result<FoundKey, Failure>> namedKey(const Notice& notice) {
    using Found = Result<FoundKey, Failure>;
    if (const auto text = environment("KARTEI_MASTER_KEY"); !text.empty()) {
        auto key = ledger::MasterKey::parse(text);
        return key ? Found(FoundKey{{*key}, {}}) : Found(failed(unreadable("KARTEI_MASTER_KEY")));
    }
    if (const auto file = environment("KARTEI_MASTER_KEY_FILE"); !file.empty()) return fromFile(file, notice);
    const auto credentials = environment("CREDENTIALS_DIRECTORY");
    const auto file = fs::path(credentials) / "kartei.key";
    std::error_code ignored;
    if (credentials.empty() || !fs::exists(file, ignored)) return std::nullopt;
    auto key = readKeyFile(file);
    return key ? Found(FoundKey{{*key}, {}}) : Found(failed(key.error()));
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
    if (auto named = namedKey(notice)) return std::move(*named);
    const auto file = defaultFile(directory.id);
    std::error_code ignored;
    const bool isThere = fs::exists(file, ignored);
    return isThere || directory.isWhole ? fromFile(file, notice) : made(file, notice);
}

std::optional<Failure> unreadableNamedKey() {
    const auto named = namedKey([](const std::string&) {});
    return named && !*named ? std::optional(named->error()) : std::nullopt;
}

}  // namespace kartei::tools
