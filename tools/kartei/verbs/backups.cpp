// Verbs for the day the disk dies: backup, restore.

#include <memory>

#include "tools/kartei/render/outcomes.hpp"
#include "tools/kartei/verbs/verb.hpp"

namespace kartei::tools {

namespace {

Verb backupVerb() {
    auto given = std::make_shared<BackupRequest>();
    return {
        .name = "backup",
        .summary = "Adds a backup of the data directory to a directory of backups.",
        .details =
            "Also while another process has the data directory open. Only what is new is copied. The backup holds all businesses, but neither the master key nor the "
            "anchor: keep copies of those in other places. Who is erased later can still be read with it and the "
            "master key, until it is deleted: --keep deletes the oldest ones. To look into the newest without a restore, "
            "name the directory of backups by --data.",
        .example = "kartei backup /mnt/backups/salon --keep 14",
        .arguments = {textArgument(
                          "DIR", given->directory,
                          "The directory of backups, made when it is not there; the server's own with --server")
                          .orNone(),
                      numberArgument("--keep", given->keep, "How many backups stay, the newest ones")},
        .prepare = {},
        .run = [given](Operations& operations,
                       Reply& reply) { return reply.answer(operations.backup(*given), render::backupOutcome); },
        .opening = toRead};
}

Verb restoreVerb() {
    auto given = std::make_shared<RestoreRequest>();
    return {.name = "restore",
            .summary = "Makes the data directory of --data from a backup.",
            .details =
                "It wants the anchor: who was erased after the backup is erased in it again before anything can be "
                "read. Where entries were signed that the backup does not have, it can be read only, until `kartei log "
                "incarnation` says that the log shall go on without them.",
            .example = "kartei restore /mnt/backups/salon --data ./kartei-data",
            .arguments = {textArgument("DIR", given->directory, "The directory of backups"),
                          numberArgument("--number", given->number, "Which backup; otherwise the newest")},
            .prepare = {},
            .run =
                [](Operations& operations, Reply& reply) {
                    auto status = operations.logStatus();
                    // The backup is of all businesses; this one is not among them.
                    if (!status && status.error().code == "unknown_business") status = R"({"restored":true})";
                    return reply.answer(status, [](render::View answer, terminal::Screen& screen) {
                        render::line(screen, "Restored.", terminal::Tone::good);
                        if (answer["restored"]) return;
                        render::logStatus(answer, screen);
                    });
                },
            .restore = given};
}

}  // namespace

std::vector<Verb> backupVerbs() { return {backupVerb(), restoreVerb()}; }

}  // namespace kartei::tools
