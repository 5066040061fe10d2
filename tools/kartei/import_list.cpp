#include "tools/kartei/import_list.hpp"

#include <algorithm>
#include <vector>

#include "tools/kartei/answers.hpp"

namespace kartei::tools {

namespace {

using events::writeMember;

std::string_view statusOf(const ledger::ImportRun& run, const LiveImports& live, bool isLive) {
    // Of a run that is told of, what the log says last may be ahead of what it is told.
    if (isLive) return "running";
    if (run.completed) return "completed";
    return live ? "interrupted" : "running";
}

void writeLive(events::JsonWriter& out, const ImportProgress& progress) {
    writeMember(out, "imported", progress.imported);
    writeMember(out, "unchanged", progress.unchanged);
    writeMember(out, "refused", progress.refused);
    writeMember(out, "done", progress.done);
    writeMember(out, "left", progress.expected - progress.done);
    out.Key("perSecond");
    out.Double(progress.perSecond);
}

// What the log does not know of a run.
void writeRest(events::JsonWriter& out, const std::string& answer) {
    rapidjson::Document document;
    document.Parse(answer.data(), answer.size());
    for (const auto* name : {"leftOut", "problems"}) {
        out.Key(name);
        document[name].Accept(out);
    }
}

enum class Shown { counts, all };

std::string written(const ledger::View& view, const ledger::ImportRun& run, const LiveImports& live, Shown shown) {
    const auto known = live ? live(run.name) : std::nullopt;
    const bool isLive = known && !known->outcome;
    return object([&](events::JsonWriter& out) {
        writeMember(out, "run", run.name);
        writeMember(out, "source", run.source);
        writeMember(out, "startedAt", run.startTime);
        writeMember(out, "status", statusOf(run, live, isLive));
        writeMember(out, "expected", run.expected);
        if (isLive) {
            writeLive(out, known->progress);
        } else if (run.completed) {
            writeMember(out, "imported", run.completed->imported);
            writeMember(out, "unchanged", run.completed->unchanged);
            writeMember(out, "refused", run.completed->refused);
        } else {
            writeMember(out, "imported", view.then.positions(ledger::Stream::run, run.name.text()).size());
        }
        if (run.declaration) writeMember(out, "declaredBy", run.declaration->declaredBy);
        if (shown == Shown::all && known && known->outcome && *known->outcome) writeRest(out, **known->outcome);
    });
}

const LiveImports nobody;

const LiveImports& heardIn(const ledger::View& view, const LiveImports& live) {
    return view.of == ledger::View::Of::now ? live : nobody;
}

}  // namespace

void listImports(const ledger::Business& business, const ledger::View& view, const LineSink& sink,
                 const LiveImports& live) {
    const auto facts = ledger::factsIn(business, view);
    std::vector<const ledger::ImportRun*> runs;
    for (const auto& [name, run] : facts.runs) runs.push_back(&run);
    std::sort(runs.begin(), runs.end(), [](const auto* a, const auto* b) { return a->startedAt < b->startedAt; });
    for (const auto* run : runs) {
        if (!sink(written(view, *run, heardIn(view, live), Shown::counts))) return;
    }
}

std::optional<std::string> importOf(const ledger::Business& business, const ledger::View& view,
                                    const events::RunName& run, const LiveImports& live,
                                    const std::optional<events::SourceName>& source) {
    const auto facts = ledger::factsIn(business, view);
    const auto* known = facts.run(run);
    if (known == nullptr || (source && *source != known->source)) return std::nullopt;
    return written(view, *known, heardIn(view, live), Shown::all);
}

}  // namespace kartei::tools
