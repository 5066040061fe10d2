#pragma once
// How a server is to be started.

#include <cstdint>
#include <string>

namespace kartei::tools {

// Whether it may listen where others can, without TLS: everybody on the way reads along then.
enum class Insecure { no, yes };

struct ServeRequest {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;  // 0: any that is free
    std::string certificate;    // PEM files; both or none
    std::string key;
    Insecure insecure = Insecure::no;
    std::string backups;  // the directory that backups go to; empty: none are made
    std::string hooks;    // the file that says which webhooks are taken; empty: none are
};

}  // namespace kartei::tools
