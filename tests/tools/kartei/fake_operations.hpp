#pragma once
// A Kartei that knows nothing: it writes down what it was asked, and gives the answers it was told to give.

#include <sstream>
#include <string>
#include <vector>

#include "tools/kartei/operations.hpp"

namespace kartei::tools {

// What was asked and what is answered; lives longer than the Operations that the command line opens and closes.
struct Script {
    std::string asked;                  // "customer comcash/1 @5"
    Answer answer = std::string("{}");  // for everything that has one answer
    std::string archive;                // what an export gives
    std::vector<std::string> list;      // for everything that is a list
    std::optional<Failure> listFailure;
};

class FakeOperations : public Operations {
public:
    explicit FakeOperations(Script& script) : script_(script) {}

    Answer append(std::string_view events, EventFormat format, const std::function<void(std::size_t)>&) override {
        return asked("append", events, format == EventFormat::capnp ? "capnp" : "json");
    }
    Answer import(ImportRequest request, const ImportWatcher&) override {
        const auto& file = request.input.front();
        return asked("import", request.adapter, file.name, file.bytes, request.source ? request.source->text() : "-",
                     request.declaredBy, request.declaration, request.mapping.value_or("-"));
    }
    Done imports(const AsOf& asOf, const LineSink& sink) override { return listed(sink, "imports", text(asOf)); }

    Answer customer(const events::RecordName& record, const AsOf& asOf) override {
        return asked("customer", record.text(), text(asOf));
    }
    Done customers(const CustomersRequest& request, const AsOf& asOf, const LineSink& sink) override {
        return listed(sink, "customers", request.origin.value_or("-"), static_cast<int>(request.joined), text(asOf));
    }
    Answer history(const events::RecordName& record, const AsOf& asOf) override {
        return asked("history", record.text(), text(asOf));
    }
    Answer account(const events::SourceName& source, std::string_view username, const AsOf& asOf) override {
        return asked("account", source.text(), username, text(asOf));
    }
    Done search(const SearchRequest& request, const AsOf& asOf, const LineSink& sink) override {
        return listed(sink, "search", request.text, text(asOf));
    }
    Answer consents(const events::RecordName& record, const std::optional<ConsentQuery>& query,
                    const AsOf& asOf) override {
        if (!query) return asked("consents", record.text(), text(asOf));
        return asked("consents", record.text(), events::toText(query->purpose), events::toText(query->channel),
                     query->address.value_or("-"), text(asOf));
    }

    Answer link(const LinkRequest& request) override {
        return asked("link", request.a.text(), request.b.text(), request.comment, text(request.mode));
    }
    Answer merge(const MergeRequest& request) override {
        std::string take;
        for (const auto field : request.take) take.append(events::toText(field)).append("+");
        return asked("merge", request.from.text(), request.into.text(), take, request.comment,
                     request.mailCredentials == MailCredentials::yes ? "mail" : "-", text(request.mode));
    }
    Answer undo(const UndoRequest& request) override {
        std::string assign;
        for (const auto& [position, record] : request.assign)
            assign += std::to_string(position.value()) + "=" + record.text() + "+";
        return asked("undo", request.join.value(), request.reason, assign,
                     request.dependents == Dependents::undoToo ? "dependents" : "-",
                     request.rejoining == Rejoining::rejoinable ? "rejoinable" : "-", text(request.mode));
    }
    Answer erase(const EraseRequest& request) override {
        std::string records;
        for (const auto& record : request.records) records += record.text() + "+";
        return asked("erase", records, request.reason, request.joined == JoinedRecords::refuse ? "-" : "only");
    }
    Answer eraseReceipts(const EraseReceiptsRequest& request) override {
        return asked("eraseReceipts", request.year, request.reason);
    }
    Answer exportData(const ExportRequest& request, const ArchiveKeeper& keep) override {
        if (const auto failure = keep(script_.archive)) return failed(*failure);
        return asked("export", request.record.text(), request.kind == ExportKind::evidence ? "evidence" : "copy");
    }
    Done pending(const PendingRequest& request, const AsOf& asOf, const LineSink& sink) override {
        return listed(sink, "pending", request.record ? request.record->text() : "-", text(asOf));
    }
    Answer resolve(const events::RecordName& record, const std::vector<events::Position>& take,
                   const std::vector<events::Position>& dismiss) override {
        return asked("resolve", record.text(), text(take), text(dismiss));
    }
    Done distinctPairs(const AsOf& asOf, const LineSink& sink) override {
        return listed(sink, "distinctPairs", text(asOf));
    }
    Answer join(events::Position position, const AsOf& asOf) override {
        return asked("join", std::to_string(position.value()), text(asOf));
    }
    Done tokens(const LineSink& sink) override { return listed(sink, "tokens"); }
    Answer makeToken(const TokenRequest& request) override { return asked("makeToken", request.name, request.role); }
    Answer revokeToken(const std::string& name) override { return asked("revokeToken", name); }
    Answer distinct(const events::RecordName& a, const events::RecordName& b, DistinctMark mark) override {
        return asked("distinct", a.text(), b.text(), mark == DistinctMark::clear ? "clear" : "set");
    }
    Answer policy(const AsOf& asOf) override { return asked("policy", text(asOf)); }
    Answer setPolicy(events::Rule rule, bool enabled) override {
        return asked("setPolicy", events::toText(rule), enabled ? "on" : "off");
    }

    Done protocol(const ProtocolRequest& request, const AsOf& asOf, const LineSink& sink) override {
        return listed(sink, "protocol", request.customer ? request.customer->text() : "-",
                      request.from ? events::toText(*request.from) : "-",
                      request.to ? events::toText(*request.to) : "-", request.type.value_or("-"), text(asOf));
    }
    Done replay(const ReplayRequest& request, const AsOf& asOf, const LineSink& sink) override {
        return listed(sink, "replay", request.from ? request.from->value() : 0, request.to ? request.to->value() : 0,
                      text(asOf));
    }
    Answer verify(const std::string& against, const std::function<void(std::uint64_t, std::uint64_t)>&) override {
        return asked("verify", against.empty() ? "-" : against);
    }
    Answer receipt(events::Position position) override { return asked("receipt", position.value()); }
    Answer publish(const std::string& directory) override { return asked("publish", directory); }
    Answer logKey() override { return asked("key"); }
    Answer beginIncarnation() override { return asked("incarnation"); }
    Answer logStatus() override { return asked("log status"); }
    Answer backup(const BackupRequest& request) override {
        return asked("backup", request.directory, request.keep ? std::to_string(*request.keep) : "all");
    }
    Answer rotateKey(const std::string& newKeyFile) override {
        return asked("rotateKey", newKeyFile.empty() ? "-" : newKeyFile);
    }
    Answer rebuild(Rebuild what, const std::function<void(std::uint64_t, std::uint64_t)>&) override {
        return asked("rebuild", what == Rebuild::verify ? "verify" : "replace");
    }

private:
    template <class... Parts>
    Answer asked(const Parts&... parts) {
        std::ostringstream out;
        (..., (out << parts << ' '));
        script_.asked = out.str();
        script_.asked.pop_back();
        return script_.answer;
    }
    template <class... Parts>
    Done listed(const LineSink& sink, const Parts&... parts) {
        asked(parts...);
        for (const auto& item : script_.list) {
            if (!sink(item)) break;
        }
        if (script_.listFailure) return failed(*script_.listFailure);
        return std::monostate{};
    }
    static std::string text(const AsOf& asOf) {
        if (const auto* position = std::get_if<events::Position>(&asOf)) return "@" + std::to_string(position->value());
        if (const auto* time = std::get_if<events::Time>(&asOf)) return "@" + events::toText(*time);
        return "now";
    }
    static std::string text(Mode mode) { return mode == Mode::dryRun ? "dry" : "commit"; }
    static std::string text(const std::vector<events::Position>& positions) {
        std::string text;
        for (const auto position : positions) text += std::to_string(position.value()) + "+";
        return text;
    }

    Script& script_;
};

}  // namespace kartei::tools
