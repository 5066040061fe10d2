#include "tests/support/test_ledger.hpp"

#include <unistd.h>

#include <stdexcept>

#include "ledger/consents.hpp"
#include "projections/customer_file.hpp"
#include "projections/customer_list.hpp"
#include "projections/history.hpp"
#include "projections/stored_views.hpp"

namespace kartei::testing {

TemporaryDirectory::TemporaryDirectory() {
    // In memory where there is such a place: tests of rules need no disk.
    const std::filesystem::path memory = "/dev/shm";
    const auto parent = ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
    std::string pattern = (parent / "kartei-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a temporary directory");
    path_ = pattern;
}
TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

events::Time second(int seconds) {
    constexpr std::int64_t microseconds = 1'000'000;
    return events::Time(events::Time::parse("2026-01-01T00:00:00Z")->microseconds() + seconds * microseconds);
}
std::string secondText(int seconds) { return toText(second(seconds)); }

ledger::Place placeOf(const std::filesystem::path& data) { return {data, data.string() + "-anchor"}; }

const ledger::MasterKey& masterKey() {
    static const auto key = *ledger::MasterKey::parse(std::string(64, '7'));
    return key;
}

events::RecordName record(std::string_view name) {
    const auto parsed = events::RecordName::parse(name);
    if (!parsed) throw std::invalid_argument("no record name: " + std::string(name));
    return *parsed;
}

events::SentEvent tillConnected(std::string_view id) {
    return *events::readCloudEvent(R"({"specversion":"1.0","id":")" + std::string(id) +
                                   R"(","source":"till","type":"source.connected","data":{"name":"Till"}})");
}

std::vector<events::SentEvent> enteredAtTill(std::uint64_t first, std::uint64_t last) {
    std::vector<events::SentEvent> facts;
    for (auto number = first; number <= last; ++number) {
        const auto id = std::to_string(number);
        std::string json = R"({"specversion":"1.0","id":")";
        json.append(id).append(R"(","source":"till","type":"record.entered","subject":"till/)").append(id);
        json.append(R"(","data":{"attributes":{"familyName":"Weiß"}}})");
        facts.push_back(*events::readCloudEvent(json));
    }
    return facts;
}

std::vector<std::string> filesThatFit(ledger::Business& business, std::string_view text) {
    const auto view = ledger::viewOfNow(business, ledger::Ledger::systemClock()(), ledger::PastJoins::asTheyWere);
    std::vector<std::string> files;
    projections::eachFileThatFits(business, view, text, [&](std::string_view, std::string_view file) {
        if (!file.empty()) files.emplace_back(file);
        return true;
    });
    return files;
}

events::Position position(std::uint64_t value) { return events::Position(value); }

TestLedger::TestLedger() : ticks_(std::make_shared<int>(0)) { reopen(); }

void TestLedger::close() {
    business_ = nullptr;
    ledger_.reset();
}

void TestLedger::reopen(const ledger::MasterKey& key) {
    close();
    ledger_ = std::make_unique<ledger::Ledger>(
        placeOf(data()), key, [ticks = ticks_] { return second((*ticks)++); }, ledger::Opening::create,
        projections::forgetInViews);
    business_ = &ledger_->findOrCreate(*events::BusinessName::parse("test-" + std::to_string(businesses_)));
}

void TestLedger::startBusiness() {
    ++businesses_;
    connected_.clear();
    *ticks_ = 0;
    business_ = &ledger_->findOrCreate(*events::BusinessName::parse("test-" + std::to_string(businesses_)));
}

std::string TestLedger::cloudEvent(std::string_view source, std::string_view type, std::string_view subject,
                                   std::string_view data, std::string_view id, const std::string& time) {
    std::string text = R"({"specversion":"1.0","id":")";
    text += id.empty() ? "e" + std::to_string(nextId_++) : std::string(id);
    text += R"(","source":")" + std::string(source) + R"(","type":")" + std::string(type) + '"';
    if (!subject.empty()) text += R"(,"subject":")" + std::string(subject) + '"';
    if (!time.empty()) text += R"(,"time":")" + time + '"';
    return text + R"(,"data":{)" + std::string(data) + "}}";
}

ledger::Outcome TestLedger::append(std::string_view json) {
    const auto event = events::readCloudEvent(json);
    if (!event) throw std::invalid_argument("malformed event: " + event.error().text());
    return business_->append({*event}, {"tester", events::Role::ADAPTER}).front();
}

void TestLedger::connect(std::string_view source) {
    if (!connected_.emplace(source).second) return;
    append(cloudEvent(source, "source.connected", "",
                      R"("name":"Till","declaration":{"declaredBy":"Owner","text":"They agreed."})",
                      "connect-" + std::string(source), ""));
}

ledger::Outcome TestLedger::report(std::string_view type, std::string_view subject, std::string_view data) {
    return reportFrom(subject.substr(0, subject.find('/')), type, subject, data);
}
ledger::Outcome TestLedger::reportFrom(std::string_view source, std::string_view type, std::string_view subject,
                                       std::string_view data) {
    connect(source);
    return append(cloudEvent(source, type, subject, data, "", ""));
}
ledger::Outcome TestLedger::reportAt(int when, std::string_view type, std::string_view subject, std::string_view data,
                                     std::string_view id) {
    const auto source = subject.substr(0, subject.find('/'));
    connect(source);
    return append(cloudEvent(source, type, subject, data, id, secondText(when)));
}
ledger::Outcome TestLedger::reportFromAt(int when, std::string_view source, std::string_view type,
                                         std::string_view subject, std::string_view data) {
    connect(source);
    return append(cloudEvent(source, type, subject, data, "", secondText(when)));
}

namespace {

events::Position recorded(const ledger::Outcome& outcome) {
    const auto* there = std::get_if<ledger::Recorded>(&outcome);
    if (there == nullptr) throw std::runtime_error("expected a recorded fact, got " + codeOf(outcome));
    return there->position;
}

events::Position made(const Result<ledger::DecisionOutcome, ledger::Refusal>& outcome) {
    if (!outcome) throw std::runtime_error("refused: " + codeOf(outcome) + ": " + outcome.error().detail);
    return outcome->position;
}

}  // namespace

events::Position TestLedger::fact(std::string_view type, std::string_view subject, std::string_view data) {
    return recorded(report(type, subject, data));
}
events::Position TestLedger::factFrom(std::string_view source, std::string_view type, std::string_view subject,
                                      std::string_view data) {
    return recorded(reportFrom(source, type, subject, data));
}
events::Position TestLedger::factAt(int when, std::string_view type, std::string_view subject, std::string_view data) {
    return recorded(reportAt(when, type, subject, data));
}

Result<ledger::DecisionOutcome, ledger::Refusal> TestLedger::tryLink(std::string_view a, std::string_view b) {
    return business_->decide(ledger::Link{record(a), record(b), "linked in a test"}, admin());
}
Result<ledger::DecisionOutcome, ledger::Refusal> TestLedger::tryMerge(std::string_view from, std::string_view into,
                                                                      std::vector<events::Field> take) {
    return business_->decide(ledger::Merge{record(from), record(into), std::move(take), "merged in a test", false},
                             admin());
}
Result<ledger::DecisionOutcome, ledger::Refusal> TestLedger::tryErase(const std::vector<std::string_view>& names,
                                                                      ledger::Erase::Joined joined) const {
    ledger::Erase command{{}, "asked for", joined};
    for (const auto name : names) command.records.push_back(record(name));
    return business().decide(command, admin());
}

Result<ledger::DecisionOutcome, ledger::Refusal> TestLedger::tryUndo(const ledger::Undoing& command) {
    return business_->decide(command, admin());
}
events::Position TestLedger::link(std::string_view a, std::string_view b) { return made(tryLink(a, b)); }
events::Position TestLedger::merge(std::string_view from, std::string_view into, std::vector<events::Field> take) {
    return made(tryMerge(from, into, std::move(take)));
}
events::Position TestLedger::undo(events::Position join) {
    return made(tryUndo({join, "undone in a test", {}, false, false}));
}

ledger::Customer TestLedger::customer(std::string_view name) const { return business_->now().customer(record(name)); }

std::string TestLedger::shown(std::string_view name, events::Field field) const {
    const auto fields = ledger::foldFields(customer(name));
    const auto* candidate = fields.find(field);
    const auto* text = candidate == nullptr ? nullptr : std::get_if<std::string>(&candidate->value);
    return text == nullptr ? "" : *text;
}
std::string TestLedger::file(std::string_view name) const {
    return projections::fileOf(business_->now(), record(name));
}
std::string TestLedger::history(std::string_view name) const {
    const auto now = business_->now();
    return projections::historyOf(now, now.customer(record(name)));
}
std::string TestLedger::mayContact(std::string_view name, events::Purpose purpose, events::Channel channel,
                                   const std::optional<std::string>& address) const {
    const auto answer = ledger::mayContact(customer(name), purpose, channel, address, second(*ticks_));
    const std::string by = answer.decidedBy ? " " + std::to_string(answer.decidedBy->position.value()) : "";
    return (answer.allowed ? "yes" : "no") + by;
}

std::string codeOf(const ledger::Outcome& outcome) {
    if (std::holds_alternative<ledger::Recorded>(outcome)) return "recorded";
    if (std::holds_alternative<ledger::Unchanged>(outcome)) return "unchanged";
    return std::string(toText(std::get<ledger::Refusal>(outcome).code));
}
std::string codeOf(const Result<ledger::DecisionOutcome, ledger::Refusal>& outcome) {
    return outcome ? "recorded" : std::string(toText(outcome.error().code));
}

}  // namespace kartei::testing
