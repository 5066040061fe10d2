#include "tools/remote/remote_operations.hpp"

#include <utility>

#include "events/json.hpp"
#include "tools/kartei/answers.hpp"
#include "tools/kartei/verbs/arguments.hpp"
#include "tools/remote/exchange.hpp"
#include "tools/remote/followed_import.hpp"

namespace kartei::tools::remote {

namespace {

using events::JsonWriter;
using events::Position;
using events::RecordName;
using events::toText;
using events::writeMember;

// {"position":57,"record":"comcash/4711"}
void writeAssigned(JsonWriter& out, const UndoRequest& request) {
    if (request.assign.empty()) return;
    out.Key("assign");
    out.StartArray();
    for (const auto& [position, record] : request.assign) {
        out.StartObject();
        writeMember(out, "position", position);
        writeMember(out, "record", record);
        out.EndObject();
    }
    out.EndArray();
}

// Sends the numbers of events that had been recorded already to `knownBefore`; what is left is the answer.
Answer withoutRepeated(const std::string& body, const std::function<void(std::size_t number)>& knownBefore) {
    rapidjson::Document document;
    document.Parse(body.data(), body.size());
    if (!document["repeated"].IsArray()) return failed(notOfKartei());
    for (const auto& number : document["repeated"].GetArray()) {
        if (number.IsUint64()) knownBefore(number.GetUint64());
    }
    document.RemoveMember("repeated");
    return jsonOf(document);
}

class RemoteOperations final : public Operations {
public:
    explicit RemoteOperations(const RemoteOptions& options)
        : client_(options.server, options.token, options.certificates),
          exchange_(client_, "/v1/" + options.business.text()),
          onBehalfOf_(options.onBehalfOf) {}

    Answer append(std::string_view events, EventFormat format,
                  const std::function<void(std::size_t)>& knownBefore) override {
        Path path("/events");
        if (knownBefore) path.parameter("repeated", "true");
        HttpRequest request{"POST", path.text()};
        request.body = events;
        const auto* type = format == EventFormat::json ? "application/x-ndjson" : "application/x-capnp";
        request.headers.emplace_back("Content-Type", type);
        if (!knownBefore) return exchange_.object(std::move(request), {"results"});
        const auto answer = exchange_.object(std::move(request), {"results", "repeated"});
        return answer ? withoutRepeated(*answer, knownBefore) : answer;
    }
    Answer import(ImportRequest request, const ImportWatcher& watcher) override {
        return followedImport(exchange_, request, watcher);
    }
    Done imports(const AsOf& asOf, const LineSink& sink) override {
        return exchange_.list(at(Path("/imports"), asOf), "imports", sink);
    }

    Answer customer(const RecordName& record, const AsOf& asOf) override {
        return exchange_.get(at(customerPath(record), asOf), {"customer"});
    }
    Done customers(const CustomersRequest& request, const AsOf& asOf, const LineSink& sink) override {
        Path path("/customers");
        if (request.origin) path.parameter("origin", *request.origin);
        if (request.joined != CustomersRequest::Joined::either) {
            path.parameter("joined", request.joined == CustomersRequest::Joined::joined ? "true" : "false");
        }
        return exchange_.pages(at(path, asOf), "customers", sink);
    }
    Answer history(const RecordName& record, const AsOf& asOf) override {
        return exchange_.get(at(customerPath(record, "/history"), asOf), {"visits"});
    }
    Answer account(const events::SourceName& source, std::string_view username, const AsOf& asOf) override {
        const Path account(Path("/accounts").segment(source.text()).segment(username).text() + "/history");
        return exchange_.get(at(account, asOf), {"visits"});
    }
    Done search(const SearchRequest& request, const AsOf& asOf, const LineSink& sink) override {
        return exchange_.pages(at(Path("/search").parameter("q", request.text), asOf), "customers", sink);
    }
    Answer consents(const RecordName& record, const std::optional<ConsentQuery>& query, const AsOf& asOf) override {
        auto path = customerPath(record, "/consents");
        if (query) {
            path.parameter("purpose", toText(query->purpose)).parameter("channel", toText(query->channel));
            if (query->address) path.parameter("address", *query->address);
        }
        return exchange_.get(at(path, asOf), {});
    }

    Answer link(const LinkRequest& request) override {
        return decided("POST", inMode("/links", request.mode), [&](JsonWriter& out) {
            writeMember(out, "a", request.a);
            writeMember(out, "b", request.b);
            if (!request.comment.empty()) writeMember(out, "comment", request.comment);
        });
    }
    Answer merge(const MergeRequest& request) override {
        return decided("POST", inMode("/merges", request.mode), [&](JsonWriter& out) {
            writeMember(out, "from", request.from);
            writeMember(out, "into", request.into);
            writeMember(out, "take", request.take);
            writeMember(out, "comment", request.comment);
            writeMember(out, "mailCredentials", request.mailCredentials == MailCredentials::yes);
        });
    }
    Answer undo(const UndoRequest& request) override {
        const auto join = "/joins/" + std::to_string(request.join.value()) + "/undo";
        return decided("POST", inMode(join, request.mode), [&](JsonWriter& out) {
            if (!request.reason.empty()) writeMember(out, "reason", request.reason);
            writeAssigned(out, request);
            writeMember(out, "withDependents", request.dependents == Dependents::undoToo);
            writeMember(out, "rejoinable", request.rejoining == Rejoining::rejoinable);
        });
    }
    Done pending(const PendingRequest& request, const AsOf& asOf, const LineSink& sink) override {
        if (!request.record) return exchange_.pages(at(Path("/pending"), asOf), "pending", sink);
        return exchange_.list(at(customerPath(*request.record, "/pending"), asOf), "pending", sink);
    }
    Answer resolve(const RecordName& record, const std::vector<Position>& take,
                   const std::vector<Position>& dismiss) override {
        return decided("POST", customerPath(record, "/pending"), [&](JsonWriter& out) {
            writeMember(out, "take", take);
            writeMember(out, "dismiss", dismiss);
        });
    }
    Answer distinct(const RecordName& a, const RecordName& b, DistinctMark mark) override {
        return decided(mark == DistinctMark::set ? "POST" : "DELETE", Path("/distinct"), [&](JsonWriter& out) {
            writeMember(out, "a", a);
            writeMember(out, "b", b);
        });
    }
    Done distinctPairs(const AsOf& asOf, const LineSink& sink) override {
        return exchange_.list(at(Path("/distinct"), asOf), "distinct", sink);
    }
    Answer join(Position position, const AsOf& asOf) override {
        return exchange_.get(at(Path("/joins/" + std::to_string(position.value())), asOf), {"position", "kind"});
    }

    Answer erase(const EraseRequest& request) override {
        return decided("POST", customerPath(request.records.front(), "/erase"), [&](JsonWriter& out) {
            writeMember(out, "reason", request.reason);
            writeMember(out, "records", request.records);
            writeMember(out, "only", request.joined == JoinedRecords::leaveAsTheyAre);
        });
    }
    Answer eraseReceipts(const EraseReceiptsRequest& request) override {
        return decided("POST", Path("/receipts/erase"), [&](JsonWriter& out) {
            writeMember(out, "year", std::uint64_t{request.year});
            writeMember(out, "reason", request.reason);
        });
    }
    Answer exportData(const ExportRequest& request, const ArchiveKeeper& keep) override {
        auto path = customerPath(request.record, "/export");
        if (request.kind == ExportKind::evidence) path.parameter("evidence", "true");
        const auto response = exchange_.perform({"GET", path.text()}, "application/zip");
        if (!response) return failed(response.error());
        const auto said = response->headers.find("kartei-export-position");
        const auto position = said == response->headers.end() ? std::nullopt : parsePosition(said->second);
        if (!position) return failed(notOfKartei());
        if (auto failure = keep(response->body)) return failed(*failure);
        return object([&](JsonWriter& out) { writeMember(out, "position", *position); });
    }

    Answer policy(const AsOf& asOf) override { return exchange_.get(at(Path("/policy"), asOf), {"automatic_link"}); }
    Answer setPolicy(events::Rule rule, bool enabled) override {
        return decided("PUT", Path("/policy"), [&](JsonWriter& out) {
            writeMember(out, "rule", toText(rule));
            writeMember(out, "enabled", enabled);
        });
    }

    Done tokens(const LineSink& sink) override { return exchange_.list(Path("/tokens"), "tokens", sink); }
    Answer makeToken(const TokenRequest& request) override {
        return exchange_.send("POST", Path("/tokens"), object([&](JsonWriter& out) {
                                  writeMember(out, "name", request.name);
                                  writeMember(out, "role", request.role);
                                  writeMember(out, "source", request.source);
                              }),
                              {"token"});
    }
    Answer revokeToken(const std::string& name) override {
        return exchange_.send("DELETE", Path("/tokens").segment(name), {}, {"revoked"});
    }

    Done protocol(const ProtocolRequest& request, const AsOf& asOf, const LineSink& sink) override {
        auto path = request.customer ? customerPath(*request.customer, "/protocol") : Path("/protocol");
        if (request.from) path.parameter("from", toText(*request.from));
        if (request.to) path.parameter("to", toText(*request.to));
        if (request.type) path.parameter("type", *request.type);
        return exchange_.pages(at(path, asOf), "entries", sink);
    }
    Done replay(const ReplayRequest& request, const AsOf& asOf, const LineSink& sink) override {
        Path path("/events");
        if (request.from) path.parameter("from", std::to_string(request.from->value()));
        if (request.to) path.parameter("to", std::to_string(request.to->value()));
        if (request.customer) path.parameter("customer", request.customer->text());
        return exchange_.pages(at(path, asOf), "events", sink);
    }

    Answer verify(const std::string& against, const std::function<void(std::uint64_t, std::uint64_t)>&) override {
        HttpRequest request{"POST", "/verify"};
        request.body = against;
        request.headers.emplace_back("Content-Type", "text/plain");
        return exchange_.object(std::move(request), {"entries"});
    }
    Answer receipt(Position position) override {
        return exchange_.get(Path("/log/receipts/" + std::to_string(position.value())), {"receipt"});
    }
    Answer publish(const std::string&) override { return failed(onlyEmbedded()); }
    Answer logKey() override {
        auto status = exchange_.get(Path("/log"), {"key"});
        if (!status) return status;
        rapidjson::Document document;
        document.Parse(status->data(), status->size());
        if (!document["key"].IsString()) return failed(notOfKartei());
        return object([&](JsonWriter& out) { writeMember(out, "key", document["key"].GetString()); });
    }
    Answer beginIncarnation() override { return failed(onlyEmbedded()); }
    Answer logStatus() override { return exchange_.get(Path("/log"), {"key"}); }
    Answer backup(const BackupRequest& request) override {
        if (!request.directory.empty()) {
            return failed(badInput("The server knows where its backups go (serve --backups): leave DIR out."));
        }
        Path path("/backup");
        if (request.keep) path.parameter("keep", std::to_string(*request.keep));
        return exchange_.send("POST", path, {}, {"number"});
    }
    Answer rotateKey(const std::string&) override { return failed(onlyEmbedded()); }
    Answer rebuild(Rebuild what, const std::function<void(std::uint64_t, std::uint64_t)>&) override {
        return exchange_.send("POST", Path(what == Rebuild::verify ? "/rebuild?verify=true" : "/rebuild"), {},
                              {"verified"});
    }

private:
    static Failure onlyEmbedded() {
        return {Failure::Kind::badInput,
                "only_embedded",
                "This is done where the data directory is, without --server.",
                {}};
    }
    static Path customerPath(const RecordName& record, const std::string& what = "") {
        return Path(Path("/customers").record(record).text() + what);
    }
    static Path at(Path path, const AsOf& asOf) {
        if (const auto* position = std::get_if<Position>(&asOf))
            path.parameter("at", std::to_string(position->value()));
        if (const auto* time = std::get_if<events::Time>(&asOf)) path.parameter("at", toText(*time));
        return path;
    }
    static Path inMode(const std::string& path, Mode mode) {
        return Path(mode == Mode::dryRun ? path + "?dryRun=true" : path);
    }

    template <class Write>
    Answer decided(const std::string& method, const Path& path, const Write& write) {
        const auto body = object([&](JsonWriter& out) {
            write(out);
            if (!onBehalfOf_.empty()) writeMember(out, "onBehalfOf", onBehalfOf_);
        });
        auto answer = exchange_.send(method, path, body, {});
        if (!answer) return answer;
        rapidjson::Document document;
        document.Parse(answer->data(), answer->size());
        for (const auto* outcome : {"position", "unchanged", "dryRun"}) {
            if (document.HasMember(outcome)) return answer;
        }
        return failed(notOfKartei());
    }

    HttpClient client_;
    Exchange exchange_;
    std::string onBehalfOf_;
};

}  // namespace

Result<std::unique_ptr<Operations>, Failure> openRemote(const RemoteOptions& options) {
    const bool isUrl = options.server.starts_with("http://") || options.server.starts_with("https://");
    if (!isUrl || options.server.find_first_of(" ?#") != std::string::npos) {
        return failed(badInput("--server must be an address such as https://kartei.example:8080."));
    }
    auto named = options;
    while (named.server.ends_with('/')) named.server.pop_back();
    return std::make_unique<RemoteOperations>(named);
}

}  // namespace kartei::tools::remote
