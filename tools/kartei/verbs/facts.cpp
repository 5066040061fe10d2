// Verbs that bring facts in: append, import, imports.

#include <memory>
#include <set>

#include "events/limits.hpp"
#include "ledger/files.hpp"
#include "tools/kartei/render/outcomes.hpp"
#include "tools/kartei/verbs/verb.hpp"

namespace kartei::tools {

namespace {

constexpr int exitRefused = static_cast<int>(Failure::Kind::refused);

// Events are taken all or not at all, so they are in memory at once; this keeps an endless input from taking all of it.
constexpr std::size_t mostBytes = std::size_t{64} * limits::batchBytes;

std::optional<Failure> readInput(const std::string& file, std::istream& standardInput, std::string& out) {
    auto bytes = file == "-" ? ledger::contentOf(standardInput, mostBytes + 1) : ledger::contentOf(file, mostBytes + 1);
    if (!bytes) return badInput("FILE cannot be read.");
    if (bytes->size() > mostBytes) return badInput("The input is longer than 1 GiB. Send it in parts.");
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
        .prepare = [given](Reply& reply) { return readInput(given->file, reply.input(), given->events); },
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

Verb importVerb() {
    auto given = std::make_shared<ImportRequest>();
    return {
        .name = "import",
        .summary = "Imports the customers of a till from its file.",
        .details =
            "Somebody must declare that the customers agreed to the transfer. Rows that cannot be taken are listed, and "
            "all others are taken. Exit code 1 where rows were refused and none was taken or known already.",
        .example =
            "kartei import comcash kunden.csv --declared-by \"Petra Klein\" \\\n      --declaration \"All signed the form of 2025\"",
        .arguments = {textArgument("ADAPTER", given->adapter, "How the file is laid out: csv, comcash, vcard"),
                      textArgument("FILE", given->file, "The file; - for standard input"),
                      textArgument("--declared-by", given->declaredBy, "Who declares that the customers agreed",
                                   "NAME"),
                      textArgument("--declaration", given->declaration, "What is declared"),
                      sourceArgument("--source", given->source,
                                     "The source that the records belong to; else the adapter's own"),
                      textArgument("--mapping", given->mapping, "A TOML file that says which column is what", "FILE")},
        .prepare = {},
        .run =
            [given](Operations& operations, Reply& reply) {
                terminal::Progress progress(reply.progressStream(), reply.progressKind(), "customers",
                                            reply.progressWidth());
                return reply.answer(
                    operations.import(*given,
                                      [&progress](const ImportProgress& now) {
                                          progress.show({now.done, now.expected, now.refused, now.perSecond});
                                      }),
                    render::importOutcome,
                    [](render::View answer) { return render::noneTaken(answer) ? exitRefused : exitDone; });
            },
        .opening = toCreate};
}

Verb importsVerb() {
    return {.name = "imports",
            .summary = "Lists the imports with their counts.",
            .details = "",
            .example = "kartei imports",
            .arguments = {},
            .prepare = {},
            .run =
                [](Operations& operations, Reply& reply) {
                    return reply.list([&](const LineSink& sink) { return operations.imports(sink); },
                                      render::importList());
                },
            .opening = toRead};
}

}  // namespace

std::vector<Verb> factVerbs() { return {appendVerb(), importVerb(), importsVerb()}; }

}  // namespace kartei::tools
