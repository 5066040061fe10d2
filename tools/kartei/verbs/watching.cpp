// Verb that keeps on bringing facts in: watch.

#include <memory>
#include <string>

#include "events/json.hpp"
#include "ledger/files.hpp"
#include "tools/kartei/render/outcomes.hpp"
#include "tools/kartei/stop_signals.hpp"
#include "tools/kartei/verbs/verb.hpp"
#include "tools/kartei/watch.hpp"

namespace kartei::tools {

namespace {

using events::writeMember;

// {"file","movedTo","report"}: what a program reads, and what people are drawn from.
std::string written(const WatchedFile& file) {
    rapidjson::StringBuffer buffer;
    events::JsonWriter out(buffer);
    out.StartObject();
    writeMember(out, "file", file.name);
    writeMember(out, "movedTo", file.movedTo);
    const std::string report = file.answer ? *file.answer : failureJson(file.answer.error());
    out.Key("report");
    out.RawValue(report.data(), report.size(), rapidjson::kObjectType);
    out.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

Verb watchVerb() {
    struct Given {
        std::string directory;
        std::string mapping;
        WatchRequest request;
    };
    auto given = std::make_shared<Given>();
    auto& import = given->request.import;
    const auto read = [given](Reply& /*reply*/) -> std::optional<Failure> {
        given->request.directory = given->directory;
        if (given->mapping.empty()) return std::nullopt;
        given->request.import.mapping = ledger::contentOf(given->mapping);
        if (!given->request.import.mapping) return badInput("The file of --mapping cannot be read.");
        return std::nullopt;
    };
    return {
        .name = "watch",
        .summary = "Imports the files of a folder as they come.",
        .details =
            "Each file is imported as `kartei import` does, one after the other by name, and moved to done/ or failed/ "
            "in the folder, with a report beside it. Whoever stops it, or switches the computer off, loses nothing: it "
            "goes on where it was. Hidden files are left alone, and so are those that end in .part, .tmp, .filepart, "
            ".crdownload or ~. An export of several files comes as a zip archive. With --once, it ends with exit code "
            "1 where a file failed.",
        .example =
            "kartei watch /srv/till --adapter dsfinvk --declared-by \"Petra Klein\" \\\n      --declaration \"All signed the form of 2025\"",
        .arguments = {textArgument("DIR", given->directory, "The folder"),
                      textArgument("--adapter", import.adapter, "How files are laid out: csv, comcash, dsfinvk, vcard",
                                   "ADAPTER")
                          .always(),
                      textArgument("--declared-by", import.declaredBy, "Who declares that the customers agreed",
                                   "NAME"),
                      textArgument("--declaration", import.declaration, "What is declared"),
                      sourceArgument("--source", import.source,
                                     "The source that the records belong to; else the adapter's own"),
                      textArgument("--mapping", given->mapping, "A TOML file that says which column is what", "FILE"),
                      switchArgument("--once", given->request.once, Once::yes, "End when no file is left")},
        .prepare = read,
        .run =
            [given](Operations& operations, Reply& reply) {
                const StopSignals signals;
                int code = exitDone;
                bool hasFailed = false;
                const WatchListener listener{[&code] { return StopSignals::asked() || code != exitDone; },
                                             [&](const WatchedFile& file) {
                                                 hasFailed = hasFailed || file.end == WatchedDirectory::End::failed;
                                                 code = reply.answer(written(file), render::watchedFile);
                                             }};
                const auto failure = watch(operations, given->request, listener);
                if (failure) return reply.failure(*failure);
                const bool tells = given->request.once == Once::yes && hasFailed;
                return code == exitDone && tells ? static_cast<int>(Failure::Kind::refused) : code;
            },
        .opening = toCreate};
}

}  // namespace

std::vector<Verb> watchingVerbs() { return {watchVerb()}; }

}  // namespace kartei::tools
