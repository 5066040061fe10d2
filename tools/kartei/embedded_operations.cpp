#include "tools/kartei/embedded_operations.hpp"

#include <algorithm>
#include <stdexcept>

#include "events/limits.hpp"
#include "events/normal_forms.hpp"
#include "ledger/failure.hpp"
#include "ledger/indexing.hpp"
#include "ledger/succession.hpp"
#include "projections/consent_view.hpp"
#include "projections/customer_file.hpp"
#include "projections/history.hpp"
#include "projections/protocol.hpp"
#include "projections/stored_views.hpp"
#include "tools/kartei/answers.hpp"
#include "tools/kartei/embedded_backup.hpp"
#include "tools/kartei/embedded_evidence.hpp"
#include "tools/kartei/embedded_export.hpp"
#include "tools/kartei/embedded_import.hpp"
#include "tools/kartei/embedded_keys.hpp"
#include "tools/kartei/embedded_opening.hpp"
#include "tools/kartei/embedded_previews.hpp"
#include "tools/kartei/event_lines.hpp"
#include "tools/kartei/summaries.hpp"
#include "tools/kartei/user_directories.hpp"

namespace kartei::tools {

namespace {

using events::JsonWriter;
using events::Position;
using events::RecordName;
using events::toText;
using events::writeMember;

Failure noAccount(projections::AccountProblem problem) {
    const bool nobody = problem == projections::AccountProblem::unknown;
    return {
        Failure::Kind::refused,
        nobody ? "not_found" : "ambiguous_account",
        nobody ? "There is no such account." : "Two people have an account of this name: nobody's visits are shown.",
        {}};
}

// The data directory could not be made when something was to be recorded.
class CannotOpen : public std::runtime_error {
public:
    explicit CannotOpen(Failure failure) : std::runtime_error(failure.detail), failure_(std::move(failure)) {}
    [[nodiscard]] const Failure& failure() const { return failure_; }

private:
    Failure failure_;
};

class EmbeddedOperations final : public Operations {
public:
    // `opened`: without a ledger where there is no data directory yet; the first that is recorded makes it then.
    EmbeddedOperations(EmbeddedOptions options, OpenedLedger opened)
        : options_(std::move(options)), opened_(std::move(opened)) {}

    Answer append(std::string_view events, EventFormat format,
                  const std::function<void(std::size_t)>& knownBefore) override {
        return guarded([&]() -> Answer {
            std::string lines;
            if (format == EventFormat::capnp) {
                if (auto problem = toLines(events, lines)) return failed(badInput(*problem));
            }
            const std::string_view text = format == EventFormat::capnp ? std::string_view(lines) : events;
            // Everything is read before anything is stored: one malformed line refuses them all.
            const auto* line = format == EventFormat::capnp ? "message" : "line";
            if (auto problem = findMalformedLine(text, line)) return failed(badInput(*problem));
            std::size_t number = 0;
            return object([&](JsonWriter& out) {
                out.Key("results");
                out.StartArray();
                forEachBatch(text, [&](std::vector<events::SentEvent> batch) {
                    for (const auto& outcome : writing().append(std::move(batch), sender())) {
                        const auto* recorded = std::get_if<ledger::Recorded>(&outcome);
                        ++number;
                        if (recorded != nullptr && !recorded->isNew && knownBefore) knownBefore(number);
                        writeOutcome(out, outcome);
                    }
                });
                out.EndArray();
            });
        });
    }

    Answer import(const ImportRequest& request, const std::function<void(const ImportProgress&)>& progress) override {
        return guarded([&] {
            const ImportTarget target{found(), [this]() -> ledger::Business& { return writing(); }};
            return runImport(target, request, sender(), progress);
        });
    }

    Done imports(const LineSink& sink) override {
        return reading([&](ledger::Business& business) -> Done {
            listImports(business, sink);
            return std::monostate();
        });
    }

    Answer customer(const RecordName& record, const AsOf& asOf) override {
        return existing(record, asOf,
                        [&](const ledger::Reading& reading) { return projections::fileOf(reading, record); });
    }

    Done customers(const CustomersRequest& request, const LineSink& sink) override {
        return reading([&](ledger::Business& business) -> Done {
            if (request.origin && !ledger::parseOrigin(*request.origin)) {
                return failed(badInput("An origin is import, onlineRegistration or staff."));
            }
            projections::StoredViews views(business);
            views.catchUp();
            views.each([&](std::string_view file) {
                const auto summary = summaryOf(file, request);
                return !summary || sink(*summary);
            });
            return std::monostate();
        });
    }

    Answer history(const RecordName& record, const AsOf& asOf) override {
        return existing(record, asOf, [&](const ledger::Reading& reading) {
            return projections::historyOf(reading, reading.customer(record));
        });
    }

    Answer account(const events::SourceName& source, std::string_view username) override {
        return reading([&](ledger::Business& business) -> Answer {
            const auto now = business.now();
            const auto owner = projections::accountOwner(now, source, username);
            if (!owner) return failed(noAccount(owner.error()));
            return projections::accountHistoryOf(now, *owner);
        });
    }

    Done search(std::string_view text, const LineSink& sink) override {
        return reading([&](ledger::Business& business) -> Done {
            projections::StoredViews views(business);
            views.catchUp();
            views.search(text, [&](std::string_view file) { return sink(*summaryOf(file, {})); });
            return std::monostate();
        });
    }

    Answer consents(const RecordName& record, const std::optional<ConsentQuery>& query) override {
        return existing(record, {}, [&](const ledger::Reading& reading) {
            const auto customer = reading.customer(record);
            const auto now = ledger::Ledger::systemClock()();
            if (!query) return projections::consentsOf(customer, now);
            return projections::contactAnswer(customer, query->purpose, query->channel, query->address, now);
        });
    }

    Answer link(const LinkRequest& request) override {
        if (!request.comment.empty() && events::saysNothing(request.comment)) return failed(blank("--comment"));
        const ledger::Link command{request.a, request.b, request.comment};
        if (request.mode == Mode::commit) return decided(command);
        return joinPreview(command);
    }

    Answer merge(const MergeRequest& request) override {
        if (events::saysNothing(request.comment)) return failed(blank("--comment"));
        const ledger::Merge command{request.from, request.into, request.take, request.comment,
                                    request.mailCredentials == MailCredentials::yes};
        if (request.mode == Mode::commit) return decided(command);
        return joinPreview(command);
    }

    Answer undo(const UndoRequest& request) override {
        const ledger::Undoing command{request.join, request.reason, request.assign,
                                      request.dependents == Dependents::undoToo,
                                      request.rejoining == Rejoining::rejoinable};
        if (request.mode == Mode::dryRun) {
            return reading([&](ledger::Business& business) { return previewOf(business, command); });
        }
        if (events::saysNothing(request.reason)) return failed(blank("--reason"));
        return decided(command);
    }

    Done pending(const std::optional<RecordName>& record, const LineSink& sink) override {
        return reading([&](ledger::Business& business) -> Done {
            if (record) {
                const auto now = business.now();
                if (!now.record(*record)->exists()) return failed(notFound());
                listPending(projections::fileOf(now, *record), sink);
                return std::monostate();
            }
            projections::StoredViews views(business);
            views.catchUp();
            views.each([&](std::string_view file) { return listPending(file, sink); });
            return std::monostate();
        });
    }

    Answer resolve(const RecordName& record, const std::vector<Position>& take,
                   const std::vector<Position>& dismiss) override {
        return guarded([&]() -> Answer {
            ledger::Business* business = found();
            if (business == nullptr) return failed(unknownBusiness());
            return outcomeOf(business->decide(record, ledger::ResolveChanges{take, dismiss}, admin()));
        });
    }

    Answer distinct(const RecordName& a, const RecordName& b, DistinctMark mark) override {
        if (mark == DistinctMark::set) return decided(ledger::MarkDistinct{a, b});
        return decided(ledger::ClearDistinct{a, b});
    }

    Answer erase(const EraseRequest& request) override {
        if (events::saysNothing(request.reason)) return failed(blank("--reason"));
        const auto joined = request.joined == JoinedRecords::refuse ? ledger::Erase::Joined::refuse
                                                                    : ledger::Erase::Joined::leaveAsTheyAre;
        return reading([&](ledger::Business& business) -> Answer {
            const auto outcome = business.decide(ledger::Erase{request.records, request.reason, joined}, admin());
            if (!outcome) return failed(failureOf(outcome.error()));
            const auto living = ledger::livingSuccessors(business.facts(), request.records);
            const std::vector<RecordName> successors(living.begin(), living.end());
            return object([&](JsonWriter& out) {
                writeMember(out, "position", outcome->position);
                if (!successors.empty()) writeMember(out, "successors", successors);
            });
        });
    }

    Answer eraseReceipts(const EraseReceiptsRequest& request) override {
        if (events::saysNothing(request.reason)) return failed(blank("--reason"));
        return decided(ledger::EraseReceipts{request.year, request.reason});
    }

    Answer exportData(const ExportRequest& request, const ArchiveKeeper& keep) override {
        return reading([&](ledger::Business& business) -> Answer {
            const bool isCopy = request.kind == ExportKind::copy;
            const auto now = business.now();
            const auto customer = now.customer(request.record);
            const ledger::Export command{request.record, ledger::exportedRecords(customer),
                                         isCopy ? "copy for the customer" : "evidence"};
            // What is refused is not made ready first.
            const auto decision = ledger::decide(ledger::ExportState{customer}, command);
            if (!decision) return failed(failureOf(decision.error()));
            const auto files = isCopy
                                   ? copyFiles(now, customer, options_.business.text(), ledger::Ledger::systemClock()())
                                   : evidenceFiles(business, now, customer);
            if (auto failure = keep(zipOf(files))) return failed(*failure);
            return outcomeOf(business.decide(command, admin()));
        });
    }

    Answer policy() override {
        return reading([&](ledger::Business& business) -> Answer {
            const auto facts = business.facts();
            return object([&](JsonWriter& out) {
                for (const auto rule : {events::Rule::INTO_ONLINE_RECORD, events::Rule::SOURCE_HAS_CORRESPONDENCE,
                                        events::Rule::SOURCE_HAS_CONTRACTS, events::Rule::AUTOMATIC_LINK}) {
                    writeMember(out, toText(rule), facts.policy.isOn(rule));
                }
            });
        });
    }

    Answer setPolicy(events::Rule rule, bool enabled) override {
        return guarded([&] { return outcomeOf(writing().decide(ledger::SetPolicy{rule, enabled}, admin())); });
    }

    Done protocol(const ProtocolRequest& request, const LineSink& sink) override {
        return reading([&](ledger::Business& business) -> Done {
            if (request.type && !events::isEventType(*request.type)) {
                return failed(badInput("There is no type of event with this name."));
            }
            const auto now = business.now();
            if (request.customer && !now.record(*request.customer)->exists()) return failed(notFound());
            projections::Protocol entries(now);
            eachEvent(business, now, request.customer, {}, {}, [&](const events::Event& event) {
                if (request.from && event.recordedTime < *request.from) return true;
                if (request.to && event.recordedTime > *request.to) return true;
                if (request.type && typeName(event.data) != *request.type) return true;
                return sink(entries.entry(event));
            });
            return std::monostate();
        });
    }

    Done replay(const ReplayRequest& request, const LineSink& sink) override {
        return reading([&](ledger::Business& business) -> Done {
            const auto now = business.now();
            if (request.customer && !now.record(*request.customer)->exists()) return failed(notFound());
            eachEvent(business, now, request.customer, request.from, request.to, [&](const events::Event& event) {
                rapidjson::StringBuffer buffer;
                JsonWriter out(buffer);
                events::writeCloudEvent(out, event);
                return sink({buffer.GetString(), buffer.GetSize()});
            });
            return std::monostate();
        });
    }

    Answer verify(const std::string& against,
                  const std::function<void(std::uint64_t done, std::uint64_t all)>& progress) override {
        return reading([&](ledger::Business& business) { return verifyLog(business, against, progress); });
    }
    Answer receipt(events::Position position) override {
        return reading([&](ledger::Business& business) { return receiptFor(business, position); });
    }
    Answer publish(const std::string& directory) override {
        if (const auto failure = unfitPlace("The directory", directory, options_.data)) return failed(*failure);
        return reading([&](ledger::Business& business) { return publishLogFiles(business, directory); });
    }
    Answer logKey() override {
        return reading([](ledger::Business& business) { return tools::logKey(business); });
    }

    Answer beginIncarnation() override {
        return reading(
            [&](ledger::Business& business) { return tools::beginIncarnation(business, options_.business, admin()); });
    }
    Answer logStatus() override {
        return reading([](ledger::Business& business) { return tools::logStatus(business); });
    }
    Answer backup(const BackupRequest& request) override {
        return guarded([&] { return backUpTo(ledger().directory(), request); });
    }

    Answer rotateKey(const std::string& newKeyFile) override {
        return guarded([&] { return rotateMasterKey(ledger(), opened_.keyFile, newKeyFile); });
    }

    Answer rebuild(Rebuild what, const std::function<void(std::uint64_t done, std::uint64_t all)>& progress) override {
        return reading([&](ledger::Business& business) -> Answer {
            projections::StoredViews views(business);
            const auto switching =
                what == Rebuild::replace ? projections::Switching::useNew : projections::Switching::keepOld;
            const auto result = views.rebuild(switching, progress);
            if (what == Rebuild::verify && !result.matches()) {
                return failed(Failure{Failure::Kind::storage,
                                      "projection_mismatch",
                                      "The stored customer files differ from what the log says: run kartei rebuild.",
                                      {}});
            }
            return object([&](JsonWriter& out) {
                writeMember(out, "events", result.rebuilt.position);
                writeMember(out, "customers", result.counted.customers);
                writeMember(out, "digest", projections::toHex(result.rebuilt.digest));
                writeMember(out, "verified", result.matches());
            });
        });
    }

private:
    // Answers with what went wrong instead of throwing.
    template <class Work>
    auto guarded(Work&& work) -> decltype(work()) {
        try {
            return work();
        } catch (const ledger::Failure& failure) {
            const bool isOfBackup = opened_.ledger && opened_.ledger->directory().isBackup();
            return failed(failureOf(isOfBackup ? failureOfBackup(failure) : failure));
        } catch (const CannotOpen& problem) {
            return failed(problem.failure());
        } catch (const std::bad_alloc&) {
            return failed(Failure{Failure::Kind::storage, "storage", "There is not enough memory.", {}});
        }
    }

    // Reads must name a business that is there.
    template <class Work>
    auto reading(Work&& work) -> decltype(work(std::declval<ledger::Business&>())) {
        return guarded([&]() -> decltype(work(std::declval<ledger::Business&>())) {
            ledger::Business* business = found();
            if (business == nullptr) return failed(unknownBusiness());
            return work(*business);
        });
    }

    // Reads of one customer, at some point of the log.
    template <class Work>
    Answer existing(const RecordName& record, const AsOf& asOf, Work&& work) {
        return reading([&](ledger::Business& business) -> Answer {
            Position position = business.head();
            if (const auto* wanted = std::get_if<Position>(&asOf)) {
                if (*wanted > position) {
                    return failed(badInput("The log ends at position " + std::to_string(position.value()) + "."));
                }
                position = *wanted;
            } else if (const auto* time = std::get_if<events::Time>(&asOf)) {
                position = business.positionAt(*time);
            }
            const auto then = business.now().at(position);
            if (!then.record(record)->exists()) return failed(notFound());
            return work(then);
        });
    }

    template <class Take>
    static void eachEvent(const ledger::Business& business, const ledger::Reading& now,
                          const std::optional<RecordName>& customer, const std::optional<Position>& from,
                          const std::optional<Position>& to, const Take& take) {
        const Position first = from.value_or(Position(1));
        const Position last = std::min(to.value_or(now.upTo()), now.upTo());
        if (!customer) return business.scan(first, last, take);
        for (const auto& event : now.eventsOf(now.customer(*customer))) {
            if (event->position < first || event->position > last) continue;
            if (!take(*event)) return;
        }
    }

    template <class Command>
    Answer decided(const Command& command) {
        return guarded([&] {
            // A decision is about records, so it makes no business that is not there.
            ledger::Business* business = found();
            if (business == nullptr) return Answer(failed(unknownBusiness()));
            return outcomeOf(business->decide(command, admin()));
        });
    }

    template <class Command>
    Answer joinPreview(const Command& command) {
        return reading([&](ledger::Business& business) { return previewOf(business, command, options_.actor); });
    }

    // Null where there is none.
    ledger::Business* found() const { return opened_.ledger ? opened_.ledger->find(options_.business) : nullptr; }
    // Makes what is not there yet, the data directory and its key too: nothing that may be refused comes after it.
    ledger::Business& writing() {
        if (!opened_.ledger) {
            auto made = openLedger(options_, ledger::Opening::create);
            if (!made) throw CannotOpen(made.error());
            opened_ = std::move(*made);
        }
        return opened_.ledger->findOrCreate(options_.business);
    }
    ledger::Ledger& ledger() const {
        if (!opened_.ledger) throw ledger::noDataDirectory();
        return *opened_.ledger;
    }
    ledger::Caller sender() const { return {options_.actor, events::Role::ADAPTER}; }
    ledger::Caller admin() const { return {options_.actor, events::Role::ADMIN}; }
    static Failure unknownBusiness() {
        return {Failure::Kind::badInput,
                "unknown_business",
                "There is no business of this name here; the first write makes it.",
                {}};
    }

    EmbeddedOptions options_;
    OpenedLedger opened_;
};

}  // namespace

Result<std::unique_ptr<Operations>, Failure> openEmbedded(const EmbeddedOptions& given) {
    auto options = given;
    if (options.data.empty()) return failed(badInput("--data must name a directory."));
    if (options.anchor.empty()) options.anchor = stateDirectory();
    if (isWithin(options.anchor, options.data)) {
        return failed(
            badInput("The anchor must be outside of the data directory: a backup of the one must not bring "
                     "back the other."));
    }
    if (const auto failure = unfitPlace("The anchor", options.anchor, options.data)) return failed(*failure);
    const bool mayMake = options.opening == ledger::Opening::create;
    try {
        auto opened = openLedger(options, mayMake ? ledger::Opening::existing : options.opening);
        if (!opened) return failed(opened.error());
        return std::make_unique<EmbeddedOperations>(std::move(options), std::move(*opened));
    } catch (const ledger::Failure& failure) {
        if (failure.kind() != ledger::Failure::Kind::missing || !mayMake) return failed(failureOf(failure));
    }
    return std::make_unique<EmbeddedOperations>(std::move(options), OpenedLedger());
}

}  // namespace kartei::tools
