// Verbs that prove what the log says: verify, receipt, log publish, log key.

#include <memory>

#include "ledger/files.hpp"
#include "tools/kartei/render/outcomes.hpp"
#include "tools/kartei/verbs/verb.hpp"

namespace kartei::tools {

namespace {

Verb verifyVerb() {
    struct Given {
        std::string file;
        std::string checkpoint;
    };
    auto given = std::make_shared<Given>();
    return {
        .name = "verify",
        .summary = "Checks that nothing in the log was altered or left out.",
        .details =
            "Every entry, the tree over them, every checkpoint that was signed, the index and the stored customer "
            "files. With a checkpoint that was kept elsewhere, also that this log has grown out of that one. Exit "
            "code 3 where anything is wrong, with the first position that it concerns. Where another process has the data "
            "directory open, customer files are compared as far as they are on the disk.",
        .example = "kartei verify --against checkpoint-of-march",
        .arguments = {textArgument("--against", given->file, "A checkpoint from outside", "FILE")},
        .prepare = [given](Reply&) -> std::optional<Failure> {
            if (given->file.empty()) return std::nullopt;
            auto checkpoint = ledger::contentOf(given->file);
            if (!checkpoint) return badInput("The file of --against cannot be read.");
            if (checkpoint->empty()) return badInput("The file of --against is empty.");
            given->checkpoint = std::move(*checkpoint);
            return std::nullopt;
        },
        .run =
            [given](Operations& operations, Reply& reply) {
                terminal::Progress progress(reply.progressStream(), reply.progressKind(), "entries",
                                            reply.progressWidth());
                const auto answer =
                    operations.verify(given->checkpoint, [&progress](std::uint64_t done, std::uint64_t all) {
                        progress.show({done, all, 0, 0});
                    });
                return reply.answer(answer, render::verifyOutcome);
            },
        .opening = toRead};
}

Verb receiptVerb() {
    auto given = std::make_shared<events::Position>();
    return {
        .name = "receipt",
        .summary = "Proves that an event is in the log.",
        .details =
            "The receipt is a tlog-proof (https://c2sp.org/tlog-proof): anybody can check it offline with "
            "the log's key alone, which `kartei log key` prints. Where another process has the data directory open, "
            "only for events up to the newest signed checkpoint.",
        .example = "kartei receipt 42 > visit.tlog-proof",
        .arguments = {positionArgument("POSITION", *given, "The event's position")},
        .prepare = {},
        .run = [given](Operations& operations,
                       Reply& reply) { return reply.answer(operations.receipt(*given), render::receipt); },
        .opening = toRead};
}

Verb publishVerb() {
    auto given = std::make_shared<std::string>();
    return {
        .name = "log publish",
        .summary = "Writes the log as static files that anybody can verify.",
        .details =
            "The files are those of C2SP tlog-tiles (https://c2sp.org/tlog-tiles). Run it again to bring the "
            "directory up to date; only what is new is written, and what the checkpoint there vouches for is not "
            "looked at again. Where files of it are gone or altered, make it anew: delete the directory, and run it "
            "again.",
        .example = "kartei log publish /srv/www/salon-log",
        .arguments = {textArgument("DIR", *given, "The directory; made when it is not there")},
        .prepare = {},
        .run = [given](Operations& operations,
                       Reply& reply) { return reply.answer(operations.publish(*given), render::publishOutcome); },
        .opening = toRead};
}

Verb keyVerb() {
    return {
        .name = "log key",
        .summary = "Shows the key that checkpoints are verified with.",
        .details = "",
        .example = "kartei log key",
        .arguments = {},
        .prepare = {},
        .run = [](Operations& operations, Reply& reply) { return reply.answer(operations.logKey(), render::logKey); },
        .opening = toRead};
}

Verb incarnationVerb() {
    return {.name = "log incarnation",
            .summary = "Goes on with a log that an older copy was put in the place of.",
            .details =
                "After a restore the log is shorter than what was signed of it, and nothing is added to it until an "
                "admin says so here. From then on it signs under a name of its own, so that nobody takes what it says "
                "now for what was signed before; `kartei log key` prints the new key. Also where the anchor is lost.",
            .example = "kartei log incarnation",
            .arguments = {},
            .prepare = {},
            .run = [](Operations& operations, Reply& reply) {
                return reply.answer(operations.beginIncarnation(), render::incarnation);
            }};
}

Verb statusVerb() {
    return {.name = "log status",
            .summary = "Shows how far the log has come, and whether anything may be added to it.",
            .details = "",
            .example = "kartei log status",
            .arguments = {},
            .prepare = {},
            .run = [](Operations& operations,
                      Reply& reply) { return reply.answer(operations.logStatus(), render::logStatus); },
            .opening = toRead};
}

}  // namespace

std::vector<Verb> evidenceVerbs() {
    return {verifyVerb(), receiptVerb(), publishVerb(), keyVerb(), statusVerb(), incarnationVerb()};
}

}  // namespace kartei::tools
