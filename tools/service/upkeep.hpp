#pragma once
// What a server does without being asked: opens every business, so that the first request need not wait for it, and
// brings the stored customer files up to the log, so that who reads them finds little left to do.
//
// How it works: one thread looks at every business a few times a second; what stands still costs nothing but a look at
// its head, and every few seconds one at its rows, for an erasure drops them behind its own event. Files are brought up
// when the log has stood still since the last look, or is far ahead of them: while a till delivers, each customer is
// folded once for many events, and the till has the disk and the processors first. After an erasure or a large import
// that may take seconds; reads of such lists wait for it, as if they had begun it, and nothing else does.
//
// What cannot be opened or brought up is said in the server's log, once, and tried again.
//
// Threads: its own. It ends with its destruction, soon after.

#include <map>
#include <string>
#include <thread>

#include "ledger/ledger.hpp"

namespace kartei::tools::service {

class Upkeep {
public:
    // The ledger must outlive it.
    explicit Upkeep(ledger::Ledger& ledger);
    Upkeep(const Upkeep&) = delete;
    Upkeep& operator=(const Upkeep&) = delete;

private:
    void work(const std::stop_token& stop);
    void openAll(const std::stop_token& stop);
    void lookAt(ledger::Business& business, const std::stop_token& stop);
    void say(const std::string& problem);

    ledger::Ledger& ledger_;
    // What was seen of a business at the last look.
    struct Seen {
        events::Position head;
        bool rests = false;  // until the next check: its files told of all up to there, or could not be made to
    };
    std::map<const ledger::Business*, Seen> seen_;
    unsigned looks_ = 0;
    std::string said_;     // the last problem
    std::jthread thread_;  // last: it uses the others
};

}  // namespace kartei::tools::service
