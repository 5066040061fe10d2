#include "tools/kartei/user_directories.hpp"

#include <cstdlib>

namespace kartei::tools {

namespace {

std::filesystem::path ownDirectory(const char* variable, const char* belowHome) {
    const std::filesystem::path configured = environment(variable);
    // The specification: a relative path there is to be ignored.
    const auto base = configured.is_absolute() ? configured : std::filesystem::path(environment("HOME")) / belowHome;
    return base / "kartei";
}

}  // namespace

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : value;
}

std::filesystem::path configDirectory() { return ownDirectory("XDG_CONFIG_HOME", ".config"); }
std::filesystem::path stateDirectory() { return ownDirectory("XDG_STATE_HOME", ".local/state"); }

}  // namespace kartei::tools
