// Verbs that bring facts in: append, import, imports.

#include <filesystem>
#include <memory>
#include <set>

#include "adapters/open_import.hpp"
#include "events/limits.hpp"
#include "ledger/files.hpp"
#include "tools/kartei/render/outcomes.hpp"
#include "tools/kartei/verbs/verb.hpp"

namespace kartei::tools {

namespace {

constexpr int exitRefused = static_cast<int>(Failure::Kind::refused);

// Events are taken all or not at all, so they are in memory at once; this keeps an endless input from taking all of it.
constexpr std::size_t mostBytes = std::size_t{64} * limits::batchBytes;

// `name`: what to call the file in an error.
std::optional<Failure> readInput(const std::string& file, const std::string& name, std::istream& standardInput,
                                 std::string& out) {
    auto bytes = file == "-" ? ledger::contentOf(standardInput, mostBytes + 1) : ledger::contentOf(file, mostBytes + 1);
    if (!bytes) return badInput(name + " cannot be read.");
    if (bytes->size() > mostBytes) return badInput(name + " is longer than 1 GiB. Send it in parts.");
    out = std::move(*bytes);
    return std::nullopt;
}

Verb appendVerb() {
    struct Given {
        std::string file;
        std::string events;
        EventFormat format = EventFormat::json;
    };
    auto given = std::make_shared<Given>();
    return {
        .name = "append",
        .summary = "Records events, CloudEvents in JSON, one a line.",
        .details =
            "Each event is a JSON object on a line of its own. The answer says for each one whether it was stored, had been "
            "there already, or was refused. A line that is no event stores nothing at all. With --format capnp the file holds messages of "
            "Cap'n Proto instead, as events/event.capnp lays them out.",
        .example = "kartei append bookings.ndjson",
        .arguments = {textArgument("FILE", given->file, "The file; - for standard input"),
                      wordArgument<EventFormat>("--format", given->format,
                                                {{"json", EventFormat::json}, {"capnp", EventFormat::capnp}},
                                                "How the events are written; json unless said")},
        .prepare = [given](Reply& reply) { return readInput(given->file, "FILE", reply.input(), given->events); },
        .run =
            [given](Operations& operations, Reply& reply) {
                std::set<std::size_t> knownBefore;
                const auto answer = operations.append(given->events, given->format,
                                                      [&](std::size_t number) { knownBefore.insert(number); });
                return reply.answer(
                    answer,
                    [&](render::View results, terminal::Screen& screen) {
                        render::appendResults(results, knownBefore, screen);
                    },
                    [](render::View results) { return render::anyRefused(results) ? exitRefused : exitDone; });
            },
        .opening = toCreate};
}

// The files of a folder, by name, but for hidden ones; or the one file.
std::optional<Failure> readFiles(const std::string& adapter, const std::string& path, std::istream& standardInput,
                                 adapters::ImportInput& out) {
    namespace fs = std::filesystem;
    std::error_code error;
    if (path == "-" || !adapters::takesFolder(adapter) || !fs::is_directory(path, error)) {
        auto& file = out.emplace_back();
        if (path != "-") file.name = fs::path(path).filename().string();
        return readInput(path, "FILE", standardInput, file.bytes);
    }
    std::set<fs::path> files;
    for (fs::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
        std::error_code gone;
        if (entry->is_regular_file(gone) && !entry->path().filename().string().starts_with('.')) {
            files.insert(entry->path());
        }
    }
    if (error) return badInput("FILE cannot be read.");
    std::size_t bytes = 0;
    for (const auto& file : files) {
        auto& read = out.emplace_back();
        read.name = file.filename().string();
        if (auto failure = readInput(file.string(), "A file of the folder", standardInput, read.bytes)) return failure;
        bytes += read.bytes.size();
        if (bytes > mostBytes) return badInput("The folder holds more than 1 GiB.");
    }
    if (out.empty()) return badInput("The folder is empty.");
    return std::nullopt;
}

// In the words of this command line, whichever way the operations are reached.
constexpr const char* undeclared =
    "An import needs --declared-by and --declaration: who declares that the people agreed, and in what words; or a "
    "declaration that stands on the source's connection.";

Verb importVerb() {
    struct Given {
        std::string file;
        std::string mapping;
        ImportRequest request;
    };
    auto given = std::make_shared<Given>();
    auto& request = given->request;
    const auto read = [given](Reply& reply) -> std::optional<Failure> {
        if (auto failure = readFiles(given->request.adapter, given->file, reply.input(), given->request.input))
            return failure;
        if (given->mapping.empty()) return std::nullopt;
        return readInput(given->mapping, "The file of --mapping", reply.input(), given->request.mapping.emplace());
    };
    return {
        .name = "import",
        .summary = "Imports the customers or receipts of a till from its file.",
        .details =
            "Somebody must declare that the customers agreed to the transfer. Rows that cannot be taken are listed, and "
            "all others are taken. Exit code 1 where rows were refused and none was taken or known already.",
        .example =
            "kartei import comcash kunden.csv --declared-by \"Petra Klein\" \\\n      --declaration \"All signed the form of 2025\"",
        .arguments = {textArgument("ADAPTER", request.adapter,
                                   "How the file is laid out: csv, comcash, dsfinvk, vcard"),
                      textArgument("FILE", given->file, "The file, or a folder of dsfinvk; - for standard input"),
                      textArgument("--declared-by", request.declaredBy, "Who declares that the customers agreed",
                                   "NAME"),
                      textArgument("--declaration", request.declaration, "What is declared"),
                      sourceArgument("--source", request.source,
                                     "The source that the records belong to; else the adapter's own"),
                      textArgument("--mapping", given->mapping, "A TOML file that says which column is what", "FILE")},
        .prepare = read,
        .run =
            [given](Operations& operations, Reply& reply) {
                terminal::Progress progress(reply.progressStream(), reply.progressKind(), "customers",
                                            reply.progressWidth());
                const auto watch = [&progress](const ImportProgress& now) {
                    progress.show({now.done, now.expected, now.refused, now.perSecond});
                    return GoOn::yes;
                };
                auto outcome = operations.import(std::move(given->request), watch);
                if (!outcome && outcome.error().code == "consent_missing") outcome.error().detail = undeclared;
                return reply.answer(outcome, render::importOutcome, [](render::View answer) {
                    return render::noneTaken(answer) ? exitRefused : exitDone;
                });
            },
        .opening = toCreate};
}

Verb importsVerb() {
    auto given = std::make_shared<AsOf>();
    return {.name = "imports",
            .summary = "Lists the imports with their counts.",
            .details = "",
            .example = "kartei imports",
            .arguments = {asOfArgument(*given)},
            .prepare = {},
            .run =
                [given](Operations& operations, Reply& reply) {
                    return reply.list([&](const LineSink& sink) { return operations.imports(*given, sink); },
                                      render::importList());
                },
            .opening = toRead};
}

}  // namespace

std::vector<Verb> factVerbs() { return {appendVerb(), importVerb(), importsVerb()}; }

}  // namespace kartei::tools
