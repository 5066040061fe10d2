#pragma once
// A ledger for a test: a real one, in a directory of its own that is gone afterwards, with a clock that moves one
// second an event, and short ways to say what happens.

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "ledger/ledger.hpp"

namespace kartei::testing {

class TemporaryDirectory {
public:
    TemporaryDirectory();
    ~TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

// 2026-01-01T00:00:00Z, the time of the clock's first tick, and seconds after it.
events::Time second(int seconds);
std::string secondText(int seconds);

// A ledger's place in a test: its anchor is beside its data.
ledger::Place placeOf(const std::filesystem::path& data);

// The master key of every ledger in a test.
const ledger::MasterKey& masterKey();

events::RecordName record(std::string_view name);
// The source `till` is connected; what must be reported before anything else of it.
events::SentEvent tillConnected(std::string_view id = "connected");
// Somebody at the till enters the records till/FIRST to till/LAST, each in one event.
std::vector<events::SentEvent> enteredAtTill(std::uint64_t first, std::uint64_t last);
// The files of the customers that fit the query, now.
std::vector<std::string> filesThatFit(ledger::Business& business, std::string_view text);
events::Position position(std::uint64_t value);

class TestLedger {
public:
    TestLedger();

    // Goes on with another business, which has nothing in it yet, and the clock at its first tick: quicker than a
    // ledger of its own for each log.
    void startBusiness();
    // Closes the ledger and opens it again, as after a restart; between the two, others may open its directory.
    void close();
    void reopen(const ledger::MasterKey& key = masterKey());
    [[nodiscard]] ledger::Business& business() const { return *business_; }
    [[nodiscard]] const std::filesystem::path& path() const { return directory_.path(); }
    [[nodiscard]] std::filesystem::path data() const { return directory_.path() / "data"; }

    // Reports a fact, as a CloudEvent whose members these are: `data` is JSON without the outer braces, such as
    // R"("attributes":{"email":"anna@example.com"})". The sender is the source that the subject belongs to. Each call
    // has an event id of its own. The source is connected with a standing declaration beforehand, once.
    ledger::Outcome report(std::string_view type, std::string_view subject, std::string_view data);
    // The same from another sender.
    ledger::Outcome reportFrom(std::string_view source, std::string_view type, std::string_view subject,
                               std::string_view data);
    // The same, happened at that second, and with that event id unless it is empty.
    ledger::Outcome reportAt(int when, std::string_view type, std::string_view subject, std::string_view data,
                             std::string_view id = {});
    // The same from another sender.
    ledger::Outcome reportFromAt(int when, std::string_view source, std::string_view type, std::string_view subject,
                                 std::string_view data);
    // The second that the clock shows next.
    [[nodiscard]] int clock() const { return *ticks_; }
    // One CloudEvent in JSON, as it is.
    ledger::Outcome append(std::string_view json);

    // Reports a fact that must be recorded, and gives its position.
    events::Position fact(std::string_view type, std::string_view subject, std::string_view data);
    events::Position factFrom(std::string_view source, std::string_view type, std::string_view subject,
                              std::string_view data);
    events::Position factAt(int when, std::string_view type, std::string_view subject, std::string_view data);
    void connect(std::string_view source);

    // Decisions that must be made, and their positions.
    events::Position link(std::string_view a, std::string_view b);
    events::Position merge(std::string_view from, std::string_view into, std::vector<events::Field> take = {});
    events::Position undo(events::Position join);
    // Decisions as they come out.
    Result<ledger::DecisionOutcome, ledger::Refusal> tryLink(std::string_view a, std::string_view b);
    Result<ledger::DecisionOutcome, ledger::Refusal> tryMerge(std::string_view from, std::string_view into,
                                                              std::vector<events::Field> take = {});
    Result<ledger::DecisionOutcome, ledger::Refusal> tryUndo(const ledger::Undoing& command);
    Result<ledger::DecisionOutcome, ledger::Refusal> tryErase(
        const std::vector<std::string_view>& names, ledger::Erase::Joined joined = ledger::Erase::Joined::refuse) const;

    [[nodiscard]] ledger::Customer customer(std::string_view name) const;
    // The value that the customer's file shows for a field; empty where there is none.
    [[nodiscard]] std::string shown(std::string_view name, events::Field field) const;
    [[nodiscard]] std::string file(std::string_view name) const;
    [[nodiscard]] std::string history(std::string_view name) const;
    // "yes" or "no", with the position that decides: "no 7".
    [[nodiscard]] std::string mayContact(std::string_view name, events::Purpose purpose, events::Channel channel,
                                         const std::optional<std::string>& address = std::nullopt) const;

    [[nodiscard]] ledger::Caller admin() const { return {"tester", events::Role::ADMIN}; }

private:
    std::string cloudEvent(std::string_view source, std::string_view type, std::string_view subject,
                           std::string_view data, std::string_view id, const std::string& time);

    TemporaryDirectory directory_;
    std::shared_ptr<int> ticks_;
    std::unique_ptr<ledger::Ledger> ledger_;
    ledger::Business* business_ = nullptr;
    std::set<std::string, std::less<>> connected_;
    int nextId_ = 0;
    int businesses_ = 0;
};

// The refusal's code on the wire; "recorded" or "unchanged" where there was none.
std::string codeOf(const ledger::Outcome& outcome);
std::string codeOf(const Result<ledger::DecisionOutcome, ledger::Refusal>& outcome);

}  // namespace kartei::testing
