#include "tools/kartei/ledger_operations.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "events/limits.hpp"
#include "events/normal_forms.hpp"
#include "ledger/failure.hpp"
#include "ledger/indexing.hpp"
#include "ledger/succession.hpp"
#include "projections/consent_view.hpp"
#include "projections/customer_file.hpp"
#include "projections/customer_list.hpp"
#include "projections/history.hpp"
#include "projections/protocol.hpp"
#include "projections/stored_views.hpp"
#include "tools/kartei/answers.hpp"
#include "tools/kartei/as_of.hpp"
#include "tools/kartei/embedded_backup.hpp"
#include "tools/kartei/embedded_evidence.hpp"
#include "tools/kartei/embedded_export.hpp"
#include "tools/kartei/embedded_import.hpp"
#include "tools/kartei/embedded_keys.hpp"
#include "tools/kartei/embedded_previews.hpp"
#include "tools/kartei/event_lines.hpp"
#include "tools/kartei/event_range.hpp"
#include "tools/kartei/import_list.hpp"
#include "tools/kartei/joins_and_marks.hpp"
#include "tools/kartei/summaries.hpp"
#include "tools/kartei/token_answers.hpp"

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

// Takes each file of a list, and tells the list's reader of it.
template <class Take>
projections::FileSink lookingAt(const LineSink& sink, const Take& take) {
    return [&sink, &take](std::string_view record, std::string_view file) {
        return (file.empty() || take(file)) && sink.lookedAt(record);
    };
}

class LedgerOperations final : public Operations {
public:
    LedgerOperations(std::shared_ptr<LedgerSource> source, Session session)
        : source_(std::move(source)), session_(std::move(session)) {}

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
            bool isAllOwn = true;
            const auto look = [&](const events::SentEvent& event) {
                isAllOwn = isAllOwn && (!session_.source || event.source == *session_.source);
            };
            if (auto problem = findMalformedLine(text, line, look)) return failed(badInput(*problem));
            if (!isAllOwn) return failed(foreignSource());
            std::size_t number = 0;
            return object([&](JsonWriter& out) {
                out.Key("results");
                out.StartArray();
                forEachBatch(text, [&](std::vector<events::SentEvent> batch) {
                    for (const auto& outcome : writing().append(std::move(batch), session_.sender)) {
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

    Answer import(ImportRequest request, const ImportWatcher& watcher) override {
        return guarded([&]() -> Answer {
            if (session_.source) {
                if (request.source && *request.source != *session_.source) return failed(foreignSource());
                request.source = session_.source;
            }
            const ImportTarget target{found(), [this]() -> ledger::Business& { return writing(); }};
            return runImport(target, std::move(request), session_.sender, watcher);
        });
    }

    Done imports(const AsOf& asOf, const LineSink& sink) override {
        return viewing(asOf, [&](ledger::Business& business, const ledger::View& view) -> Done {
            listImports(business, view, sink);
            return std::monostate();
        });
    }

    Answer customer(const RecordName& record, const AsOf& asOf) override { return existing(record, asOf, fileIn); }

    Done customers(const CustomersRequest& request, const AsOf& asOf, const LineSink& sink) override {
        return viewing(asOf, [&](ledger::Business& business, const ledger::View& view) -> Done {
            if (request.origin && !ledger::parseOrigin(*request.origin)) {
                return failed(badInput("An origin is import, onlineRegistration or staff."));
            }
            const auto take = [&](std::string_view file) {
                const auto summary = summaryOf(file, request);
                return !summary || sink(*summary);
            };
            projections::eachFile(business, view, lookingAt(sink, take), request.after);
            return std::monostate();
        });
    }

    Answer history(const RecordName& record, const AsOf& asOf) override {
        return existing(record, asOf, [](const ledger::View& view, const ledger::Customer& customer) {
            return projections::historyOf(view.then, customer);
        });
    }

    Answer account(const events::SourceName& source, std::string_view username, const AsOf& asOf) override {
        return viewing(asOf, [&](ledger::Business&, const ledger::View& view) -> Answer {
            const auto owner = projections::accountOwner(view, source, username);
            if (!owner) return failed(noAccount(owner.error()));
            return projections::accountHistoryOf(view, *owner);
        });
    }

    Done search(const SearchRequest& request, const AsOf& asOf, const LineSink& sink) override {
        return viewing(asOf, [&](ledger::Business& business, const ledger::View& view) -> Done {
            const auto take = [&](std::string_view file) { return sink(*summaryOf(file, {})); };
            projections::eachFileThatFits(business, view, request.text, lookingAt(sink, take), request.after);
            return std::monostate();
        });
    }

    Answer consents(const RecordName& record, const std::optional<ConsentQuery>& query, const AsOf& asOf) override {
        return existing(record, asOf, [&](const ledger::View& view, const ledger::Customer& customer) {
            if (!query) return projections::consentsOf(customer, view.moment);
            return projections::contactAnswer(customer, query->purpose, query->channel, query->address, view.moment);
        });
    }

    Answer link(const LinkRequest& request) override {
        if (!request.comment.empty() && events::saysNothing(request.comment)) return failed(blank("comment"));
        const ledger::Link command{request.a, request.b, request.comment};
        if (request.mode == Mode::commit) return decided(command);
        return joinPreview(command);
    }

    Answer merge(const MergeRequest& request) override {
        if (events::saysNothing(request.comment)) return failed(blank("comment"));
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
            return reading([&](ledger::Business& business) { return previewOf(business, command, session_.decider); });
        }
        if (events::saysNothing(request.reason)) return failed(blank("reason"));
        return decided(command);
    }

    Done pending(const PendingRequest& request, const AsOf& asOf, const LineSink& sink) override {
        return viewing(asOf, [&](ledger::Business& business, const ledger::View& view) -> Done {
            if (request.record) {
                if (!view.then.record(*request.record)->exists()) return failed(notFound());
                listPending(fileIn(view, view.customer(*request.record)), sink);
                return std::monostate();
            }
            const auto take = [&](std::string_view file) { return listPending(file, sink); };
            projections::eachFile(business, view, lookingAt(sink, take), request.after);
            return std::monostate();
        });
    }

    Answer resolve(const RecordName& record, const std::vector<Position>& take,
                   const std::vector<Position>& dismiss) override {
        return guarded([&]() -> Answer {
            ledger::Business* business = found();
            if (business == nullptr) return failed(unknownBusiness());
            return outcomeOf(business->decide(record, ledger::ResolveChanges{take, dismiss}, session_.decider));
        });
    }

    Answer distinct(const RecordName& a, const RecordName& b, DistinctMark mark) override {
        if (mark == DistinctMark::set) return decided(ledger::MarkDistinct{a, b});
        return decided(ledger::ClearDistinct{a, b});
    }

    Done distinctPairs(const AsOf& asOf, const LineSink& sink) override {
        return viewing(asOf, [&](ledger::Business&, const ledger::View& view) -> Done {
            listDistinct(view, sink);
            return std::monostate();
        });
    }
    Answer join(Position position, const AsOf& asOf) override {
        return viewing(asOf, [&](ledger::Business&, const ledger::View& view) { return joinAt(view, position); });
    }

    Done tokens(const LineSink& sink) override {
        return reading([&](ledger::Business& business) -> Done {
            listTokens(business.accessTokens(), sink);
            return std::monostate();
        });
    }
    Answer makeToken(const TokenRequest& request) override {
        return guarded([&]() -> Answer {
            const auto role = ledger::parseTokenRole(request.role);
            if (!role) return failed(badInput("A role is adapter, portal, desk, admin or auditor."));
            const ledger::AccessToken token{request.name, *role, request.source, ledger::Ledger::systemClock()()};
            auto& business = writing();
            std::optional<ledger::TokenOrder> order;
            if (const auto& known = session_.decider.repeatable)
                order = {business.tokens().eventId("", known->key), business.tokens().content({known->request})};
            return newToken(business.accessTokens(), token, order);
        });
    }
    Answer revokeToken(const std::string& name) override {
        return reading([&](ledger::Business& business) { return tools::revoked(business, name); });
    }

    Answer erase(const EraseRequest& request) override {
        if (events::saysNothing(request.reason)) return failed(blank("reason"));
        const auto joined = request.joined == JoinedRecords::refuse ? ledger::Erase::Joined::refuse
                                                                    : ledger::Erase::Joined::leaveAsTheyAre;
        return reading([&](ledger::Business& business) -> Answer {
            const auto outcome =
                business.decide(ledger::Erase{request.records, request.reason, joined}, session_.decider);
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
        if (events::saysNothing(request.reason)) return failed(blank("reason"));
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
                                   ? copyFiles(now, customer, session_.business.text(), ledger::Ledger::systemClock()())
                                   : evidenceFiles(business, now, customer);
            if (auto failure = keep(zipOf(files))) return failed(*failure);
            return outcomeOf(business.decide(command, session_.decider));
        });
    }

    Answer policy(const AsOf& asOf) override {
        return viewing(asOf, [&](ledger::Business& business, const ledger::View& view) -> Answer {
            const auto facts = ledger::factsIn(business, view);
            return object([&](JsonWriter& out) {
                for (const auto rule : {events::Rule::INTO_ONLINE_RECORD, events::Rule::SOURCE_HAS_CORRESPONDENCE,
                                        events::Rule::SOURCE_HAS_CONTRACTS, events::Rule::AUTOMATIC_LINK}) {
                    writeMember(out, toText(rule), facts.policy.isOn(rule));
                }
            });
        });
    }

    Answer setPolicy(events::Rule rule, bool enabled) override {
        return guarded([&] { return outcomeOf(writing().decide(ledger::SetPolicy{rule, enabled}, session_.decider)); });
    }

    Done protocol(const ProtocolRequest& request, const AsOf& asOf, const LineSink& sink) override {
        return viewing(asOf, [&](ledger::Business& business, const ledger::View& view) -> Done {
            if (request.type && !events::isEventType(*request.type)) {
                return failed(badInput("There is no type of event with this name."));
            }
            if (request.customer && !view.then.record(*request.customer)->exists()) return failed(notFound());
            projections::Protocol entries(view.then);
            const auto take = [&](const events::Event& event) {
                const bool isWanted = !(request.from && event.recordedTime < *request.from) &&
                                      !(request.to && event.recordedTime > *request.to) &&
                                      !(request.type && typeName(event.data) != *request.type);
                return (!isWanted || sink(entries.entry(event))) &&
                       sink.lookedAt(std::to_string(event.position.value()));
            };
            eachEvent(business, view, request.customer, request.after.next(), Position::latest(), take);
            return std::monostate();
        });
    }

    Done replay(const ReplayRequest& request, const AsOf& asOf, const LineSink& sink) override {
        return viewing(asOf, [&](ledger::Business& business, const ledger::View& view) -> Done {
            if (request.customer && !view.then.record(*request.customer)->exists()) return failed(notFound());
            const auto take = [&](const events::Event& event) { return sink(cloudEventOf(event)); };
            eachEvent(business, view, request.customer, request.from.value_or(Position(1)),
                      request.to.value_or(Position::latest()), take);
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
        if (const auto failure = unfitPlace("The directory", directory, source_->path())) return failed(*failure);
        return reading([&](ledger::Business& business) { return publishLogFiles(business, directory); });
    }
    Answer logKey() override {
        return reading([](ledger::Business& business) { return tools::logKey(business); });
    }

    Answer beginIncarnation() override {
        return reading([&](ledger::Business& business) {
            return tools::beginIncarnation(business, session_.business, session_.decider);
        });
    }
    Answer logStatus() override {
        return reading([](ledger::Business& business) { return tools::logStatus(business); });
    }
    Answer backup(const BackupRequest& request) override {
        return guarded([&] { return backUpTo(ledger().directory(), request); });
    }

    Answer rotateKey(const std::string& newKeyFile) override {
        return guarded([&] { return rotateMasterKey(ledger(), source_->keyFile(), newKeyFile); });
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
                                      "The stored customer files differ from what the log says: rebuild them.",
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
            const auto* ledger = source_->opened();
            const bool isOfBackup = ledger != nullptr && ledger->directory().isBackup();
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

    // The same as of some point of the log.
    template <class Work>
    auto viewing(const AsOf& asOf, Work&& work)
        -> decltype(work(std::declval<ledger::Business&>(), std::declval<const ledger::View&>())) {
        using Outcome = decltype(work(std::declval<ledger::Business&>(), std::declval<const ledger::View&>()));
        return reading([&](ledger::Business& business) -> Outcome {
            const auto view = viewOf(business, asOf, session_.pastJoins);
            if (!view) return failed(view.error());
            return work(business, *view);
        });
    }

    // Of one customer.
    template <class Work>
    Answer existing(const RecordName& record, const AsOf& asOf, Work&& work) {
        return viewing(asOf, [&](ledger::Business&, const ledger::View& view) -> Answer {
            if (!view.then.record(record)->exists()) return failed(notFound());
            return work(view, view.customer(record));
        });
    }

    static std::string fileIn(const ledger::View& view, const ledger::Customer& customer) {
        return projections::fileOf(customer, view.then.lastPosition(customer));
    }

    template <class Command>
    Answer decided(const Command& command) {
        return guarded([&] {
            // A decision is about records, so it makes no business that is not there.
            ledger::Business* business = found();
            if (business == nullptr) return Answer(failed(unknownBusiness()));
            return outcomeOf(business->decide(command, session_.decider));
        });
    }

    template <class Command>
    Answer joinPreview(const Command& command) {
        return reading([&](ledger::Business& business) { return previewOf(business, command, session_.decider); });
    }

    // Null where there is none.
    [[nodiscard]] ledger::Business* found() const {
        auto* ledger = source_->opened();
        return ledger == nullptr ? nullptr : ledger->find(session_.business);
    }
    // Makes what is not there yet: nothing that may be refused comes after it.
    ledger::Business& writing() { return source_->made().findOrCreate(session_.business); }
    [[nodiscard]] ledger::Ledger& ledger() const {
        auto* opened = source_->opened();
        if (opened == nullptr) throw ledger::noDataDirectory();
        return *opened;
    }

    std::shared_ptr<LedgerSource> source_;
    Session session_;
};

}  // namespace

std::unique_ptr<Operations> operationsOn(std::shared_ptr<LedgerSource> source, Session session) {
    return std::make_unique<LedgerOperations>(std::move(source), std::move(session));
}

}  // namespace kartei::tools
