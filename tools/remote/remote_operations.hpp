#pragma once
// A Kartei behind a server: the operations, asked over HTTP (tools/service). Answers are the server's own bodies, which
// are those of the operations in this process, so whoever prints them cannot tell the two apart.
//
// Who asks is the token's owner; decisions may be made for somebody else. What only whoever holds the data directory
// can do (a new master key, another incarnation of the log, its publication as files) fails with `only_embedded`.

#include <memory>
#include <string>

#include "events/names.hpp"
#include "tools/kartei/operations.hpp"

namespace kartei::tools::remote {

struct RemoteOptions {
    std::string server;  // "https://kartei.example:8080"
    std::string token;
    events::BusinessName business;
    std::string onBehalfOf = {};    // for whom decisions are made; empty: for the token's owner
    std::string certificates = {};  // a PEM file of those that are trusted; empty: the machine's
};

// Asks nothing yet. Fails where `server` is no such address.
Result<std::unique_ptr<Operations>, Failure> openRemote(const RemoteOptions& options);

}  // namespace kartei::tools::remote
