#pragma once
// Where a user's own files go, as the XDG Base Directory Specification has it
// (https://specifications.freedesktop.org/basedir-spec/latest/).

#include <filesystem>
#include <string>

namespace kartei::tools {

// A variable of the environment; empty where it is not set.
std::string environment(const char* name);

// $XDG_CONFIG_HOME/kartei, or ~/.config/kartei.
std::filesystem::path configDirectory();
// $XDG_STATE_HOME/kartei, or ~/.local/state/kartei: where anchors are by default.
std::filesystem::path stateDirectory();

}  // namespace kartei::tools
