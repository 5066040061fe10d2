#include "tools/kartei/embedded_import.hpp"

#include <algorithm>
#include <chrono>
#include <map>

#include "adapters/open_import.hpp"
#include "events/json.hpp"
#include "events/limits.hpp"
#include "ledger/consents.hpp"
#include "ledger/merkle.hpp"
#include "tools/kartei/answers.hpp"
#include "tools/kartei/first_connection.hpp"

namespace kartei::tools {

namespace {

using events::RunName;
using events::SentEvent;
using events::writeMember;

constexpr std::size_t batchRows = 1'000;
constexpr std::size_t mostListed = 1'000;  // of the problems

struct Problem {
    std::size_t line = 0;
    std::string reason;
};

// What is declared on the run; nothing where nobody declares anything.
std::optional<events::Declaration> declarationOf(const ImportRequest& request) {
    if (request.declaredBy.empty() && request.declaration.empty()) return std::nullopt;
    return events::Declaration{request.declaredBy, request.declaration};
}

// Somebody must have declared that the people agreed: on the run, or on the source's connection.
std::optional<Failure> undeclared(const ledger::Business* business, const events::SourceName& source,
                                  const ImportRequest& request) {
    const auto onRun = declarationOf(request);
    const auto facts = business == nullptr ? ledger::BusinessFacts() : business->facts();
    const auto* connection = facts.source(source);
    if (ledger::isDeclared(onRun)) return std::nullopt;
    if (!onRun && connection != nullptr && ledger::isDeclared(connection->declaration)) return std::nullopt;
    return Failure{Failure::Kind::refused,
                   "consent_missing",
                   "An import needs a declaration: who declares that the people agreed, and in what words; or one that "
                   "stands on the source's connection.",
                   {}};
}

// Everything that is read before the run starts.
struct Input {
    events::SourceName source;
    std::unique_ptr<adapters::ImportReader> rows;
    std::string fingerprint;  // the same for the same import
};

Result<Input, Failure> open(const ImportTarget& target, ImportRequest& request) {
    const auto source = request.source ? Result<events::SourceName, adapters::AdapterProblem>(*request.source)
                                       : adapters::defaultSource(request.adapter, request.mapping);
    if (!source) return failed(badInput(source.error().text));
    if (auto failure = undeclared(target.existing, *source, request)) return failed(*failure);
    std::string contents;
    for (const auto& file : request.input) contents += ledger::sha256(file.bytes).view();
    const adapters::Naming naming{*source, [make = target.make, name = *source](std::string_view naturalKey) {
                                      return make().tokens().recordId(name.text(), naturalKey);
                                  }};
    auto rows = adapters::openImport(request.adapter, std::move(request.input), request.mapping, naming);
    if (!rows) return failed(badInput(rows.error().text));
    const auto fingerprint =
        target.make().tokens().content({request.adapter, source->text(), request.mapping.value_or(""),
                                        request.declaredBy, request.declaration, contents});
    return Input{*source, std::move(*rows), events::toHex(fingerprint)};
}

// The run that this import goes on with, or a new one.
RunName runFor(const ledger::BusinessFacts& facts, const std::string& fingerprint) {
    constexpr std::size_t letters = 12;
    const std::string base = "r-" + fingerprint.substr(0, letters);
    for (int times = 1;; ++times) {
        RunName name = RunName::trusted(times == 1 ? base : base + "-" + std::to_string(times));
        const auto* known = facts.run(name);
        if (known == nullptr || !known->completed) return name;
    }
}

class ImportRun {
public:
    ImportRun(ledger::Business& business, const ledger::Caller& caller, Input input, const ImportRequest& request,
              const ImportWatcher& watcher)
        : business_(business),
          caller_(caller),
          input_(std::move(input)),
          request_(request),
          watcher_(watcher),
          run_(runFor(business.facts(), input_.fingerprint)) {}

    Answer perform() {
        progress_.run = run_.text();
        progress_.expected = input_.rows->rowCount();
        if (auto failure = start()) return failed(*failure);
        auto goOn = watcher_(progress_);
        while (goOn == GoOn::yes) {
            auto row = input_.rows->next();
            if (row) std::visit([this](auto& kind) { take(kind); }, *row);
            if (!row || isFull()) goOn = flush();
            if (!row) break;
        }
        if (goOn == GoOn::no) return failed(interrupted());
        if (auto failure = send(event("completed", events::ImportCompleted{run_, progress_.imported,
                                                                           progress_.unchanged, progress_.refused}))) {
            return failed(*failure);
        }
        return answer();
    }

private:
    SentEvent event(const std::string& what, events::Body data) const {
        return {"run:" + run_.text() + ":" + what, input_.source, std::nullopt, std::nullopt, "", std::move(data)};
    }

    std::optional<Failure> send(const SentEvent& event) {
        const auto outcome = business_.append({event}, caller_).front();
        const auto* refusal = std::get_if<ledger::Refusal>(&outcome);
        if (const auto* recorded = std::get_if<ledger::Recorded>(&outcome)) started_ = recorded->position;
        if (refusal == nullptr) return std::nullopt;
        return Failure{Failure::Kind::refused, std::string(toText(refusal->code)), refusal->detail, {}};
    }

    std::optional<Failure> start() {
        if (const auto connection = firstConnection(business_, input_.source, std::nullopt)) {
            if (auto failure = send(*connection)) return failure;
        }
        return send(event("started", events::ImportStarted{run_, progress_.expected, declarationOf(request_)}));
    }

    void refuse(std::size_t line, std::string reason) {
        ++progress_.refused;
        ++progress_.done;
        list(line, std::move(reason));
    }

    void take(const adapters::SkippedRow& skipped) { refuse(skipped.line, skipped.reason); }

    void take(const adapters::LeftOutRow& /*row*/) {
        ++leftOut_;
        ++progress_.done;
    }

    void take(adapters::ImportedPerson& person) {
        // Two lines on one record would undo each other's changes with every import.
        const auto [first, isNew] = lineOf_.emplace(person.record, person.line);
        if (!isNew) {
            return refuse(person.line, "the record is in line " + std::to_string(first->second) + " already");
        }
        bytes_ += bytesOf(person.attributes);
        events::RecordImported data{std::move(person.attributes), run_, std::nullopt, std::nullopt};
        if (person.notifications.sms || person.notifications.email) data.notifications = person.notifications;
        auto& next = batch_.emplace_back(event("line:" + std::to_string(person.line), std::move(data)));
        next.subject = std::move(person.record);
        lines_.push_back(person.line);
    }

    void take(adapters::ImportedFact& fact) {
        qualify(fact.data, input_.source);
        if (fact.record.empty()) {
            auto holder = checkedOut(fact.data);
            if (!holder) {
                return refuse(fact.line,
                              "the receipt that it cancels is not here: it was no customer's, or its day was not "
                              "imported yet; in that case import this file again afterwards");
            }
            fact.record = std::move(*holder);
        }
        if (const auto& refusal = refusalOf(fact.record)) return refuse(fact.line, reasonOf(*refusal));
        if (const auto* checkout = std::get_if<events::VisitCheckedOut>(&fact.data)) {
            for (const auto& item : checkout->items) bytes_ += item.name.size() + sizeof item;
        }
        batch_.push_back(SentEvent{std::move(fact.eventId), input_.source, std::move(fact.record), fact.time, "",
                                   std::move(fact.data)});
        lines_.push_back(fact.line);
    }

    // For whom the receipt that this reverses was reported; nothing where it is not known here.
    [[nodiscard]] std::optional<events::RecordName> checkedOut(const events::Body& data) const {
        const auto* reversal = std::get_if<events::VisitCheckoutReversed>(&data);
        if (reversal == nullptr) return std::nullopt;
        for (const auto& event : business_.now().events(ledger::Stream::receipt, reversal->receipt.text())) {
            if (std::holds_alternative<events::VisitCheckedOut>(event->data)) return event->subject;
        }
        return std::nullopt;
    }

    // As ledger::decide asks for the people themselves; facts are taken of anybody otherwise.
    const std::optional<ledger::Refusal>& refusalOf(const events::RecordName& record) {
        const auto [known, isNew] = refusals_.try_emplace(record);
        if (isNew) known->second = ledger::refusedTransfer(business_.now().customer(record));
        return known->second;
    }

    static std::string reasonOf(const ledger::Refusal& refusal) {
        return std::string(toText(refusal.code)) + ": " + refusal.detail;
    }

    // What was recorded before this run, such as a receipt that yesterday's export had as well, is nothing new.
    [[nodiscard]] bool isOfThisRun(const ledger::Outcome& outcome) const {
        const auto* recorded = std::get_if<ledger::Recorded>(&outcome);
        return recorded != nullptr && recorded->position > started_;
    }

    void note(const ledger::Refusal& refusal, std::size_t line) {
        ++progress_.refused;
        list(line, reasonOf(refusal));
    }

    // A file of nothing but nonsense has as many problems as lines, and nobody reads them all.
    void list(std::size_t line, std::string reason) {
        if (problems_.size() < mostListed) {
            problems_.push_back({line, std::move(reason)});
        } else if (notListed_++ == 0) {
            firstNotListed_ = line;
        }
    }

    [[nodiscard]] bool isFull() const { return batch_.size() == batchRows || bytes_ > limits::batchBytes / 2; }

    GoOn flush() {
        const auto outcomes = business_.append(std::exchange(batch_, {}), caller_);
        for (std::size_t i = 0; i < outcomes.size(); ++i) {
            if (const auto* refusal = std::get_if<ledger::Refusal>(&outcomes[i])) {
                note(*refusal, lines_[i]);
            } else {
                ++(isOfThisRun(outcomes[i]) ? progress_.imported : progress_.unchanged);
            }
        }
        progress_.done += lines_.size();
        lines_.clear();
        bytes_ = 0;
        const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - began_;
        progress_.perSecond = static_cast<double>(progress_.done) / std::max(passed.count(), 0.001);
        return watcher_(progress_);
    }

    std::string answer() {
        std::sort(problems_.begin(), problems_.end(),
                  [](const Problem& a, const Problem& b) { return a.line < b.line; });
        if (notListed_ > 0) {
            problems_.push_back({firstNotListed_, "this row and " + std::to_string(notListed_ - 1) +
                                                      " others were refused as well, and are not listed"});
        }
        rapidjson::StringBuffer buffer;
        events::JsonWriter out(buffer);
        out.StartObject();
        writeMember(out, "run", run_);
        writeMember(out, "imported", progress_.imported);
        writeMember(out, "unchanged", progress_.unchanged);
        writeMember(out, "refused", progress_.refused);
        writeMember(out, "leftOut", leftOut_);
        out.Key("problems");
        out.StartArray();
        for (const auto& problem : problems_) {
            out.StartObject();
            writeMember(out, "line", std::uint64_t{problem.line});
            writeMember(out, "reason", problem.reason);
            out.EndObject();
        }
        out.EndArray();
        out.EndObject();
        return {buffer.GetString(), buffer.GetSize()};
    }

    ledger::Business& business_;
    ledger::Caller caller_;
    Input input_;
    const ImportRequest& request_;
    const ImportWatcher& watcher_;
    RunName run_;
    std::vector<SentEvent> batch_;
    std::vector<std::size_t> lines_;
    std::size_t bytes_ = 0;                                                  // of the batch's values
    std::map<events::RecordName, std::size_t> lineOf_;                       // the first line on each record
    std::map<events::RecordName, std::optional<ledger::Refusal>> refusals_;  // of those whose facts came
    events::Position started_;                                               // the position of this run's start
    std::uint64_t leftOut_ = 0;                                              // rows that rightly yield nothing
    std::vector<Problem> problems_;
    std::uint64_t notListed_ = 0;  // problems
    std::size_t firstNotListed_ = 0;
    ImportProgress progress_;
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

}  // namespace

Answer runImport(const ImportTarget& target, ImportRequest request, ledger::Caller caller,
                 const ImportWatcher& watcher) {
    // It is what the till says, whoever brings its file: no fact of staff's.
    caller.role = events::Role::ADAPTER;
    auto input = open(target, request);
    if (!input) return failed(input.error());
    return ImportRun(target.make(), caller, std::move(*input), request, watcher).perform();
}

}  // namespace kartei::tools
