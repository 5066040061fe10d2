#include "tools/kartei/embedded_import.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>

#include "adapters/open_import.hpp"
#include "events/json.hpp"
#include "events/limits.hpp"
#include "ledger/files.hpp"
#include "ledger/merkle.hpp"

namespace kartei::tools {

namespace {

using events::RunName;
using events::SentEvent;
using events::writeMember;

constexpr std::size_t batchRows = 1'000;

// `name`: what to call the file in an error.
Result<std::string, Failure> contentOf(const std::string& path, const std::string& name) {
    auto bytes = path == "-" ? ledger::contentOf(std::cin) : ledger::contentOf(path);
    if (!bytes) return failed(badInput(name + " cannot be read."));
    return std::move(*bytes);
}

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
                   "An import needs --declared-by and --declaration: who declares that the people agreed, and in what "
                   "words; or a declaration that stands on the source's connection.",
                   {}};
}

// Everything that is read before the run starts.
struct Input {
    events::SourceName source;
    std::unique_ptr<adapters::ImportReader> rows;
    std::string fingerprint;  // the same for the same import
};

Result<Input, Failure> open(const ImportTarget& target, const ImportRequest& request) {
    auto bytes = contentOf(request.file, "FILE");
    if (!bytes) return failed(bytes.error());
    std::optional<std::string> mapping;
    if (!request.mapping.empty()) {
        auto text = contentOf(request.mapping, "The file of --mapping");
        if (!text) return failed(text.error());
        mapping = std::move(*text);
    }
    const auto source = request.source ? Result<events::SourceName, adapters::AdapterProblem>(*request.source)
                                       : adapters::defaultSource(request.adapter, mapping);
    if (!source) return failed(badInput(source.error().text));
    if (auto failure = undeclared(target.existing, *source, request)) return failed(*failure);
    const std::string content = std::string(ledger::sha256(*bytes).view());
    const adapters::Naming naming{*source, [make = target.make, name = *source](std::string_view naturalKey) {
                                      return make().tokens().recordId(name.text(), naturalKey);
                                  }};
    auto rows = adapters::openImport(request.adapter, std::move(*bytes), mapping, naming);
    if (!rows) return failed(badInput(rows.error().text));
    const auto fingerprint = target.make().tokens().content(
        {request.adapter, source->text(), mapping.value_or(""), request.declaredBy, request.declaration, content});
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
              const std::function<void(const ImportProgress&)>& progress)
        : business_(business),
          caller_(caller),
          input_(std::move(input)),
          request_(request),
          report_(progress),
          run_(runFor(business.facts(), input_.fingerprint)) {}

    Answer perform() {
        progress_.expected = input_.rows->rowCount();
        if (auto failure = start()) return failed(*failure);
        while (auto row = input_.rows->next()) take(std::move(*row));
        flush();
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
        if (refusal == nullptr) return std::nullopt;
        return Failure{Failure::Kind::refused, std::string(toText(refusal->code)), refusal->detail, {}};
    }

    std::optional<Failure> start() {
        // A source that was never heard of is connected by its first import; one that was disconnected stays so.
        if (business_.facts().source(input_.source) == nullptr) {
            SentEvent connected = event("", events::SourceConnected{input_.source.text(), std::nullopt});
            connected.id = "kartei:connected:" + input_.source.text();
            if (auto failure = send(connected)) return failure;
        }
        return send(event("started", events::ImportStarted{run_, progress_.expected, declarationOf(request_)}));
    }

    void take(adapters::ImportRow row) {
        if (const auto* skipped = std::get_if<adapters::SkippedRow>(&row)) {
            ++progress_.refused;
            ++progress_.done;
            problems_.push_back({skipped->line, skipped->reason});
            return;
        }
        auto& person = std::get<adapters::ImportedPerson>(row);
        // Two lines on one record would undo each other's changes with every import.
        const auto [first, isNew] = lineOf_.emplace(person.record, person.line);
        if (!isNew) {
            ++progress_.refused;
            ++progress_.done;
            problems_.push_back({person.line, "the record is in line " + std::to_string(first->second) + " already"});
            return;
        }
        bytes_ += bytesOf(person.attributes);
        events::RecordImported data{std::move(person.attributes), run_, std::nullopt, std::nullopt};
        if (person.notifications.sms || person.notifications.email) data.notifications = person.notifications;
        auto& next = batch_.emplace_back(event("line:" + std::to_string(person.line), std::move(data)));
        next.subject = std::move(person.record);
        lines_.push_back(person.line);
        if (batch_.size() == batchRows || bytes_ > limits::batchBytes / 2) flush();
    }

    void flush() {
        const auto outcomes = business_.append(std::exchange(batch_, {}), caller_);
        for (std::size_t i = 0; i < outcomes.size(); ++i) {
            if (const auto* refusal = std::get_if<ledger::Refusal>(&outcomes[i])) {
                ++progress_.refused;
                problems_.push_back({lines_[i], std::string(toText(refusal->code)) + ": " + refusal->detail});
            } else {
                ++(std::holds_alternative<ledger::Recorded>(outcomes[i]) ? progress_.imported : progress_.unchanged);
            }
        }
        progress_.done += lines_.size();
        lines_.clear();
        bytes_ = 0;
        const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - began_;
        progress_.perSecond = static_cast<double>(progress_.done) / std::max(passed.count(), 0.001);
        report_(progress_);
    }

    std::string answer() {
        std::sort(problems_.begin(), problems_.end(),
                  [](const Problem& a, const Problem& b) { return a.line < b.line; });
        rapidjson::StringBuffer buffer;
        events::JsonWriter out(buffer);
        out.StartObject();
        writeMember(out, "run", run_);
        writeMember(out, "imported", progress_.imported);
        writeMember(out, "unchanged", progress_.unchanged);
        writeMember(out, "refused", progress_.refused);
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
    const std::function<void(const ImportProgress&)>& report_;
    RunName run_;
    std::vector<SentEvent> batch_;
    std::vector<std::size_t> lines_;
    std::size_t bytes_ = 0;                             // of the batch's values
    std::map<events::RecordName, std::size_t> lineOf_;  // the first line on each record
    std::vector<Problem> problems_;
    ImportProgress progress_;
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

void writeRun(events::JsonWriter& out, const ledger::ImportRun& run, std::uint64_t stored) {
    out.StartObject();
    writeMember(out, "run", run.name);
    writeMember(out, "source", run.source);
    writeMember(out, "startedAt", run.startTime);
    writeMember(out, "status", run.completed ? "completed" : "running");
    writeMember(out, "expected", run.expected);
    writeMember(out, "imported", run.completed ? run.completed->imported : stored);
    if (run.completed) {
        writeMember(out, "unchanged", run.completed->unchanged);
        writeMember(out, "refused", run.completed->refused);
    }
    if (run.declaration) writeMember(out, "declaredBy", run.declaration->declaredBy);
    out.EndObject();
}

}  // namespace

Answer runImport(const ImportTarget& target, const ImportRequest& request, const ledger::Caller& caller,
                 const std::function<void(const ImportProgress&)>& progress) {
    auto input = open(target, request);
    if (!input) return failed(input.error());
    return ImportRun(target.make(), caller, std::move(*input), request, progress).perform();
}

void listImports(ledger::Business& business, const LineSink& sink) {
    const auto now = business.now();
    const auto facts = business.facts();
    std::vector<const ledger::ImportRun*> runs;
    for (const auto& [name, run] : facts.runs) runs.push_back(&run);
    std::sort(runs.begin(), runs.end(), [](const auto* a, const auto* b) { return a->startedAt < b->startedAt; });
    for (const auto* run : runs) {
        rapidjson::StringBuffer buffer;
        events::JsonWriter out(buffer);
        writeRun(out, *run, now.positions(ledger::Stream::run, run->name.text()).size());
        if (!sink({buffer.GetString(), buffer.GetSize()})) return;
    }
}

}  // namespace kartei::tools
