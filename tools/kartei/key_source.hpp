#pragma once
// Where the master key of a data directory comes from. The first of these that is there:
// 1. the environment variable KARTEI_MASTER_KEY: the key's 64 hexadecimal digits;
// 2. the environment variable KARTEI_MASTER_KEY_FILE: a file that holds them;
// 3. a systemd credential named kartei.key (https://systemd.io/CREDENTIALS/);
// 4. the file $XDG_CONFIG_HOME/kartei/ID.key, ID being the data directory's; it is made, readable for its owner alone,
//    when the data directory is.
//
// While a key is being replaced, the new one stands beside the file as FILE.next (`kartei key rotate`).

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ledger/data_directory.hpp"
#include "tools/kartei/operations.hpp"

namespace kartei::tools {

struct FoundKey {
    // The first that fits is the directory's; the second is there while a key is being replaced.
    std::vector<ledger::MasterKey> candidates;
    std::filesystem::path file;  // that can be replaced; empty: it came from the environment or a credential
};

// `notice` gets a sentence for a person when a key was made, and when others may read it. Failures: master_key_missing,
// master_key_unreadable.
Result<FoundKey, Failure> findMasterKey(const ledger::MarkedDirectory& directory,
                                        const std::function<void(const std::string&)>& notice);

// What is wrong with the key that the environment names, if it names one (1 to 3): to be asked before anything is made.
std::optional<Failure> unreadableNamedKey();

// Puts a key into a file that nobody else may read, synced to disk. Throws ledger::Failure.
void writeKeyFile(const std::filesystem::path& file, const ledger::MasterKey& key);
// Reads one. Failure: master_key_unreadable.
Result<ledger::MasterKey, Failure> readKeyFile(const std::filesystem::path& file);

// The file beside a key's where its successor stands while they change places.
std::filesystem::path nextKeyFile(const std::filesystem::path& file);
// Lets the successor take its predecessor's place, synced to disk. Failure: storage, which says how it goes on.
std::optional<Failure> replaceByNext(const std::filesystem::path& file);

}  // namespace kartei::tools
