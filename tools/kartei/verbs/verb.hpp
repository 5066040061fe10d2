#pragma once
// What the command line can do. A verb says how it is called and what it does with a Kartei that is open; it never
// sees bad input, and prints through its Reply alone.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/opening.hpp"
#include "tools/kartei/operations.hpp"
#include "tools/kartei/serve_request.hpp"
#include "tools/kartei/verbs/arguments.hpp"
#include "tools/kartei/verbs/reply.hpp"

namespace kartei::tools {

struct Verb {
    std::string name;     // "customer"; with a space where it belongs to a group: "policy set"
    std::string summary;  // a short sentence on what it does, for the list of all verbs
    std::string details;  // what else one must know
    std::string example;  // a whole command
    std::vector<Argument> arguments;
    // Reads what it needs from outside, before the Kartei is opened (and perhaps created).
    std::function<std::optional<Failure>(Reply& reply)> prepare;
    // Returns the exit code.
    std::function<int(Operations& operations, Reply& reply)> run;
    // How it opens the data directory, once the arguments are read. Only what can be the first thing ever recorded
    // makes one: a mistyped --data shall leave none behind. What records nothing reads one that another process has
    // open.
    std::function<ledger::Opening()> opening = [] { return ledger::Opening::existing; };
    // Of a restore: the data directory is made from there before it is opened.
    std::shared_ptr<const RestoreRequest> restore = nullptr;
    // Of a server: it runs on the directory until it is stopped, instead of `run`.
    std::shared_ptr<const ServeRequest> serve = nullptr;
};

inline ledger::Opening toCreate() { return ledger::Opening::create; }
inline ledger::Opening toRead() { return ledger::Opening::reading; }

// One function for each file of verbs.
std::vector<Verb> factVerbs();      // append, import, imports
std::vector<Verb> watchingVerbs();  // watch
std::vector<Verb> readingVerbs();   // customer, customers, history, account, search, consent
std::vector<Verb> joiningVerbs();   // link, merge, undo, pending, distinct
std::vector<Verb> privacyVerbs();   // erase, export
std::vector<Verb> backupVerbs();    // backup, restore
std::vector<Verb> keyVerbs();       // key
std::vector<Verb> ruleVerbs();      // policy
std::vector<Verb> evidenceVerbs();  // verify, receipt, log …
std::vector<Verb> auditVerbs();     // protocol, replay, rebuild
std::vector<Verb> serviceVerbs();   // serve, token …

}  // namespace kartei::tools
