// Files of customers in, and how far their imports are.

#include "tools/service/exchange.hpp"
#include "tools/service/form.hpp"
#include "tools/service/import_feed.hpp"

namespace kartei::tools::service {

namespace {

using ledger::TokenRole;
using Pace = Route::Pace;

std::string whatIsWrong(FormProblem problem) {
    switch (problem) {
        case FormProblem::noForm: return "";
        case FormProblem::notClosed: return "The form does not end with its boundary.";
        case FormProblem::badPart: return "A part of the form does not say its name.";
        case FormProblem::tooMany: return "The form has too many parts.";
    }
    return "";
}

std::optional<Response> readParts(const std::vector<FormPart>& parts, ImportRequest& wanted) {
    bool isDeclared = false;
    for (const auto& part : parts) {
        if (part.name == "file") {
            wanted.input.push_back({part.fileName, std::string(part.content)});
        } else if (part.name == "mapping" && !wanted.mapping) {
            wanted.mapping = std::string(part.content);
        } else if (part.name == "declaration" && !isDeclared) {
            isDeclared = true;
            auto wrong = readObject(part.content, "The declaration", [&](events::JsonObject& declaration) {
                declaration.required("declaredBy", wanted.declaredBy);
                declaration.required("text", wanted.declaration);
            });
            if (wrong) return wrong;
        } else {
            return badRequest("The form's parts are file, mapping and declaration, of which only file may come again.");
        }
    }
    if (wanted.input.empty()) return badRequest("The form has no file.");
    return std::nullopt;
}

Read<ImportRequest> importIn(const Call& call) {
    ImportRequest wanted;
    wanted.adapter = call.name("adapter");
    const auto source = textIn(call.request, "source");
    if (!source) return failed(source.error());
    if (*source) {
        wanted.source = events::SourceName::parse(**source);
        if (!wanted.source) return failed(badRequest("source must be the name of a source."));
    }
    const auto parts = parseForm(call.request.header("content-type"), call.request.body);
    if (!parts && parts.error() == FormProblem::noForm) {
        return failed(problem(415, "unsupported_media_type", "A file comes as a part of multipart/form-data."));
    }
    if (!parts) return failed(badRequest(whatIsWrong(parts.error())));
    if (auto wrong = readParts(*parts, wanted)) return failed(std::move(*wrong));
    return wanted;
}

Response startImport(const Call& call) {
    auto wanted = importIn(call);
    if (!wanted) return wanted.error();
    const auto& business = call.session.business.text();
    auto begun = call.surroundings.imports->start(business, call.operations(), std::move(*wanted));
    if (!begun && begun.error().code == "consent_missing") {
        begun.error().detail =
            "An import needs the part declaration: who declares (declaredBy) that the people agreed, and in what words "
            "(text); or a declaration that stands on the source's connection.";
    }
    return reply(begun);
}

LiveImports liveOf(const Call& call) {
    return [runs = call.surroundings.imports, business = call.session.business.text()](const events::RunName& run) {
        return runs->of(business, run);
    };
}

Response imports(const Call& call) {
    const auto view = viewIn(call);
    if (!view) return view.error();
    return replyWithList("imports", [&](const LineSink& sink) -> Done {
        listImports(call.business, *view, sink, liveOf(call));
        return std::monostate();
    });
}

Response importRun(const Call& call) {
    const auto view = viewIn(call);
    if (!view) return view.error();
    const auto run = events::RunName::parse(call.name("run"));
    // An adapter knows of its own source's alone.
    const auto known = run ? importOf(call.business, *view, *run, liveOf(call), call.token->source) : std::nullopt;
    if (!known) return problem(404, "not_found", "There is no such run.");
    if (!wantsStream(call.request)) return reply(*known);
    if (auto refused = refusedOfStream(call.request, {"at"})) return std::move(*refused);
    return streamOf(
        std::make_shared<ImportFeed>(call.surroundings.imports, call.business, call.session.business.text(), *run));
}

}  // namespace

std::vector<Route> importRoutes() {
    const std::string base = "/v1/{business}";
    const std::string json = "application/json";
    const std::vector<TokenRole> watching = {TokenRole::adapter, TokenRole::desk, TokenRole::admin, TokenRole::auditor};
    return {
        atPace(Pace::whole,
               {Method::post,
                base + "/imports/{adapter}",
                "startImport",
                "Imports the customers of a till from its file; the answer is there when the run has begun",
                {TokenRole::adapter, TokenRole::desk, TokenRole::admin},
                {{"source", "The source that the records belong to; else the token's, or the adapter's own",
                  "SourceName"}},
                {{"multipart/form-data", "ImportForm"}},
                json,
                "ImportBegun",
                startImport}),
        atPace(Pace::looking, {Method::get,
                               base + "/imports",
                               "imports",
                               "Runs of imports with their counts",
                               {TokenRole::desk, TokenRole::admin, TokenRole::auditor},
                               {asOfParameter},
                               {},
                               json,
                               "ImportList",
                               imports}),
        {Method::get,
         base + "/imports/{run}",
         "importRun",
         "One run; as text/event-stream, how far it is until it is over",
         watching,
         {asOfParameter},
         {},
         json,
         "ImportRun",
         importRun,
         nullptr,
         "ImportStream"},
    };
}

}  // namespace kartei::tools::service
