// The log's evidence, and what concerns the whole ledger: C2SP tlog-tiles under /log.

#include "ledger/log_files.hpp"
#include "tools/kartei/answers.hpp"
#include "tools/kartei/verbs/arguments.hpp"
#include "tools/service/exchange.hpp"

namespace kartei::tools::service {

namespace {

using ledger::TokenRole;
using Pace = Route::Pace;

const std::vector<TokenRole> auditing = {TokenRole::admin, TokenRole::auditor};

// Signed on demand for who has a token. A stranger gets the last one: the log is signed by itself a second after it has
// grown, and nobody may make it sign more often.
Response checkpoint(const Call& call) {
    const auto last = call.token == nullptr ? call.business.tree().lastCheckpoint() : std::nullopt;
    Response response;
    response.contentType = "text/plain; charset=utf-8";
    response.body = last ? *last : call.business.checkpoint();
    response.headers["cache-control"] = "no-cache";
    return response;
}

Response tile(const Call& call, ledger::LogPath::Kind kind) {
    const std::string prefix = kind == ledger::LogPath::Kind::entries ? "tile/entries/" : "tile/";
    const auto path = ledger::LogPath::parse(prefix + call.name("tile"));
    auto none = problem(404, "not_found", "The log has no such tile.");
    if (!path || path->kind != kind) return none;
    auto bytes = ledger::readLogFile(call.business, *path);
    if (!bytes) return none;
    Response response;
    response.contentType = "application/octet-stream";
    response.body = std::move(*bytes);
    response.headers["cache-control"] = "public, max-age=31536000, immutable";
    return response;
}
Response hashTile(const Call& call) { return tile(call, ledger::LogPath::Kind::hashes); }
Response entryTile(const Call& call) {
    auto response = tile(call, ledger::LogPath::Kind::entries);
    if (response.status == 200) response.headers["cache-control"] = "private, max-age=31536000, immutable";
    return response;
}

Response receipt(const Call& call) {
    const auto position = parsePosition(call.name("position"));
    if (!position) return problem(404, "not_found", "There is no such position.");
    return reply(call.operations()->receipt(*position));
}

Response logStatus(const Call& call) { return reply(call.operations()->logStatus()); }

Response verify(const Call& call) {
    return reply(call.operations()->verify(call.request.body, [](std::uint64_t, std::uint64_t) {}));
}

Response rebuild(const Call& call) {
    const auto only = flagIn(call.request, "verify");
    if (!only) return only.error();
    const auto what = *only ? Rebuild::verify : Rebuild::replace;
    return reply(call.operations()->rebuild(what, [](std::uint64_t, std::uint64_t) {}));
}

Response backup(const Call& call) {
    if (call.surroundings.backups.empty())
        return problem(409, "no_backups", "The server was not told where backups go.");
    const auto keep = numberIn(call.request, "keep");
    if (!keep) return keep.error();
    return reply(call.operations()->backup({call.surroundings.backups, *keep}));
}

Response erase(const Call& call) {
    const auto record = recordOf(call);
    if (!record) return record.error();
    EraseRequest wanted;
    bool only = false;
    std::string onBehalfOf;
    std::vector<events::RecordName> besides;
    const auto wrong = readBody(call.request, [&](events::JsonObject& body) {
        body.required("reason", wanted.reason);
        body.optional("records", besides);
        body.optional("only", only);
        body.optional("onBehalfOf", onBehalfOf);
    });
    if (wrong) return *wrong;
    wanted.records.push_back(*record);
    for (auto& other : besides) {
        if (other != *record) wanted.records.push_back(std::move(other));
    }
    wanted.joined = only ? JoinedRecords::leaveAsTheyAre : JoinedRecords::refuse;
    return reply(call.operations(onBehalfOf)->erase(wanted));
}

Response eraseReceipts(const Call& call) {
    std::uint64_t year = 0;
    std::string reason;
    std::string onBehalfOf;
    const auto wrong = readBody(call.request, [&](events::JsonObject& body) {
        body.required("year", year);
        body.required("reason", reason);
        body.optional("onBehalfOf", onBehalfOf);
    });
    if (wrong) return *wrong;
    constexpr std::uint64_t lastYear = 9'999;
    if (year == 0 || year > lastYear) return badRequest("year must be a year, such as 2017.");
    return reply(call.operations(onBehalfOf)->eraseReceipts({static_cast<std::uint16_t>(year), reason}));
}

// What a decision answered with.
std::uint64_t positionIn(const std::string& answer) {
    rapidjson::Document document;
    document.Parse(answer.data(), answer.size());
    return document["position"].GetUint64();
}

Response exportData(const Call& call) {
    const auto record = recordOf(call);
    if (!record) return record.error();
    const auto evidence = flagIn(call.request, "evidence");
    if (!evidence) return evidence.error();
    Response archive;
    const auto keep = [&](std::string_view zip) -> std::optional<Failure> {
        archive.body = zip;
        return std::nullopt;
    };
    const auto kind = *evidence ? ExportKind::evidence : ExportKind::copy;
    const auto answer = call.operations()->exportData({*record, kind}, keep);
    // Nobody may have it who was not recorded.
    if (!answer) return reply(answer);
    archive.headers["kartei-export-position"] = std::to_string(positionIn(*answer));
    archive.contentType = "application/zip";
    archive.headers["content-disposition"] = "attachment; filename=\"kartei-export.zip\"";
    archive.headers["cache-control"] = "no-store";
    return archive;
}

}  // namespace

std::vector<Route> evidenceRoutes() {
    const std::string base = "/v1/{business}";
    const std::string one = base + "/customers/{source}/{id}";
    const std::string json = "application/json";
    const std::string bytes = "application/octet-stream";
    return {
        {Method::get,
         base + "/log/checkpoint",
         "checkpoint",
         "A signed checkpoint of the log (C2SP tlog-checkpoint): of now with a token, else of a second ago",
         {},
         {},
         {},
         "text/plain",
         "",
         checkpoint},
        {Method::get,
         base + "/log/tile/{tile...}",
         "hashTile",
         "Hashes of the log (C2SP tlog-tiles)",
         {},
         {},
         {},
         bytes,
         "",
         hashTile},
        atPace(Pace::looking, {Method::get,
                               base + "/log/tile/entries/{tile...}",
                               "entryTile",
                               "Entries of the log",
                               auditing,
                               {},
                               {},
                               bytes,
                               "",
                               entryTile}),
        {Method::get,
         base + "/log/receipts/{position}",
         "receipt",
         "The proof that an entry is in the log",
         auditing,
         {},
         {},
         json,
         "Receipt",
         receipt},
        {Method::get,
         base + "/log",
         "logStatus",
         "Where the log stands, and the key that it is signed with",
         auditing,
         {},
         {},
         json,
         "LogStatus",
         logStatus},
        atPace(Pace::checking,
               {Method::post,
                base + "/verify",
                "verify",
                "Checks everything that is stored; against the checkpoint in the body, where there is one",
                auditing,
                {},
                {{"text/plain", "Text", Body::Need::optional}},
                json,
                "Verified",
                verify}),
        atPace(Pace::whole, {Method::post,
                             base + "/rebuild",
                             "rebuild",
                             "Computes all customer files anew",
                             {TokenRole::admin},
                             {{"verify", "true: only compare", "Flag"}},
                             {},
                             json,
                             "Rebuilt",
                             rebuild}),
        atPace(Pace::whole, {Method::post,
                             base + "/backup",
                             "backup",
                             "Adds a backup to the directory that the server was told",
                             {TokenRole::admin},
                             {{"keep", "How many backups stay, the newest ones", "Number"}},
                             {},
                             json,
                             "Backup",
                             backup}),
        atPace(Pace::whole, {Method::post,
                             one + "/erase",
                             "erase",
                             "Destroys what is known of a person",
                             {TokenRole::admin},
                             {ifMatch, idempotencyKey},
                             {{json, "EraseRequest"}},
                             json,
                             "Erased",
                             erase}),
        atPace(Pace::whole, {Method::post,
                             base + "/receipts/erase",
                             "eraseReceipts",
                             "Destroys what is in the receipts of a year that the law does not want any more",
                             {TokenRole::admin},
                             {idempotencyKey},
                             {{json, "ReceiptsRequest"}},
                             json,
                             "Decision",
                             eraseReceipts}),
        atPace(Pace::looking, {Method::get,
                               one + "/export",
                               "export",
                               "A copy for the customer, as a zip archive; with evidence, for an auditor",
                               {TokenRole::admin},
                               {{"evidence", "true: the events with their receipts", "Flag"},
                                {"Kartei-Export-Position", "That of the event which says that this was handed out",
                                 "Position", Parameter::Place::answerHeader}},
                               {},
                               "application/zip",
                               "",
                               exportData,
                               nullptr,
                               "",
                               Route::Head::refused}),
    };
}

}  // namespace kartei::tools::service
