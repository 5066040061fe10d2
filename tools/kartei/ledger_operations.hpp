#pragma once
// The operations on a ledger in this process, for one caller at a time: a command line that has opened a data
// directory, or a request to a server that many share.

#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "ledger/view.hpp"
#include "tools/kartei/operations.hpp"

namespace kartei::tools {

// The data directory could not be made when something was to be recorded.
class CannotOpen : public std::runtime_error {
public:
    explicit CannotOpen(Failure failure) : std::runtime_error(failure.detail), failure_(std::move(failure)) {}
    [[nodiscard]] const Failure& failure() const { return failure_; }

private:
    Failure failure_;
};

// Where the ledger is.
class LedgerSource {
public:
    virtual ~LedgerSource() = default;
    // Null where there is no data directory yet.
    virtual ledger::Ledger* opened() = 0;
    // Makes it where there is none. Throws CannotOpen and ledger::Failure.
    virtual ledger::Ledger& made() = 0;
    [[nodiscard]] virtual std::filesystem::path path() const = 0;
    // Where the master key was found; empty for elsewhere than in a file of its own.
    [[nodiscard]] virtual std::filesystem::path keyFile() const = 0;
};

// Who asks, and of which business.
struct Session {
    events::BusinessName business;
    ledger::Caller sender;                                    // of facts
    ledger::Caller decider;                                   // of decisions
    std::optional<events::SourceName> source = std::nullopt;  // that the sender is; nothing: any
    ledger::PastJoins pastJoins = ledger::PastJoins::asTheyWere;
};

// Threads: what is returned, one at a time; any number may stand on one source, if that can be asked by any thread.
std::unique_ptr<Operations> operationsOn(std::shared_ptr<LedgerSource> source, Session session);

}  // namespace kartei::tools
