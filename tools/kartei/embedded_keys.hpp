#pragma once
// The master key of an open data directory takes another's place.

#include <filesystem>
#include <string>

#include "ledger/ledger.hpp"
#include "tools/kartei/operations.hpp"

namespace kartei::tools {

// No business of the ledger may be open yet. `keyFile`: where the key was found; empty where it cannot be replaced
// there, which `newKeyFile` must be given for: that file is made, or holds a key already, and that is taken.
//
// Whenever it is cut short, the new key is in its file already, and the directory is under the one or the other. Of a
// file that is replaced, findMasterKey gives both until one has proved to be the right one (key_source.hpp).
Answer rotateMasterKey(ledger::Ledger& ledger, const std::filesystem::path& keyFile, const std::string& newKeyFile);

}  // namespace kartei::tools
