// Verbs for those who look back: protocol, replay, rebuild.

#include <memory>

#include "tools/kartei/render/outcomes.hpp"
#include "tools/kartei/verbs/verb.hpp"

namespace kartei::tools {

namespace {

Verb protocolVerb() {
    struct Given {
        ProtocolRequest request;
        AsOf asOf;
    };
    auto given = std::make_shared<Given>();
    auto& request = given->request;
    return {
        .name = "protocol",
        .summary = "Tells what happened, messages sent included.",
        .details = "",
        .example = "kartei protocol --customer comcash/4711 --from 2026-03-01",
        .arguments = {recordArgument("--customer", request.customer, "Only what concerns the customer of this record"),
                      timeArgument("--from", request.from, Moment::first, "Only what was recorded from this time on"),
                      timeArgument("--to", request.to, Moment::last, "Only what was recorded up to this time"),
                      argument("--type", "TYPE", "Only events of this type, such as records.merged",
                               [given = given.get()](const std::string& type) -> Problem {
                                   given->request.type = type;
                                   return std::nullopt;
                               }),
                      asOfArgument(given->asOf)},
        .prepare = {},
        .run =
            [given](Operations& operations, Reply& reply) {
                return reply.list(
                    [&](const LineSink& sink) { return operations.protocol(given->request, given->asOf, sink); },
                    render::protocolList());
            },
        .opening = toRead};
}

Verb replayVerb() {
    struct Given {
        ReplayRequest request;
        AsOf asOf;
    };
    auto given = std::make_shared<Given>();
    auto& request = given->request;
    return {.name = "replay",
            .summary = "Prints the events as they were recorded.",
            .details = "They are CloudEvents, one JSON object a line, with or without --json.",
            .example = "kartei replay --from 1 --to 100",
            .arguments = {positionArgument("--from", request.from, "The first position"),
                          positionArgument("--to", request.to, "The last position"),
                          recordArgument("--customer", request.customer, "Only events of this record's customer"),
                          asOfArgument(given->asOf)},
            .prepare = {},
            .run =
                [given](Operations& operations, Reply& reply) {
                    return reply.lines(
                        [&](const LineSink& sink) { return operations.replay(given->request, given->asOf, sink); });
                },
            .opening = toRead};
}

Verb rebuildVerb() {
    constexpr int exitDamaged = static_cast<int>(Failure::Kind::storage);
    auto given = std::make_shared<Rebuild>(Rebuild::replace);
    return {
        .name = "rebuild",
        .summary = "Computes every view again from the log.",
        .details =
            "Exit code 3 where what was stored differs from what the log says. It has been replaced by then; with --verify "
            "it is only compared.",
        .example = "kartei rebuild --verify",
        .arguments = {switchArgument("--verify", *given, Rebuild::verify, "Compare, change nothing")},
        .prepare = {},
        .run =
            [given](Operations& operations, Reply& reply) {
                terminal::Progress progress(reply.progressStream(), reply.progressKind(), "records",
                                            reply.progressWidth());
                const auto answer = operations.rebuild(*given, [&progress](std::uint64_t done, std::uint64_t all) {
                    progress.show({done, all, 0, 0});
                });
                return reply.answer(answer, render::rebuildOutcome, [](render::View body) {
                    return body["verified"] && !body["verified"].yes() ? exitDamaged : exitDone;
                });
            },
        .opening = [given] { return *given == Rebuild::verify ? toRead() : ledger::Opening::existing; }};
}

}  // namespace

std::vector<Verb> auditVerbs() { return {protocolVerb(), replayVerb(), rebuildVerb()}; }

}  // namespace kartei::tools
