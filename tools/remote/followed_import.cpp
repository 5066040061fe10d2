#include "tools/remote/followed_import.hpp"

#include <chrono>
#include <thread>
#include <utility>

#include "events/json.hpp"
#include "tools/kartei/answers.hpp"

namespace kartei::tools::remote {

namespace {

using events::JsonWriter;
using events::writeMember;

// A server that is started again is there within a few seconds.
constexpr int attempts = 20;
constexpr std::chrono::milliseconds betweenAttempts{500};

HttpRequest uploadOf(const ImportRequest& request, const std::string& declaration) {
    Path path("/imports");
    path.segment(request.adapter);
    if (request.source) path.parameter("source", request.source->text());
    HttpRequest upload{"POST", path.text()};
    for (const auto& file : request.input) upload.form.push_back({"file", file.name, file.bytes});
    if (request.mapping) upload.form.push_back({"mapping", "", *request.mapping});
    if (!declaration.empty()) upload.form.push_back({"declaration", "", declaration});
    return upload;
}

std::string declarationOf(const ImportRequest& request) {
    if (request.declaredBy.empty() && request.declaration.empty()) return {};
    return object([&](JsonWriter& out) {
        writeMember(out, "declaredBy", request.declaredBy);
        writeMember(out, "text", request.declaration);
    });
}

std::uint64_t countIn(const rapidjson::Value& run, const char* name) {
    return run.HasMember(name) && run[name].IsUint64() ? run[name].GetUint64() : 0;
}

bool isText(const rapidjson::Value& object, const char* name) {
    return object.HasMember(name) && object[name].IsString();
}

ImportProgress progressOf(const rapidjson::Value& run) {
    ImportProgress progress{run["run"].GetString()};
    progress.done = countIn(run, "done");
    progress.expected = countIn(run, "expected");
    progress.imported = countIn(run, "imported");
    progress.unchanged = countIn(run, "unchanged");
    progress.refused = countIn(run, "refused");
    if (run.HasMember("perSecond") && run["perSecond"].IsNumber()) progress.perSecond = run["perSecond"].GetDouble();
    return progress;
}

// Of the run's object, what an import in this process answers.
std::string answerOf(const rapidjson::Value& run) {
    return object([&](JsonWriter& out) {
        for (const auto* name : {"run", "imported", "unchanged", "refused", "leftOut"}) {
            if (!run.HasMember(name)) continue;
            out.Key(name);
            run[name].Accept(out);
        }
        // A server that was started again does not know them any more.
        out.Key("problems");
        const rapidjson::Value none(rapidjson::kArrayType);
        (run.HasMember("problems") ? run["problems"] : none).Accept(out);
    });
}

// Server-sent events of one run, as they come in pieces.
class Follower {
public:
    explicit Follower(const ImportWatcher& watcher) : watcher_(watcher) {}

    // False: it is over.
    bool take(std::string_view piece) {
        text_ += piece;
        for (auto end = text_.find("\n\n"); end != std::string::npos && !outcome_; end = text_.find("\n\n")) {
            event(std::string_view(text_).substr(0, end));
            text_.erase(0, end + 2);
        }
        return !outcome_;
    }
    // Nothing where it is not over.
    [[nodiscard]] const std::optional<Answer>& outcome() const { return outcome_; }
    void beginAgain() { text_.clear(); }

private:
    void event(std::string_view text) {
        constexpr std::string_view type = "event: ";
        constexpr std::string_view data = "\ndata: ";
        const auto dataAt = text.find(data);
        if (!text.starts_with(type) || dataAt == std::string_view::npos) return;
        const auto what = text.substr(type.size(), dataAt - type.size());
        const auto json = text.substr(dataAt + data.size());
        rapidjson::Document run;
        run.Parse(json.data(), json.size());
        if (!run.IsObject()) return;
        if (what == "completed") {
            outcome_ = answerOf(run);
        } else if (what == "failed" && isText(run, "code") && isText(run, "detail")) {
            const std::string code = run["code"].GetString();
            outcome_ = failed(Failure{Failure::Kind::storage, code, run["detail"].GetString(), {}});
        } else if (what == "interrupted" || !isText(run, "run") || watcher_(progressOf(run)) == GoOn::no) {
            outcome_ = failed(interrupted());
        }
    }

    const ImportWatcher& watcher_;
    std::string text_;
    std::optional<Answer> outcome_;
};

}  // namespace

Answer followedImport(Exchange& exchange, const ImportRequest& request, const ImportWatcher& watcher) {
    const auto declaration = declarationOf(request);
    const auto begun = exchange.object(uploadOf(request, declaration), {"run", "expected"});
    if (!begun) return failed(begun.error());
    rapidjson::Document document;
    document.Parse(begun->data(), begun->size());
    if (!document["run"].IsString()) return failed(notOfKartei());
    const std::string run = document["run"].GetString();
    Follower follower(watcher);
    std::optional<Failure> broken;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        if (attempt > 0) std::this_thread::sleep_for(betweenAttempts);
        HttpRequest stream{"GET", Path("/imports").segment(run).text()};
        stream.headers.emplace_back("Accept", "text/event-stream");
        follower.beginAgain();
        const auto response =
            exchange.stream(std::move(stream), [&](std::string_view piece) { return follower.take(piece); });
        if (follower.outcome()) return *follower.outcome();
        if (!response && response.error().code != "unreachable") return failed(response.error());
        if (!response) broken = response.error();
    }
    return failed(broken.value_or(interrupted()));
}

}  // namespace kartei::tools::remote
