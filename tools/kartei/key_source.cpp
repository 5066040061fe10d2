#include "tools/kartei/key_source.hpp"

#include <fcntl.h>
#include <unistd.h>

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

bool syncNamesIn(const fs::path& directory) {
    const int descriptor = ::open(directory.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    if (descriptor >= 0) ::close(descriptor);
    return synced;
}

Failure unwritable(const fs::path& file) {
    return {Failure::Kind::storage, "storage", "The key file " + file.string() + " cannot be written.", {}};
}

// A file of one's own; it must be there. Where its name is a link, it is the file behind that is replaced one day.
Result<FoundKey, Failure> fromFile(const fs::path& named) {
    std::error_code ignored;
    if (!fs::exists(named, ignored)) return failed(missing(named));
    const auto file = fs::weakly_canonical(named, ignored);
    auto key = readKeyFile(file);
    if (!key) return failed(key.error());
    FoundKey found{{*key}, file};
    if (fs::exists(nextKeyFile(file), ignored)) {
        auto next = readKeyFile(nextKeyFile(file));
        if (next) found.candidates.push_back(*next);
    }
    return found;
}

Result<FoundKey, Failure> made(const fs::path& file, const std::function<void(const std::string&)>& notice) {
    const auto key = ledger::MasterKey::generate();
    if (auto failure = writeKeyFile(file, key)) return failed(*failure);
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

std::optional<Failure> writeKeyFile(const fs::path& file, const ledger::MasterKey& key) {
    std::error_code error;
    if (file.has_parent_path()) fs::create_directories(file.parent_path(), error);
    constexpr ::mode_t forOwnerAlone = 0600;
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, forOwnerAlone);
    if (descriptor < 0) return unwritable(file);
    const std::string text = key.text() + "\n";
    const bool written = ::write(descriptor, text.data(), text.size()) == static_cast<::ssize_t>(text.size()) &&
                         ::fsync(descriptor) == 0;
    ::close(descriptor);
    if (!written || !syncNamesIn(fs::absolute(file).parent_path())) return unwritable(file);
    return std::nullopt;
}

std::optional<Failure> replaceByNext(const fs::path& file) {
    std::error_code error;
    fs::rename(nextKeyFile(file), file, error);
    if (error || !syncNamesIn(fs::absolute(file).parent_path())) return unwritable(file);
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
